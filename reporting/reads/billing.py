"""How well billing works: how long each step to the buyer takes, and what was right at once."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from core.models import Company

STEPS = ("bill", "send", "receive")
"""Dispatched to issued, issued to handed over, handed over to received."""
LONGEST = 500
EARLIER = timedelta(days=31)
"""A document may be dated so much after the day on which it is sent."""

_TIMED = """
WITH asked AS (
    SELECT id, issued_on, issued_at, delivered_on, replaces_id FROM invoicing_invoice
     WHERE company_id = %(company)s AND issued_on BETWEEN %(first)s AND %(last)s
           AND kind IN ('invoice', 'deposit') AND state <> 'draft'
), handed AS (
    SELECT invoice_id, min(done_at) FILTER (WHERE state = 'done') AS sent_at,
           min(receipt_at) FILTER (
               WHERE receipt = 'accepted' AND channel IN ('peppol', 'email')) AS received_at,
           bool_or(receipt = 'rejected') AS is_refused
      FROM invoicing_invoicedelivery
     WHERE company_id = %(company)s AND created_at >= %(earliest)s
     GROUP BY invoice_id
), credited AS (
    SELECT DISTINCT corrects_id AS id FROM invoicing_invoice
     WHERE company_id = %(company)s AND issued_on >= %(first)s AND kind = 'credit_note'
           AND state <> 'draft'
), disputed AS (
    SELECT DISTINCT item.invoice_id AS id FROM disputes_dispute AS dispute
      JOIN receivables_openitem AS item ON item.id = dispute.item_id
     WHERE dispute.company_id = %(company)s AND dispute.state <> 'rejected'
           AND dispute.reason IN ('price', 'quantity', 'invoice')
), timed AS (
    SELECT asked.id, asked.issued_on, asked.delivered_on, asked.replaces_id IS NULL AS is_first,
           CASE WHEN asked.replaces_id IS NULL
                THEN (asked.issued_on - asked.delivered_on)::float8 END AS bill,
           EXTRACT(epoch FROM sent_at - asked.issued_at)::float8 / 3600 AS send,
           EXTRACT(epoch FROM received_at - sent_at)::float8 / 3600 AS receive,
           credited.id IS NOT NULL AS is_credited, COALESCE(is_refused, false) AS is_refused,
           disputed.id IS NOT NULL AS is_disputed
      FROM asked
      LEFT JOIN handed ON handed.invoice_id = asked.id
      LEFT JOIN credited ON credited.id = asked.id
      LEFT JOIN disputed ON disputed.id = asked.id
)
"""
_WRONG = "is_first AND (is_credited OR is_refused OR is_disputed)"


def _step(name: str) -> str:
    return (
        f"count({name}), percentile_cont(0.5) WITHIN GROUP (ORDER BY {name}),"
        f" percentile_cont(0.9) WITHIN GROUP (ORDER BY {name})"
    )


_MONTHS = f"""{_TIMED}
SELECT date_trunc('month', issued_on)::date AS month, count(*),
       count(*) FILTER (WHERE is_first), count(*) FILTER (WHERE {_WRONG}),
       {", ".join(_step(name) for name in STEPS)}
  FROM timed GROUP BY GROUPING SETS ((1), ()) ORDER BY 1
"""  # noqa: S608 - our own parts


@dataclass(frozen=True, slots=True)
class StepTime:
    """A step: how many documents took it, half of them at most the median, nine of ten at most
    ``p90``; days for ``bill``, hours for the others."""

    count: int
    median: Decimal | None
    p90: Decimal | None


@dataclass(frozen=True, slots=True)
class BillingMonth:
    """Documents issued in a month (None: in the whole span); ``first_count`` less replacements."""

    month: date | None
    count: int
    first_count: int
    wrong_count: int
    steps: dict[str, StepTime]

    @property
    def right_rate(self) -> Decimal | None:
        """The share that was right the first time."""
        if not self.first_count:
            return None
        return Decimal(self.first_count - self.wrong_count) / self.first_count


def billing_months(company: Company, *, first: date, last: date) -> list[BillingMonth]:
    """Month by month, oldest first, then the whole span; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, values_of(company, first, last))
        return [_month(row) for row in cursor.fetchall()]


def values_of(company: Company, first: date, last: date) -> dict[str, Any]:
    """What every statement about a span is asked with."""
    midnight = datetime.combine(first, time.min, ZoneInfo(company.time_zone))
    since = min(midnight, timezone.now())
    return {
        "company": company.pk,
        "first": first,
        "last": last,
        "earliest": since - EARLIER,
        "limit": LONGEST,
    }


def _month(row: tuple[Any, ...]) -> BillingMonth:
    times = row[4:]
    steps = {
        name: StepTime(times[3 * n], _one_place(times[3 * n + 1]), _one_place(times[3 * n + 2]))
        for n, name in enumerate(STEPS)
    }
    month, count, first_count, wrong_count = row[:4]
    return BillingMonth(month, count, first_count, wrong_count, steps)


def _one_place(value: float | None) -> Decimal | None:
    return None if value is None else round(Decimal(str(value)), 1)


@dataclass(frozen=True, slots=True)
class BilledDocument:
    """An invoice with its times and what was wrong with it; ``replaced_by`` may be a draft's."""

    invoice_id: int
    number: str
    customer_id: int
    customer_name: str
    delivered_on: date | None
    issued_on: date
    bill_days: Decimal | None
    send_hours: Decimal | None
    receive_hours: Decimal | None
    is_first: bool
    is_credited: bool
    is_refused: bool
    is_disputed: bool
    is_replaced: bool
    all_count: int


_DOCUMENTS = """{timed}
SELECT timed.id, i.number, c.id, c.name, timed.delivered_on, timed.issued_on, bill, send, receive,
       is_first, is_credited, is_refused, is_disputed,
       EXISTS (SELECT FROM invoicing_invoice r WHERE r.replaces_id = timed.id), total
  FROM (SELECT *, count(*) OVER () AS total FROM timed WHERE {wanted}
         ORDER BY {order} LIMIT %(limit)s) AS timed
  JOIN invoicing_invoice i ON i.id = timed.id
  JOIN customers_customer c ON c.id = i.customer_id
 ORDER BY {order}
"""
_WANTED = {
    "all": ("true", "timed.issued_on DESC, timed.id DESC"),
    "wrong": (_WRONG, "timed.issued_on DESC, timed.id DESC"),
    **{step: (f"{step} IS NOT NULL", f"{step} DESC, timed.id") for step in STEPS},
}


def billed_documents(company: Company, *, first: date, last: date, of: str) -> list[BilledDocument]:
    """The invoices behind a figure: ``all`` and ``wrong`` newest first, those of a step slowest
    first; at most ``LONGEST`` of them, each knowing how many there are."""
    wanted, order = _WANTED[of]
    sql = _DOCUMENTS.format(timed=_TIMED, wanted=wanted, order=order)
    with connection.cursor() as cursor:
        cursor.execute(sql, values_of(company, first, last))
        return [
            BilledDocument(*row[:6], *map(_one_place, row[6:9]), *row[9:])
            for row in cursor.fetchall()
        ]
