"""The money of a payment as items on its customers' accounts, in the currency that it pays.

Mostly that is one item over the payment's amount. Money for items in another currency becomes an
item in theirs, worth its share of what the payment stands in the books for; what is left of it
goes on account in the payment's own currency. Charges that the bank kept and named are costs, so
they are part of what was paid. Items in the currency of the books are worth their amount: there
the difference of exchange is booked with the match.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from core.models import Company
from o2c.errors import InvalidInput
from o2c.money import ZERO, cents, split
from receivables.models import Account, BankEntry, OpenItem
from receivables.rules.exchange import Rate, shared_worth
from receivables.rules.readings import is_fee
from receivables.services.posting import Accounts, LineDraft
from receivables.services.settlements import Leg, Settlement, money_of


@dataclass(frozen=True, slots=True)
class Part:
    """Money of a customer in a currency, and its worth in the books."""

    customer_id: int
    currency: str
    amount: Decimal
    worth: Decimal


@dataclass(slots=True)
class Money:
    """What a payment becomes: ``parts`` that pay items, the first's first, and a ``rest`` beside.

    ``lines``: charges that the bank kept, and what was gained or lost at once by the rate.
    """

    parts: list[Part]
    rest: list[Part] = field(default_factory=list)
    lines: list[LineDraft] = field(default_factory=list)


def money_in_parts(
    settlement: Settlement, items: Mapping[int, OpenItem], company: Company, accounts: Accounts
) -> Money:
    """How the money of a settlement is booked."""
    entry = settlement.entry
    if settlement.legs:
        return _exchanged(settlement.legs, entry, entry.functional_amount, company, accounts)
    money = money_of(settlement, items)
    if settlement.paid is None:
        worths = split(entry.functional_amount, list(money.values()))
        parts = [
            Part(customer, entry.currency, amount, worth)
            for (customer, amount), worth in zip(money.items(), worths, strict=True)
        ]
        return Money(parts)
    kept = kept_of(entry, settlement.paid.amount)
    kept_worth = _worth_of(kept, entry)
    legs = _legs(settlement, money, entry.amount + kept)
    made = _exchanged(legs, entry, entry.functional_amount + kept_worth, company, accounts)
    made.parts, made.rest = made.parts[: len(money)], made.parts[len(money) :]
    if kept:
        role = accounts.of(Account.Role.BANK_CHARGES)
        made.lines.append(
            LineDraft(role, kept_worth, currency=entry.currency, currency_amount=kept)
        )
    return made


def _legs(settlement: Settlement, money: Mapping[int, Decimal], gross: Decimal) -> list[Leg]:
    """Each customer's part in the items' currency, and the rest in the payment's own."""
    paid = settlement.paid
    assert paid is not None
    given = sum(money.values(), ZERO)
    used = gross if given == paid.amount else cents(gross * given / paid.amount)
    shares = split(used, list(money.values()))
    legs = [
        Leg(customer, paid.currency, amount, share)
        for (customer, amount), share in zip(money.items(), shares, strict=True)
    ]
    if gross > used:
        entry = settlement.entry
        legs.append(Leg(settlement.customer_id, entry.currency, gross - used, gross - used))
    return legs


def _exchanged(
    legs: Sequence[Leg], entry: BankEntry, total: Decimal, company: Company, accounts: Accounts
) -> Money:
    """Legs with their share of a worth; those in the books' currency are worth their amount."""
    worths = shared_worth(total, [leg.entry_amount for leg in legs])
    made = Money([])
    if not all(worths):
        raise InvalidInput(
            "match.worthless",
            _("%(amount)s %(currency)s is too little to be shared out; put it on account.")
            % {"amount": entry.amount, "currency": entry.currency},
        )
    for leg, worth in zip(legs, worths, strict=True):
        stands = leg.amount if leg.currency == company.currency else worth
        made.parts.append(Part(leg.customer_id, leg.currency, leg.amount, stands))
        if gained := worth - stands:
            role = Account.Role.EXCHANGE_GAIN if gained > 0 else Account.Role.EXCHANGE_LOSS
            made.lines.append(LineDraft(accounts.of(role), -gained))
    return made


def kept_of(entry: BankEntry, sent: Decimal) -> Decimal:
    """Charges that are part of what was sent: all that are named, unless the bank's own rate says
    that the amount is already without them, or they are no bank's fee."""
    rate, kept = entry.exchange_rate, entry.charges_amount
    if entry.amount <= 0 or not is_fee(kept, entry.amount):
        return ZERO
    if rate and any(cents(made) == entry.amount for made in (sent * rate, sent / rate)):
        return ZERO
    return kept


def _worth_of(kept: Decimal, entry: BankEntry) -> Decimal:
    return Rate(entry.amount, entry.functional_amount).in_books(kept) if kept else ZERO
