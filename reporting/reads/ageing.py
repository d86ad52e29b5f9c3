"""Aged receivables per customer, as of any day, as effective or as known then."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q, Sum

from core.models import Company
from o2c.money import ZERO
from receivables.models import OpenItem
from reporting.rules import BUCKETS

# A sum per bucket; days are compared before amounts, as that is cheaper and settles most.
_SUMS = """
    COALESCE(sum({open}) FILTER (WHERE due_on >= %(as_of)s AND {open} > 0), 0.00),
    COALESCE(sum({open}) FILTER (WHERE due_on < %(as_of)s AND due_on >= %(as_of)s - 30
                                      AND {open} > 0), 0.00),
    COALESCE(sum({open}) FILTER (WHERE due_on < %(as_of)s - 30 AND due_on >= %(as_of)s - 60
                                      AND {open} > 0), 0.00),
    COALESCE(sum({open}) FILTER (WHERE due_on < %(as_of)s - 60 AND due_on >= %(as_of)s - 90
                                      AND {open} > 0), 0.00),
    COALESCE(sum({open}) FILTER (WHERE due_on < %(as_of)s - 90 AND {open} > 0), 0.00),
    COALESCE(sum({open}) FILTER (WHERE {open} < 0 AND kind <> 'payment'), 0.00),
    COALESCE(sum({open}) FILTER (WHERE {open} < 0 AND kind = 'payment'), 0.00)
"""
# What is open now, plus what was allocated only after the day (or only known after it), is what was
# open then: a report of today reads open items alone, however long the history is. When nothing at
# all came after the day, which is how it is most often read, they are summed without a join.
_SQL = """
WITH later AS (
    SELECT item_id, sum(part) AS part FROM (
        SELECT debit_item_id AS item_id, amount AS part FROM receivables_allocation
         WHERE company_id = %(company)s AND ({unallocated})
        UNION ALL
        SELECT credit_item_id, -amount FROM receivables_allocation
         WHERE company_id = %(company)s AND ({unallocated})
    ) AS sides GROUP BY item_id
), too_late AS (
    SELECT id FROM receivables_journalentry
     WHERE company_id = %(company)s AND ({unposted})
), after AS (
    SELECT EXISTS (SELECT FROM later) OR EXISTS (SELECT FROM too_late) AS came
), item AS (
    SELECT i.customer_id, i.currency, i.due_on, i.kind,
           i.outstanding_amount + COALESCE(later.part, 0) AS open
      FROM receivables_openitem i LEFT JOIN later ON later.item_id = i.id
     WHERE (SELECT came FROM after) AND i.company_id = %(company)s AND i.outstanding_amount <> 0
           AND NOT EXISTS (SELECT FROM too_late WHERE too_late.id = i.entry_id)
           AND (%(customer)s::bigint IS NULL OR i.customer_id = %(customer)s)
     UNION ALL
    SELECT i.customer_id, i.currency, i.due_on, i.kind, later.part
      FROM later JOIN receivables_openitem i ON i.id = later.item_id
     WHERE i.outstanding_amount = 0
           AND NOT EXISTS (SELECT FROM too_late WHERE too_late.id = i.entry_id)
           AND (%(customer)s::bigint IS NULL OR i.customer_id = %(customer)s)
), total (
    customer_id, currency, not_due, to_30, to_60, to_90, over_90, credit, unapplied
) AS (
    SELECT customer_id, currency, {sums_then}
      FROM item WHERE open <> 0 GROUP BY customer_id, currency
     UNION ALL
    SELECT customer_id, currency, {sums_now}
      FROM receivables_openitem
     WHERE NOT (SELECT came FROM after) AND company_id = %(company)s AND outstanding_amount <> 0
           AND (%(customer)s::bigint IS NULL OR customer_id = %(customer)s)
     GROUP BY customer_id, currency
)
SELECT total.customer_id, cu.number, cu.name, total.currency,
    not_due, to_30, to_60, to_90, over_90, credit, unapplied
