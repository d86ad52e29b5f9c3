"""Open orders and sales by representative and product."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.db import connection

from core.models import Company


@dataclass(frozen=True, slots=True)
class SalesRow:
    """Net sales of one representative or product in one currency; credit notes are taken off."""

    key: int | None
    label: str
    currency: str
    invoice_count: int
    quantity: Decimal
    net_amount: Decimal


By = Literal["rep", "product", "customer"]
_BY: dict[By, tuple[str, str]] = {
    "rep": ("u.id", "COALESCE(u.name, '')"),
    "product": ("p.id", "COALESCE(p.number || ' ' || p.name, l.description)"),
    "customer": ("c.id", "c.name || ' (' || c.number || ')'"),
}
_SALES = """
SELECT {key}, {label}, i.currency, count(DISTINCT i.id),
    sum(CASE WHEN l.is_value_only THEN 0
             WHEN i.kind = 'credit_note' THEN -l.quantity ELSE l.quantity END),
    sum(CASE WHEN i.kind = 'credit_note' THEN -l.net_amount ELSE l.net_amount END) AS net
FROM invoicing_invoiceline l
JOIN invoicing_invoice i ON i.id = l.invoice_id
JOIN customers_customer c ON c.id = i.customer_id
LEFT JOIN orders_order o ON o.id = i.order_id
LEFT JOIN core_user u ON u.id = o.sales_rep_id
LEFT JOIN catalog_product p ON p.id = l.product_id
LEFT JOIN invoicing_invoice corrected ON corrected.id = i.corrects_id
WHERE i.company_id = %s AND 'deposit' NOT IN (i.kind, coalesce(corrected.kind, ''))
    AND i.state <> 'draft' AND i.issued_on BETWEEN %s AND %s
    AND (%s::bigint IS NULL OR o.sales_rep_id = %s)
GROUP BY 1, 2, 3
ORDER BY net DESC, 2
"""


def sales(
    company: Company, *, by: By, first: date, last: date, sales_rep_id: int | None = None
) -> list[SalesRow]:
    """Net sales of issued invoices less credit notes, largest first; for one rep if given."""
    key, label = _BY[by]
    with connection.cursor() as cursor:
        cursor.execute(
            _SALES.format(key=key, label=label),
            [company.pk, first, last, sales_rep_id, sales_rep_id],
        )
        return [SalesRow(*row) for row in cursor.fetchall()]


_MONTHS = """
SELECT date_trunc('month', i.issued_on)::date,
       sum(CASE WHEN i.kind = 'credit_note' THEN -i.net_amount ELSE i.net_amount END)
  FROM invoicing_invoice i
  LEFT JOIN invoicing_invoice corrected ON corrected.id = i.corrects_id
 WHERE i.company_id = %(company)s AND 'deposit' NOT IN (i.kind, coalesce(corrected.kind, ''))
       AND i.currency = %(currency)s AND i.state <> 'draft'
       AND i.issued_on BETWEEN %(first)s AND %(last)s
       AND (%(rep)s::bigint IS NULL OR EXISTS (
            SELECT 1 FROM orders_order o WHERE o.id = i.order_id AND o.sales_rep_id = %(rep)s))
 GROUP BY 1
"""


def sales_months(
    company: Company, *, currency: str, first: date, last: date, sales_rep_id: int | None = None
) -> dict[date, Decimal]:
    """Net sales by month (its first day), credit notes taken off; for one rep if given."""
    values: dict[str, Any] = {
        "company": company.pk,
        "currency": currency,
        "first": first,
        "last": last,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, values | {"rep": sales_rep_id})
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class OpenOrderRow:
    """An order with something left to ship; ``open_net_amount`` is that part's net value."""

    order_id: int
    number: str
    customer_id: int
    customer_name: str
    ordered_on: date
    requested_on: date | None
    state: str
    currency: str
    net_amount: Decimal
    open_net_amount: Decimal


_OPEN_ORDERS = """
SELECT o.id, o.number, c.id, c.name, o.ordered_on, o.requested_on, o.state, o.currency,
    o.net_amount,
    round(sum(l.net_amount * GREATEST(l.quantity - l.cancelled_quantity - COALESCE(s.total, 0), 0)
          / l.quantity), 2) AS open_net
FROM orders_order o
JOIN customers_customer c ON c.id = o.customer_id
JOIN orders_orderline l ON l.order_id = o.id
LEFT JOIN LATERAL (
    SELECT sum(sl.quantity) AS total FROM fulfillment_shipmentline sl
    JOIN fulfillment_shipment sh ON sh.id = sl.shipment_id
    WHERE sl.order_line_id = l.id AND sh.state IN ('dispatched', 'delivered')
) s ON true
WHERE o.company_id = %s AND o.state IN ('submitted', 'on_hold', 'released', 'in_fulfilment')
GROUP BY o.id, c.id
HAVING sum(GREATEST(l.quantity - l.cancelled_quantity - COALESCE(s.total, 0), 0)) > 0
ORDER BY o.requested_on NULLS LAST, o.id
"""


def open_orders(company: Company) -> list[OpenOrderRow]:
    """Backlog: orders not yet shipped in full, the ones wanted first on top."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_ORDERS, [company.pk])
        return [OpenOrderRow(*row) for row in cursor.fetchall()]
