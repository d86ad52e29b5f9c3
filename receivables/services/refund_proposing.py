"""Propose that a credit goes back by bank transfer, and say to which account.

A person proposes from a credit item; by itself a surely duplicate payment and a credit left too
long are proposed. Nothing is booked before a second person approves (``refund_deciding``).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.formats import amount as amount_words
from core.models import Company, User
from core.services import atomic_verb, notify, people_with, record_event, require_open, retrying
from customers.rules import check_iban
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO, cents
from receivables.models import (
    AccountPolicy,
    BankEntry,
    BankMatch,
    BankRefund,
    DepositSlip,
    OpenItem,
    OrderAdvance,
    ProviderPayment,
    Receipt,
)
from receivables.rules.tokens import normalise
from receivables.services.provider_refunding import APPROVE, REFUND, refundable
from receivables.services.settlements import SET_OFF_KINDS

Cause, Source = BankRefund.Cause, BankRefund.Source
TWICE_WITHIN = timedelta(days=60)
"""Two payments alike that are further apart are not taken for one paid twice."""


@dataclass(frozen=True, slots=True)
class RefundAccount:
    """An account that a person gives, and why not the one that the money came from."""

    iban: str
    holder: str
    reason: str
    bic: str = ""


@retrying
@atomic_verb
def propose_bank_refund(  # noqa: PLR0913 - what goes back, why, where to
    item_pk: int,
    *,
    amount: Decimal,
    note: str,
    account: RefundAccount | None = None,
    by: Actor,
    on: date,
) -> BankRefund:
    """Propose that so much of a credit goes back; to the account it came from without another.

    Raises: PermissionMissing; InvalidInput for an item that is no credit note or payment, for an
    amount beyond what is left, no reason, or an account not valid; Conflict while another refund
    of the item is under way.
    """
    item = locked_credit(item_pk)
    require(by, REFUND, item.company_id)
    require_open(item.company)
    if not note.strip():
        raise InvalidInput("refund.reason", _("Say why it is given back."), field="note")
    _check(item, amount)
    made = _draft(item, amount, Cause.ASKED, by=by, on=on)
    made.note = note.strip()[:300]
    if account is not None:
        _set_account(made, account, by=by)
    made.save()
    _tell([made], by=by, on=on)
    return made


@atomic_verb
def give_refund_account(pk: int, account: RefundAccount, *, by: User, on: date) -> BankRefund:
    """Say which account a proposed refund goes to; somebody else approves it.

    Raises: PermissionMissing; InvalidInput for an account not valid or no reason; Conflict when
    the refund is decided.
    """
    made = BankRefund.objects.for_update().select_related("company", "item").get(pk=pk)
    require(by, REFUND, made.company_id)
    if made.state != BankRefund.State.PROPOSED:
        raise decided(made)
    _set_account(made, account, by=by)
    made.save()
    record_event(
        "refund.account_given",
        made,
        by=by,
        on=on,
        label=made.number,
        iban=_masked(made.iban),
        reason=made.account_reason,
    )
    return made


@atomic_verb
def propose_bank_refunds(company: Company, *, by: Actor, on: date) -> list[BankRefund]:
    """Propose what is sure: payments made twice, and credits left longer than the company's days.

    Only for customers who owe nothing in that currency, and once per item: what somebody refused
    is not proposed again.
    """
    policy = account_policy(company)
    found = _duplicates(company) if policy.is_duplicate_refunded else []
    seen = {item.pk for item in found}
    causes = [(item, Cause.DUPLICATE) for item in found]
    if policy.refund_after_days:
        last = on - timedelta(days=policy.refund_after_days)
        old = _free_credits(company).filter(document_on__lte=last, kind__in=SET_OFF_KINDS)
        causes += [(item, Cause.OLD) for item in old if item.pk not in seen]
    made = [_draft(item, -item.outstanding_amount, cause, by=by, on=on) for item, cause in causes]
    for row in made:
        row.save()
    _tell(made, by=by, on=on)
    return made


def account_policy(company: Company) -> AccountPolicy:
    """The company's rules of accounts, or the defaults (not saved)."""
    found = AccountPolicy.objects.filter(company=company).first()
    return found or AccountPolicy(company=company)