FROM total JOIN customers_customer cu ON cu.id = total.customer_id
ORDER BY cu.name, cu.number, total.currency
"""
_BOTH = {
    "sums_now": _SUMS.format(open="outstanding_amount"),
    "sums_then": _SUMS.format(open="open"),
}

# Two texts and not one with a NULL in it: PostgreSQL reads whole tables for ``day > x OR NULL``.
_AS_EFFECTIVE = _SQL.format(
    unallocated="effective_on > %(as_of)s", unposted="posted_on > %(as_of)s", **_BOTH
)
_AS_KNOWN = _SQL.format(
    unallocated="effective_on > %(as_of)s OR recorded_at >= %(known_before)s",
    unposted="posted_on > %(as_of)s OR recorded_at >= %(known_before)s",
    **_BOTH,
)


class AgeingRow(NamedTuple):
    """One customer in one currency. ``buckets`` follow ``rules.BUCKETS``; credits are negative.

    A tuple: a report makes thousands of them.
    """

    customer_id: int
    customer_number: str
    customer_name: str
    currency: str
    buckets: tuple[Decimal, ...]
    credit_amount: Decimal
    unapplied_amount: Decimal

    @property
    def overdue_amount(self) -> Decimal:
        """Everything past its due day."""
        return sum(self.buckets[1:], ZERO)

    @property
    def balance_amount(self) -> Decimal:
        """Buckets plus credits and unapplied cash: what the ledger says the customer owes."""
        return sum(self.buckets, ZERO) + self.credit_amount + self.unapplied_amount


@dataclass(slots=True)
class AgeingTotal:
    """Sums over customers, one per currency."""

    currency: str
    buckets: list[Decimal] = field(default_factory=lambda: [ZERO] * len(BUCKETS))
    credit_amount: Decimal = ZERO
    unapplied_amount: Decimal = ZERO
    balance_amount: Decimal = ZERO

    @property
    def overdue_amount(self) -> Decimal:
        """Everything past its due day."""
        return sum(self.buckets[1:], ZERO)


def ageing(
    company: Company, *, as_of: date, known_on: date | None = None, customer_id: int | None = None
) -> list[AgeingRow]:
    """Open amounts per customer and currency on a day, in one statement.

    Effective dates decide; with ``known_on`` only what had been recorded by the end of that day
    counts as well, which is what a report printed then showed. Sum of buckets, credits and
    unapplied cash is the balance of the receivables account.
    """
    values: dict[str, int | date | datetime | None] = {
        "company": company.pk,
        "as_of": as_of,
        "known_before": end_of(known_on, company) if known_on else None,
        "customer": customer_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_AS_KNOWN if known_on else _AS_EFFECTIVE, values)
        rows = cursor.fetchall()
    return [
        AgeingRow(row[0], row[1], row[2], row[3], tuple(row[4:9]), row[9], row[10]) for row in rows
    ]


def end_of(day: date, company: Company) -> datetime:
    """The moment a business day is over in the company's time zone."""
    midnight = datetime.combine(day + timedelta(days=1), time.min)
    return midnight.replace(tzinfo=ZoneInfo(company.time_zone))


def ageing_now(company: Company, *, on: date) -> list[AgeingTotal]:
    """Totals per currency of what is open at this moment; for the home page."""
    owed = Q(outstanding_amount__gt=0)
    edges = [on - timedelta(days=days) for days in (0, 30, 60, 90)]
    spans = [
        Q(due_on__gte=edges[0]),
        *[Q(due_on__lt=edges[n], due_on__gte=edges[n + 1]) for n in range(3)],
        Q(due_on__lt=edges[3]),
    ]
    paid = Q(outstanding_amount__lt=0, kind=OpenItem.Kind.PAYMENT)
    credit = Q(outstanding_amount__lt=0) & ~Q(kind=OpenItem.Kind.PAYMENT)
    filters = {name: owed & span for name, span in zip(BUCKETS, spans, strict=True)}
    filters |= {"credit": credit, "unapplied": paid, "balance": Q()}
    sums = {name: Sum("outstanding_amount", filter=wanted) for name, wanted in filters.items()}
    items = OpenItem.objects.filter(company=company).open().order_by("currency")
    rows: Any = items.values("currency").annotate(**sums)
    return [
        AgeingTotal(
            row["currency"],
            [row[name] or ZERO for name in BUCKETS],
            row["credit"] or ZERO,
            row["unapplied"] or ZERO,
            row["balance"] or ZERO,
        )
        for row in rows
    ]


def ageing_totals(rows: Iterable[AgeingRow]) -> list[AgeingTotal]:
    """One total row per currency; amounts of two currencies are never added."""
    totals: dict[str, AgeingTotal] = {}
    for row in rows:
        total = totals.setdefault(row.currency, AgeingTotal(row.currency))
        total.buckets = [a + b for a, b in zip(total.buckets, row.buckets, strict=True)]
        total.credit_amount += row.credit_amount
        total.unapplied_amount += row.unapplied_amount
        total.balance_amount += row.balance_amount
    return sorted(totals.values(), key=lambda total: total.currency)
