"""Proposals of money that came before its invoice, for the order that the payer names."""

from collections.abc import Iterable

from o2c.money import ZERO
from receivables.rules.case import Case, asks_just, payer_evidence
from receivables.rules.facts import Confidence, Evidence, Hit, Ordered, Proposal
from receivables.rules.tokens import Sureness

_LONG_NUMBER = 7


def by_order(case: Case) -> None:
    """Propose the whole payment on account for each order that is named and not invoiced in full.

    By itself where number and sum agree (its total, what is left of it, or a deposit of it) and
    nothing speaks against that: another known payer, a document that is named too, a second order,
    or an invoice that the payer owes just this on.
    """
    named = {hit.order.pk: hit for hit in case.orders}
    fitting = [hit.order.pk for hit in named.values() if case.payment.amount in hit.order.asks]
    for hit in named.values():
        is_asked = hit.order.pk in fitting
        has_doubt = len(named) > 1 or _has_doubt(case, hit.order, hit.token)
        if is_asked and not has_doubt:
            confidence = Confidence.STRONG
        elif is_asked or _is_payer(case, hit.order):
            confidence = Confidence.LIKELY
        else:
            confidence = Confidence.WEAK
        case.found.append(_ahead(case, hit.order, confidence, is_asked=is_asked))


def unexplained(case: Case) -> list[Hit]:
    """What names items, less the digits that are only the end of a number that names an order.

    ``SO 000042`` is that order, not invoice 42 of somebody.
    """
    wholes = {hit.token for hit in case.orders}
    return [hit for hit in case.hits if not _ends_one(hit.token, wholes)] if wholes else case.hits


def _ends_one(token: str, wholes: Iterable[str]) -> bool:
    return token.isdigit() and any(
        whole.endswith(token) and not whole.isdigit() for whole in wholes if whole != token
    )


def _ahead(case: Case, order: Ordered, confidence: Confidence, *, is_asked: bool) -> Proposal:
    other = (Evidence("other_payer"),) if case.is_other_payer(order.customer_id) else ()
    closing = (Evidence("order_amount"),) if is_asked else ()
    return Proposal(
        order.customer_id,
        (),
        ZERO if is_asked else case.payment.amount,
        (
            Evidence("order", order.number),
            *payer_evidence(case.payer_of(order.customer_id)),
            *closing,
            *other,
        ),
        confidence,
        order_id=order.pk,
    )


def _is_payer(case: Case, order: Ordered) -> bool:
    payer = case.payer_of(order.customer_id)
    return payer is not None and (payer.is_sure or payer.kind == "group")


def _has_doubt(case: Case, order: Ordered, token: str) -> bool:
    """Whether anything but this order may be meant, or anybody else may have paid it."""
    is_known = _is_payer(case, order)
    is_short = token.isdigit() and len(token) < _LONG_NUMBER
    owing = {order.customer_id, *(p.customer_id for p in case.payers if p.is_sure)}
    return bool(
        case.is_other_payer(order.customer_id)
        or (is_short and not is_known)
        or any(hit.sureness == Sureness.WHOLE for hit in case.hits)
        or case.payment.says_return
        or case.payment.is_return
        or any(asks_just(case, customer) for customer in owing)
    )
