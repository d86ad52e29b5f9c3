"""What a payment pays: proposals with evidence, and whether the first may book by itself.

Pure: the service looks up what the tokens and the payer lead to and hands plain data in. The
rule for booking without a person (``AUTO``): the arithmetic closes to 0.00, two independent
evidences agree (reference, payer, amount), nothing speaks against it, and no other choice is
equally good. Everything else is a ranked proposal, or the one missing fact is named.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from o2c.money import ZERO
from receivables.rules.discounts import available_discount
from receivables.rules.facts import (
    Confidence,
    Evidence,
    Hit,
    Item,
    Outcome,
    Payer,
    Payment,
    Proposal,
    Share,
    Verdict,
)
from receivables.rules.sums import subsets
from receivables.rules.tokens import Sureness

_MAX_PROPOSALS = 6
_COINCIDENCE = 1000
_LONG_NUMBER = 7


@dataclass(slots=True)
class _Case:
    """Everything known about one payment."""

    payment: Payment
    hits: list[Hit]
    payers: list[Payer]
    items: list[Item]
    is_thorough: bool = False
    lookalikes: list[Item] = field(default_factory=list)
    found: list[Proposal] = field(default_factory=list)

    def payer_of(self, customer_id: int) -> Payer | None:
        """What speaks for this customer as the payer; None if nothing does."""
        return next((p for p in self.payers if p.customer_id == customer_id), None)

    @property
    def sure_payer(self) -> Payer | None:
        """The one payer known for sure; None if nobody is, or several are."""
        sure = {payer.customer_id: payer for payer in reversed(self.payers) if payer.is_sure}
        return next(iter(sure.values())) if len(sure) == 1 else None

    @property
    def speaks_against(self) -> bool:
        """A reference names a paid item: this may be a second payment."""
        return any(h.sureness == Sureness.WHOLE and h.item.outstanding <= 0 for h in self.hits)


def decide(
    payment: Payment,
    hits: Iterable[Hit],
    payers: Iterable[Payer],
    items: Iterable[Item],
    *,
    is_thorough: bool = False,
    lookalikes: Iterable[Item] = (),
) -> Outcome:
    """Propose what a payment pays and say whether the first proposal may be booked by itself.

    ``hits``: what its tokens name, paid items included. ``payers``: who may have paid, best
    first. ``items``: open items of those payers. All in the payment's currency. ``is_thorough``
    also searches sums too common to book by themselves, for a person who looks at one payment.
    ``lookalikes``: items of others whose name resembles the payer's, for such a person too.
    """
    case = _Case(payment, list(hits), list(payers), sorted(items, key=_by_age), is_thorough)
    case.lookalikes = list(lookalikes)
    _by_reference(case, Sureness.WHOLE)
    _by_payer(case)
    _by_reference(case, Sureness.DERIVED)
    _on_account(case)
    _by_lookalike(case)
    ranked = _ranked(case.found)
    if not ranked:
        return Outcome(Verdict.ASK, missing=_missing(case))
    return Outcome(Verdict.AUTO if _may_post(ranked) else Verdict.PROPOSE, tuple(ranked))


def _may_post(ranked: Sequence[Proposal]) -> bool:
    first = ranked[0]
    if first.confidence != Confidence.STRONG or first.difference or not first.shares:
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


def _missing(case: _Case) -> str:
    return "items" if case.payers else "reference_and_payer"


# --- By reference ---------------------------------------------------------------------------------
def _by_reference(case: _Case, sureness: Sureness) -> None:
    named: dict[int, dict[int, Item]] = {}
    tokens: dict[int, set[str]] = {}
    for hit in case.hits:
        if hit.sureness == sureness and hit.item.outstanding > 0:
            named.setdefault(hit.item.customer_id, {})[hit.item.pk] = hit.item
            tokens.setdefault(hit.item.customer_id, set()).add(hit.token)
    for customer_id, items in named.items():
        ordered = sorted(items.values(), key=_by_age)
        reasons = [Evidence("reference", token) for token in sorted(tokens[customer_id])[:4]]
        doubt = len(named) > 1 or case.speaks_against or _is_other_payer(case, customer_id)
        closing = _closing(case, ordered)
        for shares in closing:
            confidence = _reference_confidence(
                case,
                sureness,
                ordered,
                shares,
                tokens[customer_id],
                has_doubt=doubt or len(closing) > 1,
            )
            _propose(case, customer_id, shares, reasons, confidence)
        if not closing:
            _part_or_over(case, customer_id, ordered, reasons, sureness)


def _reference_confidence(
    case: _Case,
    sureness: Sureness,
    named: Sequence[Item],
    shares: Sequence[Share],
    tokens: set[str],
    *,
    has_doubt: bool,
) -> Confidence:
    """Reference and amount agree here; what else does, and does every named document take part?"""
    payer = case.payer_of(named[0].customer_id)
    if sureness == Sureness.DERIVED:
        return Confidence.LIKELY if payer and payer.is_sure else Confidence.WEAK
    documents = {item.document for item in named}
    covered = {share.item.document for share in shares}
    is_short_number = all(token.isdigit() and len(token) < _LONG_NUMBER for token in tokens)
    if has_doubt or documents != covered or (is_short_number and not payer):
        return Confidence.LIKELY
    return Confidence.STRONG


def _is_other_payer(case: _Case, customer_id: int) -> bool:
    return any(p.is_sure for p in case.payers) and case.payer_of(customer_id) is None


def _closing(case: _Case, named: Sequence[Item]) -> list[tuple[Share, ...]]:
    """Choices among named items that close to 0.00: all, with discount, or an exact part of them.

    Of an invoice's equal instalments the oldest is meant, so twins of one document are one choice.
    """
    for with_discount in (False, True):
        shares = _shares(case, named, with_discount=with_discount)
        if sum((share.amount for share in shares), ZERO) == case.payment.amount:
            return [shares]
    if len(named) == 1:
        return []
    found: dict[tuple[tuple[str, Decimal], ...], tuple[Share, ...]] = {}
    for with_discount in (False, True):
        shares = _shares(case, named, with_discount=with_discount)
        choices = subsets([s.amount for s in shares], case.payment.amount, max_steps=20_000)
        for choice in choices.choices:
            chosen = tuple(shares[position] for position in choice)
            alike = tuple(sorted((s.item.document, s.amount) for s in chosen))
            found.setdefault(alike, _oldest(chosen, shares))
        if found:
            break
    return list(found.values())


def _oldest(chosen: Sequence[Share], shares: Sequence[Share]) -> tuple[Share, ...]:
    """The same amounts of the same documents, from the oldest instalments on."""
    left = list(shares)
    result = []
    for share in chosen:
        alike = next(
            s for s in left if s.item.document == share.item.document and s.amount == share.amount
        )
        left.remove(alike)
        result.append(alike)
    return tuple(result)


def _shares(case: _Case, items: Sequence[Item], *, with_discount: bool) -> tuple[Share, ...]:
    result = []
    for item in items:
        discount = ZERO
        if with_discount:
            discount = available_discount(
                item.discount_amount, item.discount_until, value_on=case.payment.value_on
            )
            discount = discount if discount < item.outstanding else ZERO
        result.append(Share(item, item.outstanding - discount, discount))
    return tuple(result)


def _part_or_over(
    case: _Case,
    customer_id: int,
    named: Sequence[Item],
    reasons: list[Evidence],
    sureness: Sureness,
) -> None:
    """Money for named items that does not close them: oldest first, never by itself."""
    payer = case.payer_of(customer_id)
    is_likely = sureness == Sureness.WHOLE and not _is_other_payer(case, customer_id)
    if sureness == Sureness.DERIVED and not (payer and payer.is_sure):
        return
    left = case.payment.amount
    shares = []
    for item in named:
        share = min(left, item.outstanding)
        if share > 0:
            shares.append(Share(item, share))
            left -= share
    asked = sum((item.outstanding for item in named), ZERO)
    case.found.append(
        Proposal(
            customer_id,
            tuple(shares),
            case.payment.amount - asked,
            (*reasons, *_payer_evidence(payer), Evidence("short" if left == 0 else "over")),
            Confidence.LIKELY if is_likely else Confidence.WEAK,
        )
    )


# --- By payer -------------------------------------------------------------------------------------
def _by_payer(case: _Case) -> None:
    for payer in case.payers[:3]:
        items = [item for item in case.items if item.customer_id == payer.customer_id]
        is_named_otherwise = any(
            hit.sureness == Sureness.WHOLE and hit.item.outstanding > 0 for hit in case.hits
        )
        has_doubt = (
            is_named_otherwise
            or case.speaks_against
            or payer != case.sure_payer
            or not payer.is_sure
        )
        if not _by_amount(case, payer, items, has_doubt=has_doubt):
            _by_sum(case, payer, items, has_doubt=has_doubt)


def _by_amount(case: _Case, payer: Payer, items: Sequence[Item], *, has_doubt: bool) -> bool:
    """Items that ask exactly the payment, in full or less their discount; two are never strong."""
    exact = []
    for with_discount in (False, True):
        for share in _shares(case, items, with_discount=with_discount):
            if share.amount == case.payment.amount and (not with_discount or share.discount):
                exact.append(share)
    oldest: dict[str, Share] = {}
    for share in exact:
        oldest.setdefault(share.item.document, share)
    is_sure = len(oldest) == 1 and not has_doubt
    for share in list(oldest.values())[:3]:
        confidence = Confidence.STRONG if is_sure else Confidence.LIKELY
        _propose(case, payer.customer_id, (share,), [], confidence)
    return bool(oldest)


def _by_sum(case: _Case, payer: Payer, items: Sequence[Item], *, has_doubt: bool) -> None:
    """A unique exact sum of the payer's items; strong only where chance would not make one."""
    if len(items) < 2:
        return
    is_rare = 2 ** min(len(items), 200) * _COINCIDENCE < int(case.payment.amount * 100)
    if not (is_rare or case.is_thorough):
        return
    found = subsets([item.outstanding for item in items], case.payment.amount)
    is_strong = found.unique is not None and is_rare and not has_doubt
    confidence = Confidence.STRONG if is_strong else Confidence.LIKELY
    if found.unique is None and len(items) > 20:
        confidence = Confidence.WEAK
    for choice in found.choices:
        chosen = [items[position] for position in choice]
        shares = _shares(case, chosen, with_discount=False)
        _propose(case, payer.customer_id, shares, [Evidence("sum", str(len(chosen)))], confidence)


