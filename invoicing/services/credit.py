"""Take an invoice back in full by a credit note with the original's own figures."""

from datetime import date

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.services import atomic_verb, record_event, retrying
from invoicing.models import Invoice, InvoiceLine, InvoiceState, InvoiceVat
from invoicing.services.issue import locked, number_and_freeze
from o2c.errors import Conflict, InvalidInput

_COPIED = (
    "company_id",
    "customer_id",
    "order_id",
    "shipment_id",
    "currency",
    "language",
    "delivered_on",
    "po_number",
    "buyer_reference",
    "ship_to",
    "net_amount",
    "vat_amount",
    "gross_amount",
)
_LINE_COPIED = (
    "position",
    "order_line_id",
    "product_id",
    "product_number",
    "description",
    "quantity",
    "unit",
    "unit_price",
    "discount_rate",
    "discount_amount",
    "net_amount",
    "vat_category",
    "vat_rate",
    "vat_note",
)
_VAT_COPIED = (
    "vat_category",
    "vat_rate",
    "vat_note",
    "net_amount",
    "vat_amount",
)


@retrying
@atomic_verb
def credit_in_full(pk: int, *, reason: str, by: Actor, on: date) -> Invoice:
    """Credit all of an issued invoice: same lines, prices, rates; the invoice is then cancelled.

    Raises: Conflict when it is no issued invoice or was credited before (naming the credit note);
    InvalidInput without a reason; PermissionMissing.
    """
    (invoice,) = locked([pk])
    require(by, "invoicing.credit", invoice.company_id)
    _check(invoice, reason)
    credit_note = _copy(invoice, reason.strip())
    number_and_freeze([credit_note], by=by, on=on)
    invoice.to_cancelled()
    invoice.save()
    record_event(
        "invoice.credited",
        invoice,
        by=by,
        on=on,
        correlation=invoice.correlation,
        reason=credit_note.reason,
        credit_note=credit_note.number,
    )
    return credit_note


def _check(invoice: Invoice, reason: str) -> None:
    if not reason.strip():
        raise InvalidInput(
            "credit.no_reason",
            _("Say why %(number)s is credited; the customer reads it on the credit note.")
            % {"number": invoice},
            field="reason",
        )
    if invoice.is_credit_note or invoice.state == InvoiceState.DRAFT:
        raise Conflict(
            "credit.not_an_invoice",
            _("%(number)s is no issued invoice, so there is nothing to credit.")
            % {"number": invoice},
        )
    credit_note = invoice.corrections.exclude(number=None).order_by("pk").first()
    if invoice.state == InvoiceState.CANCELLED or credit_note:
        raise Conflict(
            "credit.twice",
            _("%(number)s was credited already, by %(credit_note)s.")
            % {"number": invoice, "credit_note": credit_note or "–"},
        )


def _copy(invoice: Invoice, reason: str) -> Invoice:
    """The draft of the credit note, with the original's rows."""
    draft = Invoice.objects.create(
        kind=Invoice.Kind.CREDIT_NOTE,
        corrects=invoice,
        reason=reason[:200],
        **{name: getattr(invoice, name) for name in _COPIED},
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=draft, corrects=line, **{name: getattr(line, name) for name in _LINE_COPIED}
        )
        for line in invoice.lines.all()
    )
    InvoiceVat.objects.bulk_create(
        InvoiceVat(invoice=draft, **{name: getattr(row, name) for name in _VAT_COPIED})
        for row in invoice.vat_rows.all()
    )
    return draft
