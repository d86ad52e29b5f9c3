"""What ``manage.py prove`` asks of invoicing: totals, quantities and files agree."""

from django.utils.translation import gettext_lazy as _

from core.proofs import Check, check_of

_TOTALS = """
SELECT invoice.number, invoice.net_amount, lines.net, vat.net, invoice.vat_amount, vat.amount,
       invoice.gross_amount - invoice.deposit_amount + invoice.rounding_amount, due.amount
  FROM invoicing_invoice AS invoice
  LEFT JOIN (SELECT invoice_id, sum(net_amount) AS net FROM invoicing_taxed GROUP BY 1)
       AS lines ON lines.invoice_id = invoice.id
  LEFT JOIN (SELECT invoice_id, sum(net_amount) AS net, sum(vat_amount) AS amount
               FROM invoicing_invoicevat GROUP BY 1) AS vat ON vat.invoice_id = invoice.id
  LEFT JOIN (SELECT invoice_id, sum(amount) AS amount FROM invoicing_invoiceinstalment GROUP BY 1)
       AS due ON due.invoice_id = invoice.id
 WHERE invoice.company_id = %(company)s AND invoice.state <> 'draft'
   AND (invoice.net_amount, invoice.net_amount, invoice.vat_amount,
        invoice.gross_amount - invoice.deposit_amount + invoice.rounding_amount)
       IS DISTINCT FROM (lines.net, vat.net, vat.amount, due.amount)
 ORDER BY 1
"""

_INVOICED = """
SELECT shipment.number, ordered.position, shipped.quantity, sum(line.quantity)
  FROM invoicing_invoiceline AS line
  JOIN invoicing_invoice AS invoice ON invoice.id = line.invoice_id
  JOIN fulfillment_shipmentline AS shipped ON shipped.id = line.shipment_line_id
  JOIN fulfillment_shipment AS shipment ON shipment.id = shipped.shipment_id
  JOIN orders_orderline AS ordered ON ordered.id = shipped.order_line_id
 WHERE invoice.company_id = %(company)s AND invoice.kind = 'invoice'
   AND invoice.state <> 'cancelled'
 GROUP BY shipment.number, ordered.position, shipped.quantity
HAVING sum(line.quantity) > shipped.quantity
 ORDER BY 1, 2
"""

_CREDITED = """
SELECT invoice.number, original.position, original.quantity, original.net_amount,
       sum(CASE WHEN credit.is_value_only THEN 0 ELSE credit.quantity END),
       sum(credit.net_amount)
  FROM invoicing_invoiceline AS credit
  JOIN invoicing_invoiceline AS original ON original.id = credit.corrects_id
  JOIN invoicing_invoice AS invoice ON invoice.id = original.invoice_id
 WHERE invoice.company_id = %(company)s
 GROUP BY invoice.number, original.id
HAVING sum(CASE WHEN credit.is_value_only THEN 0 ELSE credit.quantity END) > original.quantity
    OR sum(credit.net_amount) > original.net_amount
 ORDER BY 1, 2
"""

_SUBSCRIBED = """
SELECT subscription.number, invoice.number, invoice.period_to, subscription.next_from
  FROM invoicing_invoice AS invoice
  JOIN invoicing_subscription AS subscription ON subscription.id = invoice.subscription_id
 WHERE invoice.company_id = %(company)s AND invoice.kind = 'invoice'
   AND invoice.period_to >= subscription.next_from
 ORDER BY 1, 3
"""

_TAKEN_BACK = """
SELECT invoice.number, invoice.state, coalesce(sum(credit.gross_amount), 0), invoice.gross_amount
  FROM invoicing_invoice AS invoice
  LEFT JOIN invoicing_invoice AS credit
       ON credit.corrects_id = invoice.id AND credit.state = 'issued'
 WHERE invoice.company_id = %(company)s AND invoice.state = 'cancelled'
 GROUP BY invoice.id
HAVING coalesce(sum(credit.gross_amount), 0) <> invoice.gross_amount
 ORDER BY 1
"""

_MARKED = """
SELECT shipment.number, shipment.has_invoice
  FROM fulfillment_shipment AS shipment
  LEFT JOIN (SELECT DISTINCT gone.shipment_id
               FROM invoicing_invoiceline AS line
               JOIN invoicing_invoice AS invoice ON invoice.id = line.invoice_id
               JOIN fulfillment_shipmentline AS gone ON gone.id = line.shipment_line_id
              WHERE invoice.kind = 'invoice') AS billed
       ON billed.shipment_id = shipment.id
 WHERE shipment.company_id = %(company)s
   AND shipment.has_invoice <> (billed.shipment_id IS NOT NULL)
 ORDER BY 1
"""

_SENT_TWICE = """
SELECT invoice.number, delivery.channel, count(*)
  FROM invoicing_invoicedelivery AS delivery
  JOIN invoicing_invoice AS invoice ON invoice.id = delivery.invoice_id
 WHERE delivery.company_id = %(company)s AND delivery.channel <> 'blocked' AND delivery.reason = ''
 GROUP BY invoice.number, delivery.channel
HAVING count(*) > 1
 ORDER BY 1
"""


CHECKS: dict[str, Check] = {
    "invoices: totals are the sums of lines, VAT table and instalments": check_of(
        _TOTALS, _("Invoice {0}: net {1}, lines {2}, VAT table {3}; VAT {4}/{5}; total {6}/{7}.")
    ),
    "invoices: invoiced never exceeds shipped": check_of(
        _INVOICED, _("Shipment {0} line {1}: {3} invoiced, {2} shipped.")
    ),
    "invoices: credited never exceeds invoiced": check_of(
        _CREDITED, _("Invoice {0} line {1}: {4} for {5} credited, {2} for {3} invoiced.")
    ),
    "invoices: what is cancelled is credited in full": check_of(
        _TAKEN_BACK, _("Invoice {0} is {1}: {2} credited of {3}.")
    ),
    "subscriptions: no invoice beyond what counts as billed": check_of(
        _SUBSCRIBED, _("Subscription {0}: {1} bills up to {2}, but counts as billed before {3}.")
    ),
    "shipments: marked as invoiced when an invoice is there": check_of(
        _MARKED, _("Shipment {0}: marked as invoiced is {1}, which its invoices deny.")
    ),
    "invoices: sent once unless somebody gave a reason": check_of(
        _SENT_TWICE, _("Invoice {0} was sent {2} times by {1}.")
    ),
}
