"""What customers owed us in all on any days: by age, credits apart; and what was billed per day.

An item adds its amount on the day it was posted, an allocation takes from both its items on its
effective day. Summed per (day, due day) this is small, however many documents there are, and any
day's position is the sum up to it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from core.models import Company
from o2c.money import ZERO
from reporting.reads.kept import Past
from reporting.reads.moves import MOVES, since_the_marks

_SQL = f"""
WITH move AS ({MOVES}), reduced AS (
    SELECT width_bucket(moved_on - 1, %(days)s::date[]) AS days_before, due_on, side,
           sum(amount) AS amount
      FROM move WHERE moved_on <= %(last)s GROUP BY 1, 2, 3 HAVING sum(amount) <> 0
)
SELECT day.on_day,
    COALESCE(sum(amount) FILTER (WHERE side = 'owed' AND due_on >= on_day), 0.00),
    COALESCE(sum(amount) FILTER (WHERE side = 'owed' AND on_day - due_on BETWEEN 1 AND 30), 0.00),
    COALESCE(sum(amount) FILTER (WHERE side = 'owed' AND on_day - due_on BETWEEN 31 AND 60), 0.00),
    COALESCE(sum(amount) FILTER (WHERE side = 'owed' AND on_day - due_on BETWEEN 61 AND 90), 0.00),
    COALESCE(sum(amount) FILTER (WHERE side = 'owed' AND on_day - due_on > 90), 0.00),
    COALESCE(sum(amount) FILTER (WHERE side = 'credit'), 0.00),
    COALESCE(sum(amount) FILTER (WHERE side = 'cash'), 0.00)
FROM unnest(%(days)s::date[]) WITH ORDINALITY AS day (on_day, n)
LEFT JOIN reduced ON days_before < n
GROUP BY 1
"""  # noqa: S608 - our own parts


@dataclass(frozen=True, slots=True)
class Position:
    """All customers together at the end of a day, in one currency. Credits are negative."""

    day: date
    buckets: tuple[Decimal, ...]
    credit_amount: Decimal
    unapplied_amount: Decimal

    @property
    def not_due_amount(self) -> Decimal:
        """Owed and not yet overdue."""
        return self.buckets[0]

    @property
    def overdue_amount(self) -> Decimal:
        """Everything past its due day."""
        return sum(self.buckets[1:], ZERO)

    @property
    def open_amount(self) -> Decimal:
        """Everything owed, credits not taken off."""
        return sum(self.buckets, ZERO)

    @property
    def balance_amount(self) -> Decimal:
        """What is owed less credits and unapplied cash: the ledger's balance."""
        return self.open_amount + self.credit_amount + self.unapplied_amount

    @property
    def overdue_rate(self) -> Decimal | None:
        """Overdue share of what is owed; None when nothing is."""
        return self.overdue_amount / self.open_amount if self.open_amount else None


def positions(
    company: Company, days: Sequence[date], *, currency: str, past: Past | None = None
) -> list[Position]:
    """The position at the end of each day, in the order given."""
    ordered = sorted(set(days))
    values = since_the_marks(company, past, currency=currency, sides=["owed", "credit", "cash"])
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values | {"days": ordered, "last": ordered[-1]})
        found = {row[0]: Position(row[0], tuple(row[1:6]), row[6], row[7]) for row in cursor}
    return [found[day] for day in days]


_BILLED = f"""
SELECT moved_on, sum(amount) FROM ({MOVES}) AS move
 WHERE moved_on BETWEEN %(first)s AND %(last)s GROUP BY 1
"""  # noqa: S608 - our own parts


def billed_by_day(
    company: Company, *, currency: str, first: date, last: date, past: Past | None = None
) -> dict[date, Decimal]:
    """Gross sales per day: invoices booked less credit notes."""
    values = since_the_marks(company, past, currency=currency, sides=["billed"])
    with connection.cursor() as cursor:
        cursor.execute(_BILLED, values | {"first": first, "last": last})
        return defaultdict(Decimal, cursor.fetchall())


_LEDGER = f"""
SELECT COALESCE(sum(amount), 0.00) FROM ({MOVES}) AS move WHERE moved_on <= %(as_of)s
"""  # noqa: S608 - our own parts


def ledger_balance(
    company: Company, *, currency: str, as_of: date, past: Past | None = None
) -> Decimal:
    """What the general ledger's receivables account says in that currency: the proof."""
    values = since_the_marks(company, past, currency=currency, sides=["ledger"])
    with connection.cursor() as cursor:
        cursor.execute(_LEDGER, values | {"as_of": as_of})
        (found,) = cursor.fetchone() or (ZERO,)
    return Decimal(found)
