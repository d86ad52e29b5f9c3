"""The arithmetic of reports: buckets of age, days sales outstanding."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from o2c.money import ZERO

BUCKETS = ("not_due", "d1_30", "d31_60", "d61_90", "d91")
"""Ageing by days overdue: not yet due (the due day included), 1-30, 31-60, 61-90, 91 and more."""

_UPPER = (30, 60, 90)


def bucket_of(due_on: date, *, as_of: date) -> str:
    """The ageing bucket of an item; an item due on the day itself is not overdue."""
    days = (as_of - due_on).days
    if days <= 0:
        return BUCKETS[0]
    return next((BUCKETS[i + 1] for i, top in enumerate(_UPPER) if days <= top), BUCKETS[-1])


@dataclass(frozen=True, slots=True)
class MonthSales:
    """Gross sales of one month and how many days of it count."""

    gross_amount: Decimal
    days: int


def dso_count_back(receivable: Decimal, months: Sequence[MonthSales]) -> Decimal | None:
    """Days sales outstanding by count-back, one decimal.

    ``months`` come newest first. Whole months are taken off the receivable as long as it exceeds
    their sales; the last one counts in proportion. None when there were no sales to count back
    over; the days of all given months when the receivable exceeds all their sales.
    """
    days, left = Decimal(0), receivable
    if left <= 0:
        return Decimal("0.0")
    if not any(month.gross_amount > 0 for month in months):
        return None
    for month in months:
        if month.gross_amount <= 0:
            days += month.days
            continue
        if left <= month.gross_amount:
            return _one_place(days + Decimal(month.days) * left / month.gross_amount)
        left -= month.gross_amount
        days += month.days
    return _one_place(days)


def dso_simple(receivable: Decimal, sales: Decimal, days: int) -> Decimal | None:
    """Receivables / gross sales of the period x its days, one decimal; None without sales."""
    return _one_place(receivable * days / sales) if sales > ZERO else None


def collection_effectiveness(
    *, opening: Decimal, sales: Decimal, closing: Decimal, closing_not_due: Decimal
) -> Decimal | None:
    """Collection effectiveness index in percent, one decimal.

    (opening + sales - closing) / (opening + sales - closing not due) x 100: of what could have
    been collected in the span, how much was. None when nothing could have been.
    """
    could = opening + sales - closing_not_due
    if could <= ZERO:
        return None
    return _one_place((opening + sales - closing) * 100 / could)


def _one_place(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
