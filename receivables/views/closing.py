"""The close cockpit: what must be right before a month is closed, and closing it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.forms.boundfield import BoundField
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import receivables.services as services
from core.auth import right_required
from core.formats import day, month
from core.refusals import show_on_form
from core.requests import Request
from o2c.errors import InvalidInput
from receivables.closing_words import TITLES, rows_of, sentence_of, title_of
from receivables.forms import CloseForm, CloseMonthForm, MonthForm, ValueForm
from receivables.models import Area, BooksClosing, ProofRun, Reopening, Strength
from receivables.services import MonthCheck

PAGE = "receivables/cockpit.html"
LATEST = 12
"""Closings of the past that the page tells."""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check as the page shows it; ``field`` takes the reason of an amber one."""

    check: MonthCheck
    title: str
    sentence: str
    url: str
    field: BoundField | None


@require_GET
@right_required("receivables.view")
def cockpit(request: Request) -> HttpResponse:
    """The checks of a month, last month unless asked for."""
    until = _month_of(request)
    checks = services.month_checks(request.company, until=until)
    return render(request, PAGE, _page(request, until, checks))


def _month_of(request: Request) -> date:
    """The last day of the month that the address names; else of the month before this one."""
    form = MonthForm(request.GET)
    if form.is_valid():
        found: date = form.cleaned_data["month"]
        return found
    return request.company.today().replace(day=1) - timedelta(days=1)


def _page(
    request: Request, until: date, checks: list[MonthCheck], form: CloseMonthForm | None = None
) -> dict[str, Any]:
    company, user = request.company, request.user
    form = form or CloseMonthForm(checks=checks, initial={"month": f"{until:%Y-%m}"})
    fields = {key: form[name] for name, key in form.keys.items()}
    closings = BooksClosing.objects.visible_to(user).filter(company=company)
    reopenings = Reopening.objects.visible_to(user).filter(company=company, state="proposed")
    latest, counting = _closings(closings)
    return {
        "until": until,
        "month": month(until),
        "before": f"{until.replace(day=1) - timedelta(days=1):%Y-%m}",
        "after": f"{until + timedelta(days=1):%Y-%m}",
        "is_over": until < company.today(),
        "rows": [
            CheckRow(c, title_of(c), sentence_of(c), rows_of(c, until), fields.get(c.key))
            for c in checks
        ],
        "red_count": sum(1 for check in checks if check.state == "red"),
        "form": form,
        "currency": company.currency,
        "closed": counting,
        "valued": _valuations(request, until, checks),
        "value_form": ValueForm(initial={"month": f"{until:%Y-%m}"}),
        "is_soft": services.is_softly_closed(company, on=until),
        "token": uuid4().hex,
        "reopenings": reopenings.select_related("proposed_by").order_by("pk"),
        "history": [(one, _said(one)) for one in latest],
        "may_close": user.may("receivables.close_period", company.pk),
        "may_prepare": user.may("receivables.prepare_closing", company.pk),
    }


def _closings(closings: QuerySet[BooksClosing]) -> tuple[list[BooksClosing], list[BooksClosing]]:
    """The latest closings, and the one that counts of each area and strength; one statement."""
    newest = closings.order_by("area", "strength", "-pk").distinct("area", "strength")
    latest = closings.order_by("-pk")[:LATEST]
    rows = list(
        closings.filter(Q(pk__in=newest.values("pk")) | Q(pk__in=latest.values("pk"))).order_by(
            "-pk"
        )
    )
    counting: dict[tuple[str, str], BooksClosing] = {}
    for row in rows:
        counting.setdefault((row.area, row.strength), row)
    return rows[:LATEST], [counting[key] for key in sorted(counting)]


def _said(closing: BooksClosing) -> list[tuple[str, str]]:
    """What was closed all the same, and why."""
    kept = [check for check in closing.checks if check.get("reason")]
    return [(str(TITLES.get(check["code"], check["code"])), check["reason"]) for check in kept]


