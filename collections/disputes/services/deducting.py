"""Deductions: opened by short payments, accepted or rejected, closed by what the payment does."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, QuerySet, Sum
from django.utils.translation import gettext as _

import receivables.services as receivables
from core.actors import Actor, JobActor, require
from core.badges import source_word
from core.models import Company, User
from core.services import EventDraft, atomic_verb, record_events, retrying
from customers.models import Customer
from disputes.models import Dispute, DisputeQuerySet, DisputeState
from disputes.rules import Guess, guess, is_deduction
from disputes.services.shortages import Found, explain, short_items
from o2c.errors import BusinessError, Conflict
from o2c.money import ZERO
from receivables.models import BankMatch, OpenItem, WriteOff, WriteOffState
from receivables.rules.write_offs import is_tolerated

TOLERANT = JobActor("tolerances")
BATCH = 2000
WITHIN = "Within the tolerances."
"""What stands as the answer of a deduction accepted by itself; pages say it in words."""


@atomic_verb
def open_deductions(
    company: Company, matches: Iterable[BankMatch], *, by: Actor, on: date
) -> list[Dispute]:
    """Make a case of each item that these payments left open for a deduction; twice makes one.

    What the tolerances of the day allow is accepted and booked at once, the rest stays open: it is
    not reminded until somebody decides. An open dispute of the item takes the payment as its own.
    """
    found = short_items(list(matches))
    if not found:
        return []
    explain(found)
    policy = receivables.policy_on(company, on)
    by_hand = _disputed_by_hand(found)
    fresh: list[tuple[Dispute, Found]] = []
    for one in found:
        assert one.shortage is not None
        told = guess(one.shortage)
        if dispute := by_hand.get(one.item.pk):
            dispute.match, dispute.evidence = one.match, list(told.evidence)
        elif is_deduction(one.shortage, told, part_rate=policy.part_rate):
            fresh.append((_case(one, told, policy, on=on), one))
    Dispute.objects.bulk_update(by_hand.values(), ["match", "evidence"], batch_size=BATCH)
    _accept_tolerated(company, fresh, policy, on=on)
    made = Dispute.objects.bulk_create([dispute for dispute, _one in fresh])
    _tell("deduction.opened", made, by=by, on=on)
    _tell("deduction.accepted", [d for d in made if d.write_off_id], by=TOLERANT, on=on)
    return made


def _disputed_by_hand(found: Sequence[Found]) -> dict[int, Dispute]:
    rows = Dispute.objects.filter(item__in=[one.item for one in found]).open().for_update()
    return {row.item_id: row for row in rows}


def _case(one: Found, told: Guess, policy: receivables.Policy, *, on: date) -> Dispute:
    return Dispute(
        company_id=one.item.company_id,
        item=one.item,
        match=one.match,
        source=Dispute.Source.PAYMENT,
        amount=one.item.outstanding_amount,
        reason=told.reason,
        sureness=told.sureness,
        evidence=list(told.evidence),
        owner_id=policy.owner_id or one.match.decided_by_id,
        opened_on=on,
        answer_by=on + timedelta(days=policy.answer_days),
    )


def _accept_tolerated(
    company: Company,
    fresh: list[tuple[Dispute, Found]],
    policy: receivables.Policy,
    *,
    on: date,
) -> None:
    """Accept what the tolerances allow; the customers are locked, so that a year's sum holds."""
    if not policy.tolerated or not fresh:
        return
    left = _left_of_year(company, {one.item.customer_id for _d, one in fresh}, policy, on)
    chosen = []
    for dispute, one in fresh:
        worth = _worth(one)
        is_proved = dispute.sureness in (Dispute.Sureness.BOTH, Dispute.Sureness.AMOUNT)
        allowed = policy.tolerated.get(dispute.reason if is_proved else "unknown")
        customer = one.item.customer_id
        if is_tolerated(worth, one.item.functional_amount, allowed, left=left[customer]):
            left[customer] -= worth
            chosen.append((dispute, one))
    drafts = [
        receivables.WriteOffDraft(
            one.item.pk, dispute.amount, dispute.reason, match=one.match, is_automatic=True
        )
        for dispute, one in chosen
    ]
    items = [one.item for _dispute, one in chosen]
    written = receivables.write_off_many(company, drafts, items, by=TOLERANT, on=on)
    for (dispute, _one), booked in zip(chosen, written, strict=True):
        dispute.write_off, dispute.resolved_on, dispute.resolution = booked, on, WITHIN
        dispute.to_accepted()


def _worth(one: Found) -> Decimal:
    """What the rest of the item stands in the books for."""
    return one.item.outstanding_functional_amount


def _left_of_year(
    company: Company, customers: set[int], policy: receivables.Policy, on: date
) -> dict[int, Decimal]:
    """Customer -> what may still be accepted by itself this calendar year; they are locked."""
    rows = Customer.objects.filter(pk__in=customers).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    booked = WriteOff.objects.filter(
        company=company,
        is_automatic=True,
        decided_on__year=on.year,
        item__customer__in=customers,
    ).booked()
    spent = dict(booked.order_by().values_list("item__customer").annotate(Sum("worth_amount")))
    return {pk: policy.year_amount - spent.get(pk, ZERO) for pk in customers}


