"""What a company lets the matcher do: differences it closes, and kinds it only proposes."""

from dataclasses import dataclass
from decimal import Decimal

from o2c.money import ZERO
from receivables.rules.facts import Proposal

KINDS = (
    "reference",
    "payer",
    "sum",
    "part",
    "advice",
    "credit",
    "several",
    "difference",
    "order",
    "habit",
    "currency",
)
"""What a match may rest on: a number, payer and amount, a sum, and so on."""
_TOLD_BY = {
    "advice": "advice",
    "customers": "several",
    "sum": "sum",
    "balance": "sum",
    "credit": "credit",
    "rounding": "difference",
    "charges": "difference",
    "bank_charges": "difference",
    "instructed": "currency",
    "day_rate": "currency",
    "reference": "reference",
    "order": "order",
    "habit_late": "habit",
    "habit_statement": "habit",
    "habit_cut": "habit",
}


@dataclass(frozen=True, slots=True)
class Leeway:
    """Amounts in the payment's currency.

    ``rounding_limit``: what may lack of named documents and still close them, cents that somebody
    rounded away. ``charges_limit``: what a bank may have kept where number and payer agree; nought
    is none. ``held``: kinds that never book by themselves.
    """

    rounding_limit: Decimal = Decimal("0.05")
    charges_limit: Decimal = ZERO
    held: frozenset[str] = frozenset()

    def holds(self, proposal: Proposal) -> bool:
        """Whether only a person may book it."""
        return bool(self.held & kinds_of(proposal))


USUAL = Leeway()
"""What holds where a company set nothing."""


def kinds_of(proposal: Proposal) -> frozenset[str]:
    """What a proposal rests on; payer and amount alone where nothing else tells it."""
    told = {_TOLD_BY[e.code] for e in proposal.evidence if e.code in _TOLD_BY}
    if proposal.difference:
        told.add("part")
    return frozenset(told or {"payer"})
