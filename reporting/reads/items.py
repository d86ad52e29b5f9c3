"""The items behind a figure: what was open at the end of a day, by age, customer and side."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from core.models import Company

BUCKET_DAYS: dict[str, tuple[int, int]] = {
    "not_due": (-100_000, 0),
    "d1_30": (1, 30),
    "d31_60": (31, 60),
    "d61_90": (61, 90),
    "d91": (91, 100_000),
    "overdue": (1, 100_000),
    "owed": (-100_000, 100_000),
}
"""Bucket -> least and most days past due. ``credit`` and ``unapplied`` are sides, not ages."""
SIDES = {
    "credit": "open < 0 AND kind <> 'payment'",
    "unapplied": "open < 0 AND kind = 'payment'",
    "balance": "open <> 0",
}
LONGEST = 1000

_SQL = """
WITH later AS (
    SELECT item_id, sum(part) AS part FROM (
        SELECT debit_item_id AS item_id, amount AS part FROM receivables_allocation
         WHERE company_id = %(company)s AND effective_on > %(as_of)s
        UNION ALL
        SELECT credit_item_id, -amount FROM receivables_allocation
         WHERE company_id = %(company)s AND effective_on > %(as_of)s
    ) AS sides GROUP BY item_id
), item AS (
    SELECT i.id, i.kind, i.document_number, i.document_on, i.due_on, i.customer_id,
           i.amount, i.outstanding_amount + COALESCE(later.part, 0) AS open
      FROM (SELECT id FROM receivables_openitem
             WHERE company_id = %(company)s AND outstanding_amount <> 0
             UNION SELECT item_id FROM later) AS wanted
      JOIN receivables_openitem i ON i.id = wanted.id
      JOIN receivables_journalentry e ON e.id = i.entry_id
      LEFT JOIN later ON later.item_id = i.id
     WHERE e.posted_on <= %(as_of)s AND i.currency = %(currency)s
           AND (%(customer)s::bigint IS NULL OR i.customer_id = %(customer)s)
)
SELECT item.id, item.kind, document_number, c.id, c.name, document_on, due_on, amount, open,
       sum(open) OVER (), count(*) OVER ()
  FROM item JOIN customers_customer c ON c.id = item.customer_id
 WHERE {wanted}
 ORDER BY due_on, item.id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class ItemThen:
    """An item as it stood at the end of a day."""

    item_id: int
    kind: str
    document_number: str
    customer_id: int
    customer_name: str
    document_on: date
    due_on: date
    amount: Decimal
    open_amount: Decimal


@dataclass(frozen=True, slots=True)
class ItemsThen:
    """The first of them, and sum and count of all."""

    rows: list[ItemThen]
    total_amount: Decimal
    count: int


def items_then(
    company: Company, *, as_of: date, currency: str, bucket: str, customer_id: int | None = None
) -> ItemsThen:
    """What a figure of the ageing sums: items of one bucket or side, oldest due first."""
    least, most = BUCKET_DAYS.get(bucket, (0, 0))
    wanted = SIDES.get(bucket, "open > 0 AND %(as_of)s - due_on BETWEEN %(least)s AND %(most)s")
    values: dict[str, Any] = {
        "company": company.pk,
        "as_of": as_of,
        "currency": currency,
        "customer": customer_id,
        "least": least,
        "most": most,
        "limit": LONGEST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(wanted=wanted), values)
        found = cursor.fetchall()
    total, count = (found[0][9], found[0][10]) if found else (Decimal(0), 0)
    return ItemsThen([ItemThen(*row[:9]) for row in found], total, count)
