"""What a payment pays: proposals with evidence, and whether the first may book by itself.

Pure: the service looks up what the tokens and the payer lead to and hands plain data in. The
rule for booking without a person (``AUTO``): two independent evidences agree (reference, payer,
amount), nothing speaks against it, and no other choice is equally good; the arithmetic closes to
0.00, or payer and number agree on the one document that a part is paid of. Everything else is a
ranked proposal, or the one missing fact is named.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from receivables.rules.by_advice import by_advice
from receivables.rules.by_habit import by_habit
from receivables.rules.by_order import by_order, unexplained
from receivables.rules.by_payer import by_lookalike, by_payer, on_account
from receivables.rules.by_reference import by_reference
from receivables.rules.case import Case, by_age
from receivables.rules.facts import (
    Advice,
    Confidence,
    Evidence,
    Habits,
    Hit,
    Item,
    OrderHit,
    Outcome,
    Payer,
    Payment,
    Proposal,
    Verdict,
)
from receivables.rules.leeway import USUAL, Leeway
from receivables.rules.lumps import by_lump
from receivables.rules.tokens import Sureness

_MAX_PROPOSALS = 6


def decide(  # noqa: PLR0913 - all that was looked up
    payment: Payment,
    hits: Iterable[Hit],
    payers: Iterable[Payer],
    items: Iterable[Item],
    *,
    is_thorough: bool = False,
    lookalikes: Iterable[Item] = (),
    advices: Iterable[Advice] = (),
    leeway: Leeway = USUAL,
    orders: Iterable[OrderHit] = (),
    habits: Mapping[int, Habits] | None = None,
) -> Outcome:
    """Propose what a payment pays and say whether the first proposal may be booked by itself.

    ``hits``: what its tokens name, paid items included. ``payers``: who may have paid, best
    first. ``items``: open items of those payers, and of those named. All in the payment's
    currency. ``is_thorough`` also searches sums too common to book by themselves, for a person
    who looks at one payment. ``lookalikes``: items of others whose name resembles the payer's,
    for such a person too. ``advices``: remittance advice of just this amount that waits.
    ``leeway``: what the company lets the matcher do. ``orders``: what its sure tokens name that is
    not invoiced yet. ``habits``: how the payers pay, by customer.
    """
    case = Case(payment, list(hits), list(payers), sorted(items, key=by_age), is_thorough)
    case.lookalikes = list(lookalikes)
    case.advices, case.leeway = list(advices), leeway
    case.orders, case.habits = list(orders), habits or {}
    case.hits = unexplained(case)
    by_advice(case)
    by_reference(case, Sureness.WHOLE)
    by_lump(case)
    by_payer(case)
    by_habit(case)
    by_reference(case, Sureness.DERIVED)
    by_order(case)
    on_account(case)
    by_lookalike(case)
    found = _came_back(case.found) if payment.is_return else case.found
    missing = "items" if case.payers else "reference_and_payer"
    return concluded(found, leeway) or Outcome(Verdict.ASK, missing=missing)


def concluded(found: Iterable[Proposal], leeway: Leeway) -> Outcome | None:
    """The verdict on what was found, ranked; None if that is nothing."""
    ranked = _ranked(found)
    if not ranked:
        return None
    may_post = _may_post(ranked) and not leeway.holds(ranked[0])
    return Outcome(Verdict.AUTO if may_post else Verdict.PROPOSE, tuple(ranked))


def _came_back(found: Iterable[Proposal]) -> list[Proposal]:
    """Money of ours that came back pays nothing by itself, whatever it comes to."""
    return [
        replace(
            proposal,
            confidence=min(proposal.confidence, Confidence.LIKELY),
            evidence=(*proposal.evidence, Evidence("returned")),
            is_part=False,
        )
        for proposal in found
    ]


def _may_post(ranked: Sequence[Proposal]) -> bool:
    first = ranked[0]
    if first.confidence != Confidence.STRONG or not (first.shares or first.order_id):
        return False
    if first.difference and not first.is_part:
        return False
    return not any(other.confidence == Confidence.STRONG for other in ranked[1:])


def _ranked(found: Iterable[Proposal]) -> list[Proposal]:
    best: dict[object, Proposal] = {}
    for proposal in found:
        known = best.get(proposal.key)
        if known is None or proposal.confidence > known.confidence:
            best[proposal.key] = proposal
    ordered = sorted(best.values(), key=_rank)
    return ordered[:_MAX_PROPOSALS]


def _rank(proposal: Proposal) -> tuple[int, bool, bool, bool, int, date]:
    oldest = min((share.item.due_on for share in proposal.shares), default=date.max)
    return (
        -proposal.confidence,
        any(evidence.code == "alike" for evidence in proposal.evidence),
        not any(evidence.code == "reference" for evidence in proposal.evidence),
        proposal.difference != 0,
        len(proposal.shares),
        oldest,
    )
