"""Who pays late: overdue on a day, days late this quarter, and which way that goes."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from core.models import Company
from reporting.reads.forecast import HABIT, OPEN, values_of
from reporting.reads.kept import Past


@dataclass(frozen=True, slots=True)
class LatePayer:
    """A customer, what they owe past due, and how late they paid: this quarter, and before."""

    customer_id: int
    number: str
    name: str
    overdue_amount: Decimal
    oldest_due_on: date | None
    payments: int
    late_days: Decimal | None
    before_days: Decimal | None

    @property
    def trend_days(self) -> Decimal | None:
        """How much later (positive) or sooner they pay than before."""
        if self.late_days is None or self.before_days is None:
            return None
        return self.late_days - self.before_days


_LATE = f"""
WITH {HABIT}, {OPEN}, overdue AS (
    SELECT customer_id, sum(open) AS amount, min(due_on) AS oldest FROM owed
     WHERE open > 0 AND due_on < %(as_of)s GROUP BY customer_id
)
SELECT c.id, c.number, c.name, COALESCE(overdue.amount, 0.00), oldest,
       COALESCE(payments, 0), late, before
  FROM overdue FULL JOIN habit USING (customer_id)
  JOIN customers_customer c ON c.id = customer_id
 WHERE COALESCE(overdue.amount, 0) > 0 OR late > 0
 ORDER BY 4 DESC, late DESC NULLS LAST, c.name
"""  # noqa: S608 - our own parts


def late_payers(
    company: Company, *, as_of: date, currency: str, past: Past | None = None
) -> list[LatePayer]:
    """Who pays late, largest overdue first; days late are weighted by amount."""
    with connection.cursor() as cursor:
        cursor.execute(_LATE, values_of(company, as_of, currency, past) | {"is_past": True})
        return [LatePayer(*row) for row in cursor.fetchall()]
