"""Payments matched, undone and returned, with the deductions that open and close by it.

Each act is one transaction: no payment is ever short without its case, nor undone with one left.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet

import disputes.services as disputes
import receivables.services as receivables
from core.actors import Actor
from core.models import Company, User
from core.services import atomic_verb, retrying
from customers.models import Customer
from receivables.models import Allocation, BankFile, BankMatch, BankNotice, OpenItem, WriteOff

_AT_ONCE = 2000


@atomic_verb
def follow_matches(company: Company, matches: QuerySet[BankMatch], *, by: Actor, on: date) -> int:
    """Open the deductions of payments that stand, close those that settled; how many opened."""
    standing = matches.filter(undone_at=None).order_by()
    short = _short(dict(standing.values_list("entry", "pk")))
    rows = BankMatch.objects.filter(pk__in=short).select_related("bank_entry")
    made = disputes.open_deductions(company, rows.order_by("pk") if short else [], by=by, on=on)
    disputes.close_settled(company, by=by, on=on)
    return len(made)


def _short(matches: Mapping[int, int]) -> list[int]:
    """Of matches, by the entries that booked them, those that left an item open.

    Their items first, then what those paid: as one statement, the database may look at every
    allocation for every match where it does not know yet how many there are.
    """
    found, entries = set(), list(matches)
    for start in range(0, len(entries), _AT_ONCE):
        chunk = entries[start : start + _AT_ONCE]
        payments = OpenItem.objects.filter(entry__in=chunk, kind=OpenItem.Kind.PAYMENT)
        entry_of = dict(payments.order_by().values_list("pk", "entry"))
        left = Allocation.objects.filter(
            credit_item__in=list(entry_of),
            reversed_by=None,
            amount__gt=0,
            debit_item__outstanding_amount__gt=0,
        )
        keys = left.order_by().values_list("credit_item", flat=True) if entry_of else ()
        found |= {matches[entry_of[key]] for key in keys}
    return sorted(found)


def follow_file(file: BankFile, *, by: Actor, on: date) -> int:
    """The same for what a bank file matched by itself, in the statements it notifies of, too."""
    joined = BankNotice.objects.filter(file=file, bank_entry__isnull=False)
    matches = BankMatch.objects.filter(
        Q(bank_entry__statement__file=file)
        | Q(bank_entry__statement__in=joined.values("bank_entry__statement"))
    )
    return follow_matches(file.company, matches, by=by, on=on)


@retrying
@transaction.atomic
def import_advice(  # noqa: PLR0913 - what came, from whom
    company: Company,
    content: bytes,
    filename: str,
    *,
    by: Actor,
    on: date,
    customer: Customer | None = None,
) -> receivables.AdvicesTaken:
    """``receivables.import_advice``, and the deductions of payments that waited for it."""
    taken = receivables.import_advice(company, content, filename, by=by, on=on, customer=customer)
    if taken.matched_count:
        matches = BankMatch.objects.filter(advices__in=taken.advices)
        follow_matches(company, matches, by=by, on=on)
    return taken


def follow_entries(company: Company, entry_ids: Sequence[int], *, by: Actor, on: date) -> int:
    """The same for some bank entries."""
    matches = BankMatch.objects.filter(bank_entry__in=entry_ids)
    return follow_matches(company, matches, by=by, on=on)


def _followed(made: BankMatch, *, by: Actor, on: date) -> BankMatch:
    company = made.bank_entry.company
    follow_matches(company, BankMatch.objects.filter(pk=made.pk), by=by, on=on)
    return made


@retrying
@atomic_verb
def accept_match(entry_pk: int, *, key: str, by: Actor, on: date) -> BankMatch:
    """``receivables.accept``, and the deduction if less was paid."""
    return _followed(receivables.accept(entry_pk, key=key, by=by, on=on), by=by, on=on)


@retrying
@atomic_verb
def accept_sure_match(entry_pk: int, *, by: Actor, on: date) -> BankMatch:
    """``receivables.accept_sure``; what it pays closes its deductions."""
    return _followed(receivables.accept_sure(entry_pk, by=by, on=on), by=by, on=on)


@retrying
@atomic_verb
def match_entry(
    entry_pk: int,
    *,
    shares: Sequence[receivables.ShareDraft],
    by: Actor,
    on: date,
    customer_id: int | None = None,
    paid_amount: Decimal | None = None,
) -> BankMatch:
    """``receivables.match_entry``, and the deduction if less was paid."""
    made = receivables.match_entry(
        entry_pk, shares=shares, customer_id=customer_id, paid_amount=paid_amount, by=by, on=on
    )
    return _followed(made, by=by, on=on)


@retrying
@atomic_verb
def undo_match(match_pk: int, *, by: Actor, on: date) -> BankMatch:
    """``receivables.undo_match``; its deductions close, what was accepted of them goes back."""
    undone = receivables.undo_match(match_pk, by=by, on=on)
    disputes.close_settled(undone.bank_entry.company, by=by, on=on)
    return undone


@retrying
@atomic_verb
def return_payment(entry_pk: int, *, match_pk: int, by: Actor, on: date) -> BankMatch:
    """``receivables.return_payment``; what was accepted of its shortage goes back with it."""
    made = receivables.return_payment(entry_pk, match_pk=match_pk, by=by, on=on)
    disputes.close_settled(made.bank_entry.company, by=by, on=on)
    return made


@retrying
@atomic_verb
def undo_import(file_pk: int, *, by: Actor, on: date) -> BankFile:
    """``receivables.undo_import``; the deductions of its payments close."""
    file = receivables.undo_import(file_pk, by=by, on=on)
    disputes.close_settled(file.company, by=by, on=on)
    return file


@retrying
@atomic_verb
def write_off(item_pk: int, draft: receivables.WriteOffDraft, *, by: User, on: date) -> WriteOff:
    """``receivables.write_off``; a deduction of the item that is closed by it is closed."""
    made = receivables.write_off(
        item_pk, amount=draft.amount, reason=draft.reason, note=draft.note, by=by, on=on
    )
    disputes.close_settled(made.item.company, by=by, on=on)
    return made


@retrying
@atomic_verb
def decide_write_off(pk: int, *, is_approved: bool, by: User, on: date) -> WriteOff:
    """``receivables.decide_write_off``, and the deduction that waited for it."""
    made = receivables.decide_write_off(pk, is_approved=is_approved, by=by, on=on)
    disputes.follow_write_off(made, by=by, on=on)
    disputes.close_settled(made.item.company, by=by, on=on)
    return made


@retrying
@atomic_verb
def take_back_write_off(pk: int, *, by: User, on: date) -> WriteOff:
    """``receivables.take_back_write_off``, and the deduction that it ended."""
    made = receivables.take_back_write_off(pk, by=by, on=on)
    disputes.close_settled(made.item.company, by=by, on=on)
    return made
