"""A journal entry of any number of lines as rows that move an amount from one account to another.

DATEV knows rows (account, contra account, amount) only. The rows of an entry change every account
by what its lines change it by, to the cent. Lines of one account are taken together first: a row
may not name the same account on both sides, and an account that is debited and credited in one
entry (a final invoice and the deposit it takes back, on one VAT account) would need such a row.
"""

from collections.abc import Hashable, Iterable
from decimal import Decimal
from typing import NamedTuple, TypeVar

from o2c.money import ZERO

A = TypeVar("A", bound=Hashable)


class Move(NamedTuple):
    """So much is debited on one account and credited on another; the amount is > 0."""

    debit: Hashable
    credit: Hashable
    amount: Decimal


def split_entry(lines: Iterable[tuple[A, Decimal]]) -> list[Move]:
    """Rows for the lines (account, amount with debit > 0) of one balanced entry.

    Of n accounts come at most n - 1 rows, in the order of the lines; none where nothing moves.
    Raises ``ValueError`` for lines that do not balance.
    """
    sums: dict[A, Decimal] = {}
    for account, amount in lines:
        sums[account] = sums.get(account, ZERO) + amount
    if sum(sums.values(), ZERO) != ZERO:
        raise ValueError(f"lines add up to {sum(sums.values(), ZERO)}, not to nothing")
    takers = [(account, amount) for account, amount in sums.items() if amount > 0]
    givers = [(account, -amount) for account, amount in sums.items() if amount < 0]
    return _paired(takers, givers)


def _paired(takers: list[tuple[A, Decimal]], givers: list[tuple[A, Decimal]]) -> list[Move]:
    moves: list[Move] = []
    takers, givers = takers[::-1], givers[::-1]
    while takers and givers:
        (debit, owed), (credit, given) = takers.pop(), givers.pop()
        amount = min(owed, given)
        moves.append(Move(debit, credit, amount))
        if owed > amount:
            takers.append((debit, owed - amount))
        if given > amount:
            givers.append((credit, given - amount))
    return moves
