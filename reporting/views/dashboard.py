"""The receivables dashboard: six figures, then the pictures behind them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.auth import right_required
from core.models import Company
from core.requests import Request
from core.roles import rights_of
from invoicing.services import shipments_wanting_invoice
from reporting.drawn import cash, receivables, stages
from reporting.pictures import KeyFigure, Picture
from reporting.reads.cash import cash_weeks, disputed
from reporting.reads.forecast import back_test, forecast
from reporting.reads.kept import Past, past_of
from reporting.reads.key_figures import SPAN, key_figures
from reporting.reads.late import late_payers
from reporting.reads.receivables import first_of_month
from reporting.reads.sales import sales_months
from reporting.reads.stages import stage_times, waiting
from reporting.views.base import address, as_of_form, picture_file

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the dashboard shows."""

    figures: list[KeyFigure]
    pictures: dict[str, Picture]
    stages: stages.Stages


@require_GET
@right_required("reporting.view")
def dashboard(request: Request) -> HttpResponseBase:
    """Receivables at a day, in one currency."""
    form = as_of_form(request)
    context: dict[str, Any] = {"form": form, "now": timezone.now()}
    if not form.is_valid():
        return render(request, "reporting/dashboard.html", context, status=422)
    as_of, currency = form.cleaned_data["as_of"], form.cleaned_data["currency"]
    board = _board(request, as_of, currency)
    file = picture_file(request, list(board.pictures.values()), {"stages": board.stages.sheet})
    if file is not None:
        return file
    context |= {
        "board": board,
        "as_of": as_of,
        "currency": currency,
        "is_today": as_of == request.company.today(),
        "picture_url": address(request),
        "stages_definition": stages.DEFINITION,
    }
    return render(request, "reporting/dashboard.html", context)


def _board(request: Request, as_of: date, currency: str) -> Board:
    company = request.company
    ends = month_ends(as_of, MONTHS)
    before = as_of - timedelta(days=SPAN)
    past = past_of(company)
    found = key_figures(company, [*ends, as_of, before], currency=currency, past=past)
    trend, now, then = found[:-1], found[-2], found[-1]
    weeks = cash_weeks(company, as_of=as_of, currency=currency)
    pictures = (
        receivables.ageing_picture(now.position, currency),
        _cash(company, weeks, as_of, currency, past),
        receivables.dso_picture(trend, currency),
        receivables.late_picture(
            late_payers(company, as_of=as_of, currency=currency, past=past),
            as_of=as_of,
            currency=currency,
        ),
        receivables.disputes_picture(disputed(company, currency=currency), currency),
        cash.touchless_picture(weeks, currency),
        sales_of_months(company, as_of, currency),
    )
    return Board(
        receivables.figures_of(now, then, trend, currency),
        {picture.key: picture for picture in pictures},
        stages_of(request, as_of, currency, past),
    )


def _cash(company: Company, weeks: list[Any], as_of: date, currency: str, past: Past) -> Picture:
    is_past = as_of < company.today()
    ahead = forecast(company, as_of=as_of, currency=currency, is_past=is_past, past=past)
    return cash.cash_picture(
        weeks, ahead, back_test(company, as_of=as_of, currency=currency, past=past), currency
    )


def cash_of(company: Company, as_of: date, currency: str, past: Past | None = None) -> Picture:
    """Received and expected, for pages that show nothing else of the weeks."""
    weeks = cash_weeks(company, as_of=as_of, currency=currency)
    return _cash(company, weeks, as_of, currency, past or past_of(company))


def sales_of_months(
    company: Company, as_of: date, currency: str, *, rep_id: int | None = None
) -> Picture:
    """Net sales of the month and those before it."""
    firsts = [first_of_month(as_of, back) for back in reversed(range(MONTHS))]
    months = sales_months(
        company, currency=currency, first=firsts[0], last=as_of, sales_rep_id=rep_id
    )
    return cash.sales_picture(months, firsts=firsts, last=as_of, currency=currency)


def stages_of(
    request: Request, as_of: date, currency: str, past: Past | None = None
) -> stages.Stages:
    """Order to cash: what waits now, and how long each step took up to the day."""
    company = request.company
    unbilled = shipments_wanting_invoice(company, on=company.today()).values_list("pk", flat=True)
    return stages.draw_stages(
        stage_times(company, as_of=as_of, past=past),
        waiting(company, currency=currency, unbilled=list(unbilled[:10_000])),
        today=company.today(),
        currency=currency,
        rights=rights_of(request.user.roles_by_company.get(company.pk, frozenset())),
    )


def month_ends(as_of: date, months: int) -> list[date]:
    """The ends of the months before a day's, oldest first."""
    return [first_of_month(as_of, back) - timedelta(days=1) for back in reversed(range(months))]
