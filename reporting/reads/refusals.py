"""Shipments whose invoice was refused before it got a number, and the rules that refused it."""

import json
from dataclasses import dataclass
from datetime import date

from django.db import connection

from core.models import Company

_SQL = """
SELECT event.subject_id, event.subject_label, event.effective_on, COALESCE(c.id, 0),
       COALESCE(c.name, ''), event.payload -> 'rules', COALESCE(event.payload ->> 'reason', ''),
       COALESCE(shipment.has_invoice, false)
  FROM core_event event
  LEFT JOIN fulfillment_shipment shipment
       ON event.subject_type = 'fulfillment.shipment' AND shipment.id = event.subject_id
  LEFT JOIN orders_order o ON o.id = shipment.order_id
  LEFT JOIN customers_customer c ON c.id = o.customer_id
 WHERE event.company_id = %(company)s AND event.name = 'invoice.not_possible'
       AND event.effective_on BETWEEN %(first)s AND %(last)s
 ORDER BY event.effective_on DESC, event.id DESC
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One attempt; ``rules`` are empty when it was no rule of the e-invoice that refused it."""

    shipment_id: int
    number: str
    refused_on: date
    customer_id: int
    customer_name: str
    rules: tuple[str, ...]
    reason: str
    has_invoice: bool


def refusals(company: Company, *, first: date, last: date) -> list[Refusal]:
    """Attempts refused in the span, newest first; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"company": company.pk, "first": first, "last": last})
        rows = [[*row[:5], _rules(row[5]), *row[6:]] for row in cursor.fetchall()]
    return [Refusal(*row) for row in rows]


def _rules(found: str | None) -> tuple[str, ...]:
    """The list as it stands in the event; events from before rules were kept have none."""
    return tuple(dict.fromkeys(json.loads(found))) if found else ()
