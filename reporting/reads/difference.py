"""Why receivables on one day are not what they were on another: documents, by what they did.

An item adds its amount on the day it was posted; allocations only join items, so they change no
balance, but for the difference of exchange, which has an entry of its own. As known, a day is what
had been recorded by its end: what came later into earlier days is a group of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from core.models import Company
from o2c.money import ZERO
from reporting.reads.ageing import end_of

GROUPS = (
    "opening",
    "invoice",
    "charge",
    "credit_note",
    "payment",
    "discount",
    "write_off",
    "set_off",
    "refund",
    "fee",
    "interest",
    "flat_sum",
    "undone",
    "exchange",
    "late",
)
"""In the order of the page; ``undone``: taken back or returned, ``late``: into days before."""
LONGEST = 1000

_THERE = {
    "effective": "e.posted_on <= %({day})s",
    "known": "e.posted_on <= %({day})s AND e.recorded_at < %({day}_end)s",
}
"""Way -> what counts at the end of a day, ``first`` or ``last``."""
_GROUP = """CASE
    WHEN e.posted_on <= %(first)s THEN 'late'
    WHEN e.reverses_id IS NOT NULL OR e.source_key LIKE 'revoked:%%'
         OR i.kind = 'payment' AND i.amount > 0 THEN 'undone'
    WHEN e.source_key LIKE 'opening:%%' THEN 'opening'
    ELSE i.kind END"""
_MOVES = f"""
    SELECT {_GROUP} AS part, i.id AS item_id, i.entry_id, i.document_number, i.customer_id,
           e.posted_on, e.recorded_at, i.amount, i.functional_amount AS worth
      FROM receivables_openitem AS i JOIN receivables_journalentry AS e ON e.id = i.entry_id
     WHERE e.company_id = %(company)s AND i.currency = %(currency)s AND {{came}}
           AND (%(customer)s::bigint IS NULL OR i.customer_id = %(customer)s)
    UNION ALL
    SELECT CASE WHEN e.posted_on <= %(first)s THEN 'late' ELSE 'exchange' END, NULL, e.id,
           e.document_number, l.customer_id, e.posted_on, e.recorded_at, l.currency_amount,
           l.amount
      FROM receivables_journalentry AS e
      JOIN receivables_journalline AS l ON l.entry_id = e.id
      JOIN receivables_account AS k ON k.id = l.account_id AND k.role = 'receivables'
     WHERE e.company_id = %(company)s AND e.exchange_of_id IS NOT NULL AND {{came}}
           AND l.currency = %(currency)s
           AND (%(customer)s::bigint IS NULL OR l.customer_id = %(customer)s)
"""  # noqa: S608 - our own parts
_SUMS = """
SELECT part, count(*), sum(amount), sum(worth) FROM ({moves}) AS move GROUP BY part
"""
# The control account itself, not the items: what the explanation must come to.
_BALANCE = """
SELECT COALESCE(sum(l.currency_amount), 0.00), COALESCE(sum(l.amount), 0.00)
  FROM receivables_journalline AS l
  JOIN receivables_account AS k ON k.id = l.account_id
  JOIN receivables_journalentry AS e ON e.id = l.entry_id
 WHERE k.company_id = %(company)s AND k.role = 'receivables' AND l.currency = %(currency)s
   AND (%(customer)s::bigint IS NULL OR l.customer_id = %(customer)s) AND {there}
"""
_ROWS = """
SELECT part, item_id, entry_id, document_number, c.id, c.name, posted_on, recorded_at, amount,
       worth, sum(amount) OVER (), sum(worth) OVER (), count(*) OVER ()
  FROM ({moves}) AS move LEFT JOIN customers_customer AS c ON c.id = move.customer_id
 WHERE part = %(part)s ORDER BY posted_on, entry_id, item_id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Question:
    """Which difference is asked for; ``way`` is ``effective`` or ``known``."""

    company: Company
    first: date
    last: date
    currency: str
    way: str = "effective"
    customer_id: int | None = None

    def values(self) -> dict[str, Any]:
        """As the statements want it."""
        return {
            "company": self.company.pk,
            "first": self.first,
            "last": self.last,
            "first_end": end_of(self.first, self.company),
            "last_end": end_of(self.last, self.company),
            "currency": self.currency,
            "customer": self.customer_id,
        }


@dataclass(frozen=True, slots=True)
class Part:
    """One group: how many documents, their amount, their worth in the books' currency."""

    part: str
    count: int
    amount: Decimal
    worth: Decimal


@dataclass(frozen=True, slots=True)
class Difference:
    """The control account at the end of both days, and what happened in between."""

    opening: tuple[Decimal, Decimal]
    parts: Sequence[Part]
    closing: tuple[Decimal, Decimal]

    @property
    def explained(self) -> tuple[Decimal, Decimal]:
        """Opening and all parts: amount and worth. Equals the closing, or a row is missing."""
        return (
            self.opening[0] + sum((part.amount for part in self.parts), ZERO),
            self.opening[1] + sum((part.worth for part in self.parts), ZERO),
        )


class Document(NamedTuple):
    """A document behind a group; ``item_id`` None for a difference of exchange."""

    part: str
    item_id: int | None
    entry_id: int
    number: str
    customer_id: int | None
    customer_name: str
    posted_on: date
    recorded_at: Any
    amount: Decimal
    worth: Decimal


@dataclass(frozen=True, slots=True)
class Documents:
    """The first of them, sum and count of all."""

    rows: list[Document]
    amount: Decimal
    worth: Decimal
    count: int


def difference(asked: Question) -> Difference:
    """Opening, groups and closing of the receivables account; groups without a document are left
    out."""
    before, after = (_THERE[asked.way].format(day=day) for day in ("first", "last"))
    moves, values = _moves(asked), asked.values()
    with connection.cursor() as cursor:
        cursor.execute(_BALANCE.format(there=before), values)
        opening = cursor.fetchone()
        cursor.execute(_SUMS.format(moves=moves), values)
        found = {row[0]: Part(*row) for row in cursor.fetchall()}
        cursor.execute(_BALANCE.format(there=after), values)
        closing = cursor.fetchone()
    return Difference(opening, [found[part] for part in GROUPS if part in found], closing)


def _moves(asked: Question) -> str:
    """What counts at the end of the last day and did not at the end of the first."""
    before, after = (_THERE[asked.way].format(day=day) for day in ("first", "last"))
    if asked.way == "effective":
        return _MOVES.format(came="e.posted_on > %(first)s AND e.posted_on <= %(last)s")
    return _MOVES.format(came=f"{after} AND NOT ({before})")


def documents_of(asked: Question, part: str) -> Documents:
    """What a group sums, oldest first."""
    values = asked.values() | {"part": part, "limit": LONGEST}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(moves=_moves(asked)), values)
        rows = cursor.fetchall()
    amount, worth, count = rows[0][10:] if rows else (ZERO, ZERO, 0)
    return Documents([Document(*row[:10]) for row in rows], amount, worth, count)