def _on_account(case: _Case) -> None:
    """Nothing closes but somebody is known: the money may go on their account."""
    if case.found:
        return
    paid = [hit for hit in case.hits if hit.sureness == Sureness.WHOLE]
    for hit in paid[:1]:
        reasons = (Evidence("paid_already", hit.item.document),)
        case.found.append(
            Proposal(hit.item.customer_id, (), case.payment.amount, reasons, Confidence.WEAK)
        )
    for payer in case.payers[: 0 if paid else 1]:
        case.found.append(
            Proposal(
                payer.customer_id, (), case.payment.amount, _payer_evidence(payer), Confidence.WEAK
            )
        )


def _by_lookalike(case: _Case) -> None:
    """Exactly this amount, open with somebody of a like name: one more choice, always a weak one.

    It makes nobody a payer and comes after all others, so that it neither lifts nor lowers them.
    """
    for item in case.lookalikes:
        if item.outstanding == case.payment.amount:
            shares = (Share(item, item.outstanding),)
            _propose(case, item.customer_id, shares, [Evidence("alike")], Confidence.WEAK)


# --- Common ---------------------------------------------------------------------------------------
def _propose(
    case: _Case,
    customer_id: int,
    shares: Sequence[Share],
    reasons: Sequence[Evidence],
    confidence: Confidence,
) -> None:
    discount = sum((share.discount for share in shares), ZERO)
    closing = Evidence("discount", str(discount)) if discount else Evidence("amount")
    payer = _payer_evidence(case.payer_of(customer_id))
    against = tuple(
        Evidence("paid_already", hit.item.document)
        for hit in case.hits
        if hit.sureness == Sureness.WHOLE and hit.item.outstanding <= 0
    )[:1]
    other = (Evidence("other_payer"),) if _is_other_payer(case, customer_id) else ()
    case.found.append(
        Proposal(
            customer_id,
            tuple(shares),
            ZERO,
            (*reasons, *payer, closing, *against, *other),
            confidence,
        )
    )


def _payer_evidence(payer: Payer | None) -> tuple[Evidence, ...]:
    return (Evidence(payer.kind, str(payer.likeness)),) if payer else ()


def _by_age(item: Item) -> tuple[date, int]:
    return item.due_on, item.pk
