"""Where an invoice says something else than the order, or leaves out what was shipped."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from core.models import Company
from reporting.reads.billing import LONGEST

KINDS = ("price", "discount", "quantity", "left_out", "vat", "charge", "description", "reference")

# Each table is read in the range of ids that the span touches; the join alone would read it whole.
_UNLIKE = """
WITH live AS MATERIALIZED (
    SELECT id, issued_on, order_id, shipment_id, po_number FROM invoicing_invoice
     WHERE company_id = %(company)s AND issued_on BETWEEN %(first)s AND %(last)s
           AND kind = 'invoice' AND state = 'issued'
), line AS MATERIALIZED (
    SELECT id, invoice_id, order_line_id, shipment_line_id, position, description, quantity,
           unit_price, discount_rate, vat_category, vat_rate
      FROM invoicing_invoiceline
     WHERE invoice_id BETWEEN (SELECT min(id) FROM live) AND (SELECT max(id) FROM live)
), sent AS MATERIALIZED (
    SELECT id, shipment_id, quantity FROM fulfillment_shipmentline
     WHERE id BETWEEN (SELECT min(shipment_line_id) FROM line)
                  AND (SELECT max(shipment_line_id) FROM line)
), item AS MATERIALIZED (
    SELECT id, order_id, description, unit_price, discount_rate, vat_category, vat_rate
      FROM orders_orderline
     WHERE id BETWEEN (SELECT min(order_line_id) FROM line)
                  AND (SELECT max(order_line_id) FROM line)
), shipped AS (
    SELECT id, shipment_id FROM live WHERE shipment_id IS NOT NULL
    UNION ALL
    SELECT DISTINCT live.id, sent.shipment_id
      FROM live JOIN line ON line.invoice_id = live.id JOIN sent ON sent.id = line.shipment_line_id
     WHERE live.shipment_id IS NULL
), missing AS MATERIALIZED (
    SELECT shipped.id, sent.id AS shipment_line_id, sent.order_line_id, sent.quantity
      FROM shipped
      JOIN fulfillment_shipmentline sent ON sent.shipment_id = shipped.shipment_id
       AND sent.shipment_id BETWEEN (SELECT min(shipment_id) FROM shipped)
                                AND (SELECT max(shipment_id) FROM shipped)
      LEFT JOIN line ON line.shipment_line_id = sent.id
     WHERE line.id IS NULL
), ordered AS (
    SELECT order_id, max(id) AS id FROM live WHERE order_id IS NOT NULL GROUP BY 1
    UNION ALL
    SELECT item.order_id, max(live.id)
      FROM live JOIN line ON line.invoice_id = live.id JOIN item ON item.id = line.order_line_id
     WHERE live.order_id IS NULL GROUP BY 1
), unlike AS (
    SELECT found.kind, live.id, line.position, line.description AS subject,
           found.ordered, found.billed, found.net
      FROM live
      JOIN line ON line.invoice_id = live.id
      JOIN item ON item.id = line.order_line_id
      LEFT JOIN sent ON sent.id = line.shipment_line_id
     CROSS JOIN LATERAL (VALUES
        ('price', item.unit_price::text, line.unit_price::text,
         (line.unit_price - item.unit_price) * line.quantity * (1 - item.discount_rate)),
        ('discount', (item.discount_rate * 100)::text, (line.discount_rate * 100)::text,
         (item.discount_rate - line.discount_rate) * line.quantity * line.unit_price),
        ('quantity', sent.quantity::text, line.quantity::text,
         (line.quantity - sent.quantity) * line.unit_price * (1 - line.discount_rate)),
        ('vat', item.vat_category || ' ' || item.vat_rate * 100,
         line.vat_category || ' ' || line.vat_rate * 100, NULL),
        ('description', item.description, line.description, NULL)
     ) AS found (kind, ordered, billed, net)
     WHERE found.ordered <> found.billed
           AND (line.unit_price <> item.unit_price OR line.discount_rate <> item.discount_rate
                OR line.quantity <> sent.quantity OR line.vat_category <> item.vat_category
                OR line.vat_rate <> item.vat_rate OR line.description <> item.description)
    UNION ALL
    SELECT 'left_out', missing.id, item.position, item.description, missing.quantity::text, '0',
           -missing.quantity * item.unit_price * (1 - item.discount_rate)
      FROM missing JOIN orders_orderline item ON item.id = missing.order_line_id
     WHERE NOT EXISTS (
           SELECT FROM invoicing_invoiceline elsewhere
             JOIN invoicing_invoice other ON other.id = elsewhere.invoice_id
            WHERE elsewhere.shipment_line_id = missing.shipment_line_id
                  AND other.kind = 'invoice' AND other.state <> 'cancelled')
    UNION ALL
    SELECT 'charge', ordered.id, charge.position, charge.reason, charge.amount::text,
           billed.amount::text,
           (billed.amount - charge.amount) * CASE WHEN charge.is_charge THEN 1 ELSE -1 END
      FROM ordered
      JOIN orders_ordercharge charge ON charge.order_id = ordered.order_id
      JOIN orders_order o ON o.id = ordered.order_id
     CROSS JOIN LATERAL (
           SELECT COALESCE(sum(taken.amount), 0) AS amount FROM invoicing_invoicecharge taken
             JOIN invoicing_invoice i ON i.id = taken.invoice_id
            WHERE taken.order_charge_id = charge.id AND i.kind = 'invoice' AND i.state = 'issued'
     ) AS billed
     WHERE billed.amount <> charge.amount
           AND (charge.spread = 'first' OR o.state IN ('completed', 'closed') AND NOT EXISTS (
                SELECT FROM fulfillment_shipment waiting
                 WHERE waiting.order_id = o.id AND NOT waiting.has_invoice
                       AND waiting.state IN ('dispatched', 'delivered')))
    UNION ALL
    SELECT 'charge', live.id, charge.position, charge.reason, '0.00', charge.amount::text,
           charge.amount * CASE WHEN charge.is_charge THEN 1 ELSE -1 END
      FROM live JOIN invoicing_invoicecharge charge ON charge.invoice_id = live.id
     WHERE charge.order_charge_id IS NULL AND live.order_id IS NOT NULL
    UNION ALL
    SELECT 'reference', live.id, 0, '', o.po_number, live.po_number, NULL
      FROM live JOIN orders_order o ON o.id = live.order_id
       AND o.id BETWEEN (SELECT min(order_id) FROM live) AND (SELECT max(order_id) FROM live)
     WHERE live.po_number <> o.po_number
)
"""
_COUNTS = f"""{_UNLIKE}
SELECT date_trunc('month', live.issued_on)::date, unlike.kind, count(*),
       count(DISTINCT unlike.id)
  FROM unlike JOIN live USING (id)
 GROUP BY GROUPING SETS ((1, 2), (1), (2), ())
