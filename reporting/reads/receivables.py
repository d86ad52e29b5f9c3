"""Days sales outstanding and cash received."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
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
    return receivable_balances(company, [as_of])[0]


def receivable_balances(company: Company, days: Sequence[date]) -> list[Decimal]:
    """The same per day, with one statement for all of them."""
    sums = JournalLine.objects.filter(
        account__company=company, account__role="receivables", entry__posted_on__lte=max(days)
    ).aggregate(
        **{
            f"day_{index}": Sum("amount", filter=Q(entry__posted_on__lte=day))
            for index, day in enumerate(days)
        }
    )
    return [sums[f"day_{index}"] or ZERO for index in range(len(days))]


def dso(company: Company, *, as_of: date) -> Dso:
    """Count-back over the last twelve months, and simple over ninety days (gross sales)."""
    return dso_of_days(company, [as_of])[0]


def dso_of_days(company: Company, days: Sequence[date]) -> list[Dso]:
    """The same for several days, with two statements for all of them."""
    balances = receivable_balances(company, days)
    sales = _sales_by_day(company, first_of_month(min(days), MONTHS_BACK), max(days))
    return [_dso(day, owed, sales) for day, owed in zip(days, balances, strict=True)]


def _dso(as_of: date, receivable: Decimal, sales: Mapping[date, Decimal]) -> Dso:
    sales_90 = _between(sales, as_of - timedelta(days=SIMPLE_DAYS - 1), as_of)
    return Dso(
        as_of=as_of,
        receivable_amount=receivable,
        sales_90_amount=sales_90,
        count_back_days=dso_count_back(receivable, month_sales(sales, as_of)),
        simple_days=dso_simple(receivable, sales_90, SIMPLE_DAYS),
    )


def _sales_by_day(company: Company, first: date, last: date) -> dict[date, Decimal]:
    """Gross sales per day of issue, credit notes taken off."""
    rows = (
        Invoice.objects.filter(company=company, issued_on__range=(first, last))
        .issued()
        .order_by()
        .values_list("issued_on", "kind")
        .annotate(total=Sum("gross_amount"))
    )
    sales: dict[date, Decimal] = defaultdict(Decimal)
    for day, kind, total in rows:
        sales[day] += -total if kind == Invoice.Kind.CREDIT_NOTE else total
    return sales


def _between(sales: Mapping[date, Decimal], first: date, last: date) -> Decimal:
    return sum((amount for day, amount in sales.items() if first <= day <= last), ZERO)


def month_sales(sales: Mapping[date, Decimal], as_of: date) -> list[MonthSales]:
    """Gross sales of the month so far and the eleven before it, newest first."""
    months = []
    for back in range(MONTHS_BACK):
        first = first_of_month(as_of, back)
        days = monthrange(first.year, first.month)[1] if back else as_of.day
        months.append(MonthSales(_between(sales, first, first.replace(day=days)), days))
    return months


def first_of_month(day: date, months_back: int) -> date:
    """The first day of the month so many months before the day's."""
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
    """Credit entries of the bank per month, by how they were matched; oldest first.

    Cash and cheques count when they are taken, not again when the bank credits their slip.
    """
    live = BankMatch.objects.filter(bank_entry=OuterRef("pk"), undone_at=None)
    by_itself = Exists(live.filter(way=BankMatch.Way.AUTO))
    rows = (
        BankEntry.objects.in_books()
        .filter(company=company, amount__gt=0, booking_on__range=(first, last))
        .exclude(Exists(live.filter(deposit_slip__isnull=False)))
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
