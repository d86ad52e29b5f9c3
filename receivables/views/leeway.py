"""What the matcher may do: the settings in force, trying others, saving what was tried."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import receivables.services as services
from core.auth import right_required
from core.refusals import show_on_form
from core.requests import Request
from receivables.forms_matching import MatchingForm, kind_words
from receivables.models import Backtest, MatchingSettings

_DAYS = 365


@require_http_methods(["GET", "POST"])
@right_required(services.LEEWAY_RIGHT)
def matching_settings(request: Request) -> HttpResponse:
    """A form that tries settings first; what held so far, and what was tried."""
    company, today = request.company, request.company.today()
    form = MatchingForm(request.POST or None, initial=MatchingForm.of(services.leeway_of(company)))
    rows = MatchingSettings.objects.visible_to(request.user).filter(company=company)
    context: dict[str, Any] = {
        "title": _("What the matcher may do"),
        "back_url": reverse("receivables:matching"),
        "back_label": _("Match payments"),
        "submit_label": _("Try on the last twelve months"),
        "lead": _(
            "Nothing is saved yet: first you see which payments of the last twelve months would"
            " have been booked otherwise, and which of them wrongly."
        ),
        "kept": [(row, _words_of(row.held)) for row in rows.order_by("-valid_from", "-pk")[:20]],
        "tried": Backtest.objects.visible_to(request.user).filter(company=company)[:10],
    }
    show_on_form(request, form, "receivables/matching_settings.html", **context)
    if request.method == "POST" and form.is_valid():
        job = services.start_backtest(
            company,
            form.leeway(),
            today - timedelta(days=_DAYS),
            today,
            by=request.user,
            token=form.cleaned_data["token"],
        )
        return redirect("core:job", job.pk)
    status = 422 if form.is_bound else 200
    return render(
        request, "receivables/matching_settings.html", {**context, "form": form}, status=status
    )


@require_GET
@right_required("receivables.view")
def backtest(request: Request, pk: int) -> HttpResponse:
    """What settings would have done, payment by payment, and the button that saves them."""
    found = get_object_or_404(Backtest.objects.visible_to(request.user), pk=pk)
    context = {
        "run": found,
        "held": _words_of(found.held),
        "rows": [_row(row) for row in found.rows],
        "may_set": request.user.may(services.LEEWAY_RIGHT, found.company_id),
    }
    return render(request, "receivables/backtest.html", context)


@require_POST
@right_required(services.LEEWAY_RIGHT)
def save_settings(request: Request, pk: int) -> HttpResponse:
    """Let what was tried hold from today on."""
    found = get_object_or_404(Backtest.objects.visible_to(request.user), pk=pk)
    today = found.company.today()
    leeway = services.Leeway(found.rounding_limit, found.charges_limit, frozenset(found.held))
    services.set_leeway(found.company, leeway, valid_from=today, by=request.user, on=today)
    messages.success(request, _("The settings hold from today on."))
    return redirect("receivables:matching_settings")


def _words_of(kinds: Sequence[str]) -> str:
    words = kind_words()
    return ", ".join(words.get(kind, kind) for kind in kinds)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    words = {
        "more": _("booked by itself"),
        "fewer": _("left to a person"),
        "other": _("booked otherwise"),
        "same": _("as now"),
    }
    return {
        **row,
        "word": words[row["what"]],
        "amount": Decimal(row["amount"]),
        "booking_on": date.fromisoformat(row["booking_on"]),
    }
