"""The facts of an invoice as stored: what its XML and PDF are made of."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from invoicing.einvoice import FactsLine, Instalment, InvoiceFacts, Party, Preceding, VatLine
from invoicing.einvoice.facts import CREDIT_NOTE, INVOICE
from invoicing.models import Invoice, InvoiceInstalment, InvoiceLine, InvoiceVat

PLACEHOLDER = "DRAFT"
_PARTY_FIELDS = {field.name for field in fields(Party)}


def facts_of(
    invoice: Invoice,
    *,
    on: date | None = None,
    parts: Iterable[InvoiceInstalment] | None = None,
) -> InvoiceFacts:
    """Everything the document says, from its rows and frozen snapshots.

    A draft has no number and no date: it gets a placeholder and ``on``, for the rules to judge it
    before a number is drawn. ``parts`` are instalments that are not stored yet.
    """
    issued_on = invoice.issued_on or on
    if issued_on is None:
        raise ValueError("facts of a draft need the day it would be issued on")
    due = invoice.instalments.all() if parts is None else parts
    return InvoiceFacts(
        kind=CREDIT_NOTE if invoice.is_credit_note else INVOICE,
        number=invoice.number or PLACEHOLDER,
        issued_on=issued_on,
        currency=invoice.currency,
        language=invoice.language,
        seller=_seller(invoice.seller),
        buyer=_party(invoice.buyer),
        ship_to=_party(invoice.ship_to) if invoice.ship_to.get("street") else None,
        lines=tuple(_line(line) for line in invoice.lines.all()),
        vat_rows=tuple(_vat_row(row) for row in invoice.vat_rows.all()),
        net_amount=invoice.net_amount,
        vat_amount=invoice.vat_amount,
        gross_amount=invoice.gross_amount,
        delivered_on=invoice.delivered_on,
        instalments=tuple(Instalment(part.due_on, part.amount) for part in due),
        discount_rate=invoice.discount_rate,
        discount_until=invoice.discount_until,
        terms_text=invoice.terms_text,
        payment_reference=invoice.payment_reference,
        iban=invoice.seller.get("iban", "").replace(" ", ""),
        bic=invoice.seller.get("bic", ""),
        reason=invoice.reason,
        **_references(invoice),
    )


def _references(invoice: Invoice) -> dict[str, Any]:
    """What the document points at: orders, delivery note, and the invoice it corrects."""
    corrected = invoice.corrects
    references: dict[str, Any] = {
        "po_number": invoice.po_number,
        "order_number": invoice.order.number if invoice.order else "",
        "delivery_note_number": invoice.shipment.number if invoice.shipment else "",
        "buyer_reference": invoice.buyer_reference,
    }
    if corrected and corrected.issued_on:
        references["preceding"] = (Preceding(corrected.number or "", corrected.issued_on),)
    return references


def _party(snapshot: Mapping[str, Any]) -> Party:
    known = {key: value for key, value in snapshot.items() if key in _PARTY_FIELDS}
    required = dict.fromkeys(("name", "street", "postcode", "city", "country"), "")
    party = {**required, **known}
    party["vat_id"] = str(party.get("vat_id", "")).replace(" ", "")
    return Party(**party)


def _seller(snapshot: Mapping[str, Any]) -> Party:
    """The company; the register court and management are its legal information (BT-33)."""
    register = " ".join(
        str(snapshot.get(key, "")) for key in ("register_court", "registration_number")
    ).strip()
    parts = [register if snapshot.get("register_court") else "", snapshot.get("management", "")]
    return _party({**snapshot, "legal_info": ", ".join(part for part in parts if part)})


def _line(line: InvoiceLine) -> FactsLine:
    return FactsLine(
        position=line.position,
        name=line.description,
        product_number=line.product_number,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        net_amount=line.net_amount,
        vat_category=line.vat_category,
        vat_rate=line.vat_rate,
        discount_rate=line.discount_rate,
        discount_amount=line.discount_amount,
        buyer_reference=line.order_line.buyer_reference if line.order_line else "",
    )


def _vat_row(row: InvoiceVat) -> VatLine:
    return VatLine(row.vat_category, row.vat_rate, row.net_amount, row.vat_amount, row.vat_note)
