"""From order to cash: how long each stage took lately, and what waits at it now, worth how much."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from core.models import Company
from o2c.money import ZERO
from reporting.reads.kept import Past, past_of

STAGES = ("release", "dispatch", "bill", "pay")
"""Submitted to released, released to dispatched, dispatched to invoiced, invoiced to paid."""
SPAN = 90
MONTHS = "times by month"
Rows = list[list[Any]]

_PASSED = """
SELECT 'release' AS stage, (o.released_at AT TIME ZONE %(zone)s)::date AS passed_on,
       EXTRACT(epoch FROM o.released_at - o.submitted_at)::numeric / 86400 AS days
  FROM orders_order o
 WHERE o.company_id = %(company)s AND o.released_at >= %(from)s AND o.released_at < %(before)s
       AND o.submitted_at IS NOT NULL
UNION ALL
SELECT 'dispatch', s.dispatched_on,
       s.dispatched_on - (o.released_at AT TIME ZONE %(zone)s)::date
  FROM fulfillment_shipment s JOIN orders_order o ON o.id = s.order_id
 WHERE s.company_id = %(company)s AND s.dispatched_on BETWEEN %(first)s AND %(last)s
       AND o.released_at IS NOT NULL AND s.state IN ('dispatched', 'delivered')
UNION ALL
SELECT 'bill', i.issued_on, i.issued_on - s.dispatched_on
  FROM invoicing_invoice i
  JOIN LATERAL (
       SELECT i.shipment_id AS id WHERE i.shipment_id IS NOT NULL
       UNION
       SELECT gone.shipment_id
         FROM invoicing_invoiceline l
         JOIN fulfillment_shipmentline gone ON gone.id = l.shipment_line_id
        WHERE l.invoice_id = i.id AND i.shipment_id IS NULL
       ) AS billed ON true
  JOIN fulfillment_shipment s ON s.id = billed.id
 WHERE i.company_id = %(company)s AND i.issued_on BETWEEN %(first)s AND %(last)s
       AND i.kind = 'invoice' AND s.dispatched_on IS NOT NULL
UNION ALL
SELECT 'pay', paid.paid_on, paid.paid_on - paid.document_on FROM (
    SELECT i.document_on, max(a.effective_on) AS paid_on
      FROM receivables_openitem i
      JOIN receivables_allocation a ON a.debit_item_id = i.id
      JOIN receivables_openitem c ON c.id = a.credit_item_id AND c.kind = 'payment'
     WHERE i.company_id = %(company)s AND i.kind = 'invoice' AND i.outstanding_amount = 0
           AND i.document_on > %(first)s - 365
     GROUP BY i.id
) AS paid WHERE paid.paid_on BETWEEN %(first)s AND %(last)s
"""
_TIMES = f"""
SELECT {{month}} AS month, stage, count(*),
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY days)::numeric, 1),
       round(percentile_cont(0.9) WITHIN GROUP (ORDER BY days)::numeric, 1)
  FROM ({_PASSED}) AS passed
 GROUP BY 1, 2
"""  # noqa: S608 - our own parts


@dataclass(frozen=True, slots=True)
class StageTime:
    """Days of a stage in a span (``month`` None: the whole of it): half took at most the median,
    nine of ten at most ``p90_days``."""

    month: date | None
    stage: str
    passed_count: int
    median_days: Decimal | None
    p90_days: Decimal | None


def stage_times(
    company: Company, *, as_of: date, days: int = SPAN, past: Past | None = None
) -> dict[str, StageTime]:
    """Per stage over the last days; stages that nothing passed are there without days."""
    first = as_of - timedelta(days=days - 1)
    past = past or past_of(company)
    rows = _kept(past, times_key(days), as_of, lambda: times_now(company, first, as_of))
    return {stage: StageTime(None, stage, 0, None, None) for stage in STAGES} | {
        row.stage: row for row in rows
    }


def stage_months(
    company: Company, *, first: date, last: date, past: Past | None = None
) -> list[StageTime]:
    """Per stage and month in which it was passed."""
    past = past or past_of(company)
    return _kept(past, MONTHS, last, lambda: months_now(company, first, last))


def times_key(days: int) -> str:
    """Under which a span's times are kept."""
    return f"times {days}"