@atomic_verb
def set_account_policy(
    company: Company, *, refund_after_days: int | None, is_duplicate_refunded: bool,
    is_return_fee_passed_on: bool = True, by: User, on: date,
) -> AccountPolicy:  # fmt: skip
    """Set what is proposed by itself. Raises PermissionMissing."""
    require(by, "receivables.set_tolerances", company.pk)
    made, _new = AccountPolicy.objects.update_or_create(
        company=company,
        defaults={
            "refund_after_days": refund_after_days,
            "is_duplicate_refunded": is_duplicate_refunded,
            "is_return_fee_passed_on": is_return_fee_passed_on,
            "set_by_name": by.actor_name,
        },
    )
    days = "–" if refund_after_days is None else str(refund_after_days)
    record_event("account_policy.set", company, by=by, on=on, label=company.code, days=days)
    return made


def locked_credit(pk: int) -> OpenItem:
    """A credit that is to be given back in this transaction, after the card payment it came by."""
    payments = ProviderPayment.objects.filter(movements__item=pk).values("pk")
    list(ProviderPayment.objects.filter(pk__in=payments).for_update().values_list("pk"))
    return OpenItem.objects.for_update().select_related("company", "customer").get(pk=pk)


def refuse_unfree(item: OpenItem) -> None:
    """Refuse to give back what is held for an order, or a cheque that no bank has credited.

    The (locked) item's; raises ``Conflict`` naming what to do first.
    """
    held = OrderAdvance.objects.live().filter(item=item).select_related("order").first()
    if held is not None:
        raise Conflict(
            "refund.advance",
            _("%(payment)s is paid ahead for order %(order)s: free it there first.")
            % {"payment": item.document_number, "order": held.order},
        )
    if item.pk in _uncredited(item.company_id):
        raise Conflict(
            "refund.cheque",
            _("%(item)s is a cheque that the bank has not credited yet: wait for its entry.")
            % {"item": item.document_number},
        )


def _uncredited(company_id: int) -> set[int]:
    """Payments by cheque whose money has not come."""
    cheques = Receipt.objects.filter(company=company_id, kind=Receipt.Kind.CHEQUE)
    waiting = cheques.filter(state__in=[Receipt.State.HELD, Receipt.State.BANKED]).exclude(
        slip__state=DepositSlip.State.CREDITED
    )
    live = BankMatch.objects.filter(bank_entry__receipt__in=waiting, undone_at=None)
    return set(live.exclude(payment_item=None).values_list("payment_item", flat=True))


def decided(made: BankRefund) -> Conflict:
    """What to say to who comes too late."""
    return Conflict(
        "refund.decided",
        _("Refund %(number)s is %(state)s already. Look again.")
        % {"number": made.number, "state": made.get_state_display()},
    )


def _check(item: OpenItem, amount: Decimal) -> None:
    if item.amount >= 0 or item.kind not in SET_OFF_KINDS:
        raise InvalidInput(
            "refund.item", _("Only payments on account and credit notes can be given back.")
        )
    refuse_unfree(item)
    left = _left(item)
    if not ZERO < amount <= left or cents(amount) != amount:
        raise InvalidInput(
            "refund.amount",
            _("%(amount)s can't be given back: %(left)s are left of %(item)s.")
            % {
                "amount": amount,
                "left": amount_words(left, item.currency),
                "item": item.document_number,
            },
            field="amount",
        )
    running = item.bank_refunds.live().first()
    if running is not None:
        raise Conflict(
            "refund.running",
            _("%(item)s is being given back already: %(number)s.")
            % {"item": item.document_number, "number": running.number},
        )


def _left(item: OpenItem) -> Decimal:
    """What is free of a credit; of a card payment no more than the provider does not give back."""
    left = -item.outstanding_amount
    payment = ProviderPayment.objects.filter(movements__item=item).first()
    return left if payment is None else max(min(left, refundable(payment)), ZERO)


def _draft(item: OpenItem, amount: Decimal, cause: str, *, by: Actor, on: date) -> BankRefund:
    made = BankRefund(
        company_id=item.company_id,
        item=item,
        amount=amount,
        cause=cause,
        proposed_by=by if isinstance(by, User) else None,
        proposed_by_name=by.actor_name,
        proposed_on=on,
    )
    origin = origin_of(item)
    if origin is not None:
        made.iban, made.holder = origin.iban, origin.holder
        made.bic, made.account_source = origin.bic, Source.PAYER
    return made


