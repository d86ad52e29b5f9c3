"""Proposals that start from the documents a payment names."""

from collections.abc import Sequence
from dataclasses import dataclass

from o2c.money import ZERO
from receivables.rules.case import Case, asks_just, by_age, propose, shares_of, total
from receivables.rules.closing import closings, less_charges, rounded, with_credits
from receivables.rules.facts import Confidence, Evidence, Item, Share
from receivables.rules.near import ends_so, is_written
from receivables.rules.tokens import Sureness

_LONG_NUMBER = 7


def by_reference(case: Case, sureness: Sureness) -> None:
    """Propose, for each customer whose documents are named, what closes, else what comes near."""
    named = case.named(sureness)
    closing = {customer: closings(case, items) for customer, items in named.items()}
    who_closes = {customer for customer, found in closing.items() if found}
    for customer, items in named.items():
        reasons = _reasons(case, customer, sureness)
        most = Confidence.LIKELY if who_closes - {customer} else Confidence.STRONG
        for shares in closing[customer]:
            confidence = min(most, _confidence(case, sureness, items, shares))
            if len(closing[customer]) > 1:
                confidence = min(confidence, Confidence.LIKELY)
            propose(case, customer, shares, reasons, confidence)
        if closing[customer]:
            continue
        told = _Named(customer, items, reasons, sureness, most)
        if not (
            _by_extending(case, told)
            or _by_closing(case, told, rounded(case, told.items))
            or _by_credits(case, told)
            or _by_closing(case, told, less_charges(case, told.items))
        ):
            _part_or_over(case, told)


@dataclass(frozen=True, slots=True)
class _Named:
    """What is named of one customer, how surely, and how far a proposal of it may go at most."""

    customer: int
    items: Sequence[Item]
    reasons: Sequence[Evidence]
    sureness: Sureness
    most: Confidence


def _reasons(case: Case, customer: int, sureness: Sureness) -> list[Evidence]:
    """What names the customer's items: of an item the token that tells most."""
    told: dict[int, str] = {}
    for hit in case.hits:
        if hit.sureness >= sureness and hit.item.customer_id == customer and hit.item.outstanding:
            told[hit.item.pk] = max(told.get(hit.item.pk, ""), hit.token, key=len)
    return [Evidence("reference", token) for token in sorted(set(told.values()))[:4]]


# --- How sure -----------------------------------------------------------------------------------
def _confidence(
    case: Case, sureness: Sureness, named: Sequence[Item], shares: Sequence[Share]
) -> Confidence:
    """Reference and amount agree here; what else does, and does every named document take part?"""
    customer = named[0].customer_id
    payer = case.payer_of(customer)
    is_known = payer is not None and (payer.is_sure or payer.kind == "group")
    if sureness == Sureness.DERIVED and not is_known:
        return Confidence.LIKELY if customer in case.payment.alike else Confidence.WEAK
    if case.paid_already(customer) or _leaves_out(case, named, shares):
        return Confidence.LIKELY
    if sureness == Sureness.DERIVED:
        is_told = _is_written(case, shares) and not _is_meant_for_payer(case, customer)
        return Confidence.STRONG if is_told else Confidence.LIKELY
    if _is_short(case, customer) and not (payer or customer in case.payment.alike):
        return Confidence.LIKELY
    if case.is_other_payer(customer) and _has_own_reason(case, customer):
        return Confidence.LIKELY
    return Confidence.STRONG


def _is_meant_for_payer(case: Case, customer: int) -> bool:
    """Whether the one known payer, somebody else, owes just this amount themselves."""
    payer = case.sure_payer
    return bool(payer and payer.customer_id != customer and asks_just(case, payer.customer_id))


def _is_written(case: Case, shares: Sequence[Share]) -> bool:
    """Whether each item is named by a number that stands there as one, and is no year."""
    keys = {share.item.pk for share in shares}
    told = {hit.item.pk for hit in case.hits if is_written(hit.token, case.payment.endings)}
    return keys <= told


def _leaves_out(case: Case, named: Sequence[Item], shares: Sequence[Share]) -> bool:
    """Whether a document named by a number of its own takes no part.

    A token of several documents, as an order number, is satisfied by any of them.
    """
    covered = {share.item.document for share in shares}
    customer = named[0].customer_id
    of_token: dict[str, set[str]] = {}
    for hit in case.hits:
        if (
            hit.sureness == Sureness.WHOLE
            and hit.item.customer_id == customer
            and hit.item.outstanding
        ):
            of_token.setdefault(hit.token, set()).add(hit.item.document)
    return any(not documents & covered for documents in of_token.values())


def _is_short(case: Case, customer: int) -> bool:
    """Whether nothing but short bare numbers names the customer's items."""
    told = [
        hit.token
        for hit in case.hits
        if hit.sureness == Sureness.WHOLE and hit.item.customer_id == customer
    ]
    return all(token.isdigit() and len(token) < _LONG_NUMBER for token in told)


def _has_own_reason(case: Case, customer: int) -> bool:
    """Whether the payer, who is another customer, may have meant an item of their own.

    They owe just this amount, or the number is a short one.
    """
    if _is_short(case, customer):
        return True
    return any(asks_just(case, p.customer_id) for p in case.payers if p.is_sure)