def times_now(company: Company, first: date, last: date) -> Rows:
    """The rows of a span, made anew whatever is kept."""
    return _times(company, first, last, "NULL::date")


def months_now(company: Company, first: date, last: date) -> Rows:
    """The rows of its months, made anew whatever is kept."""
    return _times(company, first, last, "date_trunc('month', passed_on)::date")


def _kept(past: Past, key: str, as_of: date, make: Callable[[], Rows]) -> list[StageTime]:
    rows = past.rows(key, as_of, make)
    return [
        StageTime(
            date.fromisoformat(on) if on else None,
            stage,
            count,
            None if median is None else Decimal(median),
            None if p90 is None else Decimal(p90),
        )
        for on, stage, count, median, p90 in rows
    ]


def _times(company: Company, first: date, last: date, month: str) -> Rows:
    values: dict[str, Any] = {
        "company": company.pk,
        "zone": company.time_zone,
        "first": first,
        "last": last,
        "from": _midnight(first, company),
        "before": _midnight(last + timedelta(days=1), company),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TIMES.format(month=month), values)
        return [
            [on.isoformat() if on else None, stage, count, _text(median), _text(p90)]
            for on, stage, count, median, p90 in cursor.fetchall()
        ]


def _text(days: Decimal | None) -> str | None:
    return None if days is None else str(days)


def _midnight(day: date, company: Company) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(company.time_zone))


@dataclass(frozen=True, slots=True)
class Waiting:
    """What stands before a stage now, in one currency; ``since`` is the oldest."""

    stage: str
    count: int
    amount: Decimal
    since: date | None


_WAITING = """
SELECT 'release', count(*), sum(gross_amount), min((submitted_at AT TIME ZONE %(zone)s)::date)
  FROM orders_order
 WHERE company_id = %(company)s AND currency = %(currency)s AND state IN ('submitted', 'on_hold')
UNION ALL
SELECT 'dispatch', count(DISTINCT o.id),
       round(sum(l.net_amount * (1 + l.vat_rate)
             * (l.quantity - l.cancelled_quantity - COALESCE(s.total, 0)) / l.quantity), 2),
       min((o.released_at AT TIME ZONE %(zone)s)::date)
  FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
  LEFT JOIN LATERAL (
      SELECT sum(sl.quantity) AS total FROM fulfillment_shipmentline sl
        JOIN fulfillment_shipment sh ON sh.id = sl.shipment_id
       WHERE sl.order_line_id = l.id AND sh.state IN ('dispatched', 'delivered')
  ) AS s ON true
 WHERE o.company_id = %(company)s AND o.currency = %(currency)s
       AND o.state IN ('released', 'in_fulfilment')
       AND l.quantity - l.cancelled_quantity > COALESCE(s.total, 0)
UNION ALL
SELECT 'bill', count(DISTINCT sh.id),
       round(sum(l.net_amount * (1 + l.vat_rate) * sl.quantity / l.quantity), 2),
       min(sh.dispatched_on)
  FROM fulfillment_shipment sh
  JOIN orders_order o ON o.id = sh.order_id
  JOIN fulfillment_shipmentline sl ON sl.shipment_id = sh.id
  JOIN orders_orderline l ON l.id = sl.order_line_id
 WHERE sh.id = ANY(%(unbilled)s) AND o.currency = %(currency)s
UNION ALL
SELECT 'pay', count(*), sum(outstanding_amount), min(document_on)
  FROM receivables_openitem
 WHERE company_id = %(company)s AND currency = %(currency)s AND amount > 0
       AND outstanding_amount <> 0
"""


def waiting(company: Company, *, currency: str, unbilled: Sequence[int]) -> dict[str, Waiting]:
    """What stands before each stage now, gross. ``unbilled`` are shipments that wait for their
    invoice."""
    values: dict[str, Any] = {
        "company": company.pk,
        "zone": company.time_zone,
        "currency": currency,
        "unbilled": list(unbilled),
    }
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, values)
        rows = cursor.fetchall()
    return {row[0]: Waiting(row[0], row[1], row[2] or ZERO, row[3]) for row in rows}
