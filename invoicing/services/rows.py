"""What one invoice carries on from another, and the VAT tables of documents."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Protocol

from invoicing.models import Invoice, InvoiceCharge, InvoiceLine, InvoiceVat
from o2c.money import TaxableLine, Totals, totals

Key = tuple[str, Decimal]
"""VAT category and rate."""

FOLLOWED = (
    "company_id",
    "customer_id",
    "order_id",
    "shipment_id",
    "subscription_id",
    "payment_terms_id",
    "currency",
    "language",
    "delivered_on",
    "period_from",
    "period_to",
    "po_number",
    "buyer_reference",
    "project_reference",
    "contract_reference",
    "accounting_reference",
    "receiving_advice",
)
"""What credit notes and replacements say as the invoice before them did."""

FOLLOWED_LINE = (
    "position",
    "order_line_id",
    "product_id",
    "product_number",
    "description",
    "period_from",
    "period_to",
    "item",
    "unit",
    "vat_category",
    "vat_rate",
    "vat_note",
)
"""What their lines say."""

FOLLOWED_CHARGE = (
    "position",
    "order_charge_id",
    "is_charge",
    "reason_code",
    "reason",
    "vat_category",
    "vat_rate",
    "vat_note",
)
"""What their charges say."""


class Taxed(Protocol):
    """A line, charge or row of a VAT table."""

    vat_category: Any
    vat_rate: Any
    vat_note: Any


def sums_of(lines: Iterable[InvoiceLine], charges: Iterable[InvoiceCharge] = ()) -> Totals:
    """Totals and VAT table of an invoice's lines and charges."""
    taxed = [TaxableLine(line.net_amount, line.vat_category, line.vat_rate) for line in lines]
    taxed += [TaxableLine(one.signed_amount, one.vat_category, one.vat_rate) for one in charges]
    return totals(taxed)


def vat_rows_of(invoice: Invoice, sums: Totals, parts: Iterable[Taxed]) -> list[InvoiceVat]:
    """The VAT table (unsaved) of an invoice; why there is no VAT is what ``parts`` say."""
    notes: dict[Key, str] = {}
    for part in parts:
        key = part.vat_category, part.vat_rate.normalize()
        notes[key] = part.vat_note or notes.get(key, "")
    return [
        InvoiceVat(
            invoice=invoice,
            vat_category=row.vat_category,
            vat_rate=row.vat_rate,
            vat_note=notes[row.vat_category, row.vat_rate],
            net_amount=row.net_amount,
            vat_amount=row.vat_amount,
        )
        for row in sums.vat_rows
    ]
