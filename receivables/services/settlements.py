"""A decision about a bank entry, and whether it may be booked as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max
from django.utils.translation import gettext as _

from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO
from receivables.models import Account, BankEntry, BankMatch, OpenItem
from receivables.rules.facts import Habits
from receivables.services.posting import BATCH

CLOSING_ROLES = {
    "charges": (Account.Role.BANK_CHARGES, OpenItem.Kind.CHARGE),
    "rounding": (Account.Role.ROUNDING, OpenItem.Kind.WRITE_OFF),
}
CLOSING_LIMIT = Decimal("25.00")
SET_OFF_KINDS = (OpenItem.Kind.CREDIT_NOTE, OpenItem.Kind.PAYMENT)
"""Credits that a payment may be netted with."""


@dataclass(frozen=True, slots=True)
class ShareDraft:
    """So much money for an item; ``discount`` and ``closing`` (by ``closing_as``) add to it.

    For a credit (a credit note, money on account) ``amount`` is below nought: so much of it is
    set off, and the items beside it get that much more than was paid.
    """

    item_id: int
    amount: Decimal
    discount: Decimal = ZERO
    closing: Decimal = ZERO
    closing_as: str = ""

    @property
    def credit(self) -> Decimal:
        """By how much the item shrinks."""
        return self.amount + self.discount + self.closing


@dataclass(slots=True)
class Settlement:
    """A decision about one (locked, unsettled) bank entry.

    ``expected`` is what was open of its items when it was made. ``others``: customers whose items
    it pays beside those of ``customer_id``. ``advice_id``: the remittance advice that said so.
    ``rests_on``: what was learned before that told the payer (keys of ``PayerAlias``); ``habits``:
    those of the payer, if it rests on one. ``order_id``: the order it is paid ahead for.
    """

    entry: BankEntry
    customer_id: int
    shares: Sequence[ShareDraft]
    way: str
    confidence: str = ""
    evidence: list[dict[str, str]] = field(default_factory=list)
    expected: dict[int, Decimal] = field(default_factory=dict)
    others: frozenset[int] = frozenset()
    advice_id: int = 0
    rests_on: frozenset[int] = frozenset()
    habits: Habits | None = None
    order_id: int = 0

    @property
    def set_off_amount(self) -> Decimal:
        """How much of the customer's credits is used beside the money."""
        return -sum((share.amount for share in self.shares if share.amount < 0), ZERO)


def money_of(settlement: Settlement, items: Mapping[int, OpenItem]) -> dict[int, Decimal]:
    """Customer -> their part of the money, the first's first.

    All of it is one customer's, but for items of several: then what is given to the items of each.
    """
    if not settlement.others:
        return {settlement.customer_id: settlement.entry.amount}
    parts = dict.fromkeys([settlement.customer_id, *sorted(settlement.others)], ZERO)
    for share in settlement.shares:
        parts[items[share.item_id].customer_id] += share.amount
    return parts


def check(
    settlement: Settlement, items: Mapping[int, OpenItem], taken: Mapping[int, Decimal]
) -> None:
    """Refuse what can't be booked; ``taken`` is the discount taken before, by item.

    Raises ``InvalidInput`` for amounts, items or credits that do not go together, ``Conflict`` for
    an item that has less left than is given to it.
    """
    given = sum((share.amount for share in settlement.shares), ZERO)
    if given > max(settlement.entry.amount, ZERO):
        raise InvalidInput(
            "match.too_much",
            _("%(given)s is given to items but only %(amount)s was paid.")
            % {"given": given, "amount": settlement.entry.amount},
        )
    if given < 0 or (given == 0 and settlement.shares):
        raise InvalidInput(
            "match.credits",
            _("Credits of %(credits)s can't be set off: the items chosen do not ask more.")
            % {"credits": -sum((s.amount for s in settlement.shares if s.amount < 0), ZERO)},
        )
    if settlement.others:
        _check_lump(settlement, given)
    for share in settlement.shares:
        item = items.get(share.item_id)
        if item is None or not _is_payable(item, settlement):
            raise InvalidInput(
                "match.item",
                _("All items of one payment must belong to one customer and currency."),
            )
        if item.amount < 0:
            _check_credit(share, item)
        else:
            _check_amounts(share, item, item.discount_amount - taken.get(item.pk, ZERO))


