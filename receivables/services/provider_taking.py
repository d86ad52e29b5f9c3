"""Take over what the provider says of a payment: its word counts, in any order, however often.

A payment is always looked at whole. What is new of its movements is booked once; its state only
goes forward, so that an older answer that comes later changes nothing.
"""

import logging
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core import formats
from core.actors import Actor, require
from core.services import atomic_verb, notify, people_with, record_event, retrying
from o2c.errors import Conflict
from receivables.models import (
    ProviderMovement,
    ProviderPayment,
    ProviderRefund,
    ProviderSettlementLine,
)
from receivables.provider import Away, RemoteMovement, RemotePayment, Unknown
from receivables.services.provider_access import away, required_provider
from receivables.services.provider_booking import INWARD, Booked, book_movement

State = ProviderPayment.State
_RANK = {State.BEGUN: 0, State.OPEN: 1, State.DECLINED: 2, State.EXPIRED: 2, State.PAID: 3}
_EVENTS = {
    ProviderMovement.Kind.CAPTURE: "card_payment.captured",
    ProviderMovement.Kind.REFUND: "card_payment.refunded",
    ProviderMovement.Kind.CHARGEBACK: "card_payment.charged_back",
    ProviderMovement.Kind.WON: "card_payment.won",
}
CURRENCY, AMOUNT, BEYOND, UNKNOWN = "currency", "amount", "beyond", "unknown"
"""What may not agree: other money than asked for, another amount, more went back than came, and a
payment that the provider does not know."""
log = logging.getLogger(__name__)


def sync_payment(pk: int, *, by: Actor, on: date) -> ProviderPayment:
    """Ask the provider what became of a payment and take it over; call it outside transactions.

    One that it never heard of is given up. Raises ``Conflict`` when the provider is away.
    """
    payment = ProviderPayment.objects.select_related("company").get(pk=pk)
    provider = required_provider(payment.company)
    ProviderPayment.objects.filter(pk=pk).update(asked_at=timezone.now())
    try:
        if payment.remote_id:
            remote = provider.payment(payment.remote_id)
        else:
            remote = provider.payment_of(str(payment.key))
    except Unknown:
        if payment.remote_id:
            return settle_state(pk, payment.state, trouble=UNKNOWN)
        return settle_state(pk, State.EXPIRED, reason=_("The provider never heard of it."))
    except Away as error:
        log.warning("payment not asked for", extra={"payment": pk, "why": str(error)})
        raise away()
    return take_over(pk, remote, by=by, on=on)


@atomic_verb
def settle_state(pk: int, state: str, *, reason: str = "", trouble: str = "") -> ProviderPayment:
    """Move a payment on that nothing more is known of."""
    payment = ProviderPayment.objects.for_update().select_related("company").get(pk=pk)
    if _RANK[State(state)] >= _RANK[State(payment.state)]:
        payment.state, payment.reason = state, reason[:200]
    payment.trouble = trouble or payment.trouble
    payment.save(update_fields=["state", "reason", "trouble"])
    return payment


@retrying
@atomic_verb
def take_over(pk: int, remote: RemotePayment, *, by: Actor, on: date) -> ProviderPayment:
    """Write what is new of a payment. Money in another currency is not booked but told to people.

    Raises ``Conflict`` when the answer is about another payment, or the chart lacks an account.
    """
    payment = ProviderPayment.objects.for_update().select_related("company", "customer").get(pk=pk)
    if remote.reference != str(payment.key) or payment.remote_id not in ("", remote.id):
        raise Conflict(
            "provider.other_payment",
            _("The provider answered about another payment than %(number)s.")
            % {"number": payment.number},
        )
    before = payment.state
    _move_on(payment, remote)
    known = set(payment.movements.values_list("remote_id", flat=True))
    new = sorted((m for m in remote.movements if m.id not in known), key=lambda m: m.at)
    # What went back can't be booked before what came.
    for moved in sorted(new, key=lambda m: m.kind not in INWARD):
        _take(payment, moved, by=by, on=on)
    payment.save(update_fields=["remote_id", "state", "method", "page_url", "reason", "trouble"])
    if payment.state != before and payment.state in (State.DECLINED, State.EXPIRED):
        record_event(
            f"card_payment.{payment.state}", payment, by=by, on=on, label=payment.number,
            reason=payment.reason,
        )  # fmt: skip
    return payment


