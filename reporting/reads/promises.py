"""What customers promised to pay, and what came: a promise is kept when enough money arrived."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from core.models import Company

GRACE_DAYS = 3
"""Money needs days to arrive: a promise is broken when it has not come by then."""
BACK_DAYS = 90

_SQL = """
SELECT n.id, c.id, c.number, c.name, n.noted_on, n.promised_on, n.promised_amount,
       COALESCE(came.amount, 0.00), COALESCE(owed.amount, 0.00), u.name
  FROM customers_customernote n
  JOIN customers_customer c ON c.id = n.customer_id
  JOIN core_user u ON u.id = n.author_id
  LEFT JOIN LATERAL (
      SELECT sum(-i.amount) AS amount FROM receivables_openitem i
       WHERE i.customer_id = c.id AND i.kind = 'payment' AND i.currency = c.currency
             AND i.document_on BETWEEN n.noted_on AND n.promised_on + %(grace)s
  ) AS came ON true
  LEFT JOIN LATERAL (
      SELECT sum(i.outstanding_amount) AS amount FROM receivables_openitem i
       WHERE i.customer_id = c.id AND i.amount > 0 AND i.outstanding_amount <> 0
             AND i.due_on < %(as_of)s AND i.currency = c.currency
  ) AS owed ON true
 WHERE n.company_id = %(company)s AND n.outcome = 'promise' AND c.currency = %(currency)s
       AND n.promised_on >= %(as_of)s - %(back)s
 ORDER BY n.promised_on, n.id
"""


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise of a customer; without an amount it is for all that is overdue."""

    note_id: int
    customer_id: int
    customer_number: str
    customer_name: str
    noted_on: date
    promised_on: date
    promised_amount: Decimal | None
    came_amount: Decimal
    overdue_amount: Decimal
    author_name: str

    @property
    def expected_amount(self) -> Decimal:
        """What should come."""
        return self.overdue_amount if self.promised_amount is None else self.promised_amount

    def state(self, as_of: date) -> str:
        """``kept``, ``broken`` or still ``open``."""
        if self.promised_amount is None:
            is_kept = not self.overdue_amount
        else:
            is_kept = self.came_amount >= self.promised_amount
        if is_kept:
            return "kept"
        return "broken" if (as_of - self.promised_on).days > GRACE_DAYS else "open"


def promises(company: Company, *, as_of: date, currency: str) -> list[Promise]:
    """Promises of the last 90 days and those for days to come, the earliest first."""
    values: dict[str, Any] = {
        "company": company.pk,
        "as_of": as_of,
        "currency": currency,
        "grace": GRACE_DAYS,
        "back": BACK_DAYS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        return [Promise(*row) for row in cursor.fetchall()]
