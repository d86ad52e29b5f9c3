"""Other readings of a payment by what the bank told: what was sent, and what it kept of it.

Money that came in another currency, or less charges, asks nothing in its own amount. Read as the
amount instructed (in its currency), or as the amount and the charges together, it is matched by
the same rules, and then stands beside what its own amount tells. A reading that closes to 0.00 is
what was meant; a part of the payment's own amount is not, then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from o2c.money import ZERO
from receivables.rules.facts import (
    Confidence,
    Evidence,
    Hit,
    Outcome,
    Paid,
    Proposal,
    Share,
    Verdict,
)
from receivables.rules.leeway import Leeway
from receivables.rules.matching import concluded
from receivables.rules.tokens import Sureness

_KEPT_SHARE = 10
_PLAUSIBLE = Decimal("0.10")
_BAND = Decimal("0.03")
_MADE = frozenset({"charges", "rounding"})


@dataclass(frozen=True, slots=True)
class Reading:
    """``amount`` in ``currency`` is what was sent; in the payment's own currency ``charges`` of it
    were kept. ``is_plausible``: by the rate of the day it comes to about what was booked."""

    amount: Decimal
    currency: str
    charges: Decimal = ZERO
    is_plausible: bool = True


def is_fee(charges: Decimal, amount: Decimal) -> bool:
    """Whether charges told beside an amount may be a bank's: no more than a tenth of both."""
    return ZERO < charges * _KEPT_SHARE <= amount + charges


def charged(amount: Decimal, currency: str, charges: Decimal, sent: Paid | None) -> Reading | None:
    """Amount and charges as one, as far as the bank tells charges; else what was sent, if more.

    More than a tenth is no fee of a bank, so it tells nothing.
    """
    if not charges and sent and sent.currency == currency:
        charges = sent.amount - amount
    if amount <= 0 or not is_fee(charges, amount):
        return None
    return Reading(amount + charges, currency, charges)


def is_near(worth: Decimal, other: Decimal) -> bool:
    """Whether what was sent, at the rate of the day, comes to about what was booked."""
    return abs(worth - other) <= max(worth, other) * _PLAUSIBLE


def merged(
    own: Outcome,
    told: Iterable[tuple[Reading, Outcome]],
    by_rate: Sequence[Proposal],
    leeway: Leeway,
) -> Outcome:
    """The verdict on what a payment's own amount and its other readings propose together."""
    read = [
        found
        for reading, outcome in told
        for proposal in outcome.proposals
        if (found := _read(reading, proposal))
    ]
    if not (read or by_rate):
        return own
    closes = any(proposal.is_sure for proposal in read)
    mine = [_doubted(p) if closes and _is_made(p) else p for p in own.proposals]
    if any(proposal.shares for proposal in [*mine, *read]):
        by_rate = [replace(proposal, confidence=Confidence.WEAK) for proposal in by_rate]
    outcome = concluded([*read, *mine, *by_rate], leeway)
    return outcome or Outcome(Verdict.ASK, missing=own.missing)


def _is_made(proposal: Proposal) -> bool:
    """Whether the payment's own amount does not close to 0.00 by itself."""
    return bool(proposal.difference) or any(e.code in _MADE for e in proposal.evidence)


def _doubted(proposal: Proposal) -> Proposal:
    return replace(proposal, confidence=min(proposal.confidence, Confidence.LIKELY), is_part=False)


def _read(reading: Reading, proposal: Proposal) -> Proposal | None:
    if not proposal.shares:
        return None
    return _charged(reading, proposal) if reading.charges else _exchanged(reading, proposal)


def _charged(reading: Reading, proposal: Proposal) -> Proposal | None:
    """The fee comes off the greatest item, and all of the rest closes to 0.00."""
    greatest = max(proposal.shares, key=lambda share: share.amount)
    amount = greatest.amount - reading.charges
    if proposal.difference or amount <= 0 or greatest.rounding or greatest.charges:
        return None
    less = replace(greatest, amount=amount, charges=reading.charges)
    told = Evidence("bank_charges", str(reading.charges))
    return replace(
        proposal,
        shares=tuple(less if share is greatest else share for share in proposal.shares),
        evidence=(*(e for e in proposal.evidence if e.code != "amount"), told),
    )


def _exchanged(reading: Reading, proposal: Proposal) -> Proposal:
    """Items in the currency that was sent; a part or too much is for a person to see."""
    sent = f"{reading.amount} {reading.currency}"
    told = [Evidence("instructed", sent)]
    told += [] if reading.is_plausible else [Evidence("rate_off")]
    read = replace(
        proposal,
        evidence=(*(e for e in proposal.evidence if e.code != "amount"), *told),
        paid=Paid(reading.currency, reading.amount),
    )
    return read if reading.is_plausible and not proposal.difference else _doubted(read)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Items of one customer in another currency that a payment names, and their worth in the books
    at the rate of the day, together."""

    currency: str
    hits: tuple[Hit, ...]
    worth: Decimal

    @property
    def shares(self) -> tuple[Share, ...]:
        """All that is named, in full."""
        items = {hit.item.pk: hit.item for hit in self.hits}
        return tuple(Share(item, item.outstanding) for item in items.values())

    @property
    def reasons(self) -> list[Evidence]:
        """What names them: of an item the token that tells most."""
        told: dict[int, str] = {}
        for hit in self.hits:
            told[hit.item.pk] = max(told.get(hit.item.pk, ""), hit.token, key=len)
        return [Evidence("reference", token) for token in sorted(set(told.values()))[:4]]


def named_elsewhere(hits: Iterable[tuple[str, Hit]]) -> list[tuple[str, tuple[Hit, ...]]]:
    """Open items that whole tokens name, by their currency and customer."""
    found: dict[tuple[str, int], list[Hit]] = {}
    for currency, hit in hits:
        if hit.sureness == Sureness.WHOLE and hit.item.outstanding > 0:
            found.setdefault((currency, hit.item.customer_id), []).append(hit)
    return [(currency, tuple(theirs)) for (currency, _customer), theirs in found.items()]


def at_day_rate(worth: Decimal, elsewhere: Iterable[Elsewhere]) -> list[Proposal]:
    """Named items in another currency whose worth at the rate of the day is about the payment's.

    The bank tells nothing of what was sent, so this is never more than a proposal.
    """
    return [
        Proposal(
            there.hits[0].item.customer_id,
            there.shares,
            ZERO,
            (*there.reasons, Evidence("day_rate")),
            Confidence.LIKELY,
            paid=Paid(there.currency, sum((s.amount for s in there.shares), ZERO)),
        )
        for there in elsewhere
        if abs(there.worth - worth) <= worth * _BAND
    ]
