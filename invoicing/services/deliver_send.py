"""Hand a document to the access point, once, and ask what became of it.

The claim is committed before, the outcome after. Whatever is not surely known is *uncertain*, and
an uncertain document is asked for by its key: known there, it is not sent again; unknown there, it
surely never came, and may be sent.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor, JobActor
from core.models import LeasedWork
from core.services import atomic_verb, leases, nudge
from invoicing.access_point import AccessPoint, Away, Lost, Refused, Status, Unknown
from invoicing.models import InvoiceDelivery, Receipt
from invoicing.services.deliver_receipts import locked, record_delivery, take_receipt
from o2c.errors import BusinessError

State = LeasedWork.State
SENDING = JobActor("delivery")
GRACE = timedelta(minutes=10)
FIRST_ASK, LONGEST_ASK = timedelta(minutes=1), timedelta(hours=1)


def access_point() -> AccessPoint | None:
    """The one named in the settings."""
    if not settings.ACCESS_POINT_URL:
        return None
    return AccessPoint(
        settings.ACCESS_POINT_URL, settings.ACCESS_POINT_KEY, settings.ACCESS_POINT_IS_SIMULATOR
    )


def send_delivery(pk: int) -> InvoiceDelivery | None:
    """Send one due delivery: claim, hand over, outcome. None when it isn't due or another has it.

    The worker's verb; call it outside transactions.
    """
    delivery = leases.claim(InvoiceDelivery.objects.sendable(timezone.now()).filter(pk=pk))
    if delivery is None:
        return None
    delivery = _with_all(pk)
    point = access_point()
    if point is None:
        _conclude(delivery, leases.park, _("No access point is set up."))
        return delivery
    try:
        _hand_over(delivery, point)
    except Exception as error:  # noqa: BLE001 - after the claim every fate must be written down
        _conclude(delivery, leases.mark_uncertain, f"{type(error).__name__}: {error}")
    return delivery


def _with_all(pk: int) -> InvoiceDelivery:
    related = ("invoice__company", "invoice__customer", "document")
    return InvoiceDelivery.objects.select_related(*related).get(pk=pk)


def _hand_over(delivery: InvoiceDelivery, point: AccessPoint) -> None:
    """Look the buyer up, send, and write down what is known of it."""
    assert delivery.document is not None
    try:
        content = delivery.document.read()
    except BusinessError as error:
        _conclude(delivery, leases.park, error.message)
        return
    try:
        if not point.look_up(delivery.recipient):
            text = _("%(to)s receives no invoices by Peppol.") % {"to": delivery.recipient}
            _conclude(delivery, leases.park, text)
            return
        status = point.send(
            content,
            key=delivery.idempotency_key,
            participant=delivery.recipient,
            facts=_facts(delivery),
        )
    except Away as error:
        _conclude(delivery, leases.wait_out, str(error))
    except Lost as error:
        _conclude(delivery, leases.mark_uncertain, str(error))
    except Refused as error:
        _refused(delivery, error)
    else:
        _taken(delivery, status)


def _facts(delivery: InvoiceDelivery) -> dict[str, str]:
    invoice = delivery.invoice
    return {
        "format": delivery.format,
        "number": invoice.number or "",
        "kind": invoice.kind,
        "sender": invoice.seller.get("vat_id") or invoice.seller.get("name", ""),
    }


def _conclude(
    delivery: InvoiceDelivery, write: Callable[[LeasedWork, str], bool], reason: str
) -> None:
    """Write an outcome that is no success; what surely failed takes its next rung at once."""
    with transaction.atomic():
        if write(delivery, reason) and delivery.state in (State.PARKED, State.UNCERTAIN):
            _be_due([delivery.pk], is_sure=delivery.state == State.PARKED)
            nudge("o2c.ask_delivery", delivery.pk)
            nudge("o2c.time_out_deliveries", delivery.company_id)


def _be_due(keys: list[int], *, is_sure: bool) -> None:
    """Ask now; a person is told unless the answer settles it soon."""
    now = timezone.now()
    rows = InvoiceDelivery.objects.filter(pk__in=keys)
    rows.update(not_before=now, timeout_at=now if is_sure else now + GRACE)


def _refused(delivery: InvoiceDelivery, refusal: Refused) -> None:
    """Refused for what it says: no other channel mends that, so it is a case for a person."""
    with transaction.atomic():
        if leases.park(delivery, refusal.text):
            take_receipt(
                locked(delivery.pk),
                Receipt.REJECTED,
                text=refusal.text,
                findings=refusal.findings,
                by=SENDING,
                on=delivery.invoice.company.today(),
            )


def _taken(delivery: InvoiceDelivery, status: Status) -> None:
    with transaction.atomic():
        if leases.finish(delivery):
            _apply(locked(delivery.pk), status, by=SENDING)


# --- Asking -------------------------------------------------------------------------------------
def ask_delivery(pk: int) -> bool:
    """Ask the access point what became of a delivery; says whether anything new is known.

    Asking changes nothing there, so it takes no claim; the answer is written under the row's lock
    and only where the row still waits for it.
    """
    now = timezone.now()
    delivery = InvoiceDelivery.objects.to_ask(now).filter(pk=pk).first()
    point = access_point()
    if delivery is None or point is None:
        return False
    try:
        status: Status | None = point.status(delivery.idempotency_key)
    except Unknown:
        status = None
    except Away as error:
        _ask_later(pk, delivery, str(error), now)
        return False
    return _answered(pk, status, by=SENDING)


@atomic_verb
def _answered(pk: int, status: Status | None, *, by: Actor) -> bool:
    delivery = locked(pk)
    if delivery.closed_at is not None or delivery.state not in (State.UNCERTAIN, State.DONE):
        return False
    if status is not None:
        return _apply(delivery, status, by=by)
    if delivery.state == State.DONE:
        _later(delivery, timezone.now())
        return False
    # Surely never came: back in the queue, under the same key.
    delivery.state, delivery.not_before, delivery.lease_owner = State.PENDING, timezone.now(), ""
    delivery.timeout_at = timezone.now() + timedelta(hours=delivery.timeout_hours)
    delivery.save(update_fields=["state", "not_before", "lease_owner", "timeout_at"])
    on = delivery.invoice.company.today()
    record_delivery("invoice.delivery_never_came", delivery, by=by, on=on)
    nudge("o2c.send_delivery", delivery.pk)
    return True


@atomic_verb
def apply_status(key: str, status: Status, *, by: Actor) -> bool:
    """What the access point says by itself of the document with this key; False for nothing new.

    Raises: InvoiceDelivery.DoesNotExist when the key is none of ours.
    """
    row = InvoiceDelivery.objects.only("pk").get(idempotency_key=key, channel="peppol")
    return _apply(locked(row.pk), status, by=by)


def _apply(delivery: InvoiceDelivery, status: Status, *, by: Actor) -> bool:
    """Write what the other side says about a locked delivery."""
    on, now = delivery.invoice.company.today(), timezone.now()
    is_news = delivery.state != State.DONE or not delivery.receipt
    if is_news and delivery.closed_at is None:
        delivery.state, delivery.done_at = State.DONE, delivery.done_at or now
        delivery.remote_id, delivery.last_error = status.id, ""
        delivery.receipt = delivery.receipt or Receipt.AWAITED
        delivery.timeout_at = delivery.done_at + timedelta(hours=delivery.timeout_hours)
        delivery.alarmed_at = None
        delivery.save()
        record_delivery("invoice.delivery_sent", delivery, by=by, on=on)
    if status.state == "taken":
        _later(delivery, now)
        return is_news
    receipt = Receipt.ACCEPTED if status.state == "delivered" else Receipt.REJECTED
    return take_receipt(delivery, receipt, text=status.text, findings=status.findings, by=by, on=on)


def _ask_later(pk: int, delivery: InvoiceDelivery, reason: str, now: datetime) -> None:
    if delivery.state == State.UNCERTAIN:
        InvoiceDelivery.objects.filter(pk=pk, state=State.UNCERTAIN).update(last_error=reason)
    _later(delivery, now)


def _later(delivery: InvoiceDelivery, now: datetime) -> None:
    """When to ask again: soon after it was sent, once an hour in the end."""
    waited = now - (delivery.done_at or delivery.not_before)
    wait = min(max(waited, FIRST_ASK), LONGEST_ASK)
    rows = InvoiceDelivery.objects.filter(pk=delivery.pk, closed_at=None)
    rows.update(not_before=now + wait)


def sweep_deliveries() -> list[int]:
    """Settle lost leases as uncertain: the worker was killed between sending and writing."""
    lost = leases.lose_leases(
        InvoiceDelivery.objects.filter(channel="peppol"),
        now=timezone.now(),
        error="The worker was lost while it sent this; the access point is asked.",
    )
    keys = [delivery.pk for delivery in lost]
    _be_due(keys, is_sure=False)
    return keys
