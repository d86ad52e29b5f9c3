"""How late customers usually pay: what they paid in a year, each and all together."""

from datetime import date
from typing import Any

from django.db import connection

from core.models import Company
from reporting.reads.kept import Past

HABITS = "habits"
_SQL = """
WITH paid AS (
    SELECT i.customer_id, i.due_on, i.amount,
           max(a.effective_on) FILTER (WHERE c.kind = 'payment') AS paid_on
      FROM receivables_openitem i
      JOIN receivables_allocation a ON a.debit_item_id = i.id AND a.effective_on <= %(as_of)s
      JOIN receivables_openitem c ON c.id = a.credit_item_id
     WHERE i.company_id = %(company)s AND i.kind = 'invoice'
           AND i.document_on BETWEEN %(as_of)s - 365 AND %(as_of)s
     GROUP BY i.id HAVING sum(a.amount) = i.amount
), late AS (
    SELECT customer_id, paid_on, amount, paid_on - due_on AS days FROM paid
     WHERE paid_on IS NOT NULL
)
SELECT customer_id, count(*),
       percentile_disc(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY days),
       round(sum(days * amount) FILTER (WHERE paid_on > %(as_of)s - 90)
             / sum(amount) FILTER (WHERE paid_on > %(as_of)s - 90), 1),
       round(sum(days * amount) FILTER (WHERE paid_on <= %(as_of)s - 90)
             / sum(amount) FILTER (WHERE paid_on <= %(as_of)s - 90), 1)
  FROM late GROUP BY GROUPING SETS ((customer_id), ())
HAVING count(*) > 0
"""


def habits_of(company: Company, past: Past, *, as_of: date) -> list[dict[str, Any]]:
    """Per customer, and once for all (no customer): payments in a year, days late at the tenth,
    the middle and the ninetieth of a hundred, days late weighted by amount in the last 90 days and
    before. An invoice counts when it is settled, on the day of its last payment."""
    found: list[dict[str, Any]] = past.rows(HABITS, as_of, lambda: habits_now(company, as_of=as_of))
    return found


def habits_now(company: Company, *, as_of: date) -> list[dict[str, Any]]:
    """The same, made anew whatever is kept."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"company": company.pk, "as_of": as_of})
        rows = cursor.fetchall()
    return [
        {
            "customer_id": customer,
            "payments": payments,
            "days": days,
            "late": None if late is None else str(late),
            "before": None if before is None else str(before),
        }
        for customer, payments, days, late, before in rows
    ]
