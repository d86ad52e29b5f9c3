"""What foreign money is worth in the books, and what of it an allocation moves.

An item stands in the books with the rate of its own day. What is paid of it takes its share of
that worth along, the last payment all that is left; the worth of the money that pays it is another
one, and the difference is a realised gain or loss of exchange (IAS 21.28; § 256a HGB for the day
of closing).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from o2c.money import CENT, ZERO, cents, split


@dataclass(frozen=True, slots=True)
class Rate:
    """``currency_amount`` of a currency is worth ``books_amount`` of the books' currency."""

    currency_amount: Decimal
    books_amount: Decimal

    def in_books(self, amount: Decimal) -> Decimal:
        """The worth of an amount, to the cent; what is something is never worth nothing."""
        worth = cents(amount * self.books_amount / self.currency_amount)
        if worth or not amount:
            return worth
        return CENT.copy_sign(amount)


@dataclass(slots=True)
class Rest:
    """What is left of an item (without sign) in its currency and in the books."""

    amount: Decimal
    functional_amount: Decimal

    def take(self, amount: Decimal) -> Decimal:
        """Take so much of it; returns its share of the worth, the last one takes the remainder."""
        share = (
            self.functional_amount
            if amount >= self.amount
            else cents(self.functional_amount * amount / self.amount)
        )
        self.amount -= amount
        self.functional_amount -= share
        return share


def shared_worth(worth: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """A worth by weights, a cent at least for each as far as it goes: nothing is worth nothing."""
    parts = split(worth, weights)
    step = CENT.copy_sign(worth)
    for at, part in enumerate(parts):
        largest = max(range(len(parts)), key=lambda place: abs(parts[place]))
        if not part and abs(parts[largest]) > CENT:
            parts[largest] -= step
            parts[at] = step
    return parts


def unrealised(amount: Decimal, functional_amount: Decimal, rate: Rate) -> Decimal:
    """By how much an open amount is worth more (> 0) or less than it stands in the books for."""
    return rate.in_books(amount) - functional_amount if amount else ZERO
