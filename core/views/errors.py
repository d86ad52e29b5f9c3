"""Designed pages where Django would show bare ones."""

import sys

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core import refusals


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request can't be read."""
    return refusals.page(request, 400, _("The request can't be read. Go back and try again."))


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: not allowed."""
    reason = _("You may not do this. An administrator can give you the right.")
    return refusals.page(request, 403, str(exception) or reason)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such thing among those the person may see."""
    return refusals.page(
        request, 404, _("There is nothing at this address, or it belongs to another company.")
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500: a defect of ours, or a database that is gone before any view ran (503)."""
    error = sys.exc_info()[1]
    refusal = refusals.of(error) if isinstance(error, Exception) else None
    if refusal:
        return refusals.bare_page(refusal.status, refusal.message)
    return refusals.bare_page(
        500,
        _("Something went wrong that is not your doing. It was noted with the number below."),
    )


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the form guard (CSRF): the page was open for too long, or cookies are off."""
    return refusals.page(
        request, 403, _("This form is too old. Reload the page and send it again.")
    )
