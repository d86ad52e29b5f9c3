"""Money received, disputes and discounts: sums over bounded spans."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from core.models import Company
from o2c.money import ZERO

_WEEKS = """
SELECT (%(as_of)s - e.booking_on) / 7, sum(e.amount), count(*),
       COALESCE(sum(e.amount) FILTER (WHERE m.id IS NOT NULL), 0.00), count(m.id),
       COALESCE(sum(e.amount) FILTER (WHERE NOT e.is_settled), 0.00)
  FROM receivables_bankentry e
  LEFT JOIN receivables_bankmatch m
    ON m.bank_entry_id = e.id AND m.undone_at IS NULL AND m.way = 'auto'
 WHERE e.company_id = %(company)s AND e.currency = %(currency)s AND e.amount > 0
       AND NOT e.is_undone
       AND NOT EXISTS (SELECT FROM receivables_depositslip slip WHERE slip.match_id = m.id)
       AND e.booking_on > %(as_of)s - 7 * %(weeks)s AND e.booking_on <= %(as_of)s
 GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class CashWeek:
    """Money received in seven days: how much, in how many entries, and what matched by itself."""

    first: date
    received_amount: Decimal
    entry_count: int
    touchless_amount: Decimal
    touchless_count: int
    unmatched_amount: Decimal

    @property
    def last(self) -> date:
        """The last of the seven days."""
        return self.first + timedelta(days=6)


def cash_weeks(company: Company, *, as_of: date, currency: str, weeks: int = 8) -> list[CashWeek]:
    """The last weeks, each seven days, the newest ending with ``as_of``; oldest first."""
    values: dict[str, Any] = {
        "company": company.pk,
        "as_of": as_of,
        "currency": currency,
        "weeks": weeks,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WEEKS, values)
        found = {row[0]: row[1:] for row in cursor}
    return [
        CashWeek(as_of - timedelta(days=7 * back + 6), *found.get(back, (ZERO, 0, ZERO, 0, ZERO)))
        for back in reversed(range(weeks))
    ]


_DISPUTES = """
SELECT d.reason, count(*), sum(d.amount), min(d.opened_on) FROM disputes_dispute d
  JOIN receivables_openitem i ON i.id = d.item_id
 WHERE d.company_id = %s AND d.state = 'open' AND i.currency = %s
 GROUP BY 1 ORDER BY 3 DESC, 1
"""


@dataclass(frozen=True, slots=True)
class DisputedReason:
    """Open disputes of one reason."""

    reason: str
    count: int
    amount: Decimal
    oldest_on: date


def disputed(company: Company, *, currency: str) -> list[DisputedReason]:
    """What is contested now, by reason, most first."""
    with connection.cursor() as cursor:
        cursor.execute(_DISPUTES, [company.pk, currency])
        return [DisputedReason(*row) for row in cursor.fetchall()]


_DISCOUNTS = """
SELECT date_trunc('month', a.effective_on)::date, c.id, c.number, c.name, sum(a.amount), count(*)
  FROM receivables_allocation a
  JOIN receivables_openitem k ON k.id = a.credit_item_id AND k.kind = 'discount'
  JOIN customers_customer c ON c.id = k.customer_id
 WHERE a.company_id = %s AND k.currency = %s AND a.effective_on BETWEEN %s AND %s
 GROUP BY 1, c.id ORDER BY 1, 5 DESC
"""


@dataclass(frozen=True, slots=True)
class DiscountRow:
    """Cash discount a customer took in a month; what was taken back is taken off."""

    month: date
    customer_id: int
    customer_number: str
    customer_name: str
    amount: Decimal
    count: int


def discounts(company: Company, *, currency: str, first: date, last: date) -> list[DiscountRow]:
    """Discount by month and customer."""
    with connection.cursor() as cursor:
        cursor.execute(_DISCOUNTS, [company.pk, currency, first, last])
        return [DiscountRow(*row) for row in cursor.fetchall()]
