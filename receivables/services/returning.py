"""A payment came back (returned debit, recalled transfer): the items are open as they were."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.services import atomic_verb
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO, cents, split
from receivables.models import (
    Allocation,
    BankEntry,
    BankMatch,
    Debit,
    OpenItem,
    Receipt,
    WriteOff,
)
from receivables.services.claiming import claim_return_fee
from receivables.services.joining import Joint, join, take_apart
from receivables.services.refund_freeing import free_refunds_of
from receivables.services.reversing import grants, locked_live, revoke
from receivables.services.settlements import Leg, Settlement
from receivables.services.settling import settle_all

_CANDIDATES = 5
RETURNED = "returned"
"""The evidence of a match that takes a payment back."""


@dataclass(frozen=True, slots=True)
class _Left:
    """What of a payment did not go back yet, without sign, and what it stands in the books for."""

    item: OpenItem
    amount: Decimal
    worth_amount: Decimal


def returnable(entry: BankEntry) -> list[BankMatch]:
    """Live matches whose payment this money out may have taken back, the likeliest first.

    By the returned transaction's own references, else by its amount; newest first. Not what went
    back whole already, nor cash, nor a cheque that is not at the bank.
    """
    elsewhere = Q(bank_entry__receipt__kind=Receipt.Kind.CASH) | Q(
        bank_entry__receipt__state__in=set(Receipt.State) - {Receipt.State.BANKED}
    )
    live = (
        BankMatch.objects.filter(company_id=entry.company_id, undone_at=None)
        .filter(payment_item__amount__lt=0)
        .exclude(elsewhere)
        .select_related("bank_entry", "payment_item__customer")
        .order_by("-pk")
    )
    told = _standing(live.filter(bank_entry__end_to_end_id=entry.end_to_end_id))
    if entry.end_to_end_id and told:
        return told
    return _standing(live.filter(bank_entry__amount=-entry.amount))


def _standing(matches: QuerySet[BankMatch]) -> list[BankMatch]:
    """Of the newest, those whose payment did not go back whole."""
    found = list(matches[: 4 * _CANDIDATES])
    items = [match.payment_item for match in found if match.payment_item]
    left = {one.item.pk for one in _left(items)}
    return [match for match in found if match.payment_item_id in left][:_CANDIDATES]


@atomic_verb
def return_money(entry_pk: int, *, match_pk: int, by: Actor, on: date) -> BankMatch:
    """Book money that went back against the payment it takes back, or the part of it.

    The payment's allocations are reversed on the return's booking date, so its items return with
    their original due date, and a discount granted with it is revoked. What the bank took beyond
    the payment (its fee) stays a debit on the customer's account. Raises ``Conflict`` when either
    is decided otherwise meanwhile, or the payment went back whole before.
    """
    entry = BankEntry.objects.for_update().select_related("company").get(pk=entry_pk)
    require(by, "receivables.reverse", entry.company_id)
    if entry.is_settled or entry.amount >= 0:
        raise Conflict("match.settled", _("This return is decided already. Look again."))
    original = (
        BankMatch.objects.for_update()
        .select_related("payment_item", "bank_entry")
        .filter(pk=match_pk, company_id=entry.company_id, undone_at=None)
        .first()
    )
    payment = original.payment_item if original else None
    if original is None or payment is None:
        raise InvalidInput("return.match", _("The payment that came back is not matched any more."))
    parts = _parts_left(payment, original.entry_id, entry.currency)
    if not parts:
        raise Conflict(
            "return.gone",
            _("%(payment)s went back whole before. Put this on the customer's account.")
            % {"payment": payment.document_number},
        )
    legs = _legs(original, payment, entry, parts)
    made = settle_all(
        entry.company,
        [
            Settlement(
                entry,
                payment.customer_id,
                [],
                BankMatch.Way.MANUAL,
                evidence=_why(entry),
                legs=tuple(legs),
            )
        ],
        by=by,
        on=on,
    )[0]
    reopen(payment, original.entry_id, made, entry, by=by, on=on)
    return made


def _legs(
    original: BankMatch, payment: OpenItem, entry: BankEntry, parts: Sequence[_Left]
) -> list[Leg]:
    """What is taken back of a payment that paid in another currency than its own: each part of it
    in its currency, and what the bank took beside in that of the return.

    None where the payment is in the return's currency, all of it. Raises ``InvalidInput`` for a
    return in another currency than the payment, whose share of it nothing tells.
    """
    paid = original.bank_entry
    if payment.currency == entry.currency:
        return []
    if paid.currency != entry.currency:
        raise InvalidInput(
            "return.currency",
            _(
                "%(payment)s came in %(paid)s, what went back is in %(back)s. Undo the match of the"
                " payment and put both on the customer's account."
            )
            % {
                "payment": payment.document_number,
                "paid": paid.currency,
                "back": entry.currency,
            },
        )
    whole = sum((row.functional_amount for row in _parts_of(original.entry_id)), ZERO)
    left = cents(-paid.amount * sum((part.worth_amount for part in parts), ZERO) / whole)
    back = min(left, -entry.amount)
    stands = split(back, [part.worth_amount for part in parts])
    legs = [
        Leg(
            part.item.customer_id,
            part.item.currency,
            -(part.amount if back == left else cents(part.amount * back / left)),
            -stood,
        )
        for part, stood in zip(parts, stands, strict=True)
    ]
    if fee := -entry.amount - back:
        legs.append(Leg(payment.customer_id, entry.currency, -fee, -fee))
    return legs


def _parts_of(entry_id: int) -> list[OpenItem]:
    """A payment's items: in the currency of what it paid, and what was left of it."""
    rows = OpenItem.objects.filter(entry=entry_id, kind=OpenItem.Kind.PAYMENT)
    return list(rows.order_by("pk"))