def _check_lump(settlement: Settlement, given: Decimal) -> None:
    """Money for several customers is given out whole: nobody's account could take the rest."""
    if given != settlement.entry.amount or settlement.set_off_amount:
        raise InvalidInput(
            "match.lump",
            _(
                "A payment for several customers must be given out whole, without credits:"
                " %(given)s of %(amount)s is."
            )
            % {"given": given, "amount": settlement.entry.amount},
        )


def _is_payable(item: OpenItem, settlement: Settlement) -> bool:
    entry = settlement.entry
    is_usable = item.amount > 0 or item.kind in SET_OFF_KINDS
    is_theirs = item.customer_id in {settlement.customer_id, *settlement.others}
    return (
        is_usable
        and is_theirs
        and (item.company_id, item.currency)
        == (
            entry.company_id,
            entry.currency,
        )
    )


def _check_credit(share: ShareDraft, item: OpenItem) -> None:
    """A credit is set off with no more than is left of it, and nothing is granted on it."""
    if share.amount >= 0 or share.discount or share.closing:
        raise InvalidInput(
            "match.amount", _("Set a credit off with an amount below zero, without a discount.")
        )
    if share.amount < item.outstanding_amount:
        raise Conflict(
            "match.item_paid",
            _("%(item)s has only %(open)s left, not %(wanted)s: it was used meanwhile.")
            % {
                "item": item.document_number,
                "open": -item.outstanding_amount,
                "wanted": -share.amount,
            },
        )


def _check_amounts(share: ShareDraft, item: OpenItem, offered: Decimal) -> None:
    """What is given to one item: positive, not more than is open, discount as still offered."""
    figures = {"item": item.document_number, "open": item.outstanding_amount}
    if min(share.amount, share.discount, share.closing) < 0 or share.amount <= 0:
        raise InvalidInput("match.amount", _("Give each item an amount above zero."))
    if share.discount > offered:
        raise InvalidInput(
            "match.discount",
            _("%(item)s offers a discount of %(offered)s, not %(taken)s.")
            % {**figures, "offered": offered, "taken": share.discount},
        )
    if share.credit > item.outstanding_amount:
        raise Conflict(
            "match.item_paid",
            _("%(item)s has only %(open)s open, not %(wanted)s: it was paid or changed meanwhile.")
            % {**figures, "wanted": share.credit},
        )
    if share.closing and (share.closing_as not in CLOSING_ROLES or share.closing > CLOSING_LIMIT):
        raise InvalidInput(
            "match.difference",
            _("A difference up to %(limit)s may be closed as bank charges or rounding.")
            % {"limit": CLOSING_LIMIT},
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """How often an entry was matched before, and when that was undone last in the books."""

    number: int = 0
    undone_on: date | None = None


def turns_of(entry_ids: Sequence[int]) -> dict[int, Turn]:
    """Entry -> its turn: makes the source key of a new match its own.

    A new match is not posted before the last one was undone: in between the money was elsewhere.
    """
    turns = dict.fromkeys(entry_ids, Turn())
    keys = list(turns)
    for start in range(0, len(keys), BATCH):
        rows = BankMatch.objects.filter(bank_entry__in=keys[start : start + BATCH])
        undone = Max("entry__reversed_by__posted_on")
        for pk, number, day in (
            rows.order_by().values_list("bank_entry").annotate(number=Count("pk"), day=undone)
        ):
            turns[pk] = Turn(number, day)
    return turns
