"""Credit notes and reissued invoices of a span, with what the data says about their cause."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from core.models import Company
from reporting.billing_rules import Cause, Facts, cause_of

_SQL = """
WITH note AS (
    SELECT id, number, issued_on, issued_at, reason, currency, gross_amount, customer_id,
           corrects_id
      FROM invoicing_invoice
     WHERE company_id = %(company)s AND issued_on BETWEEN %(first)s AND %(last)s
           AND kind = 'credit_note' AND state <> 'draft'
)
SELECT note.id, note.number, note.issued_on, c.id, c.name, o.id, o.number, r.id,
       COALESCE(r.number, ''), note.currency, note.gross_amount, note.reason,
       refused.findings, refused.receipt_text, r.id IS NOT NULL,
       COALESCE(r.po_number <> o.po_number OR r.buyer_reference <> o.buyer_reference
                OR r.project_reference <> o.project_reference
                OR r.contract_reference <> o.contract_reference, false),
       EXISTS (SELECT FROM unnest(ARRAY['name', 'street', 'extra', 'postcode', 'city', 'country',
                                        'vat_id']) AS field
                WHERE r.buyer ? field AND r.buyer ->> field IS DISTINCT FROM o.buyer ->> field),
       COALESCE(changed.price, false), COALESCE(changed.quantity, false),
       COALESCE(changed.description, false), COALESCE(disputed.reason, ''),
       EXISTS (SELECT FROM invoicing_invoiceline credit
                 JOIN invoicing_invoiceline billed ON billed.id = credit.corrects_id
                 JOIN fulfillment_stockmove back ON back.shipment_line_id = billed.shipment_line_id
                WHERE credit.invoice_id = note.id AND back.kind = 'return'),
       o.state = 'cancelled' AND note.gross_amount = o.gross_amount,
       EXISTS (SELECT FROM invoicing_invoiceline credit
                WHERE credit.invoice_id = note.id AND NOT credit.is_value_only)
  FROM note
  JOIN invoicing_invoice o ON o.id = note.corrects_id
  JOIN customers_customer c ON c.id = note.customer_id
  LEFT JOIN invoicing_invoice r ON r.replaces_id = o.id
  LEFT JOIN LATERAL (
      SELECT findings, receipt_text FROM invoicing_invoicedelivery
       WHERE invoice_id = o.id AND receipt = 'rejected' AND receipt_at <= note.issued_at
       ORDER BY id LIMIT 1) AS refused ON true
  LEFT JOIN LATERAL (
      SELECT bool_or(new.unit_price <> old.unit_price) AS price,
             bool_or(new.quantity IS DISTINCT FROM old.quantity) AS quantity,
             bool_or(new.description <> old.description) AS description
        FROM invoicing_invoiceline old
        LEFT JOIN invoicing_invoiceline new
             ON new.invoice_id = r.id AND new.position = old.position
       WHERE old.invoice_id = o.id AND r.id IS NOT NULL) AS changed ON true
  LEFT JOIN LATERAL (
      SELECT dispute.reason FROM receivables_openitem item
        JOIN disputes_dispute dispute ON dispute.item_id = item.id
       WHERE item.invoice_id = o.id AND dispute.state <> 'rejected'
             AND dispute.opened_on <= note.issued_on
       ORDER BY dispute.id DESC LIMIT 1) AS disputed ON true
 ORDER BY note.issued_on DESC, note.id DESC
"""


@dataclass(frozen=True, slots=True)
class Correction:
    """A credit note, what it corrects, what replaced that (a number of "" is a draft's), why."""

    note_id: int
    number: str
    issued_on: date
    customer_id: int
    customer_name: str
    invoice_id: int
    invoice_number: str
    replaced_by_id: int | None
    replaced_by: str
    currency: str
    gross_amount: Decimal
    reason: str
    cause: Cause


def corrections(company: Company, *, first: date, last: date) -> list[Correction]:
    """All credit notes issued in the span, newest first; one statement."""
    values: dict[str, Any] = {"company": company.pk, "first": first, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        rows = [[*row[:12], cause_of(_facts(row[12:]))] for row in cursor.fetchall()]
    return [Correction(*row) for row in rows]


def _facts(row: Sequence[Any]) -> Facts:
    findings, text, *rest = row
    return Facts(_rules(findings, text), *rest)


def _rules(findings: str, text: str | None) -> tuple[str, ...] | None:
    """The rules a buyer's side named; empty when it named none, None when it rejected nothing."""
    if text is None:
        return None
    return tuple(str(one.get("rule", "")) for one in json.loads(findings))
