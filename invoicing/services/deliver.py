"""Put an issued document on its way to the buyer: once by itself, again only with a reason."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.services import atomic_verb, nudge, record_event
from core.services.mail import message_digest
from invoicing.models import Channel, Format, Invoice, InvoiceDelivery
from invoicing.services.deliver_documents import file_for
from invoicing.services.deliver_mail import write_mail
from invoicing.services.deliver_rungs import HOURS, USUAL, Rung, addressed, ladder
from invoicing.services.export import FormUnfit
from o2c.errors import Conflict, InvalidInput

MAIL_WAITS_HOURS = 4
"""A mail that is not handed to our own mail server within this time means that it is away."""


NOWHERE = Rung(Channel.BLOCKED, Format.PDF)
"""Nothing leads to the customer."""


@atomic_verb
def deliver(pk: int, *, by: Actor, on: date) -> InvoiceDelivery | None:
    """Plan the delivery of an invoice whose documents are made, by the customer's first channel.

    Once per invoice: called again it does nothing. Where nothing leads to the customer the
    delivery is *not possible*, with the reason in sight; the sweep tells who may send invoices.
    """
    invoice = _locked(pk)
    if invoice.is_delivery_planned or invoice.pdf is None:
        return invoice.deliveries.order_by("-pk").first()
    rungs = ladder(invoice)
    delivery = plan(invoice, rungs[0]) if rungs else _failed(invoice, NOWHERE, no_address(invoice))
    _mark_planned(invoice)
    record_planned(delivery, by=by, on=on)
    return delivery


@atomic_verb
def resend(
    pk: int, *, reason: str, to: str = "", channel: str = "", by: Actor, on: date
) -> InvoiceDelivery:
    """Send an issued invoice once more: by the channel named, else to an address, else as usual.

    What failed before is closed: this delivery takes its place. Raises: InvalidInput without a
    reason or address; Conflict before documents exist; PermissionMissing.
    """
    invoice = _locked(pk)
    require(by, "invoicing.send", invoice.company_id)
    _check_sendable(invoice, reason)
    rung = _chosen(invoice, to.strip(), channel)
    earlier = invoice.deliveries.filter(channel=rung.channel).count()
    close_failed(invoice)
    delivery = plan(invoice, rung, repeat=earlier, reason=reason.strip())
    _mark_planned(invoice)
    record_planned(delivery, by=by, on=on)
    return delivery


def plan(invoice: Invoice, rung: Rung, *, repeat: int = 0, reason: str = "") -> InvoiceDelivery:
    """Write the delivery by one rung as work to be done, a mail with it where it goes by mail.

    What can't be written in the rung's format fails here, and the next rung is due at once; where
    a person asked for it (``reason``) it raises FormUnfit.
    """
    try:
        file = file_for(invoice, rung.format)
    except FormUnfit as error:
        if reason:
            raise
        rules = [{"rule": row.rule, "text": row.official} for row in error.findings]
        return _failed(invoice, rung, error.message, rules)
    now, message = timezone.now(), None
    key, waits = uuid.uuid4().hex, rung.timeout_hours
    if rung.channel == Channel.EMAIL:
        message = write_mail(invoice, file, to=rung.recipient, wanted=rung.format, repeat=repeat)
        key, waits = message_digest(message), min(waits, MAIL_WAITS_HOURS)
    delivery = InvoiceDelivery.objects.create(
        company_id=invoice.company_id,
        invoice=invoice,
        channel=rung.channel,
        format=rung.format,
        recipient=rung.recipient,
        document=file,
        content_sha256=file.sha256,
        repeat=repeat,
        reason=reason[:200],
        message=message,
        idempotency_key=key,
        not_before=now,
        timeout_hours=rung.timeout_hours,
        timeout_at=now + timedelta(hours=waits),
    )
    if rung.channel == Channel.PEPPOL:
        nudge("o2c.send_delivery", delivery.pk)
    return delivery


def _failed(
    invoice: Invoice, rung: Rung, why: str, rules: Sequence[dict[str, str]] = ()
) -> InvoiceDelivery:
    """A rung that can't be taken: a row that says why, due for the next rung or a person now."""
    now = timezone.now()
    assert invoice.pdf is not None
    delivery = InvoiceDelivery.objects.create(
        company_id=invoice.company_id,
        invoice=invoice,
        channel=rung.channel,
        format=rung.format,
        recipient=rung.recipient,
        content_sha256=invoice.pdf.sha256,
        idempotency_key=uuid.uuid4().hex,
        state=InvoiceDelivery.State.PARKED,
        last_error=why,
        findings=list(rules),
        not_before=now,
        timeout_hours=rung.timeout_hours or HOURS[Channel.EMAIL],
        timeout_at=now,
    )
    nudge("o2c.time_out_deliveries", invoice.company_id)
    return delivery


def close_failed(invoice: Invoice) -> None:
    """Deliveries of the invoice that failed are history once another takes their place."""
    open_ones = invoice.deliveries.open()
    for rows in (open_ones.failed(), open_ones.rejected()):
        rows.update(closed_at=timezone.now())


def record_planned(delivery: InvoiceDelivery, *, by: Actor, on: date) -> None:
    """Note in the timeline that the invoice is on its way, or that it can't be."""
    is_blocked = delivery.channel == Channel.BLOCKED
    record_event(
        "invoice.delivery_blocked" if is_blocked else "invoice.delivery_planned",
        delivery.invoice,
        by=by,
        on=on,
        correlation=delivery.invoice.correlation,
        channel=delivery.channel,
        recipient=delivery.recipient,
        reason=delivery.last_error if is_blocked else delivery.reason,
    )


def _locked(pk: int) -> Invoice:
    related = ("customer", "company", "pdf", "xml")
    return Invoice.objects.for_update().select_related(*related).get(pk=pk)


def _mark_planned(invoice: Invoice) -> None:
    invoice.is_delivery_planned = True
    invoice.save(update_fields=["is_delivery_planned"])


def _check_sendable(invoice: Invoice, reason: str) -> None:
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


def _chosen(invoice: Invoice, to: str, channel: str) -> Rung:
    """The rung a person asked for: a channel, an address alone (e-mail), or the usual one."""
    rungs = ladder(invoice)
    if to and not channel:
        channel = Channel.EMAIL
    if not channel:
        if rungs:
            return rungs[0]
        raise InvalidInput("delivery.no_address", no_address(invoice), field="to")
    known = next((rung for rung in rungs if rung.channel == channel), None)
    usual = next((rung for rung in USUAL if rung.channel == channel), None)
    if known is None and usual is None:
        raise InvalidInput(
            "delivery.no_channel",
            _("%(customer)s has no such channel: set it up at the customer first.")
            % {"customer": invoice.customer.name},
            field="channel",
        )
    rung = known or addressed(invoice, usual)  # type: ignore[arg-type]
    rung = Rung(rung.channel, rung.format, to or rung.recipient, rung.timeout_hours)
    if not rung.recipient:
        raise InvalidInput("delivery.no_address", no_address(invoice), field="to")
    return rung


def no_address(invoice: Invoice) -> str:
    """Why an invoice can't go anywhere, and what to do."""
    return _(
        "%(customer)s has no contact with an e-mail address that receives invoices: add one, then"
        " send the invoice."
    ) % {"customer": invoice.customer.name}
