"""Key figures of receivables at the ends of days: DSO, its parts, how well we collect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.models import Company
from o2c.money import ZERO
from reporting.reads.kept import Past, past_of
from reporting.reads.positions import Position, billed_by_day, positions
from reporting.reads.receivables import (
    MONTHS_BACK,
    SIMPLE_DAYS,
    first_of_month,
    month_sales,
)
from reporting.rules import collection_effectiveness, dso_count_back, dso_simple

SPAN = 30
"""Days over which collection is judged, and how far back "a month ago" lies."""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """A day's position with what is derived from it; days with one decimal, None without sales."""

    position: Position
    dso_days: Decimal | None
    best_days: Decimal | None
    simple_days: Decimal | None
    sales_90_amount: Decimal
    effectiveness: Decimal | None

    @property
    def day(self) -> date:
        """The day at whose end this was so."""
        return self.position.day

    @property
    def delinquent_days(self) -> Decimal | None:
        """The part of DSO that lateness costs: DSO less the best possible one."""
        if self.dso_days is None or self.best_days is None:
            return None
        return self.dso_days - self.best_days


def key_figures(
    company: Company, days: Sequence[date], *, currency: str, past: Past | None = None
) -> list[KeyFigures]:
    """The figures of each day, in the order given; as many statements for one as for many."""
    past = past or past_of(company)
    openings = [_opening(day) for day in days]
    known = positions(company, [*days, *openings], currency=currency, past=past)
    first = first_of_month(min(days), MONTHS_BACK)
    sales = billed_by_day(company, currency=currency, first=first, last=max(days), past=past)
    pairs = zip(known[: len(days)], known[len(days) :], strict=True)
    return [_figures(now, before, sales) for now, before in pairs]


def _opening(day: date) -> date:
    """A month is judged from its beginning, any other day over 30 days."""
    is_month_end = (day + timedelta(days=1)).day == 1
    return day.replace(day=1) - timedelta(days=1) if is_month_end else day - timedelta(days=SPAN)


def _figures(now: Position, before: Position, sales: Mapping[date, Decimal]) -> KeyFigures:
    months = month_sales(sales, now.day)
    span = [amount for day, amount in sales.items() if before.day < day <= now.day]
    quarter = now.day - timedelta(days=SIMPLE_DAYS)
    sales_90 = sum((amount for day, amount in sales.items() if quarter < day <= now.day), ZERO)
    return KeyFigures(
        position=now,
        dso_days=dso_count_back(now.balance_amount, months),
        best_days=dso_count_back(min(now.not_due_amount, now.balance_amount), months),
        simple_days=dso_simple(now.balance_amount, sales_90, SIMPLE_DAYS),
        sales_90_amount=sales_90,
        effectiveness=collection_effectiveness(
            opening=before.open_amount,
            sales=sum(span, ZERO),
            closing=now.open_amount,
            closing_not_due=now.not_due_amount,
        ),
    )