def _valuations(request: Request, until: date, checks: list[MonthCheck]) -> list[Any]:
    """What valuing the currencies would book; nothing where there is none or a rate is missing."""
    check = next(check for check in checks if check.code == "currencies")
    if check.outcome != "open":
        return []
    try:
        return services.due_valuations(request.company, on=until)
    except InvalidInput:  # pragma: no cover - a rate deleted between two statements
        return []


@require_POST
@right_required("receivables.close_period")
def close_month(request: Request) -> HttpResponse:
    """Close the month when nothing is red."""
    asked = MonthForm(request.POST)
    if not asked.is_valid():
        return HttpResponseBadRequest()
    until: date = asked.cleaned_data["month"]
    checks = services.month_checks(request.company, until=until)
    form = CloseMonthForm(request.POST, checks=checks)
    context = _page(request, until, checks, form)
    if not form.is_valid():
        return render(request, PAGE, context, status=422)
    del context["form"]
    show_on_form(request, form, PAGE, **context)
    services.close_month(
        request.company,
        until=until,
        reasons=form.reasons(),
        area=form.cleaned_data["area"],
        strength=form.cleaned_data["strength"],
        by=request.user,
        on=request.company.today(),
    )
    messages.success(request, _("The books are closed until %(day)s.") % {"day": day(until)})
    return redirect(_address(until))


def _address(until: date) -> str:
    return f"{reverse('receivables:cockpit')}?month={until:%Y-%m}"


@require_POST
@right_required("receivables.close_period")
def value_currencies(request: Request) -> HttpResponse:
    """Value what is open in foreign currency at the month's last rate."""
    form = ValueForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    until = form.cleaned_data["month"]
    services.revalue(
        request.company,
        day=until,
        by=request.user,
        on=request.company.today(),
        late_reason=form.cleaned_data["late_reason"],
    )
    messages.success(request, _("What is open or held in foreign currency is valued."))
    return redirect(_address(until))


@require_POST
@right_required("receivables.prepare_closing")
def prove(request: Request) -> HttpResponse:
    """Have the books proved by a job."""
    token = request.POST.get("token", "")[:64] or uuid4().hex
    job = services.start_proof(request.company, by=request.user, token=token)
    return redirect("core:job", job.pk)


@require_GET
@right_required("receivables.view")
def proof(request: Request, pk: int) -> HttpResponse:
    """What a proof found."""
    run = get_object_or_404(ProofRun.objects.visible_to(request.user), pk=pk)
    return render(request, "receivables/proof.html", {"run": run})


@require_http_methods(["GET", "POST"])
@right_required("receivables.close_period")
def close(request: Request) -> HttpResponse:
    """Close an area up to any day, without the checks of a month."""
    form = CloseForm(request.POST or None, initial={"area": Area.ALL, "strength": Strength.HARD})
    context: dict[str, Any] = {
        "title": _("Close the books"),
        "back_url": reverse("receivables:cockpit"),
        "back_label": _("Close a month"),
        "submit_label": _("Close"),
        "lead": _closing_words(request),
    }
    show_on_form(request, form, "form.html", **context)
    if request.method == "POST" and form.is_valid():
        made = services.close_books(
            request.company, by=request.user, on=request.company.today(), **form.cleaned_data
        )
        said = {"day": day(made.closed_until)}
        messages.success(request, _("The books are closed until %(day)s.") % said)
        return redirect("receivables:journal")
    return render(
        request, "form.html", {**context, "form": form}, status=422 if form.is_bound else 200
    )


def _closing_words(request: Request) -> str:
    """What closing does, and up to when the whole books are closed."""
    effect = _(
        "Nothing can be posted on that day or before any more. Payments are still matched; what "
        "such a match has to post goes to the first open day. Going back to an earlier day takes "
        "two people."
    )
    closings = BooksClosing.objects.visible_to(request.user).filter(company=request.company)
    last = closings.filter(area=Area.ALL, strength=Strength.HARD).last()
    if last is None:
        return _("No day is closed yet. %(effect)s") % {"effect": effect}
    words = {"day": day(last.closed_until), "name": last.closed_by_name, "effect": effect}
    return _("Closed until %(day)s by %(name)s. %(effect)s") % words
