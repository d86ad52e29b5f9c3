"""Put an issued document on its way to the buyer: once by itself, again only with a reason."""

from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.formats import amount
from core.letters import long_day
from core.models import OutboundMessage, StoredDocument
from core.services import atomic_verb, notify, people_with, record_event, write_message
from invoicing.models import Invoice, InvoiceDelivery
from invoicing.services.freeze import invoice_contact
from o2c.errors import Conflict, InvalidInput

Channel = InvoiceDelivery.Channel


@atomic_verb
def deliver(pk: int, *, by: Actor, on: date) -> InvoiceDelivery | None:
    """Write the delivery of an invoice whose documents are made, with its mail as due work.

    Once per invoice: called again it does nothing. Without an address the delivery is *blocked*
    with the reason in sight, and those who may send invoices are told.
    """
    invoice = _locked(pk)
    if invoice.is_delivery_planned or invoice.pdf is None:
        return invoice.deliveries.order_by("-pk").first()
    contact = invoice_contact(invoice.customer)
    if contact is None:
        delivery = _block(invoice)
    else:
        delivery = _send(invoice, invoice.pdf, to=contact.email, repeat=0)
    invoice.is_delivery_planned = True
    invoice.save(update_fields=["is_delivery_planned"])
    _record(invoice, delivery, by=by, on=on)
    return delivery


@atomic_verb
def resend(pk: int, *, reason: str, to: str = "", by: Actor, on: date) -> InvoiceDelivery:
    """Send an issued invoice once more, to the customer's contact or a given address.

    Raises: InvalidInput without a reason or address; Conflict before documents exist;
    PermissionMissing.
    """
    invoice = _locked(pk)
    require(by, "invoicing.send", invoice.company_id)
    if invoice.pdf is None:
        raise Conflict(
            "invoice.no_documents",
            _("%(number)s has no documents yet; they are being made.") % {"number": invoice},
        )
    if not reason.strip():
        raise InvalidInput(
            "delivery.no_reason",
            _("Say why the invoice is sent again; the reason is kept with the delivery."),
            field="reason",
        )
    contact = invoice_contact(invoice.customer)
    address = to.strip() or (contact.email if contact else "")
    if not address:
        raise InvalidInput("delivery.no_address", _no_address(invoice), field="to")
    repeat = invoice.deliveries.filter(channel=Channel.EMAIL).count()
    delivery = _send(invoice, invoice.pdf, to=address, repeat=repeat, reason=reason.strip())
    invoice.is_delivery_planned = True
    invoice.save(update_fields=["is_delivery_planned"])
    _record(invoice, delivery, by=by, on=on)
    return delivery


def _locked(pk: int) -> Invoice:
    return Invoice.objects.for_update().select_related("customer", "company", "pdf").get(pk=pk)


def _send(
    invoice: Invoice, pdf: StoredDocument, *, to: str, repeat: int, reason: str = ""
) -> InvoiceDelivery:
    return InvoiceDelivery.objects.create(
        company_id=invoice.company_id,
        invoice=invoice,
        channel=Channel.EMAIL,
        recipient=to,
        content_sha256=pdf.sha256,
        repeat=repeat,
        reason=reason[:200],
        message=_mail(invoice, pdf, to=to, repeat=repeat),
    )


def _block(invoice: Invoice) -> InvoiceDelivery:
    reason = _no_address(invoice)
    notify(
        people_with("invoicing.send", invoice.company_id),
        company_id=invoice.company_id,
        title=_("%(number)s could not be sent") % {"number": invoice},
        body=reason,
        url=invoice.get_absolute_url(),
    )
    return InvoiceDelivery.objects.create(
        company_id=invoice.company_id,
        invoice=invoice,
        channel=Channel.BLOCKED,
        content_sha256=invoice.pdf.sha256 if invoice.pdf else "",
        reason=reason[:200],
    )


def _no_address(invoice: Invoice) -> str:
    return _(
        "%(customer)s has no contact with an e-mail address that receives invoices: add one, then"
        " send the invoice."
    ) % {"customer": invoice.customer.name}


def _mail(invoice: Invoice, pdf: StoredDocument, *, to: str, repeat: int) -> OutboundMessage:
    with translation.override(invoice.language):
        subject, body = _words(invoice)
    return write_message(
        company_id=invoice.company_id,
        key=f"invoice:{invoice.pk}:email:{repeat}",
        kind=invoice.kind,
        to=to,
        subject=subject,
        body=body,
        language=invoice.language,
        attachments=[pdf],
        about=invoice,
        correlation=invoice.correlation,
    )


def _words(invoice: Invoice) -> tuple[str, str]:
    """Subject and text of the mail, in the active language."""
    values = {
        "number": invoice.number,
        "company": invoice.company.name,
        "amount": amount(invoice.gross_amount, invoice.currency),
        "day": long_day(invoice.due_on, invoice.language) if invoice.due_on else "",
        "reference": invoice.payment_reference,
    }
    if invoice.is_credit_note:
        return _("Credit note %(number)s from %(company)s") % values, _(
            "Good day,\n\n"
            "attached you find credit note %(number)s over %(amount)s.\n\n"
            "Kind regards\n%(company)s\n"
        ) % values
    return _("Invoice %(number)s from %(company)s") % values, _(
        "Good day,\n\n"
        "attached you find invoice %(number)s over %(amount)s, due on %(day)s.\n"
        "Please give the reference %(reference)s when you pay.\n\n"
        "The PDF carries the e-invoice (ZUGFeRD, EN 16931) for your software.\n\n"
        "Kind regards\n%(company)s\n"
    ) % values


def _record(invoice: Invoice, delivery: InvoiceDelivery, *, by: Actor, on: date) -> None:
    is_blocked = delivery.channel == Channel.BLOCKED
    record_event(
        "invoice.delivery_blocked" if is_blocked else "invoice.delivery_planned",
        invoice,
        by=by,
        on=on,
        correlation=invoice.correlation,
        channel=delivery.channel,
        recipient=delivery.recipient,
        reason=delivery.reason,
    )
