"""What every request passes: its id, the person's company and language, refusals made readable."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from core import refusals
from core.logs import request_id
from core.models import Company, User

log = logging.getLogger("o2c.request")

GetResponse = Callable[[HttpRequest], HttpResponseBase]

OPEN_PATHS = ("/accounts/", "/hooks/", "/answers/", "/api/")
"""What a stranger may ask for; all else needs a login. Answers ask for a signed link, the API for
a key."""

MACHINE_PATHS = (settings.STATIC_URL, "/livez", "/readyz")
"""What never looks at who asks, so that it answers without a database."""

COMPANY_FREE_PATHS = ("/accounts/", "/admin/", "/profile", "/answers/")
"""What a person without any company may open."""

_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,36}")
_UPLOAD_SLACK = 1024 * 1024


class RequestIdMiddleware:
    """Gives each request an id that goes into logs, jobs and mails, and logs one line a request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        token = request_id.set(given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex)
        started = time.monotonic()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            if not request.path.startswith(MACHINE_PATHS):
                _log(request, response, time.monotonic() - started)
            return response
        finally:
            request_id.reset(token)


def _log(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    user = getattr(request, "_cached_user", None)  # asked for already, so it costs no query
    log.info(
        "request",
        extra={
            "method": request.method,
            "path": request.path[:300],
            "status": response.status_code,
            "milliseconds": round(seconds * 1000),
            "user": getattr(user, "pk", None),
        },
    )


class CompanyMiddleware:
    """Asks for a login, then sets ``request.company`` and the person's language.

    The company is the one chosen (session), else the first open one given to the person. Sets
    ``request.companies`` too, so that no page asks for them again.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.company, request.companies = None, []  # type: ignore[attr-defined]
        response = self._answer(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "GET":
            response = _to_page_above(request) or response
        patch_vary_headers(response, ["HX-Request"])
        if not request.path.startswith(settings.STATIC_URL) and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(MACHINE_PATHS):
            return self.get_response(request)
        if not request.user.is_authenticated or _has_expired(request):
            if _is_too_large(request):
                return refusals.bare_page(413, _too_large())
            if request.path.startswith(OPEN_PATHS):
                return self.get_response(request)
            return _to_login(request)
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
        _choose_company(request, request.user)
        return _refuse_early(request) or self.get_response(request)


def _to_page_above(request: HttpRequest) -> HttpResponseBase | None:
    """Who opens the address of an act, left in the browser by an error, comes to its document."""
    above = request.path.rstrip("/").rpartition("/")[0]
    for path in (f"{above}/", above):
        with suppress(Resolver404):
            resolve(path)
            return redirect(path)
    return None


def _has_expired(request: HttpRequest) -> bool:
    """End sessions that were idle or open for too long; stamps the session every five minutes."""
    now, session = int(time.time()), request.session
    began, seen = session.setdefault("began", now), session.get("seen", now)
    if now - began > settings.SESSION_COOKIE_AGE or now - seen > settings.SESSION_IDLE_SECONDS:
        logout(request)
        return True
    if now - session.get("seen", 0) > 300:
        session["seen"] = now
    return False


def _to_login(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)  # o2c.js opens the login over the page: nothing is lost
    return redirect_to_login(request.get_full_path())


def _choose_company(request: HttpRequest, user: User) -> None:
    companies = list(Company.objects.visible_to(user))
    chosen = request.session.get("company")
    ranked = sorted(companies, key=lambda company: (company.pk != chosen, not company.is_active))
    request.companies = companies  # type: ignore[attr-defined]
    request.company = ranked[0] if ranked else None  # type: ignore[attr-defined]


def _is_too_large(request: HttpRequest) -> bool:
    told = request.META.get("CONTENT_LENGTH") or ""
    most = settings.UPLOAD_MAX_BYTES + _UPLOAD_SLACK
    return told.isdigit() and (len(told) > 18 or int(told) > most)


def _too_large() -> str:
    limit = settings.UPLOAD_MAX_BYTES // 1024**2
    reason = _("This upload is larger than %(limit)s MiB. Split the file and try again.")
    return reason % {"limit": limit}


def _refuse_early(request: HttpRequest) -> HttpResponseBase | None:
    if _is_too_large(request):
        return refusals.page(request, 413, _too_large())
    if request.company is None and not request.path.startswith(COMPANY_FREE_PATHS):  # type: ignore[attr-defined]
        return refusals.page(
            request, 403, _("No company has been given to you yet. Ask an administrator for one.")
        )
    return None


class BusinessErrorMiddleware:
    """Turns refusals of the business and of the database into something a person can read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """The answer for a known kind of refusal; None leaves the error to the 500 page."""
        refusal = refusals.of(error)
        if refusal is None:
            return None
        if refusal.status >= 500:
            log.exception("refused", exc_info=error)
        return refusals.answer(request, refusal)
