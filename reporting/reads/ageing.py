"""Aged receivables per customer, as of any day, as effective or as known then."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import connection

from core.models import Company
from o2c.money import ZERO
from reporting.rules import BUCKETS

_SQL = """
WITH item AS (
    SELECT i.customer_id, i.currency, i.due_on, i.kind, i.amount
           - COALESCE(d.total, 0) + COALESCE(c.total, 0) AS open
    FROM receivables_openitem i
    JOIN receivables_journalentry e ON e.id = i.entry_id
    LEFT JOIN LATERAL (
        SELECT sum(a.amount) AS total FROM receivables_allocation a
        WHERE a.debit_item_id = i.id AND a.effective_on <= %(as_of)s
              AND (%(known)s::date IS NULL OR a.recorded_at < %(known)s::date + 1)
    ) d ON true
    LEFT JOIN LATERAL (
        SELECT sum(a.amount) AS total FROM receivables_allocation a
        WHERE a.credit_item_id = i.id AND a.effective_on <= %(as_of)s
              AND (%(known)s::date IS NULL OR a.recorded_at < %(known)s::date + 1)
    ) c ON true
    WHERE i.company_id = %(company)s AND e.posted_on <= %(as_of)s
          AND (%(known)s::date IS NULL OR e.recorded_at < %(known)s::date + 1)
)
SELECT item.customer_id, cu.number, cu.name, item.currency,
    COALESCE(sum(open) FILTER (WHERE open > 0 AND due_on >= %(as_of)s), 0.00),
    COALESCE(sum(open) FILTER (WHERE open > 0 AND %(as_of)s - due_on BETWEEN 1 AND 30), 0.00),
    COALESCE(sum(open) FILTER (WHERE open > 0 AND %(as_of)s - due_on BETWEEN 31 AND 60), 0.00),
    COALESCE(sum(open) FILTER (WHERE open > 0 AND %(as_of)s - due_on BETWEEN 61 AND 90), 0.00),
    COALESCE(sum(open) FILTER (WHERE open > 0 AND %(as_of)s - due_on > 90), 0.00),
    COALESCE(sum(open) FILTER (WHERE open < 0 AND kind <> 'payment'), 0.00),
    COALESCE(sum(open) FILTER (WHERE open < 0 AND kind = 'payment'), 0.00)
FROM item JOIN customers_customer cu ON cu.id = item.customer_id
WHERE open <> 0
GROUP BY item.customer_id, cu.number, cu.name, item.currency
ORDER BY cu.name, item.currency
"""


@dataclass(frozen=True, slots=True)
class AgeingRow:
    """One customer in one currency. ``buckets`` follow ``rules.BUCKETS``; credits are negative."""

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


def ageing(
    company: Company, *, as_of: date, known_on: date | None = None, customer_id: int | None = None
) -> list[AgeingRow]:
    """Open amounts per customer and currency on a day, in one statement.

    Effective dates decide; with ``known_on`` only what had been recorded by the end of that day
    counts as well, which is what a report printed then showed. Sum of buckets, credits and
    unapplied cash is the balance of the receivables account.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"company": company.pk, "as_of": as_of, "known": known_on})
        rows = [AgeingRow(*row[:4], tuple(row[4:9]), row[9], row[10]) for row in cursor.fetchall()]
    return rows if customer_id is None else [r for r in rows if r.customer_id == customer_id]


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