def _parts_left(payment: OpenItem, paid_by: int, currency: str) -> list[_Left]:
    """What of a payment (entry ``paid_by``) may go back in that currency."""
    return _left([payment] if payment.currency == currency else _parts_of(paid_by))


def _left(parts: Sequence[OpenItem]) -> list[_Left]:
    """Those parts of payments that did not go back whole."""
    gone = {part.pk: (ZERO, ZERO) for part in parts}
    for row in returns_of(gone):
        amount, worth = gone[row.credit_item_id]
        gone[row.credit_item_id] = (amount + row.amount, worth + row.credit_functional_amount)
    return [
        _Left(part, -part.amount - amount, -part.functional_amount - worth)
        for part, (amount, worth) in zip(parts, gone.values(), strict=True)
        if amount < -part.amount
    ]


def returns_of(payments: Iterable[int]) -> list[Allocation]:
    """The live allocations by which returns took these payments back: the first of each return."""
    told = BankMatch.objects.filter(
        entry=OuterRef("debit_item__entry"),
        undone_at=None,
        evidence__contains=[{"code": RETURNED}],
    )  # scope: of allocations that the caller scopes
    earlier = Allocation.objects.filter(debit_item=OuterRef("debit_item"), pk__lt=OuterRef("pk"))
    rows = Allocation.objects.filter(
        Exists(told),
        ~Exists(earlier),
        credit_item__in=list(payments),
        debit_item__kind=OpenItem.Kind.PAYMENT,
        amount__gt=0,
        reversed_by=None,
    )
    return list(rows.order_by("pk"))


def reopen(  # noqa: PLR0913 - what came back, how it was booked, by whom
    payment: OpenItem, paid_by: int, made: BankMatch, entry: BankEntry, *, by: Actor, on: date
) -> None:
    """Take back what the payment paid, and what was granted with it (entry ``paid_by``).

    ``made`` is the match of the return's bank entry; it is closed against what is left of the
    payment: a part of it that went back before stays so. A refund of it that is approved but not
    ordered yet is withdrawn: the money is not there.
    """
    back = made.payment_item
    assert back is not None
    written_off = WriteOff.objects.filter(match__entry=paid_by).booked().values("entry")
    paid = Q(credit_item__entry=paid_by) | Q(credit_item__entry__in=written_off)
    given = [row.credit_item for row in grants(by=paid)]
    backs = [back] if payment.currency == entry.currency else _parts_of(made.entry_id)
    left = _parts_left(payment, paid_by, entry.currency)
    parts = [part.item for part in left]
    free_refunds_of(parts, by=by, on=on)
    rows = locked_live([*parts, *backs, *given])
    keys = {part.pk for part in parts}
    gone = {row.pk for row in returns_of(keys)}
    live = [row for row in rows if row.credit_item_id in keys and row.pk not in gone]
    take_apart(entry.company, live, on=max(entry.booking_on, back.document_on))
    pairs = [
        Joint(went, part.item, min(part.amount, went.amount), went.document_on)
        for part, went in zip(left, backs, strict=False)
    ]
    join(entry.company, pairs)
    granted = grants(credit_item__in=given)
    revoke(entry.company, granted, on=back.document_on)
    Debit.objects.filter(payment_item=payment, state=Debit.State.COLLECTED).update(
        state=Debit.State.RETURNED,
        returned_on=entry.booking_on,
        return_reason=entry.return_reason,
        return_entry=entry,
        fee_amount=max(payment.amount - entry.amount, ZERO),
    )
    paid_items = (row.debit_item for row in live)
    principal = next((item for item in paid_items if item.kind == OpenItem.Kind.INVOICE), None)
    claim_return_fee(back, principal, entry, by=by, on=on)


def _why(entry: BankEntry) -> list[dict[str, str]]:
    return [{"code": RETURNED, "value": entry.return_reason}]
