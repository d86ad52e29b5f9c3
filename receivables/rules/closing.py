"""Which choices among the items a payment names close it to 0.00."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from o2c.money import ZERO
from receivables.rules.case import Case, nearly, shares_of, total
from receivables.rules.facts import Item, Share
from receivables.rules.sums import subsets

_MOST_MIXED = 6
_STEPS = 20_000
_FEE_SHARE = 10


def closings(case: Case, named: Sequence[Item]) -> list[tuple[Share, ...]]:
    """Choices among named items that close to 0.00: all, with discounts, or an exact part of them.

    Of an invoice's equal instalments the oldest is meant, so twins of one document are one choice.
    """
    for shares in readings(case, named):
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


def readings(case: Case, named: Sequence[Item]) -> Iterator[tuple[Share, ...]]:
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


def rounded(case: Case, named: Sequence[Item]) -> tuple[Share, ...]:
    """All that is named, in full or less its discount, a few cents rounded away; else nothing."""
    for shares in readings(case, named):
        if found := nearly(case, shares):
            return found
    return ()


def less_charges(case: Case, named: Sequence[Item]) -> tuple[Share, ...]:
    """All that is named, in full or less its discount, less a fee that a bank kept; else nothing.

    A tenth of the greatest document at most: more is a part.
    """
    for shares in readings(case, named):
        gap = total(shares) - case.payment.amount
        greatest = max(shares, key=lambda share: share.amount)
        if ZERO < gap <= case.leeway.charges_limit and gap * _FEE_SHARE <= greatest.amount:
            less = replace(greatest, amount=greatest.amount - gap, charges=gap)
            return tuple(less if share is greatest else share for share in shares)
    return ()


def with_credits(case: Case, customer: int, named: Sequence[Item]) -> list[tuple[Share, ...]]:
    """All that is named less credit notes that the text does not name, by each choice that closes.

    Also without a discount or with it; of several choices two are enough to see that it is open.
    """
    notes = [credit for credit in case.credits_of(customer) if credit not in named]
    if not notes:
        return []
    found: list[tuple[Share, ...]] = []
    for shares in dict.fromkeys(readings(case, named)):
        gap = total(shares) - case.payment.amount
        if gap <= 0:
            continue
        choices = subsets([-note.outstanding for note in notes], gap, max_steps=_STEPS).choices
        for choice in choices:
            used = [Share(notes[at], notes[at].outstanding) for at in choice]
            found.append((*shares, *used))
    return found[:2]
