"""What becomes of a delivery: the answer, the time-out, the next rung, a person's word.

Nothing sits silently: an open delivery has a time-out. When it comes, what surely failed takes the
next rung of the customer's ladder, what may have arrived waits for a person, who is told and told
again each day. An answer given twice is one answer.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import models
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.actors import Actor, require
from core.models import Company, LeasedWork, User
from core.services import atomic_verb, drop_message, notify, nudge, people_with, record_event
from invoicing.models import Channel, Invoice, InvoiceDelivery, Receipt
from invoicing.services.deliver import plan, record_planned
from invoicing.services.deliver_rungs import ladder
from o2c.errors import Conflict, InvalidInput

State = LeasedWork.State
AGAIN = timedelta(hours=24)
AT_ONCE = 500
BY_HAND = (Channel.LETTER, Channel.EXPORT)
"""Channels that people serve: handing over is the receipt."""


# --- Answers of the other side ------------------------------------------------------------------
def take_receipt(
    delivery: InvoiceDelivery,
    receipt: Receipt,
    *,
    text: str = "",
    findings: Sequence[dict[str, str]] = (),
    by: Actor,
    on: date,
) -> bool:
    """Write what the other side said about a locked delivery; False when it is nothing new.

    A rejection or return counts also after an acceptance; after it nothing is believed any more.
    """
    final = (Receipt.REJECTED, Receipt.BOUNCED)
    if delivery.receipt == receipt or delivery.receipt in final:
        return False
    now = timezone.now()
    delivery.receipt, delivery.receipt_at = receipt, now
    delivery.receipt_text, delivery.findings = text[:2000], list(findings)
    if receipt in final:
        delivery.closed_at, delivery.timeout_at, delivery.alarmed_at = None, now, None
        nudge("o2c.time_out_deliveries", delivery.company_id)
    elif delivery.closed_at is None:
        delivery.closed_at = now
    delivery.save(update_fields=[*_ANSWER, "closed_at", "timeout_at", "alarmed_at"])
    record_delivery(f"invoice.delivery_{receipt.value}", delivery, by=by, on=on, text=text[:200])
    return True


_ANSWER = ("receipt", "receipt_at", "receipt_text", "findings")


@atomic_verb
def bounce(pk: int, *, text: str, by: Actor, on: date) -> bool:
    """A mail came back: the delivery is returned, and the next rung is due. False when known."""
    return take_receipt(locked(pk), Receipt.BOUNCED, text=text, by=by, on=on)


# --- Time-outs ----------------------------------------------------------------------------------
def companies_with_timeouts(company: Company) -> models.QuerySet[Company]:
    """The company, when a delivery of it has waited for longer than it may."""
    waiting = InvoiceDelivery.objects.filter(company=models.OuterRef("pk"))
    waiting = waiting.timed_out(timezone.now())
    return Company.objects.filter(models.Exists(waiting), pk=company.pk)


@atomic_verb
def time_out_deliveries(company_pk: int, *, by: Actor, on: date) -> int:
    """Do what is due for deliveries whose time has come; says how many people are told of.

    A mail that nobody returned in time has arrived as far as anybody can tell.
    """
    now = timezone.now()
    due = InvoiceDelivery.objects.filter(company=company_pk).timed_out(now)
    _lock_invoices(due)
    due.filter(channel=Channel.EMAIL).awaiting_receipt().update(
        receipt=Receipt.ASSUMED, receipt_at=now, closed_at=now
    )
    rows = due.for_update().select_related("invoice__customer", "invoice__company", "message")
    told = list(rows[:AT_ONCE])
    for delivery in told:
        _time_out(delivery, by=by, on=on)
    if told:
        _tell(company_pk, told)
    return len(told)


def _lock_invoices(deliveries: models.QuerySet[InvoiceDelivery]) -> None:
    """Before their deliveries, as whoever sends one again does: no two plan its next channel."""
    wanted = deliveries.order_by().values("invoice")
    list(Invoice.objects.for_update().filter(pk__in=wanted).values_list("pk"))


def _time_out(delivery: InvoiceDelivery, *, by: Actor, on: date) -> None:
    now = timezone.now()
    delivery.alarmed_at, delivery.timeout_at = now, now + AGAIN
    taken = _next_rung(delivery, by=by, on=on) if _surely_failed(delivery) else None
    if taken is not None:
        delivery.closed_at = now
        if delivery.state == State.PENDING:
            delivery.state = State.CANCELLED
    delivery.save(update_fields=["alarmed_at", "timeout_at", "closed_at", "state"])
    if taken is not None and delivery.message is not None:
        drop_message(delivery.message.pk, by=by)
    if taken is None:
        record_delivery("invoice.delivery_late", delivery, by=by, on=on, text=trouble_of(delivery))


def _surely_failed(delivery: InvoiceDelivery) -> bool:
    """Whether it certainly did not arrive and another channel may help.

    What a person sent on purpose, what the buyer rejected and what may have arrived stay with
    people; a mail that waits for our own server goes out when the server is back.
    """
    if delivery.reason or delivery.receipt == Receipt.REJECTED:
        return False
    if delivery.receipt == Receipt.BOUNCED or delivery.state == State.PARKED:
        return True
    return delivery.state == State.PENDING and delivery.channel == Channel.PEPPOL


def _next_rung(delivery: InvoiceDelivery, *, by: Actor, on: date) -> InvoiceDelivery | None:
    invoice = delivery.invoice
    tried = set(invoice.deliveries.values_list("channel", flat=True))
    rung = next((rung for rung in ladder(invoice) if rung.channel not in tried), None)
    if rung is None:
        return None
    taken = plan(invoice, rung)
    record_planned(taken, by=by, on=on)
    return taken


def trouble_of(delivery: InvoiceDelivery) -> str:
    """What is the matter with an open delivery, in words."""
    if delivery.receipt in (Receipt.REJECTED, Receipt.BOUNCED):
        return delivery.receipt_text or str(delivery.get_receipt_display())
    if delivery.channel in BY_HAND and delivery.state == State.PENDING:
        return _("Nobody has noted that it was handed over.")
    if delivery.state == State.DONE:
        return _("Handed over, but no receipt came in time.")
    return delivery.last_error or _("Not handed over yet.")


def _tell(company_pk: int, told: list[InvoiceDelivery]) -> None:
    """One notice for each person, however many deliveries wait."""
    for person in people_with("invoicing.send", company_pk):
        with translation.override(person.language):
            title, body, url = _notice(told)
        notify([person], company_id=company_pk, title=title, body=body, url=url)


def _notice(told: list[InvoiceDelivery]) -> tuple[str, str, str]:
    if len(told) == 1:
        (delivery,) = told
        title = _("%(number)s needs a look: %(channel)s") % {
            "number": delivery.invoice,
            "channel": delivery.get_channel_display(),
        }
        is_blocked = delivery.channel == Channel.BLOCKED
        about = delivery.invoice if is_blocked else delivery
        return title, trouble_of(delivery), about.get_absolute_url()
    title = ngettext(
        "%(count)s delivery of an invoice needs a look",
        "%(count)s deliveries of invoices need a look",
        len(told),
    ) % {"count": len(told)}
    body = "\n".join(f"{row.invoice}: {trouble_of(row)}" for row in told[:10])
    return title, body, reverse("invoicing:deliveries")


# --- What people decide -------------------------------------------------------------------------
@atomic_verb
def hand_over(pk: int, *, by: Actor, on: date) -> InvoiceDelivery:
    """A letter was posted, a file put into the buyer's portal: that is its receipt.

    Raises: Conflict when it isn't waiting for that; PermissionMissing.
    """
    delivery = locked(pk)
    require(by, "invoicing.send", delivery.company_id)
    if delivery.channel not in BY_HAND or delivery.state != State.PENDING or delivery.closed_at:
        raise _decided(delivery)
    hand_over_locked([delivery], by=by, on=on)
    return delivery


def hand_over_locked(deliveries: Sequence[InvoiceDelivery], *, by: Actor, on: date) -> None:
    """Note for locked deliveries that people handed them over."""
    now = timezone.now()
    for delivery in deliveries:
        delivery.state, delivery.done_at = State.DONE, now
        delivery.save(update_fields=["state", "done_at"])
        take_receipt(delivery, Receipt.ACCEPTED, by=by, on=on)


@atomic_verb
def settle_delivery(pk: int, *, has_arrived: bool, reason: str, by: Actor, on: date) -> None:
    """A person who looked decides: it has arrived, or it has not and the next channel is taken.

    Raises: InvalidInput without a reason; Conflict when it is closed, still being sent, or no
    other channel is left; PermissionMissing.
    """
    _lock_invoices(InvoiceDelivery.objects.filter(pk=pk))
    delivery = locked(pk)
    require(by, "invoicing.send", delivery.company_id)
    if not reason.strip():
        raise InvalidInput("delivery.no_reason", _("Say how you know."), field="reason")
    if delivery.closed_at or delivery.state == State.CLAIMED:
        raise _decided(delivery)
    delivery.closed_at = timezone.now()
    delivery.closed_by = by if isinstance(by, User) else None
    if has_arrived and delivery.receipt in (Receipt.NONE, Receipt.AWAITED):
        delivery.receipt, delivery.receipt_at = Receipt.ACCEPTED, delivery.closed_at
        delivery.receipt_text = reason.strip()
    elif not has_arrived and _next_rung(delivery, by=by, on=on) is None:
        raise Conflict(
            "delivery.no_rung_left",
            _("The customer has no other channel: send it again to an address you know."),
        )
    if delivery.state == State.PENDING:
        delivery.state = State.CANCELLED
    delivery.save(update_fields=[*_ANSWER, "closed_at", "closed_by", "state"])
    if delivery.message is not None:
        drop_message(delivery.message.pk, by=by)
    text = reason.strip()[:200]
    name = "invoice.delivery_accepted" if has_arrived else "invoice.delivery_given_up"
    record_delivery(name, delivery, by=by, on=on, text=text)


def _decided(delivery: InvoiceDelivery) -> Conflict:
    return Conflict(
        "delivery.decided",
        _("This delivery is %(state)s; there is nothing to decide.")
        % {"state": delivery.get_state_display()},
    )


def locked(pk: int) -> InvoiceDelivery:
    """The delivery, locked, with what its verbs look at."""
    rows = InvoiceDelivery.objects.for_update()
    return rows.select_related("invoice__customer", "invoice__company", "message").get(pk=pk)


def record_delivery(
    name: str, delivery: InvoiceDelivery, *, by: Actor, on: date, text: str = ""
) -> None:
    """An event of the invoice about one of its deliveries."""
    record_event(
        name,
        delivery.invoice,
        by=by,
        on=on,
        correlation=delivery.invoice.correlation,
        delivery=delivery.pk,
        channel=str(delivery.channel),
        recipient=delivery.recipient,
        text=text,
    )
