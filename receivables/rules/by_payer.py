"""Proposals that start from who paid: the items, or the sum of items, that ask just this amount."""

from collections.abc import Sequence

from o2c.money import ZERO
from receivables.rules.case import (
    Case,
    asks_just,
    nearly,
    payer_evidence,
    propose,
    shares_of,
    total,
)
from receivables.rules.chance import (
    FEW_ITEMS,
    days_of,
    is_of_days,
    one_is_telling,
    sum_is_telling,
    sum_may_tell,
)
from receivables.rules.facts import Confidence, Evidence, Item, Payer, Proposal, Share
from receivables.rules.near import ends_so, is_near, is_year
from receivables.rules.sums import subsets
from receivables.rules.tokens import Sureness

_FEW = 3
_TELLING_ENDING = 3


def by_payer(case: Case) -> None:
    """Propose, for the three best payers, what asks exactly this amount, or nearly."""
    for payer in [p for p in case.payers if p.kind != "group"][:3]:
        is_doubtful = has_doubt(case, payer)
        if not (
            _by_amount(case, payer, has_doubt=is_doubtful)
            or _by_balance(case, payer, has_doubt=is_doubtful)
            or _by_sum(case, payer, has_doubt=is_doubtful)
        ):
            _by_nearly(case, payer, has_doubt=is_doubtful)
    for payer in [p for p in case.payers if p.customer_id in case.payment.told][:3]:
        _by_amount(case, payer, has_doubt=_has_doubt_for_group(case, payer))


def has_doubt(case: Case, payer: Payer) -> bool:
    """Whether the payer is not known for sure, or the text speaks of something else."""
    if payer != case.sure_payer or case.paid_already(payer.customer_id):
        return True
    if case.payment.says_return or _names_anothers(case, payer):
        return True
    if case.payment.told - {payer.customer_id}:
        return True
    named = case.named(Sureness.WHOLE)
    if payer.customer_id in named:
        return True
    # A number that is another's: a slip of the pen, or the payer's own voucher. Account and
    # amount tell more, as long as the other's documents do not ask this amount too.
    return bool(named) and payer.kind == "name"


def _has_doubt_for_group(case: Case, payer: Payer) -> bool:
    """Whether a known payer of the group may have meant anything but the one they name."""
    parent = case.sure_payer
    return bool(
        parent is None
        or len(case.payment.told) > 1
        or case.named(Sureness.WHOLE)
        or case.payment.says_return
        or case.paid_already(payer.customer_id)
        or asks_just(case, parent.customer_id)
        or _names_anothers(case, payer)
    )


def _names_anothers(case: Case, payer: Payer) -> bool:
    """Whether the text names, if only by a short number, another's document of just this amount."""
    return any(
        hit.item.customer_id != payer.customer_id and hit.item.outstanding == case.payment.amount
        for hit in case.hits
    )


def _by_amount(case: Case, payer: Payer, *, has_doubt: bool) -> bool:
    """Items that ask exactly the payment; of two, the one whose number is nearly written.

    Of thousands of items one asks a small amount by chance, as sums of others do. Where two or
    three others come to the same, or all of some days, nothing tells that the one is meant.
    """
    exact = asks_just(case, payer.customer_id)
    is_telling = one_is_telling(case.payment.amount, case.of(payer.customer_id))
    is_telling = is_telling and not (exact and _has_rival(case, payer, exact[0]))
    near = [share for share in exact if _nearly_written(case, share.item)]
    for share in exact[:3]:
        is_near = [share] == near
        is_sure = not has_doubt and ((len(exact) == 1 and is_telling) or is_near)
        reasons = [Evidence("near", share.item.document)] if is_near else []
        confidence = Confidence.STRONG if is_sure else Confidence.LIKELY
        propose(case, payer.customer_id, (share,), reasons, confidence)
    return bool(exact)


def _has_rival(case: Case, payer: Payer, exact: Share) -> bool:
    """Propose other items of the payer that come to the same; whether there are some."""
    for choice in (_days_like(case, payer), _few_like(case, payer, exact)):
        if choice:
            reasons = [Evidence("sum", str(len(choice)))]
            propose(case, payer.customer_id, choice, reasons, Confidence.LIKELY)
            return True
    return False


def _days_like(case: Case, payer: Payer) -> tuple[Share, ...]:
    """All that is due up to a day, or of one, that comes to the payment, with credits or without;
    else nothing."""
    items = case.of(payer.customer_id)
    notes = shares_of(case, case.credits_of(payer.customer_id), with_discount=False)
    for with_discount in (False, True):
        for days in days_of(shares_of(case, items, with_discount=with_discount)):
            for beside in ((), notes):
                if total((*days, *beside)) == case.payment.amount:
                    return (*days, *beside)
    return ()


def _few_like(case: Case, payer: Payer, exact: Share) -> tuple[Share, ...]:
    """Two or three others of a few that come to the same; among many some do by chance."""
    others = [item for item in case.of(payer.customer_id) if item.pk != exact.item.pk]
    if len(others) > FEW_ITEMS:
        return ()
    found = subsets([item.outstanding for item in others], case.payment.amount, max_items=_FEW)
    rivals = [choice for choice in found.choices if len(choice) > 1]
    chosen = [others[at] for choice in rivals[:1] for at in choice]
    return shares_of(case, chosen, with_discount=False)


