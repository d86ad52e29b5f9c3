"""Which batch a credit pays for, and what the codes of returned debits mean for a mandate."""

from collections.abc import Collection, Mapping
from decimal import Decimal

SUSPENDING = frozenset(
    {"AC01", "AC04", "AC06", "AC13", "AG01", "AG02", "BE01", "BE05", "CNOR", "DNOR", "FF01"}
    | {"MD01", "MD02", "MD07", "RC01", "SL01"}
)
"""Wrong, closed or blocked account, no mandate, debtor dead: the next collection would come back
too (EPC173-14). No funds (AM04), no reason (MS02, MS03) and an objection (MD06) leave it in use."""


def is_suspending(code: str) -> bool:
    """Whether a mandate is not to be collected from again after this return."""
    return code.strip().upper() in SUSPENDING


def batch_of(
    amount: Decimal,
    sums: Mapping[str, Decimal],
    *,
    told: Collection[str],
    near: Collection[str],
) -> str:
    """The batch an entry of ``amount`` is the credit of; empty unless exactly one can be meant.

    ``sums``: batch reference -> what it collects; a run and its only sequence are two references
    over the same money. ``told``: the entry's tokens; ``near``: batches whose day fits, for an
    entry that names none.
    """
    fitting = {key for key, total in sums.items() if total == amount}
    named = {key for key in sums if key in told}
    found = fitting & named if named else fitting & set(near)
    # "DD000001FRST" is part of "DD000001": the shorter one stands for both.
    whole = {key for key in found if not any(key != o and key.startswith(o) for o in found)}
    return whole.pop() if len(whole) == 1 else ""
