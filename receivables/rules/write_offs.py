"""What giving up a part of an item does to the books, by its reason.

A price reduction (a deduction accepted, goodwill) lessens the taxable base like a discount does
(§ 17 (1) UStG; 7 kap. 45 § mervärdesskattelagen 2023:200). A claim that has become uncollectible
is a loss on receivables and its VAT is corrected too (§ 17 (2) no. 1 UStG; 8 kap. 15 § ML). What
is only not worth pursuing could still be paid: its VAT stays owed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Treatment:
    """``is_reduction``: on the discount accounts, else a loss; whether the VAT is corrected."""

    is_reduction: bool
    corrects_vat: bool


REDUCTION, LOSS, LOSS_WITH_VAT = (
    Treatment(True, True),
    Treatment(False, True),
    Treatment(False, False),
)
_LOSSES: Mapping[str, Treatment] = {
    "insolvent": LOSS,
    "lost": LOSS,
    "small": LOSS_WITH_VAT,
}
BAD_DEBTS = frozenset({*_LOSSES, "goodwill"})
"""Reasons a person gives who writes an item off; the others are those of deductions."""


def treatment_of(reason: str) -> Treatment:
    """How a reason is booked."""
    return _LOSSES.get(reason, REDUCTION)


@dataclass(frozen=True, slots=True)
class Tolerated:
    """Up to how much, and which share of its item, is accepted by itself for a reason."""

    amount: Decimal
    rate: Decimal


def is_tolerated(
    worth: Decimal, item_worth: Decimal, tolerated: Tolerated | None, *, left: Decimal
) -> bool:
    """Whether a shortage is accepted without a person: by amount, share and what is ``left``.

    ``left``: of the customer's year. Limits count in full: just as much is still accepted.
    """
    if tolerated is None or worth > tolerated.amount or worth > left:
        return False
    return worth <= item_worth * tolerated.rate