# --- What is named and more ----------------------------------------------------------------------
def _by_extending(case: Case, told: _Named) -> bool:
    """Named items and others of the customer that the text hints at: endings, or a range."""
    others = [item for item in case.of(told.customer) if item not in told.items]
    is_other = case.is_other_payer(told.customer)
    most = min(told.most, Confidence.LIKELY) if is_other else told.most
    for more in (_by_endings(case, others), _between(told.items, others)):
        shares = shares_of(case, sorted([*told.items, *more], key=by_age), with_discount=False)
        if more and total(shares) == case.payment.amount:
            confidence = min(most, _confidence_of_named(case, told))
            reasons = [*told.reasons, Evidence("endings")]
            propose(case, told.customer, shares, reasons, confidence)
            return True
    return told.sureness == Sureness.WHOLE and _by_one_more(case, told, others)


def _by_one_more(case: Case, told: _Named, others: Sequence[Item]) -> bool:
    """Named items and just one that is not named."""
    rest = case.payment.amount - sum((item.outstanding for item in told.items), ZERO)
    alone = [item for item in others if item.outstanding == rest]
    for item in alone[:3]:
        shares = shares_of(case, [*told.items, item], with_discount=False)
        propose(case, told.customer, shares, told.reasons, Confidence.LIKELY)
    return bool(alone)


def _confidence_of_named(case: Case, told: _Named) -> Confidence:
    named = shares_of(case, told.items, with_discount=False)
    return _confidence(case, told.sureness, told.items, named)


def _by_closing(case: Case, told: _Named, shares: Sequence[Share]) -> bool:
    """All that is named but for some cents or a fee; by itself where the payer is known."""
    if not shares:
        return False
    confidence = min(told.most, _confidence_of_named(case, told), _most_of_payer(case, told))
    propose(case, told.customer, shares, told.reasons, confidence)
    return True


def _by_credits(case: Case, told: _Named) -> bool:
    """All that is named less credit notes that are not: by itself if only one choice closes."""
    found = with_credits(case, told.customer, told.items)
    for shares in found:
        confidence = min(told.most, _confidence_of_named(case, told), _most_of_payer(case, told))
        if len(found) > 1:
            confidence = min(confidence, Confidence.LIKELY)
        propose(case, told.customer, shares, [*told.reasons, Evidence("credit")], confidence)
    return bool(found)


def _most_of_payer(case: Case, told: _Named) -> Confidence:
    """Where the money does not close what is named as it stands: strong with a known payer only."""
    return Confidence.LIKELY if _is_doubtful_part(case, told.customer) else Confidence.STRONG


def _by_endings(case: Case, others: Sequence[Item]) -> list[Item]:
    """The items whose numbers end as the payer wrote, each ending with just one."""
    more: dict[int, Item] = {}
    for ending in case.payment.endings:
        fitting = [item for item in others if ends_so(item.document, ending)]
        if len(fitting) == 1:
            more[fitting[0].pk] = fitting[0]
    return list(more.values())


def _between(named: Sequence[Item], others: Sequence[Item]) -> list[Item]:
    """The items whose numbers lie between the first and the last that are named."""
    documents = [item.document for item in named]
    first, last = min(documents), max(documents)
    if first == last or len(first) != len(last):
        return []
    return [i for i in others if len(i.document) == len(first) and first < i.document < last]


# --- Less, or more -------------------------------------------------------------------------------
def _part_or_over(case: Case, told: _Named) -> None:
    """Money for named items that does not close them: oldest first.

    By itself only where number and payer agree on one document, or on all that were paid less a
    discount that is gone, and nothing else of the payer asks just this amount.
    """
    customer, sureness = told.customer, told.sureness
    payer = case.payer_of(customer)
    if sureness == Sureness.DERIVED and not (payer and payer.is_sure):
        return
    debits = [item for item in told.items if item.outstanding > 0]
    late = tuple(Share(i, i.outstanding - i.discount_amount) for i in debits)
    is_late = total(late) == case.payment.amount and all(share.amount > 0 for share in late)
    shares = late if is_late else _in_turn(case, debits)
    is_part = sureness == Sureness.WHOLE and (is_late or _is_one_named_part(case, told, debits))
    word = "late_discount" if is_late else "short"
    if case.payment.amount > sum((item.outstanding for item in debits), ZERO):
        word = "over"
    confidence = Confidence.LIKELY
    if sureness == Sureness.DERIVED or case.is_other_payer(customer):
        confidence = Confidence.WEAK
    elif is_part and not _is_doubtful_part(case, customer):
        confidence = Confidence.STRONG
    propose(
        case,
        customer,
        shares,
        [*told.reasons, Evidence(word)],
        confidence,
        is_part=confidence == Confidence.STRONG,
    )


def _in_turn(case: Case, debits: Sequence[Item]) -> tuple[Share, ...]:
    left = case.payment.amount
    shares = []
    for item in debits:
        share = min(left, item.outstanding)
        if share > 0:
            shares.append(Share(item, share))
            left -= share
    return tuple(shares)


def _is_one_named_part(case: Case, told: _Named, debits: Sequence[Item]) -> bool:
    """Less money than one document asks, and no other is named."""
    asked = sum((item.outstanding for item in debits), ZERO)
    return len({item.document for item in told.items}) == 1 and case.payment.amount < asked


def _is_doubtful_part(case: Case, customer: int) -> bool:
    payer = case.payer_of(customer)
    is_known = payer is not None and (payer.is_sure or payer.kind == "group")
    others = [c for c in case.named(Sureness.WHOLE) if c != customer]
    return bool(
        not is_known
        or others
        or case.paid_already(customer)
        or asks_just(case, customer)
        or (case.sure_payer and asks_just(case, case.sure_payer.customer_id))
    )