def origin_of(item: OpenItem) -> RefundAccount | None:
    """The account the money came from: the payment's own, else the only one the customer uses."""
    paid = BankMatch.objects.filter(company=item.company_id, undone_at=None)
    own = paid.filter(entry=item.entry_id).exclude(bank_entry__payer_iban="")
    entries = [match.bank_entry for match in own.select_related("bank_entry")[:1]]
    if not entries and item.kind == OpenItem.Kind.CREDIT_NOTE:
        known = BankEntry.objects.filter(
            matches__undone_at=None,
            matches__payment_item__customer=item.customer_id,
            company=item.company_id,
            amount__gt=0,
        ).exclude(payer_iban="")
        if known.order_by().values("payer_iban").distinct().count() == 1:
            entries = list(known.order_by("-pk")[:1])
    if not entries:
        return None
    entry = entries[0]
    try:
        checked = check_iban(entry.payer_iban)
    except InvalidInput:
        return None
    return RefundAccount(
        checked.iban, entry.payer_name[:140] or item.customer.name, "", checked.bic
    )


def _set_account(made: BankRefund, account: RefundAccount, *, by: Actor) -> None:
    if not account.reason.strip():
        raise InvalidInput(
            "refund.account_reason",
            _("Say why the money does not go back where it came from, and who told you so."),
            field="account_reason",
        )
    if not isinstance(by, User):
        raise InvalidInput("refund.account_person", _("A person must give the account."))
    checked = check_iban(account.iban, account.bic)
    made.iban, made.bic = checked.iban, checked.bic
    made.holder = account.holder.strip()[:140] or made.item.customer.name
    made.account_source, made.account_by = Source.PERSON, by
    made.account_reason = account.reason.strip()[:300]


def _free_credits(company: Company) -> QuerySet[OpenItem]:
    """Credits never proposed to go back, of customers who owe nothing in their currency."""
    owed = OpenItem.objects.filter(
        customer=OuterRef("customer"), currency=OuterRef("currency")
    ).debits()
    rows = OpenItem.objects.filter(company=company).credits().open()
    rows = rows.filter(~Exists(owed.open()), bank_refunds=None, provider_movement=None)
    rows = rows.exclude(pk__in=OrderAdvance.objects.live().values("item"))
    rows = rows.exclude(pk__in=_uncredited(company.pk))
    return rows.select_related("company", "customer").order_by("pk").select_for_update(of=("self",))


def _duplicates(company: Company) -> list[OpenItem]:
    """Whole payments that came a second time: same account, amount and purpose, the first used."""
    left = list(
        _free_credits(company).filter(kind=OpenItem.Kind.PAYMENT, outstanding_amount=F("amount"))
    )
    found = {
        match.payment_item_id: match.bank_entry
        for match in BankMatch.objects.filter(payment_item__in=left, undone_at=None).select_related(
            "bank_entry"
        )
    }
    used = _used_like(company, list(found.values()))
    return [
        item
        for item in left
        if (entry := found.get(item.pk)) is not None
        and any(
            other.pk != entry.pk and abs(entry.booking_on - other.booking_on) <= TWICE_WITHIN
            for other in used[_face(entry)]
        )
    ]


_Face = tuple[str, Decimal, str, str]


def _face(entry: BankEntry) -> _Face:
    """What two payments share when one was made twice."""
    text = normalise(f"{entry.structured_reference} {entry.remittance}")
    return entry.payer_iban, entry.amount, entry.currency, text


def _used_like(company: Company, entries: Sequence[BankEntry]) -> dict[_Face, list[BankEntry]]:
    """Payments that paid something in full, by what they share with these; a purpose is needed."""
    used: dict[_Face, list[BankEntry]] = defaultdict(list)
    ibans = {entry.payer_iban for entry in entries if entry.payer_iban}
    if not ibans:
        return used
    rows = BankEntry.objects.filter(
        company=company,
        payer_iban__in=ibans,
        amount__in={entry.amount for entry in entries},
        matches__undone_at=None,
        matches__payment_item__outstanding_amount=0,
        matches__payment_item__amount=-F("amount"),
    )
    for row in rows:
        if _face(row)[3]:
            used[_face(row)].append(row)
    return used


def _masked(iban: str) -> str:
    return f"{iban[:4]} … {iban[-4:]}"


def _tell(rows: Sequence[BankRefund], *, by: Actor, on: date) -> None:
    for made in rows:
        record_event(
            "refund.proposed",
            made,
            by=by,
            on=on,
            label=made.number,
            document=made.item.document_number,
            amount=made.amount,
            currency=made.item.currency,
            reason=made.note,
        )
        title = _("Refund of %(amount)s to %(customer)s waits for approval") % {
            "amount": amount_words(made.amount, made.item.currency),
            "customer": made.item.customer.name,
        }
        people = people_with(APPROVE, made.company_id)
        if made.proposed_by_id:
            people = people.exclude(pk=made.proposed_by_id)
        notify(people, company_id=made.company_id, title=title, url=made.get_absolute_url())
