"""Proposals from remittance advice: the payer's own list of what the payment is for."""

from decimal import Decimal

from o2c.money import ZERO
from receivables.rules.case import Case, offered_today, propose
from receivables.rules.facts import Advice, Confidence, Evidence, Item, Share
from receivables.rules.names import is_akin, name_key


def by_advice(case: Case) -> None:
    """Propose what a waiting advice of just this amount lists.

    By itself where the payment agrees with it in one more thing (the payer, the advice's own
    reference, a document of it in the text), every line can be paid as told, and no other advice
    says the same amount.
    """
    told = [(advice, _shares(case, advice)) for advice in case.advices]
    fitting = [(advice, shares) for advice, shares in told if shares]
    agreeing = [pair for pair in fitting if _agrees(case, pair[0])]
    for advice, shares in fitting:
        is_one = len(agreeing) == 1 and agreeing[0][0] is advice
        confidence = Confidence.STRONG if is_one else Confidence.LIKELY
        is_part = any(s.amount + s.discount != s.item.outstanding for s in shares)
        reasons = [Evidence("advice", advice.name)]
        propose(
            case,
            _primary(case, advice),
            shares,
            reasons,
            confidence,
            is_part=is_part,
            advice_id=advice.pk,
        )


def _shares(case: Case, advice: Advice) -> tuple[Share, ...]:
    """Each line as told, if its item still asks so much; nothing if one does not."""
    found = []
    for line in advice.lines:
        discount = min(line.discount, offered_today(case, line.item))
        left = line.item.outstanding - discount
        if not _may_take(line.amount, left):
            return ()
        found.append(Share(line.item, line.amount, discount if line.amount == left else ZERO))
    return tuple(found)


def _may_take(amount: Decimal, left: Decimal) -> bool:
    """A part of a debit, or of a credit that is netted."""
    return 0 < amount <= left or left <= amount < 0


def _agrees(case: Case, advice: Advice) -> bool:
    customers = {line.item.customer_id for line in advice.lines}
    named = {hit.item.pk for hit in case.hits} & {line.item.pk for line in advice.lines}
    is_payer = any(payer.customer_id in customers and payer.is_sure for payer in case.payers)
    is_alike = bool(customers & case.payment.alike)
    is_called_so = bool(advice.payer_name and case.payment.payer_name) and is_akin(
        name_key(case.payment.payer_name), name_key(advice.payer_name)
    )
    is_told = bool(advice.token) and advice.token in case.payment.tokens
    return bool(named) or is_payer or is_alike or is_called_so or is_told


def _primary(case: Case, advice: Advice) -> int:
    """Who pays: the payer known for sure if items are theirs, else who has most of it."""
    customers = {line.item.customer_id for line in advice.lines}
    if case.sure_payer and case.sure_payer.customer_id in customers:
        return case.sure_payer.customer_id
    most: Item = max(advice.lines, key=lambda line: line.amount).item
    return most.customer_id
