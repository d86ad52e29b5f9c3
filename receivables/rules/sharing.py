"""How a payment is shared out over items a person chose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from o2c.money import ZERO

DIFFERENCES = ("open", "discount", "charges", "rounding")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item a person ticked."""

    pk: int
    due_on: date
    outstanding: Decimal


@dataclass(frozen=True, slots=True)
class Part:
    """Money for one item, and the shortage that closes it in another way."""

    pk: int
    amount: Decimal
    shortage: Decimal = ZERO


def share_out(amount: Decimal, items: Sequence[Wanted], *, is_closing: bool) -> list[Part]:
    """Oldest due first until the money is gone; ``is_closing`` puts the shortage on the last item.

    Items that get no money are left out, so nothing is closed that was not paid at all; more
    money than the items ask stays over. The shortage is never more than the last item asks.
    """
    left = amount
    parts: list[Part] = []
    for item in sorted(items, key=lambda item: (item.due_on, item.pk)):
        share = min(left, item.outstanding)
        if share > 0:
            parts.append(Part(item.pk, share, item.outstanding - share if is_closing else ZERO))
            left -= share
    return parts
