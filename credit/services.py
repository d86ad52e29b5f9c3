"""The verbs of credit. Every decision is taken under the lock of the customer's account."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.actors import Actor, require
from core.models import Company, User
from core.services import atomic_verb, record_event
from credit import rules
from credit.accounts import account_of as account_of
from credit.accounts import head_of, locked_accounts
from credit.accounts import open_account as open_account
from credit.exposure import GroupExposures, total_of, worth_of
from credit.models import CreditAccount, CreditDecision, CreditHold, LimitChange
from customers.models import Customer
from o2c.errors import BusinessError, Conflict
from o2c.money import ZERO, cents
from orders.models import Order
from receivables.models import OpenItem

Checkpoint = CreditDecision.Checkpoint
_OVERLAP = timedelta(seconds=10)  # what was booked beside an answer may have been unseen by it


def figures_for(account: CreditAccount, *, order_amount: Decimal, on: date) -> rules.Figures:
    """What a decision would see now; lock the account first when the answer is to be kept.

    ``order_amount`` is the gross amount that is asked for on top of the exposure. For a member or
    the head of a group the group's exposure is there too, to be held by the head's limit.
    """
    head_id = head_of(account.customer)
    exposures = GroupExposures([head_id], on=on).of(head_id)
    return _figures(account, exposures, order_amount=order_amount, on=on)


def _figures(
    account: CreditAccount,
    exposures: Mapping[int, rules.Exposure],
    *,
    order_amount: Decimal,
    on: date,
) -> rules.Figures:
    customer = account.customer
    return rules.Figures(
        exposure=exposures[customer.pk],
        order_amount=order_amount,
        limit_amount=account.limit_amount,
        secured_amount=account.secured_amount,
        tolerated_days_overdue=account.tolerated_days_overdue,
        is_blocked=customer.is_blocked,
        review_on=account.review_on,
        decided_on=on,
        group=_group(head_of(customer), exposures) if len(exposures) > 1 else None,
    )


def _group(head_id: int, exposures: Mapping[int, rules.Exposure]) -> rules.Group:
    head = Customer.objects.select_related("credit_account").get(pk=head_id)
    account = getattr(head, "credit_account", None)
    return rules.Group(
        head.name,
        total_of(exposures.values()),
        account.limit_amount if account else ZERO,
        account.secured_amount if account else ZERO,
    )


def concern_of(customer: Customer, *, on: date) -> str:
    """What would hold an order of the customer now, as a source text without figures; or nothing.

    Asked before deferred invoices are issued: the goods are out, but somebody ought to know.
    """
    account = CreditAccount.objects.select_related("customer").filter(customer=customer).first()
    if account is None:
        return ""
    with override("en"):
        answers = rules.answers(figures_for(account, order_amount=ZERO, on=on))
        return next((one.note for one in answers if one.outcome != rules.PASS), "")


def decide(
    order: Order, *, checkpoint: Checkpoint, by: Actor, on: date, override: str = ""
) -> CreditDecision:
    """Decide on an order that is not part of the exposure yet; see ``decide_all``."""
    return decide_all([order], checkpoint=checkpoint, by=by, on=on, override=override)[0]


@atomic_verb
def decide_all(
    orders: Sequence[Order], *, checkpoint: Checkpoint, by: Actor, on: date, override: str = ""
) -> list[CreditDecision]:
    """Decide on orders that are not part of the exposure yet, one after the other, and store what
    was seen. The caller releases those that pass; later ones are decided as if that were done.

    Locks the credit accounts, sums exposure inside the locks and keeps them until the caller's
    transaction ends, so of two orders with room for one exactly one passes. A hold opens a
    ``CreditHold``. ``override`` is the reason of a person who releases a held order: the figures
    are stored all the same, and a refusal cannot be overridden.
    """
    accounts = locked_accounts(order.customer for order in orders)
    heads = [head_of(order.customer) for order in orders]
    exposures = GroupExposures(set(heads), on=on)
    repeated = [
        order.pk for order, head in zip(orders, heads, strict=True) if heads.count(head) > 1
    ]
    worth = worth_of(repeated) if repeated else {}
    decisions = []
    for order, head in zip(orders, heads, strict=True):
        account = accounts[order.customer_id]
        figures = _figures(account, exposures.of(head), order_amount=order.gross_amount, on=on)
        decision = _decision(order, figures, checkpoint, override)
        if decision.outcome == rules.PASS and order.pk in worth:
            exposures.let_through(order.customer, worth[order.pk])
        decisions.append((decision, figures))
    CreditDecision.objects.bulk_create(decision for decision, _figures in decisions)
    for decision, figures in decisions:
        if decision.outcome != rules.PASS:
            _open_or_keep_hold(decision, by)
        _record(decision, figures, override, by=by, on=on)
    return [decision for decision, _figures in decisions]


def _decision(
    order: Order, figures: rules.Figures, checkpoint: Checkpoint, override: str
) -> CreditDecision:
    given = rules.answers(figures)
    outcome = rules.outcome_of(given)
    if override and outcome == rules.HOLD:
        given.append(rules.Answer("override", rules.PASS, override))
        outcome = rules.PASS
    return CreditDecision(
        company_id=order.company_id,
        order=order,
        customer=order.customer,
        checkpoint=checkpoint,
        outcome=outcome,
        figures=_json(figures.as_json()),
        answers=[asdict(answer) for answer in given],
        decided_on=figures.decided_on,
    )


def _record(
    decision: CreditDecision, figures: rules.Figures, override: str, *, by: Actor, on: date
) -> None:
    reasons = [one["text"] for one in decision.answers if one["outcome"] != rules.PASS]
    record_event(
        f"credit.{decision.outcome}",
        decision.order,
        by=by,
        on=on,
        correlation=decision.order.correlation,
        label=decision.order.number,
        checkpoint=decision.checkpoint,
        after_amount=figures.after_amount,
        limit_amount=figures.limit_amount,
        reasons=reasons or [override],
    )


def _open_or_keep_hold(decision: CreditDecision, by: Actor) -> None:
    CreditHold.objects.get_or_create(
        order=decision.order,
        state=CreditHold.State.OPEN,
        defaults={
            "company_id": decision.company_id,
            "decision": decision,
            "requested_by_id": by.actor_id if by.actor_kind == "user" else None,
        },
    )


def why_not(decision: CreditDecision) -> str:
    """What the rules that did not pass say without any figure: the sales rep reads it."""
    return " ".join(a["note"] for a in decision.answers if a["outcome"] != rules.PASS)


def note_of(decision: CreditDecision) -> str:
    """``why_not`` as it is kept on the order: source texts, a line each, so that everybody reads
    them in their own language."""
    with override("en"):
        answers = rules.answers(rules.Figures.from_json(decision.figures))
        return "\n".join(str(a.note) for a in answers if a.outcome != rules.PASS and a.note)


@atomic_verb
def release_hold(hold_pk: int, *, reason: str, by: User, on: date) -> CreditDecision:
    """Let a held order through; the figures at this moment are stored with the reason.

    The one who entered the order may not release it (four eyes).

    Raises: PermissionMissing; Conflict when somebody decided already; BusinessError when the
    reason is empty, the same person entered the order, or the customer is blocked.
    """
    hold = _open_hold(hold_pk, by=by, reason=reason)
    if hold.requested_by_id == by.pk:
        raise BusinessError(
            "credit.four_eyes", _("You submitted this order: somebody else must release it.")
        )
    decision = decide(hold.order, checkpoint=Checkpoint.RELEASE, by=by, on=on, override=reason)
    if decision.outcome == rules.REFUSE:
        raise BusinessError("credit.refused", why_not(decision))
    _close(hold, hold.to_released, by=by, reason=reason)
    return decision


@atomic_verb
def reject_hold(hold_pk: int, *, reason: str, by: User, on: date) -> CreditHold:
    """Refuse a held order for good; the order is cancelled by the caller in the same transaction.

    Raises: PermissionMissing; Conflict when somebody decided already.
    """
    hold = _open_hold(hold_pk, by=by, reason=reason)
    _close(hold, hold.to_rejected, by=by, reason=reason)
    order = hold.order
    record_event(
        "credit.rejected",
        order,
        by=by,
        on=on,
        correlation=order.correlation,
        label=order.number,
        reason=reason,
    )
    return hold


@atomic_verb
def recheck(hold_pk: int, *, by: Actor, on: date) -> CreditDecision:
    """Ask the rules again, as after a payment; a hold whose order passes now clears by itself.

    Anybody may ask, since the rules answer. Raises: Conflict when somebody decided already.
    """
    hold = _locked_hold(hold_pk)
    decision = decide(hold.order, checkpoint=Checkpoint.RECHECK, by=by, on=on)
    if decision.outcome == rules.PASS:
        hold.to_cleared()
        hold.decided_at = timezone.now()
        hold.save()
    return decision


def holds_to_recheck(company: Company) -> "QuerySet[CreditHold]":
    """Open holds worth another question: the customer, or its group, paid or was credited since
    the last answer, or has another limit. Due work; the answer's own time takes a hold out again.
    """
    asked = CreditDecision.objects.filter(order=OuterRef("order")).order_by("-pk")
    head = Coalesce(F("order__customer__group_parent"), F("order__customer"))
    holds = CreditHold.objects.filter(company=company).open()
    holds = holds.annotate(head=head, since=Subquery(asked.values("decided_at")[:1]) - _OVERLAP)
    received = OpenItem.objects.filter(
        Q(customer=OuterRef("head")) | Q(customer__group_parent=OuterRef("head")),
        amount__lt=0,
        entry__recorded_at__gt=OuterRef("since"),
    )
    raised = LimitChange.objects.filter(
        Q(account__customer=OuterRef("head")) | Q(account__customer__group_parent=OuterRef("head")),
        state=LimitChange.State.APPROVED,
        decided_at__gt=OuterRef("since"),
    )
    return holds.filter(Exists(received) | Exists(raised))


@atomic_verb
def drop_hold(order: Order) -> None:
    """An order was cancelled: nobody needs to decide on it any more."""
    for hold in CreditHold.objects.for_update().filter(order=order, state=CreditHold.State.OPEN):
        hold.to_cleared()
        hold.decided_at = timezone.now()
        hold.save()


@atomic_verb
def propose_limit(
    customer: Customer, *, amount: Decimal, reason: str, by: User, on: date
) -> LimitChange:
    """Ask for another limit; it counts once a second person approves.

    Raises: PermissionMissing; BusinessError for a negative amount, an unchanged one, no reason, or
    a proposal that is still open.
    """
    require(by, "credit.propose_limit", customer.company_id)
    account = locked_accounts([customer])[customer.pk]
    _check_amount(amount, account)
    _need_reason(reason)
    if account.changes.filter(state=LimitChange.State.PROPOSED).exists():
        raise Conflict(
            "credit.pending", _("A proposed limit still waits for approval: decide on it first.")
        )
    change = LimitChange.objects.create(
        company_id=customer.company_id,
        account=account,
        old_amount=account.limit_amount,
        new_amount=amount,
        reason=reason,
        proposed_by=by,
    )
    record_event(
        "credit.limit_proposed",
        customer,
        by=by,
        on=on,
        old=change.old_amount,
        new=amount,
        reason=reason,
    )
    return change


def _check_amount(amount: Decimal, account: CreditAccount) -> None:
    if amount < 0 or cents(amount) != amount:
        raise BusinessError(
            "credit.amount",
            _("%(amount)s is no limit: use 0.00 or more.") % {"amount": amount},
            field="amount",
        )
    if amount == account.limit_amount:
        raise BusinessError(
            "credit.same",
            _("The limit is %(amount)s already.") % {"amount": amount},
            field="amount",
        )


@atomic_verb
def decide_limit(change_pk: int, *, is_approved: bool, by: User, on: date) -> LimitChange:
    """Approve or reject a proposed limit; never by the one who proposed it.

    Raises: PermissionMissing; BusinessError for the proposer; Conflict when it was decided.
    """
    change = LimitChange.objects.select_related("account__customer").get(pk=change_pk)
    require(by, "credit.approve_limit", change.company_id)
    customer = change.account.customer
    account = locked_accounts([customer])[customer.pk]
    change = LimitChange.objects.for_update().get(pk=change_pk)
    if change.state != LimitChange.State.PROPOSED:
        raise Conflict("credit.decided", _("This limit was decided on already."))
    if change.proposed_by_id == by.pk:
        raise BusinessError(
            "credit.four_eyes", _("You proposed this limit: somebody else must decide.")
        )
    change.to_approved() if is_approved else change.to_rejected()
    change.decided_by, change.decided_at = by, timezone.now()
    change.save()
    if is_approved:
        account.limit_amount = change.new_amount
        account.save(update_fields=["limit_amount"])
    name = "credit.limit_approved" if is_approved else "credit.limit_rejected"
    record_event(name, account.customer, by=by, on=on, old=change.old_amount, new=change.new_amount)
    return change


def _open_hold(pk: int, *, by: User, reason: str) -> CreditHold:
    company_id = CreditHold.objects.values_list("company_id", flat=True).get(pk=pk)
    require(by, "credit.decide_hold", company_id)
    hold = _locked_hold(pk)
    _need_reason(reason)
    return hold


def _locked_hold(pk: int) -> CreditHold:
    """An open hold, locked after its customer's account (stage order: order, account, hold)."""
    seen = CreditHold.objects.select_related("order__customer__group_parent").get(pk=pk)
    locked_accounts([seen.order.customer])
    hold = CreditHold.objects.for_update().select_related("order__customer").get(pk=pk)
    if hold.state != CreditHold.State.OPEN:
        raise Conflict(
            "credit.decided",
            _("This order was decided on already: %(state)s.")
            % {"state": hold.get_state_display()},
        )
    return hold


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise BusinessError(
            "credit.reason", _("Give a reason: it is kept with the decision."), field="reason"
        )


def _close(hold: CreditHold, transition: Any, *, by: User, reason: str) -> None:
    transition()
    hold.reason, hold.decided_by, hold.decided_at = reason[:300], by, timezone.now()
    hold.save()


def _json(value: object) -> Any:
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))
