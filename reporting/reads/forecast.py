"""Cash expected: open items by due day, moved by how late their customer usually pays.

A customer's habit are the tenth, the middle and the ninetieth of a hundred days late of what they
paid in a year; with fewer than three payments everybody's habit stands in. An item already later
than that is expected a week from now; one more than 90 days overdue, or disputed, is not counted
on. The method is judged on the page: what it would have said four weeks ago, and what came.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from core.models import Company
from o2c.money import ZERO
from reporting.reads.habits import habits_of
from reporting.reads.kept import Past, past_of

TESTED_WEEKS = 4
HABIT = """
given AS (
    SELECT * FROM jsonb_to_recordset(%(habits)s::jsonb)
        AS one (customer_id bigint, payments int, days int[], late numeric, before numeric)
), habit AS (
    SELECT * FROM given WHERE customer_id IS NOT NULL
), everybody AS (
    SELECT COALESCE((SELECT days FROM given WHERE customer_id IS NULL), ARRAY[0, 0, 0]) AS days
)
"""
OPEN = """
later AS (
    SELECT debit_item_id AS item_id, sum(amount) AS part FROM receivables_allocation
     WHERE company_id = %(company)s AND effective_on > %(as_of)s GROUP BY 1
), owed AS (
    SELECT i.id, i.customer_id, i.document_number, i.due_on,
           i.outstanding_amount + COALESCE(later.part, 0)
             - CASE WHEN %(is_past)s THEN 0 ELSE COALESCE((SELECT sum(d.amount)
                FROM disputes_dispute d WHERE d.item_id = i.id AND d.state = 'open'), 0) END AS open
      FROM (SELECT id FROM receivables_openitem
             WHERE company_id = %(company)s AND outstanding_amount <> 0
             UNION SELECT item_id FROM later) AS wanted
      JOIN receivables_openitem i ON i.id = wanted.id
      LEFT JOIN later ON later.item_id = i.id
     WHERE i.amount > 0 AND i.currency = %(currency)s AND i.document_on <= %(as_of)s
), expected AS (
    SELECT owed.id, owed.customer_id, document_number, due_on, open,
           CASE WHEN open > 0 AND %(as_of)s - due_on <= 90 THEN ARRAY(
               SELECT CASE WHEN due_on + days <= %(as_of)s THEN %(as_of)s + 7
                           ELSE due_on + days END
                 FROM unnest(CASE WHEN habit.payments >= 3 THEN habit.days
                                  ELSE everybody.days END) WITH ORDINALITY AS h (days, n)
                ORDER BY n) END AS on_days
      FROM owed CROSS JOIN everybody LEFT JOIN habit ON habit.customer_id = owed.customer_id
     WHERE open > 0
)
"""
_WEEKS = f"""
WITH {HABIT}, {OPEN}
SELECT (on_days[n] - %(as_of)s - 1) / 7 AS week, n, sum(open)
  FROM expected CROSS JOIN generate_series(1, 3) AS n
 WHERE on_days IS NOT NULL AND on_days[n] <= %(as_of)s + 7 * %(weeks)s
 GROUP BY 1, 2
UNION ALL
SELECT NULL, 0, sum(open) FROM expected WHERE on_days IS NULL
UNION ALL
SELECT NULL, 1, sum(open) FROM expected
"""  # noqa: S608 - our own parts
_ITEMS = f"""
WITH {HABIT}, {OPEN}
SELECT expected.id, document_number, c.id, c.name, due_on, on_days[2], open
  FROM expected JOIN customers_customer c ON c.id = expected.customer_id
 WHERE on_days[2] BETWEEN %(first)s AND %(until)s
 ORDER BY on_days[2], open DESC, expected.id
"""  # noqa: S608 - our own parts
_CAME = """
SELECT COALESCE(sum(a.amount), 0.00) FROM receivables_allocation a
  JOIN receivables_openitem i ON i.id = a.debit_item_id
  JOIN receivables_openitem c ON c.id = a.credit_item_id
 WHERE a.company_id = %(company)s AND i.currency = %(currency)s AND c.kind = 'payment'
       AND a.effective_on > %(as_of)s AND a.effective_on <= %(until)s
       AND i.document_on <= %(as_of)s
