"""Give money back through the provider: proposed, above a limit approved by somebody else, sent.

Sending carries the refund's own key, so it may be repeated until an answer comes; the books move
when the provider says that it gave the money back.
"""

import logging
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from core import formats
from core.actors import Actor, require
from core.models import Company, User
from core.services import atomic_verb, notify, nudge, people_with, record_event
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO
from receivables.models import BankRefund, ProviderPayment, ProviderRefund
from receivables.provider import Away, Lost, Refused
from receivables.services.provider_access import away, refund_limit, required_provider
from receivables.services.provider_taking import take_over

REFUND, APPROVE = "receivables.refund", "receivables.approve_refund"
State = ProviderRefund.State
log = logging.getLogger(__name__)


def refundable(payment: ProviderPayment) -> Decimal:
    """What is left of a payment: came, did not go back, and is not to be given back already.

    By the provider or by bank transfer: the same money goes back one way only.
    """
    moved = sum((row.signed_amount for row in payment.movements.all()), ZERO)
    live = payment.refunds.filter(state__in=[State.PROPOSED, State.APPROVED])
    by_bank = BankRefund.objects.filter(item__provider_movement__payment=payment).exclude(
        state__in=[BankRefund.State.REFUSED, BankRefund.State.RETURNED]
    )
    going = [rows.aggregate(sum=Sum("amount"))["sum"] or ZERO for rows in (live, by_bank)]
    return moved - sum(going, ZERO)


@atomic_verb
def propose_refund(
    payment_pk: int, *, amount: Decimal, reason: str, by: Actor, on: date
) -> ProviderRefund:
    """Up to the limit it is on its way at once, above it waits for somebody else.

    Raises ``InvalidInput`` for no reason or an amount not above zero, ``Conflict`` when less is
    left, ``PermissionMissing``.
    """
    payment = ProviderPayment.objects.for_update().select_related("company").get(pk=payment_pk)
    require(by, REFUND, payment.company_id)
    required_provider(payment.company)
    if not reason.strip():
        raise InvalidInput("refund.reason", _("Say why it is given back."), field="reason")
    if amount <= 0:
        raise InvalidInput("refund.amount", _("Give an amount above zero."), field="amount")
    left = refundable(payment)
    if amount > left:
        raise Conflict(
            "refund.too_much",
            _("Only %(left)s of %(number)s can be given back, not %(amount)s.")
            % {
                "left": formats.amount(left, payment.currency),
                "number": payment.number,
                "amount": formats.amount(amount, payment.currency),
            },
            field="amount",
        )
    refund = _made(payment, amount, reason, by=by)
    _record("refund_proposed", refund, by=by, on=on)
    if refund.needs_approval:
        _ask(refund)
    else:
        nudge("o2c.send_refund", refund.pk)
    return refund


def _made(payment: ProviderPayment, amount: Decimal, reason: str, *, by: Actor) -> ProviderRefund:
    is_big = amount > refund_limit()
    return ProviderRefund.objects.create(
        company=payment.company,
        payment=payment,
        amount=amount,
        reason=reason.strip()[:200],
        state=State.PROPOSED if is_big else State.APPROVED,
        needs_approval=is_big,
        proposed_by=by if isinstance(by, User) else None,
        proposed_by_name=by.actor_name,
    )


def _ask(refund: ProviderRefund) -> None:
    people = people_with(APPROVE, refund.company_id)
    if refund.proposed_by is not None:
        people = people.exclude(pk=refund.proposed_by.pk)
    title = _("Refund of %(amount)s on %(number)s waits for approval") % {
        "amount": formats.amount(refund.amount, refund.payment.currency),
        "number": refund.payment.number,
    }
    url = refund.get_absolute_url()
    notify(people, company_id=refund.company_id, title=title, body=refund.reason, url=url)


@atomic_verb
def decide_refund(pk: int, *, is_approved: bool, by: User, on: date) -> ProviderRefund:
    """A second person lets the refund go, or not.

    Raises ``Conflict`` when it is decided or was proposed by the same person; PermissionMissing.
    """
    payment_pk = ProviderRefund.objects.values_list("payment_id", flat=True).get(pk=pk)
    ProviderPayment.objects.for_update().get(pk=payment_pk)
    refund = ProviderRefund.objects.for_update().select_related("payment").get(pk=pk)
    require(by, APPROVE, refund.company_id)
    if refund.state != State.PROPOSED:
        raise Conflict("refund.decided", _("This refund is decided already."))
    if is_approved and refund.proposed_by_id == by.pk:
        raise Conflict(
            "refund.four_eyes", _("You proposed this refund; somebody else approves it.")
        )
    refund.state = State.APPROVED if is_approved else State.REFUSED
    refund.decided_by, refund.decided_by_name = by, by.actor_name
    refund.decided_at = timezone.now()
    refund.save(update_fields=["state", "decided_by", "decided_by_name", "decided_at"])
    _record("refund_approved" if is_approved else "refund_refused", refund, by=by, on=on)
    if is_approved:
        nudge("o2c.send_refund", refund.pk)
    return refund


def refunds_to_send(company: Company) -> QuerySet[ProviderRefund]:
    """Approved ones that the provider has not confirmed."""
    return ProviderRefund.objects.filter(company=company, state=State.APPROVED)


def send_refund(pk: int, *, by: Actor, on: date) -> ProviderPayment | None:
    """Give the money back at the provider; call it outside transactions. Again it does nothing.

    Raises ``Conflict`` when the provider can't be reached; it is tried again under the same key.
    """
    refund = ProviderRefund.objects.select_related("payment__company").get(pk=pk)
    payment = refund.payment
    if refund.state != State.APPROVED:
        return None
    provider = required_provider(payment.company)
    try:
        remote = provider.refund(
            payment.remote_id, str(refund.key), amount=refund.amount, reason=refund.reason
        )
    except Refused as error:
        _give_up(pk, error.text, by=by, on=on)
        return None
    except (Away, Lost) as error:
        log.warning("refund not sent", extra={"refund": pk, "why": str(error)})
        raise away()
    return take_over(payment.pk, remote, by=by, on=on)


@atomic_verb
def _give_up(pk: int, why: str, *, by: Actor, on: date) -> None:
    refund = ProviderRefund.objects.for_update().select_related("payment").get(pk=pk)
    if refund.state != State.APPROVED:
        return
    refund.state, refund.note = State.REFUSED, why[:500]
    refund.save(update_fields=["state", "note"])
    _record("refund_refused", refund, by=by, on=on)
    title = _("The provider refuses the refund on %(number)s") % {"number": refund.payment.number}
    people = people_with(REFUND, refund.company_id)
    url = refund.get_absolute_url()
    notify(people, company_id=refund.company_id, title=title, body=why, url=url)


def _record(what: str, refund: ProviderRefund, *, by: Actor, on: date) -> None:
    record_event(
        f"card_payment.{what}",
        refund.payment,
        by=by,
        on=on,
        label=refund.payment.number,
        amount=refund.amount,
        currency=refund.payment.currency,
        reason=refund.note or refund.reason,
    )