def _move_on(payment: ProviderPayment, remote: RemotePayment) -> None:
    payment.remote_id = remote.id
    if _RANK[State(remote.state)] >= _RANK[State(payment.state)]:
        payment.state, payment.reason = remote.state, remote.reason
        payment.method = remote.method or payment.method
    payment.page_url = remote.page_url or payment.page_url


def _take(payment: ProviderPayment, moved: RemoteMovement, *, by: Actor, on: date) -> None:
    if moved.currency != payment.currency:
        if payment.trouble != CURRENCY:
            payment.trouble = CURRENCY
            _tell(payment, _("Card payment %(number)s came in another currency"))
        return
    booked = book_movement(payment, moved, by=by)
    _find_line(booked.movement)
    if moved.kind == ProviderMovement.Kind.REFUND and moved.key:
        refunds = ProviderRefund.objects.filter(payment=payment, key=moved.key)
        refunds.update(state=ProviderRefund.State.DONE)
    _judge(payment, moved, booked)
    facts: dict[str, Any] = {"amount": moved.amount, "currency": moved.currency}
    record_event(
        _EVENTS[ProviderMovement.Kind(moved.kind)], payment, by=by, on=on, label=payment.number,
        documents=", ".join(booked.documents[:10]), reason=moved.reason, **facts,
    )  # fmt: skip


def _judge(payment: ProviderPayment, moved: RemoteMovement, booked: Booked) -> None:
    """What people should know of a movement that was just booked."""
    if moved.kind == ProviderMovement.Kind.CAPTURE:
        if moved.amount != payment.amount:
            payment.trouble = AMOUNT
        if booked.rest_amount:
            _tell(
                payment,
                _("Card payment %(number)s: %(rest)s stays on account"),
                rest=formats.amount(booked.rest_amount, payment.currency),
            )
    elif moved.kind != ProviderMovement.Kind.WON:
        if booked.rest_amount:
            payment.trouble = BEYOND
        if moved.kind == ProviderMovement.Kind.CHARGEBACK:
            _tell(payment, _("Card payment %(number)s was charged back"), body=moved.reason)


def _tell(payment: ProviderPayment, title: str, *, body: str = "", **words: str) -> None:
    people = people_with("receivables.match", payment.company_id)
    notify(
        people,
        company_id=payment.company_id,
        title=title % {"number": payment.number, **words},
        body=body,
        url=payment.get_absolute_url(),
    )


def _find_line(movement: ProviderMovement) -> None:
    """A settlement may have told of the movement before we knew it."""
    lines = ProviderSettlementLine.objects.filter(
        settlement__company=movement.company_id,
        remote_id=movement.remote_id,
        gross_amount=movement.signed_amount,
        movement=None,
    )
    line = lines.order_by("pk").first()
    if line is not None:
        ProviderSettlementLine.objects.filter(pk=line.pk).update(movement=movement)


@atomic_verb
def clear_trouble(pk: int, *, note: str, by: Actor, on: date) -> ProviderPayment:
    """A person has looked at what does not agree, and says what it was."""
    payment = ProviderPayment.objects.for_update().get(pk=pk)
    require(by, "receivables.match", payment.company_id)
    if payment.trouble:
        payment.trouble = ""
        payment.save(update_fields=["trouble"])
        record_event(
            "card_payment.looked_at", payment, by=by, on=on, label=payment.number,
            reason=note.strip()[:200],
        )  # fmt: skip
    return payment
