"""Whether that items come to just a payment may be chance, and which items belong together.

A payer who names nothing is believed by the amount alone, so the amount must tell. It tells less
the more items could have come to it, and the coarser their amounts are: of prices in whole
hundreds every second sum is one of some other choice. Items that belong together (all that is due
up to a day, all of one day) are what people pay, and what the law says is paid first (§ 366 Abs. 2
BGB), so they need no such luck.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from math import comb, gcd

from receivables.rules.facts import Item, Share

COINCIDENCE, COINCIDENCE_OF_ONE, COINCIDENCE_ON_GRID = 300, 30, 100
FEW_ITEMS = 12


def grid_of(amounts: Iterable[Decimal]) -> int:
    """The cents of which all amounts are whole multiples; 1 if there are none."""
    return gcd(*(int(amount * 100) for amount in amounts)) or 1


def one_is_telling(amount: Decimal, items: Sequence[Item]) -> bool:
    """Whether hardly one of so many items would ask just this amount by chance."""
    many = len(items) * COINCIDENCE_OF_ONE
    grid = 1 if len(items) <= FEW_ITEMS else grid_of(item.outstanding for item in items)
    return many < int(amount * 100) // grid


def sum_is_telling(amount: Decimal, shares: Sequence[Share], size: int) -> bool:
    """Whether hardly a choice of so few of the items, or of all but so few, comes to it by chance.

    A few choices, counted against the cents of the amount, and against the sums that amounts of
    this coarseness have at all.
    """
    choices = _choices(len(shares), size)
    possible = int(amount * 100)
    on_grid = possible // grid_of(share.amount for share in shares)
    return choices * COINCIDENCE < possible and choices * COINCIDENCE_ON_GRID < on_grid


def sum_may_tell(amount: Decimal, count: int, size: int) -> bool:
    """Whether so few of so many items could tell, whatever their amounts are."""
    return _choices(count, size) * COINCIDENCE < int(amount * 100)


def _choices(count: int, size: int) -> int:
    size = min(size, count - size) if size * 2 > count else size
    return sum(comb(count, few) for few in range(1, size + 1))


def days_of(shares: Sequence[Share]) -> Iterator[tuple[Share, ...]]:
    """All that is due up to a day, for each day, then all of just one; two items or more.

    ``shares``: the oldest due first.
    """
    days: dict[object, list[Share]] = {}
    for share in shares:
        days.setdefault(share.item.due_on, []).append(share)
    so_far: list[Share] = []
    for day in days.values():
        so_far += day
        if len(so_far) > 1:
            yield tuple(so_far)
    yield from (tuple(day) for day in [*days.values()][1:] if len(day) > 1)


def is_of_days(chosen: Sequence[Share], shares: Sequence[Share]) -> bool:
    """Whether the chosen are all that is due up to a day, or all of one."""
    keys = {share.item.pk for share in chosen}
    return any({share.item.pk for share in days} == keys for days in days_of(shares))