"""


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days and what should come in them: when all pay early, as usual, late."""

    first: date
    early_amount: Decimal
    likely_amount: Decimal
    late_amount: Decimal

    @property
    def last(self) -> date:
        """The last of the seven days."""
        return self.first + timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Weeks from tomorrow on; ``left_out_amount`` is not counted on."""

    as_of: date
    weeks: tuple[Week, ...]
    open_amount: Decimal
    left_out_amount: Decimal

    @property
    def likely_amount(self) -> Decimal:
        """What should come in all the weeks."""
        return sum((week.likely_amount for week in self.weeks), ZERO)


@dataclass(frozen=True, slots=True)
class BackTest:
    """What the method said a while ago for the weeks since, and what came of those items."""

    as_of: date
    expected_amount: Decimal
    came_amount: Decimal


@dataclass(frozen=True, slots=True)
class ExpectedItem:
    """An open item and the day on which its customer should pay it."""

    item_id: int
    document_number: str
    customer_id: int
    customer_name: str
    due_on: date
    expected_on: date
    open_amount: Decimal


def forecast(  # noqa: PLR0913 - a day, a currency, how far
    company: Company,
    *,
    as_of: date,
    currency: str,
    weeks: int = 8,
    is_past: bool = False,
    past: Past | None = None,
) -> Forecast:
    """Expected receipts per week after ``as_of``. ``is_past`` ignores the disputes of today."""
    values = values_of(company, as_of, currency, past) | {"weeks": weeks, "is_past": is_past}
    with connection.cursor() as cursor:
        cursor.execute(_WEEKS, values)
        rows = cursor.fetchall()
    sums = {(week, n): amount or ZERO for week, n, amount in rows}
    return Forecast(
        as_of=as_of,
        weeks=tuple(
            Week(
                as_of + timedelta(days=1 + 7 * week),
                *[sums.get((week, n), ZERO) for n in (1, 2, 3)],
            )
            for week in range(weeks)
        ),
        open_amount=sums[None, 1],
        left_out_amount=sums[None, 0],
    )


def back_test(
    company: Company, *, as_of: date, currency: str, past: Past | None = None
) -> BackTest:
    """The forecast of four weeks ago beside what was paid on the items of then."""
    past = past or past_of(company)
    start, expected, came = past.rows(
        back_test_key(currency),
        as_of,
        lambda: back_test_now(company, as_of=as_of, currency=currency, past=past),
    )
    return BackTest(date.fromisoformat(start), Decimal(expected), Decimal(came))


def back_test_key(currency: str) -> str:
    """Under which it is kept."""
    return f"back_test {currency}"


def back_test_now(
    company: Company, *, as_of: date, currency: str, past: Past | None = None
) -> list[str]:
    """Its day, what was expected and what came; made anew whatever is kept."""
    start = as_of - timedelta(days=7 * TESTED_WEEKS)
    said = forecast(
        company, as_of=start, currency=currency, weeks=TESTED_WEEKS, is_past=True, past=past
    )
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"company": company.pk, "as_of": start, "until": as_of}
        cursor.execute(_CAME, values | {"currency": currency})
        (came,) = cursor.fetchone() or (ZERO,)
    return [start.isoformat(), str(said.likely_amount), str(came)]


def expected_items(
    company: Company,
    *,
    as_of: date,
    currency: str,
    first: date,
    until: date,
    past: Past | None = None,
) -> Sequence[ExpectedItem]:
    """Items that should be paid in a span, as usual: what a column of the picture sums."""
    values = values_of(company, as_of, currency, past)
    values |= {"first": first, "until": until, "is_past": False}
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS, values)
        return [ExpectedItem(*row) for row in cursor.fetchall()]


def values_of(
    company: Company, as_of: date, currency: str, past: Past | None = None
) -> dict[str, Any]:
    """What every statement here is asked with."""
    return {
        "company": company.pk,
        "as_of": as_of,
        "currency": currency,
        "habits": json.dumps(habits_of(company, past or past_of(company), as_of=as_of)),
    }
