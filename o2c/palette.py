"""The command palette: finds as one types, pages to go to, acts to begin."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.models import Company
from core.requests import Request
from o2c.acts import ACTS
from o2c.navigation import STAGES
from reporting.catalogue import shelves
from reporting.search import search

ONLY_ACTS = ">"
MOST = 8


@dataclass(frozen=True, slots=True)
class Option:
    """A line that is no find: goes to ``url``, or posts ``company`` or ``theme`` there."""

    label: str | Promise
    icon: str
    url: str
    hint: str | Promise = ""
    company: int | None = None
    theme: str = ""


@require_GET
def palette(request: Request) -> HttpResponse:
    """What fits the text: finds by kind, pages, acts; ``>`` in front asks for acts alone."""
    typed = " ".join(request.GET.get("q", "").split())[:120]
    acts_only = typed.startswith(ONLY_ACTS)
    text = typed.removeprefix(ONLY_ACTS).strip()
    found = None if acts_only or not text else search(request.company, request.user, text)
    context = {
        "text": text,
        "found": found,
        "places": [] if acts_only else _fitting(_pages(request, text), text),
        "acts": _fitting([*_acts(request), *_switches(request)], text),
        "is_start": not text,
        "search_url": reverse("search", query={"q": text}),
    }
    return render(request, "palette.html", context)


def _fitting(options: Iterable[tuple[Option, str]], text: str) -> list[Option]:
    """Options whose name or other words have every word of the text; all of them without one."""
    words = text.casefold().split()
    if not words:
        return [option for option, _words in options]
    fits = [
        option
        for option, more in options
        if all(word in f"{option.label} {option.hint} {more}".casefold() for word in words)
    ]
    return fits[:MOST]


def _pages(request: Request, text: str) -> list[tuple[Option, str]]:
    """Places of the menu; single reports only for those who type of one."""
    return [*_places(request), *(_reports(request) if text else ())]


def _reports(request: Request) -> Iterable[tuple[Option, str]]:
    for shelf in shelves(request):
        for report in shelf.reports:
            name, answers = str(report.name), str(report.answers)
            yield Option(name, report.icon, reverse(report.url_name), _("Reports")), answers


def _places(request: Request) -> Iterable[tuple[Option, str]]:
    for stage, _icon, places in STAGES:
        for place in [room for entry in places for room in entry.with_rooms()]:
            if _may(request, place.right):
                yield Option(place.label, place.icon, reverse(place.url_name), stage), ""


def _acts(request: Request) -> Iterable[tuple[Option, str]]:
    for act in ACTS:
        if _may(request, act.right):
            yield Option(act.label, act.icon, reverse(act.url_name)), str(act.words)


def _switches(request: Request) -> Iterable[tuple[Option, str]]:
    """Other companies of the person, light and dark."""
    others: list[Company] = [c for c in request.companies if c.pk != request.company.pk]
    for company in others:
        label = _("Work in %(company)s") % {"company": company.name}
        url = reverse("core:choose_company")
        yield Option(label, "switch-horizontal", url, company=company.pk), _("switch company")
    for theme, label, icon in (
        ("light", _("Light look"), "sun"),
        ("dark", _("Dark look"), "moon"),
        ("auto", _("Look as the system"), "device-laptop"),
    ):
        if theme != request.user.theme:
            yield Option(label, icon, reverse("core:theme"), theme=theme), _("theme mode colour")


def _may(request: Request, right: str) -> bool:
    return not right or request.user.may(right, request.company.pk)
