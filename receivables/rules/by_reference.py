"""Proposals that start from the documents a payment names."""

from collections.abc import Iterator, Sequence
from itertools import product

from o2c.money import ZERO
from receivables.rules.case import Case, asks_just, by_age, propose, shares_of, total
from receivables.rules.facts import Confidence, Evidence, Item, Share
from receivables.rules.near import ends_so
from receivables.rules.sums import subsets
from receivables.rules.tokens import Sureness

_LONG_NUMBER = 7
_MOST_MIXED = 6
_STEPS = 20_000


def by_reference(case: Case, sureness: Sureness) -> None:
    """Propose, for each customer whose documents are named, what closes, else what comes near."""
    named = case.named(sureness)
    closing = {customer: _closing(case, items) for customer, items in named.items()}
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
        if sureness == Sureness.WHOLE and _by_extending(case, customer, items, reasons, most):
            continue
        _part_or_over(case, customer, items, reasons, sureness)


def _reasons(case: Case, customer: int, sureness: Sureness) -> list[Evidence]:
    told = {
        hit.token
        for hit in case.hits
        if hit.sureness == sureness and hit.item.customer_id == customer and hit.item.outstanding
    }
    return [Evidence("reference", token) for token in sorted(told)[:4]]


# --- What closes ---------------------------------------------------------------------------------
def _closing(case: Case, named: Sequence[Item]) -> list[tuple[Share, ...]]:
    """Choices among named items that close to 0.00: all, with discounts, or an exact part of them.

    Of an invoice's equal instalments the oldest is meant, so twins of one document are one choice.
    """
    for shares in _all_of(case, named):
        if total(shares) == case.payment.amount:
            return [shares]
    debits = [item for item in named if item.outstanding > 0]
    if len(debits) == 1:
        return []
    found: dict[object, tuple[Share, ...]] = {}
    for with_discount in (False, True):
        shares = shares_of(case, debits, with_discount=with_discount)
        choices = subsets([s.amount for s in shares], case.payment.amount, max_steps=_STEPS)
        for choice in choices.choices:
            chosen = tuple(shares[position] for position in choice)
            alike = tuple(sorted((s.item.document, s.amount) for s in chosen))
            found.setdefault(alike, _oldest(chosen, shares))
        if found:
            break
    return list(found.values())


def _all_of(case: Case, named: Sequence[Item]) -> Iterator[tuple[Share, ...]]:
    """All named items in full, all less their discounts, then some less theirs; credits netted."""
    full = shares_of(case, named, with_discount=False)
    less = shares_of(case, named, with_discount=True)
    yield full
    yield less
    places = [at for at, share in enumerate(less) if share.discount]
    if 1 < len(places) <= _MOST_MIXED:
        for taken in product((False, True), repeat=len(places)):
            mixed = list(full)
            for at, is_taken in zip(places, taken, strict=True):
                mixed[at] = less[at] if is_taken else full[at]
            yield tuple(mixed)


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


def _confidence(
    case: Case, sureness: Sureness, named: Sequence[Item], shares: Sequence[Share]
) -> Confidence:
    """Reference and amount agree here; what else does, and does every named document take part?"""
    customer = named[0].customer_id
    payer = case.payer_of(customer)
    if sureness == Sureness.DERIVED:
        return Confidence.LIKELY if payer and payer.is_sure else Confidence.WEAK
    if case.paid_already(customer) or _leaves_out(case, named, shares):
        return Confidence.LIKELY
    if _is_short(case, customer) and not payer:
        return Confidence.LIKELY
    if case.is_other_payer(customer) and _has_own_reason(case, customer):
        return Confidence.LIKELY
    return Confidence.STRONG


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
def _by_extending(
    case: Case,
    customer: int,
    named: Sequence[Item],
    reasons: Sequence[Evidence],
    most: Confidence,
) -> bool:
    """Named items and others of the customer that the text hints at: endings, or a range."""
    others = [item for item in case.of(customer) if item not in named]
    if case.is_other_payer(customer):
        most = Confidence.LIKELY
    for more in (_by_endings(case, others), _between(named, others)):
        shares = shares_of(case, sorted([*named, *more], key=by_age), with_discount=False)
        if more and total(shares) == case.payment.amount:
            confidence = min(most, _confidence(case, Sureness.WHOLE, named, shares))
            propose(case, customer, shares, [*reasons, Evidence("endings")], confidence)
            return True
    rest = case.payment.amount - sum((item.outstanding for item in named), ZERO)
    alone = [item for item in others if item.outstanding == rest]
    for item in alone[:3]:
        shares = shares_of(case, [*named, item], with_discount=False)
        propose(case, customer, shares, list(reasons), Confidence.LIKELY)
    return bool(alone)


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
def _part_or_over(
    case: Case,
    customer: int,
    named: Sequence[Item],
    reasons: Sequence[Evidence],
    sureness: Sureness,
) -> None:
    """Money for named items that does not close them: oldest first.

    By itself only where number and payer agree on one document, or on all that were paid less a
    discount that is gone, and nothing else of the payer asks just this amount.
    """
    payer = case.payer_of(customer)
    if sureness == Sureness.DERIVED and not (payer and payer.is_sure):
        return
    debits = [item for item in named if item.outstanding > 0]
    late = tuple(Share(i, i.outstanding - i.discount_amount) for i in debits)
    is_late = total(late) == case.payment.amount and all(share.amount > 0 for share in late)
    shares = late if is_late else _in_turn(case, debits)
    is_part = sureness == Sureness.WHOLE and (
        is_late or _is_one_named_part(case, customer, named, debits)
    )
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
        [*reasons, Evidence(word)],
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


def _is_one_named_part(
    case: Case, customer: int, named: Sequence[Item], debits: Sequence[Item]
) -> bool:
    """Less money than one document asks, and no other is named."""
    asked = sum((item.outstanding for item in debits), ZERO)
    return len({item.document for item in named}) == 1 and case.payment.amount < asked


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
