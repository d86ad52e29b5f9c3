"""Days sales outstanding and cash received."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import TruncMonth

from core.models import Company
from invoicing.models import Invoice
from o2c.money import ZERO
from receivables.models import BankEntry, BankMatch, JournalLine
from reporting.rules import MonthSales, dso_count_back, dso_simple

MONTHS_BACK = 12
SIMPLE_DAYS = 90


@dataclass(frozen=True, slots=True)
class Dso:
    """Days sales outstanding of a day, with the figures it was made from."""

    as_of: date
    receivable_amount: Decimal
    sales_90_amount: Decimal
    count_back_days: Decimal | None
    simple_days: Decimal | None


def receivable_balance(company: Company, *, as_of: date) -> Decimal:
    """Balance of the receivables account on a day: what the general ledger says we are owed."""
    balance = JournalLine.objects.filter(
        account__company=company, account__role="receivables", entry__posted_on__lte=as_of
    ).aggregate(total=Sum("amount"))["total"]
    return balance or ZERO


def dso(company: Company, *, as_of: date) -> Dso:
    """Count-back over the last twelve months, and simple over ninety days (gross sales)."""
    receivable = receivable_balance(company, as_of=as_of)
    sales_90 = _sales(company, date.fromordinal(as_of.toordinal() - SIMPLE_DAYS + 1), as_of)
    return Dso(
        as_of=as_of,
        receivable_amount=receivable,
        sales_90_amount=sales_90,
        count_back_days=dso_count_back(receivable, _months(company, as_of)),
        simple_days=dso_simple(receivable, sales_90, SIMPLE_DAYS),
    )


def _signed(first: date, last: date, company: Company) -> list[tuple[date, str, Decimal]]:
    rows = (
        Invoice.objects.filter(company=company, issued_on__range=(first, last))
        .issued()
        .annotate(month=TruncMonth("issued_on"))
        .order_by()
        .values("month", "kind")
        .annotate(total=Sum("gross_amount"))
    )
    return [(row["month"], row["kind"], row["total"]) for row in rows]


def _sales(company: Company, first: date, last: date) -> Decimal:
    return (
        sum(
            (-total if kind == Invoice.Kind.CREDIT_NOTE else total)
            for _month, kind, total in _signed(first, last, company)
        )
        or ZERO
    )


def _months(company: Company, as_of: date) -> list[MonthSales]:
    """Gross sales of the month so far and the eleven before it, newest first."""
    firsts = [_first_of(as_of, back) for back in range(MONTHS_BACK)]
    sums = dict.fromkeys(firsts, ZERO)
    for month, kind, total in _signed(firsts[-1], as_of, company):
        sums[month] += -total if kind == Invoice.Kind.CREDIT_NOTE else total
    return [
        MonthSales(
            sums[first],
            as_of.day if back == 0 else monthrange(first.year, first.month)[1],
        )
        for back, first in enumerate(firsts)
    ]


def _first_of(day: date, months_back: int) -> date:
    index = day.year * 12 + day.month - 1 - months_back
    return date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class CashMonth:
    """Money received in a month: how much of it found its invoices by itself."""

    month: date
    currency: str
    received_amount: Decimal
    touchless_amount: Decimal
    unmatched_amount: Decimal


def cash_in(company: Company, *, first: date, last: date) -> list[CashMonth]:
    """Credit entries of the bank per month, by how they were matched; oldest first."""
    live = BankMatch.objects.filter(bank_entry=OuterRef("pk"), undone_at=None)
    by_itself = Exists(live.filter(way=BankMatch.Way.AUTO))
    rows = (
        BankEntry.objects.filter(company=company, amount__gt=0, booking_on__range=(first, last))
        .annotate(month=TruncMonth("booking_on"))
        .order_by("month", "currency")
        .values("month", "currency")
        .annotate(
            received=Sum("amount"),
            touchless=Sum("amount", filter=by_itself),
            unmatched=Sum("amount", filter=Q(is_settled=False)),
        )
    )
    return [
        CashMonth(
            row["month"],
            row["currency"],
            row["received"],
            row["touchless"] or ZERO,
            row["unmatched"] or ZERO,
        )
        for row in rows
    ]