@retrying
@atomic_verb
def accept_deduction(pk: int, *, reason: str, resolution: str, by: User, on: date) -> Dispute:
    """The customer is right: the rest is given up with its VAT, at once or when approved.

    Raises: PermissionMissing; Conflict when it is decided or waits for approval; BusinessError
    without a resolution; what ``ask_write_off`` raises.
    """
    dispute, item = _locked(pk, by)
    _require_answer(resolution)
    if reason not in Dispute.Reason.values:
        raise BusinessError("dispute.reason", _("Choose a reason."), field="reason")
    dispute.reason = reason
    draft = receivables.WriteOffDraft(
        item.pk,
        min(dispute.amount, item.outstanding_amount),
        reason,
        note=resolution.strip()[:300],
        match=dispute.match,
    )
    dispute.write_off = receivables.ask_write_off(item, draft, by=by, on=on)
    if dispute.write_off.state == WriteOffState.BOOKED:
        _accept(dispute, resolution, by=by, on=on)
    else:
        dispute.save()
    return dispute


@retrying
@atomic_verb
def reject_deduction(pk: int, *, resolution: str, by: User, on: date) -> Dispute:
    """Charge back: the rest stays due when it was, at its level, and is reminded again.

    Raises: PermissionMissing; Conflict when it is decided or waits for approval; BusinessError
    without a resolution.
    """
    dispute, _item = _locked(pk, by)
    _require_answer(resolution)
    dispute.to_rejected()
    dispute.resolution, dispute.resolved_on = resolution, on
    dispute.save()
    _tell("deduction.rejected", [dispute], by=by, on=on)
    return dispute


def follow_write_off(write_off: WriteOff, *, by: Actor, on: date) -> None:
    """Accept the deduction whose write-off was approved; refused, it is open to decide again."""
    dispute = Dispute.objects.filter(write_off=write_off).open().for_update().first()
    if dispute is not None and write_off.state == WriteOffState.BOOKED:
        _accept(dispute, write_off.note, by=by, on=on)


@atomic_verb
def close_settled(company: Company, *, by: Actor, on: date) -> int:
    """Close deductions that decided themselves; returns how many.

    Paid: nothing of the item is open any more. Undone: the payment was, or what was given up for it
    was taken back.
    """
    mine = Dispute.objects.filter(company=company)
    return (
        _closed(mine.payment_undone(), DisputeState.UNDONE, by=by, on=on)
        + _closed(mine.taken_back(), DisputeState.UNDONE, by=by, on=on)
        + _closed(mine.paid_off(), DisputeState.PAID, by=by, on=on)
    )


def companies_to_settle(company: Company) -> QuerySet[Company]:
    """The company, if it has deductions that decided themselves and are not closed."""
    mine = Dispute.objects.filter(company=company)
    waits = [Exists(mine.payment_undone()), Exists(mine.taken_back()), Exists(mine.paid_off())]
    return Company.objects.filter(waits[0] | waits[1] | waits[2], pk=company.pk)


def _closed(rows: DisputeQuerySet, state: str, *, by: Actor, on: date) -> int:
    related = rows.select_related("item__customer", "item__invoice")
    found = list(related.order_by("pk").for_update())
    for dispute in found:
        dispute.to_undone() if state == DisputeState.UNDONE else dispute.to_paid()
        dispute.resolved_on = on
    Dispute.objects.bulk_update(found, ["state", "resolved_on"], batch_size=BATCH)
    waiting = WriteOff.objects.filter(dispute__in=found).asked()
    waiting.update(state=WriteOffState.REFUSED, decided_on=on)
    _tell(f"deduction.{state}", found, by=by, on=on)
    return len(found)


def _locked(pk: int, by: User) -> tuple[Dispute, OpenItem]:
    """An open deduction and its item, in the order in which payments lock them."""
    item = receivables.locked_item(Dispute.objects.values_list("item", flat=True).get(pk=pk))
    dispute = (
        Dispute.objects.for_update()
        .select_related("item__customer", "item__invoice", "match", "write_off")
        .get(pk=pk)
    )
    require(by, "disputes.manage", dispute.company_id)
    if dispute.state != DisputeState.OPEN or not dispute.is_deduction:
        raise Conflict("dispute.decided", _("This deduction was decided already. Look again."))
    if dispute.write_off is not None and dispute.write_off.state == WriteOffState.ASKED:
        raise Conflict(
            "deduction.waits",
            _("Its write-off waits for approval: approve or refuse that first."),
        )
    return dispute, item


def _require_answer(resolution: str) -> None:
    if not resolution.strip():
        raise BusinessError(
            "dispute.resolution", _("Say how it ends: the customer will ask."), field="resolution"
        )


def _accept(dispute: Dispute, resolution: str, *, by: Actor, on: date) -> None:
    dispute.to_accepted()
    dispute.resolution, dispute.resolved_on = resolution, on
    dispute.save()
    _tell("deduction.accepted", [dispute], by=by, on=on)


def _tell(name: str, rows: Sequence[Dispute], *, by: Actor, on: date) -> None:
    record_events(
        EventDraft(
            name,
            row,
            by=by,
            on=on,
            correlation=row.item.invoice.correlation if row.item.invoice else "",
            label=row.item.document_number,
            payload={
                "amount": row.amount,
                "currency": row.item.currency,
                "reason": source_word(row, "reason"),
                "source_texts": ["reason"],
                "resolution": row.resolution,
                "customer": row.item.customer.name,
            },
        )
        for row in rows
    )
