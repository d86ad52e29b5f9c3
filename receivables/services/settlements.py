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
from receivables.rules.facts import Habits, Paid
from receivables.rules.readings import is_fee
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


@dataclass(frozen=True, slots=True)
class Leg:
    """Money of a customer in a currency; ``entry_amount`` of the entry's stands behind it."""

    customer_id: int
    currency: str
    amount: Decimal
    entry_amount: Decimal


@dataclass(slots=True)
class Settlement:
    """A decision about one (locked, unsettled) bank entry.

    ``expected`` is what was open of its items when it was made. ``others``: customers whose items
    it pays beside those of ``customer_id``. ``advice_id``: the remittance advice that said so.
    ``rests_on``: what was learned before that told the payer (keys of ``PayerAlias``); ``habits``:
    those of the payer, if it rests on one. ``order_id``: the order it is paid ahead for. ``paid``:
    what the entry came to in its items' currency, where that is another one; the shares are in
    it. ``legs``: instead of shares, what a return takes back.
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
    paid: Paid | None = None
    legs: tuple[Leg, ...] = ()

    @property
    def currency(self) -> str:
        """The currency of the items."""
        return self.paid.currency if self.paid else self.entry.currency

    @property
    def amount(self) -> Decimal:
        """What may be given to items, in their currency."""
        return self.paid.amount if self.paid else self.entry.amount

    @property
    def money(self) -> Decimal:
        """What pays items: all of it in its own currency, else so much as they get."""
        if self.paid is None:
            return self.entry.amount
        return sum((share.amount for share in self.shares), ZERO)

    @property
    def told_charges(self) -> Decimal:
        """What the bank says it kept, in so many words or as what was sent less what came.

        Nothing where that is more than a bank's fee would be.
        """
        entry = self.entry
        told = entry.charges_amount
        if not told and entry.instructed_currency == entry.currency:
            told = (entry.instructed_amount or ZERO) - entry.amount
        return told if is_fee(told, entry.amount) else ZERO

    @property
    def set_off_amount(self) -> Decimal:
        """How much of the customer's credits is used beside the money."""
        return -sum((share.amount for share in self.shares if share.amount < 0), ZERO)


def money_of(settlement: Settlement, items: Mapping[int, OpenItem]) -> dict[int, Decimal]:
    """Customer -> their part of the money, the first's first.

    All of it is one customer's, but for items of several: then what is given to the items of each.
    """
    if not settlement.others:
        return {settlement.customer_id: settlement.money}
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
    _check_paid(settlement)
    given = sum((share.amount for share in settlement.shares), ZERO)
    if given > max(settlement.amount, ZERO):
        raise InvalidInput(
            "match.too_much",
            _("%(given)s is given to items but only %(amount)s was paid.")
            % {"given": given, "amount": settlement.amount},
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
            _check_closing(share, settlement)


def _check_paid(settlement: Settlement) -> None:
    """Money in another currency is for items of that one, and above nought as the entry is."""
    paid, entry = settlement.paid, settlement.entry
    if paid is None:
        return
    if paid.currency == entry.currency or not settlement.shares:
        raise InvalidInput(
            "match.paid_currency",
            _("Say how much of %(currency)s was paid only for items in another currency than it.")
            % {"currency": entry.currency},
        )
    if paid.amount <= 0 or entry.amount <= 0:
        raise InvalidInput("match.paid_amount", _("Say an amount above zero that was paid."))


def _check_lump(settlement: Settlement, given: Decimal) -> None:
    """Money for several customers is given out whole: nobody's account could take the rest."""
    if given != settlement.amount or settlement.set_off_amount:
        raise InvalidInput(
            "match.lump",
            _(
                "A payment for several customers must be given out whole, without credits:"
                " %(given)s of %(amount)s is."
            )
            % {"given": given, "amount": settlement.amount},
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
            settlement.currency,
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


def _check_closing(share: ShareDraft, settlement: Settlement) -> None:
    """A small difference, or just the charges that the bank itself told."""
    is_told = share.closing_as == "charges" and share.closing == settlement.told_charges
    is_small = share.closing_as in CLOSING_ROLES and share.closing <= CLOSING_LIMIT
    if share.closing and not (is_small or is_told):
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
