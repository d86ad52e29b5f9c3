"""Exact sums: which of a payer's items add up to a payment, and whether only one choice does.

Bounded by steps, so a payer with thousands of items can't hang an import: sums reachable with
few items come first, and a search that ran out of steps says so instead of guessing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

MAX_STEPS = 200_000


@dataclass(frozen=True, slots=True)
class SumResult:
    """Up to two choices (positions, ascending); ``is_complete`` if no other can exist."""

    choices: tuple[tuple[int, ...], ...]
    is_complete: bool

    @property
    def unique(self) -> tuple[int, ...] | None:
        """The only choice there is, else None."""
        return self.choices[0] if self.is_complete and len(self.choices) == 1 else None


def subsets(
    amounts: Sequence[Decimal],
    target: Decimal,
    *,
    max_items: int | None = None,
    max_steps: int = MAX_STEPS,
) -> SumResult:
    """The first two subsets of positive amounts whose sum is exactly the target.

    Branch and bound on descending amounts in whole cents with suffix sums; at most ``max_steps``
    nodes (about 0.1 s) are looked at. Equal amounts give different subsets: two twins are two
    choices.
    """
    goal = int(target * 100)
    order = sorted(
        (position for position, amount in enumerate(amounts) if 0 < amount <= target),
        key=lambda position: -amounts[position],
    )
    cents = [int(amounts[position] * 100) for position in order]
    if max_items is None:
        max_items = len(order)
    suffix = [*accumulate(reversed(cents), initial=0)][::-1]
    found: list[tuple[int, ...]] = []
    stack: list[tuple[int, int, tuple[int, ...]]] = [(0, goal, ())]
    steps = 0
    while stack and len(found) < 2:
        steps += 1
        if steps > max_steps:
            return SumResult(tuple(found), is_complete=False)
        position, left, chosen = stack.pop()
        if left == 0:
            found.append(tuple(sorted(order[choice] for choice in chosen)))
            continue
        if position == len(cents) or suffix[position] < left or len(chosen) == max_items:
            continue
        stack.append((position + 1, left, chosen))
        if cents[position] <= left:
            stack.append((position + 1, left - cents[position], (*chosen, position)))
    return SumResult(tuple(found), is_complete=True)
