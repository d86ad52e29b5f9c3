"""Days that reports keep, summed again; each breach is a sentence."""

from collections.abc import Callable

from django.db import connection

from core.models import Company
from reporting.models import Fold
from reporting.reads.moves import ROWS

Check = Callable[[Company], list[str]]

_DAYS = f"""
SELECT COALESCE(k.currency, r.currency), COALESCE(k.side, r.side), COALESCE(k.amount, 0),
       COALESCE(r.amount, 0)
  FROM (SELECT currency, side, moved_on, due_on, amount FROM reporting_daymove
         WHERE company_id = %(company)s AND amount <> 0) AS k
  FULL JOIN (SELECT currency, side, moved_on, due_on, sum(amount) AS amount
               FROM ({ROWS}) AS rows GROUP BY 1, 2, 3, 4 HAVING sum(amount) <> 0) AS r
    USING (currency, side, moved_on, due_on)
 WHERE COALESCE(k.amount, 0) <> COALESCE(r.amount, 0)
 LIMIT 50
"""  # noqa: S608 - our own parts


def days_are_sums(company: Company) -> list[str]:
    """Kept days against the rows up to the marks."""
    mark = Fold.objects.filter(company=company).first()
    if mark is None:
        return []
    values = {
        "company": company.pk,
        "items": 0,
        "items_to": mark.item_id,
        "allocations": 0,
        "allocations_to": mark.allocation_id,
        "lines": 0,
        "lines_to": mark.line_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, values)
        rows = cursor.fetchall()
    return [
        f"A day's {side} in {currency} is kept as {kept}, its rows come to {summed}."
        for currency, side, kept, summed in rows
    ]


CHECKS: dict[str, Check] = {"the days of reports are the sums of their rows": days_are_sums}
