"""How a refusal reaches the person: beside the field, as a fragment, as a message, or as a page."""

from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from core import conflicts
from core.logs import request_id
from o2c.errors import BusinessError

RETRY_SECONDS = 5
_RULE_OF_OURS = frozenset({"23001", "P0001"})  # raised by our triggers, in words for people
_BROKEN_RULE = frozenset({"23503", "23505", "23514", "23P01"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """HTTP status and the sentence for the person; ``field`` where one form field is meant."""

    status: int
    message: str
    field: str | None = None


def show_on_form(request: HttpRequest, form: BaseForm, template: str, **context: Any) -> None:
    """Have a later refusal of this request shown on the form, with nothing typed lost.

    Call it in the view before the verb: a ``BusinessError`` then renders ``template`` again with
    the error at its field (status 422 or 409) instead of leaving the page.
    """
    request.refused_form = (form, template, context)  # type: ignore[attr-defined]


def of(error: Exception) -> Refusal | None:
    """The refusal behind an exception, or None when it is a defect of ours."""
    match error:
        case BusinessError():
            return Refusal(error.status, error.message, error.field)
        case DatabaseError() | InterfaceError():
            return _of_database(error)
        case OSError(errno=number) if number in (ENOSPC, EDQUOT):
            return Refusal(507, _("The disk is full: nothing was saved. Tell an administrator."))
        case ValueError() if "NUL (0x00)" in str(error):
            return Refusal(400, _("The text contains a character that can't be stored (NUL)."))
    return None


def _of_database(error: Exception) -> Refusal | None:
    code = getattr(error.__cause__, "pgcode", None) or ""
    if code in _RULE_OF_OURS:
        return Refusal(409, str(error.__cause__.diag.message_primary))  # type: ignore[union-attr]
    if isinstance(error, IntegrityError) and code in _BROKEN_RULE:
        return Refusal(
            409, _("Somebody else changed this at the same moment. Reload the page and look again.")
        )
    if isinstance(error, DataError):
        return Refusal(422, _("A value is too long or too large to be stored. Shorten it."))
    if isinstance(error, OperationalError | InterfaceError):
        return Refusal(
            503, _("The database is busy or restarting. Nothing was lost; try again in a moment.")
        )
    return None


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The response that suits the request: form, fragment, message on the page before, or page."""
    form = getattr(request, "refused_form", None)
    if form and refusal.status in (409, 422):
        return _form_again(request, refusal, *form)
    if request.headers.get("HX-Request"):
        return page(request, refusal.status, refusal.message, template="errors/fragment.html")
    back = page_before(request)
    if request.method == "POST" and refusal.status in (409, 422) and back:
        messages.error(request, refusal.message)
        return HttpResponseRedirect(back)
    if refusal.status == 503:
        return bare_page(refusal.status, refusal.message)
    return page(request, refusal.status, refusal.message)


def page(
    request: HttpRequest, status: int, message: str, *, template: str = "errors/business.html"
) -> HttpResponse:
    """A designed page (or fragment) that says what happened and what to do."""
    context = {"status": status, "message": message, "request_id": request_id.get()}
    response = render(request, template, context, status=status)
    if status == 503:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def bare_page(status: int, message: str, *, is_fragment: bool = False) -> HttpResponse:
    """A page (or fragment) that needs neither database nor session: these may be what failed."""
    context = {"status": status, "message": message, "request_id": request_id.get()}
    template = "errors/fragment.html" if is_fragment else "errors/bare.html"
    response = HttpResponse(render_to_string(template, context), status=status)
    if status == 503:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _form_again(
    request: HttpRequest, refusal: Refusal, form: BaseForm, template: str, context: dict[str, Any]
) -> HttpResponse:
    if refusal.status == 409:
        conflicts.show_both(form)
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    return render(request, template, context | {"form": form}, status=refusal.status)


def page_before(request: HttpRequest) -> str:
    """Path of the page the person came from, if it is one of ours."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        referer, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return ""
    parts = urlsplit(referer)
    return parts.path + (f"?{parts.query}" if parts.query else "")