def _by_balance(case: Case, payer: Payer, *, has_doubt: bool) -> bool:
    """All that is open, credit notes off, with or without discounts: what an account says."""
    items = [*case.of(payer.customer_id), *case.credits_of(payer.customer_id)]
    if len(items) < 2:
        return False
    for with_discount in (False, True):
        shares = shares_of(case, items, with_discount=with_discount)
        if total(shares) == case.payment.amount:
            confidence = Confidence.LIKELY if has_doubt else Confidence.STRONG
            propose(case, payer.customer_id, shares, [Evidence("balance")], confidence)
            return True
    return False


def _by_nearly(case: Case, payer: Payer, *, has_doubt: bool) -> None:
    """The one item that asks some cents more; by itself if the payer wrote how its number ends."""
    found = [
        shares
        for item in case.of(payer.customer_id)
        if (shares := nearly(case, shares_of(case, [item], with_discount=False)))
    ]
    if len(found) != 1:
        return
    (shares,) = found
    document = shares[0].item.document
    is_told = any(
        len(ending) >= _TELLING_ENDING and not is_year(ending) and ends_so(document, ending)
        for ending in case.payment.endings
    )
    reasons = [Evidence("endings")] if is_told else []
    is_sure = is_told and not has_doubt
    confidence = Confidence.STRONG if is_sure else Confidence.LIKELY
    propose(case, payer.customer_id, shares, reasons, confidence)


def _nearly_written(case: Case, item: Item) -> bool:
    return any(is_near(token, item.document) for token in case.payment.tokens)


def _by_sum(case: Case, payer: Payer, *, has_doubt: bool) -> bool:
    """A sum of the payer's items, in full, else less all discounts that are to be had."""
    items = case.of(payer.customer_id)
    full = shares_of(case, items, with_discount=False)
    less = shares_of(case, items, with_discount=True)
    notes = shares_of(case, case.credits_of(payer.customer_id), with_discount=False)
    readings: list[tuple[tuple[Share, ...], tuple[Share, ...]]] = [(full, ())]
    readings += [(less, ())] * (less != full) + [(full, notes)] * bool(notes)
    return any(
        _by_sum_of(case, payer, choice, beside=beside, has_doubt=has_doubt)
        for choice, beside in readings
    )


def _by_sum_of(
    case: Case,
    payer: Payer,
    items: Sequence[Share],
    *,
    beside: tuple[Share, ...],
    has_doubt: bool,
) -> bool:
    """A unique exact sum with the credit notes ``beside``; strong where chance makes none."""
    if len(items) < 2:
        return False
    is_promising = sum_may_tell(case.payment.amount, len(items), 2)
    if not (is_promising or case.is_thorough):
        return False
    found = subsets([share.amount for share in items], case.payment.amount - total(beside))
    for choice in found.choices:
        chosen = [items[at] for at in choice]
        is_sure = found.unique is not None and not has_doubt and _is_meant(case, items, chosen)
        confidence = Confidence.STRONG if is_sure else Confidence.LIKELY
        if found.unique is None and len(items) > 20:
            confidence = Confidence.WEAK
        reasons = [Evidence("sum", str(len(choice)))]
        propose(case, payer.customer_id, [*chosen, *beside], reasons, confidence)
    return bool(found.choices)


def _is_meant(case: Case, items: Sequence[Share], chosen: Sequence[Share]) -> bool:
    """Whether the one choice there is is no chance: its amounts tell, or it is all of some days."""
    amount = case.payment.amount
    if not sum_may_tell(amount, len(items), len(chosen)):
        return False
    return sum_is_telling(amount, items, len(chosen)) or is_of_days(chosen, items)


def on_account(case: Case) -> None:
    """Nothing closes but somebody is known: the money may go on their account."""
    if case.found:
        return
    paid = [h for h in case.hits if h.sureness == Sureness.WHOLE and h.item.outstanding == 0]
    for hit in paid[:1]:
        reasons = (Evidence("paid_already", hit.item.document),)
        case.found.append(_all_of_it(case, hit.item.customer_id, reasons))
    for payer in case.payers[: 0 if paid else 1]:
        case.found.append(_all_of_it(case, payer.customer_id, payer_evidence(payer)))


def _all_of_it(case: Case, customer_id: int, reasons: tuple[Evidence, ...]) -> Proposal:
    return Proposal(customer_id, (), case.payment.amount, reasons, Confidence.WEAK)


def by_lookalike(case: Case) -> None:
    """Exactly this amount, open with somebody of a like name: one more choice, always a weak one.

    It makes nobody a payer and comes after all others, so that it neither lifts nor lowers them.
    """
    for item in case.lookalikes:
        if item.outstanding == case.payment.amount:
            shares = (Share(item, item.outstanding, ZERO),)
            propose(case, item.customer_id, shares, [Evidence("alike")], Confidence.WEAK)