"""  # noqa: S608 - our own parts
_ROWS = f"""{_UNLIKE}
SELECT unlike.kind, i.id, i.number, i.issued_on, c.id, c.name, unlike.position,
       unlike.subject, unlike.ordered, unlike.billed, i.currency, round(unlike.net, 2),
       count(*) OVER ()
  FROM unlike JOIN invoicing_invoice i ON i.id = unlike.id
  JOIN customers_customer c ON c.id = i.customer_id
 WHERE %(kind)s = '' OR unlike.kind = %(kind)s
 ORDER BY i.issued_on DESC, i.id DESC, unlike.position, unlike.kind LIMIT %(limit)s
"""  # noqa: S608 - our own parts


@dataclass(frozen=True, slots=True)
class UnlikeCount:
    """Differences and the invoices that have them; without a month or kind those of all."""

    month: date | None
    kind: str | None
    count: int
    invoice_count: int


@dataclass(frozen=True, slots=True)
class Unlike:
    """One difference: what the order (of a quantity: the shipment) says, what was billed.

    ``net_amount`` is what it adds to the net, where that can be said.
    """

    kind: str
    invoice_id: int
    number: str
    issued_on: date
    customer_id: int
    customer_name: str
    position: int
    subject: str
    ordered: str
    billed: str
    currency: str
    net_amount: Decimal | None
    all_count: int


def unlike_counts(company: Company, *, first: date, last: date) -> list[UnlikeCount]:
    """How often invoices of the span that still stand differ, by month and kind, and in all."""
    return [UnlikeCount(*row) for row in _asked(_COUNTS, company, first, last, "")]


def unlike_rows(company: Company, *, first: date, last: date, kind: str = "") -> list[Unlike]:
    """The differences (of one kind), newest first; at most ``LONGEST``, each knowing of all."""
    return [Unlike(*row) for row in _asked(_ROWS, company, first, last, kind)]


def _asked(sql: str, company: Company, first: date, last: date, kind: str) -> list[Any]:
    values: dict[str, Any] = {
        "company": company.pk,
        "first": first,
        "last": last,
        "kind": kind,
        "limit": LONGEST,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
