"""One payment for items of several customers: a parent, an adviser, a neighbour who pays along."""

from collections.abc import Sequence

from receivables.rules.case import Case, asks_just, by_age, propose, total
from receivables.rules.closing import readings
from receivables.rules.facts import Confidence, Evidence, Item, Share
from receivables.rules.near import is_written
from receivables.rules.tokens import Sureness

_ENOUGH = 2
"""So many sure numbers whose sum agrees carry a short one beside them."""


def by_lump(case: Case) -> None:
    """Propose all that is named of two customers or more, if it comes to just this payment.

    By itself where each number is sure (or its customer is known to pay), nothing named is paid
    already and the payer does not owe just this themselves. Two numbers of two customers whose
    sum agrees to the cent are evidence enough of what is meant, whoever pays.
    """
    for named in (_named(case, Sureness.WHOLE), _named(case, Sureness.DERIVED)):
        if len({item.customer_id for item in named}) < 2:
            continue
        for shares in readings(case, named):
            if total(shares) == case.payment.amount:
                _propose(case, shares)
                return


def _named(case: Case, sureness: Sureness) -> list[Item]:
    """Open invoices that are named at least so surely, the oldest first; none beside a credit."""
    found = {
        hit.item.pk: hit.item
        for hit in case.hits
        if hit.item.outstanding
        and (
            hit.sureness == Sureness.WHOLE
            or (hit.sureness >= sureness and _stands(case, hit.token))
        )
    }
    items = sorted(found.values(), key=by_age)
    return items if all(item.outstanding > 0 for item in items) else []


def _stands(case: Case, token: str) -> bool:
    return is_written(token, case.payment.endings)


def _propose(case: Case, shares: Sequence[Share]) -> None:
    customers = {share.item.customer_id for share in shares}
    primary = max(shares, key=lambda share: share.amount).item.customer_id
    if case.sure_payer and case.sure_payer.customer_id in customers:
        primary = case.sure_payer.customer_id
    told = sorted(share.item.document for share in shares)
    reasons = [Evidence("reference", document) for document in told[:4]]
    reasons.append(Evidence("customers", str(len(customers))))
    confidence = Confidence.LIKELY if _has_doubt(case, shares) else Confidence.STRONG
    propose(case, primary, shares, reasons, confidence)


def _has_doubt(case: Case, shares: Sequence[Share]) -> bool:
    surely = {hit.item.pk for hit in case.hits if hit.sureness == Sureness.WHOLE}
    rest = [share.item for share in shares if share.item.pk not in surely]
    is_unsure = len(shares) - len(rest) < _ENOUGH and any(
        case.payer_of(item.customer_id) is None and item.customer_id not in case.payment.alike
        for item in rest
    )
    is_paid = any(hit.sureness == Sureness.WHOLE and hit.item.outstanding == 0 for hit in case.hits)
    owes_just_this = any(asks_just(case, p.customer_id) for p in case.payers if p.is_sure)
    return is_unsure or is_paid or owes_just_this
