"""The page of last resort, for defects and for a database that is gone."""

import sys

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core import refusals


def broken(request: HttpRequest) -> HttpResponse:
    """500: a defect of ours; 503 or 507 when a refusal came before any view ran (login, session).

    Needs neither database nor session, since these may be what failed.
    """
    error = sys.exc_info()[1]
    refusal = refusals.of(error) if isinstance(error, Exception) else None
    if refusal:
        is_fragment = "HX-Request" in request.headers
        return refusals.bare_page(refusal.status, refusal.message, is_fragment=is_fragment)
    text = _("Something broke on our side. Nothing you did was half saved; try again in a moment.")
    return refusals.bare_page(500, text, is_fragment="HX-Request" in request.headers)
