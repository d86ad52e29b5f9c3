"""The facts of an invoice as stored: what its XML and PDF are made of."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import translation
from django.utils.translation import gettext as _

from fulfillment.models import Shipment
from invoicing.einvoice import (
    Charge,
    Deposit,
    FactsLine,
    Instalment,
    InvoiceFacts,
    Party,
    Preceding,
    SupportingFile,
    VatLine,
)
from invoicing.einvoice.facts import CREDIT_NOTE, DEPOSIT, INVOICE
from invoicing.models import (
    Invoice,
    InvoiceCharge,
    InvoiceDeposit,
    InvoiceFile,
    InvoiceInstalment,
    InvoiceLine,
    InvoiceVat,
)
from orders.models import OrderCharge

PLACEHOLDER = "DRAFT"
DELIVERIES = (
    "lines__shipment_line__shipment",
    "lines__corrects__shipment_line__shipment",
)
"""What the lines of an invoice of many deliveries, or of its credit note, are read with."""
KINDS = {
    Invoice.Kind.INVOICE.value: INVOICE,
    Invoice.Kind.DEPOSIT.value: DEPOSIT,
    Invoice.Kind.CREDIT_NOTE.value: CREDIT_NOTE,
}
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
    if invoice.order_id is None:
        prefetch_related_objects([invoice], "lines__order_line__order")
    if invoice.shipment_id is None:
        prefetch_related_objects([invoice], *DELIVERIES)
    return InvoiceFacts(
        kind=KINDS[invoice.kind],
        number=invoice.number or PLACEHOLDER,
        issued_on=issued_on,
        language=invoice.language,
        seller=seller_of(invoice.seller),
        buyer=party_of(invoice.buyer),
        ship_to=party_of(invoice.ship_to) if invoice.ship_to.get("street") else None,
        lines=tuple(_line(line, of=invoice) for line in invoice.lines.all()),
        delivered_on=invoice.delivered_on,
        period_from=invoice.period_from,
        period_to=invoice.period_to,
        reason=invoice.reason,
        files=tuple(_file(one) for one in invoice.files.all()),
        **_figures(invoice),
        **_payment(invoice, due),
        **_references(invoice),
    )


def _file(file: InvoiceFile) -> SupportingFile:
    document = file.document
    return SupportingFile(
        document.filename, document.content_type, document.read(), file.description
    )


def _figures(invoice: Invoice) -> dict[str, Any]:
    """Every amount but those of the lines."""
    return {
        "currency": invoice.currency,
        "vat_rows": tuple(_vat_row(row) for row in invoice.vat_rows.all()),
        "net_amount": invoice.net_amount,
        "vat_amount": invoice.vat_amount,
        "gross_amount": invoice.gross_amount,
        "charges": tuple(charge_of(one) for one in invoice.charges.all()),
        "deposits": _deposits(invoice),
        "rounding_amount": invoice.rounding_amount,
    }


def _payment(invoice: Invoice, due: Iterable[InvoiceInstalment]) -> dict[str, Any]:
    """When, where and under which reference it is to be paid."""
    return {
        "instalments": tuple(Instalment(part.due_on, part.amount) for part in due),
        "discount_rate": invoice.discount_rate,
        "discount_until": invoice.discount_until,
        "terms_text": invoice.terms_text,
        "payment_reference": invoice.payment_reference,
        "iban": invoice.seller.get("iban", "").replace(" ", ""),
        "bic": invoice.seller.get("bic", ""),
        "bankgiro": invoice.seller.get("bankgiro", ""),
    }


def _references(invoice: Invoice) -> dict[str, Any]:
    """What the document points at: orders, delivery note, and the invoices it follows."""
    before = (invoice.corrects, invoice.replaces if invoice.replaces_id else None)
    return {
        "po_number": invoice.po_number,
        "order_number": invoice.order.number if invoice.order else "",
        "delivery_note_number": invoice.shipment.number if invoice.shipment else "",
        "buyer_reference": invoice.buyer_reference,
        "project_reference": invoice.project_reference,
        "contract_reference": invoice.contract_reference,
        "receiving_advice": invoice.receiving_advice,
        "accounting_reference": invoice.accounting_reference,
        "preceding": tuple(
            Preceding(one.number or "", one.issued_on) for one in before if one and one.issued_on
        ),
    }


def charge_of(charge: InvoiceCharge | OrderCharge) -> Charge:
    """A charge or allowance on the whole document, of an invoice or still of its order."""
    return Charge(
        amount=charge.amount,
        is_charge=charge.is_charge,
        reason=charge.words if isinstance(charge, OrderCharge) else charge.reason,
        vat_category=charge.vat_category,
        vat_rate=charge.vat_rate,
        reason_code=charge.reason_code,
        rate=charge.rate,
        base_amount=charge.base_amount,
    )


def _deposits(invoice: Invoice) -> tuple[Deposit, ...]:
    """The deposit invoices that are deducted, each with its rows of VAT."""
    if not invoice.deposit_amount:
        return ()
    rows: dict[Invoice, list[InvoiceDeposit]] = {}
    prefetch_related_objects([invoice], "deposits__deposit")
    for row in invoice.deposits.all():
        rows.setdefault(row.deposit, []).append(row)
    return tuple(
        Deposit(
            deposit.number or "",
            deposit.issued_on,
            tuple(
                VatLine(one.vat_category, one.vat_rate, one.net_amount, one.vat_amount)
                for one in own
            ),
        )
        for deposit, own in rows.items()
        if deposit.issued_on
    )


def party_of(snapshot: Mapping[str, Any]) -> Party:
    """A frozen address with its ids."""
    known = {key: value for key, value in snapshot.items() if key in _PARTY_FIELDS}
    required = dict.fromkeys(("name", "street", "postcode", "city", "country"), "")
    party = {**required, **known}
    party["vat_id"] = str(party.get("vat_id", "")).replace(" ", "")
    return Party(**party)


def seller_of(snapshot: Mapping[str, Any]) -> Party:
    """The company; the register court and management are its legal information (BT-33)."""
    register = " ".join(
        str(snapshot.get(key, "")) for key in ("register_court", "registration_number")
    ).strip()
    parts = [register if snapshot.get("register_court") else "", snapshot.get("management", "")]
    return party_of({**snapshot, "legal_info": ", ".join(part for part in parts if part)})


def _line(line: InvoiceLine, *, of: Invoice) -> FactsLine:
    """A line; where the document is of no single order or shipment it names its own."""
    order_line, shipment = line.order_line, None if of.shipment_id else _shipment(line)
    order = order_line.order if order_line and not of.order_id else None
    return FactsLine(
        position=line.position,
        name=line.description,
        period_from=line.period_from,
        period_to=line.period_to,
        product_number=line.product_number,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        net_amount=line.net_amount,
        vat_category=line.vat_category,
        vat_rate=line.vat_rate,
        discount_rate=line.discount_rate,
        discount_amount=line.discount_amount,
        buyer_reference=order_line.buyer_reference if order_line else "",
        order_number=order.number if order else "",
        po_number=order.po_number if order and not of.po_number else "",
        delivery_note_number=shipment.number if shipment else "",
        dispatched_on=shipment.dispatched_on if shipment else None,
        note=_of_value_only(of.language) if line.is_value_only else "",
        **item_of(line.item),
    )


def _shipment(line: InvoiceLine) -> Shipment | None:
    """What it bills, or gives back of what was billed."""
    gone = line.shipment_line or (line.corrects.shipment_line if line.corrects else None)
    return gone.shipment if gone else None


def item_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """What an article's frozen (or present) facts say of it in a line."""
    pairs = ("classifications", "attributes")
    return {**item, **{key: tuple(map(tuple, item.get(key, ()))) for key in pairs}}


def _of_value_only(language: str) -> str:
    """What a buyer reads at a credit of money alone, so that nobody sends goods back for it."""
    with translation.override(language):
        return _("A reduction of the price; the goods stay with you.")


def _vat_row(row: InvoiceVat) -> VatLine:
    return VatLine(row.vat_category, row.vat_rate, row.net_amount, row.vat_amount, row.vat_note)
