"""What is known about one payment while its proposals are made, and the pieces they share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from o2c.money import ZERO
from receivables.rules.discounts import available_discount
from receivables.rules.facts import (
    Advice,
    Confidence,
    Evidence,
    Habits,
    Hit,
    Item,
    OrderHit,
    Payer,
    Payment,
    Proposal,
    Share,
)
from receivables.rules.leeway import USUAL, Leeway
from receivables.rules.tokens import Sureness


@dataclass(slots=True)
class Case:
    """Everything known about one payment; ``found`` collects the proposals."""

    payment: Payment
    hits: list[Hit]
    payers: list[Payer]
    items: list[Item]
    is_thorough: bool = False
    lookalikes: list[Item] = field(default_factory=list)
    advices: list[Advice] = field(default_factory=list)
    found: list[Proposal] = field(default_factory=list)
    leeway: Leeway = USUAL
    orders: list[OrderHit] = field(default_factory=list)
    habits: Mapping[int, Habits] = field(default_factory=dict)

    def payer_of(self, customer_id: int) -> Payer | None:
        """What speaks for this customer as the payer; None if nothing does."""
        return next((p for p in self.payers if p.customer_id == customer_id), None)

    @property
    def sure_payer(self) -> Payer | None:
        """The one payer known for sure; None if nobody is, or several are."""
        sure = {payer.customer_id: payer for payer in reversed(self.payers) if payer.is_sure}
        return next(iter(sure.values())) if len(sure) == 1 else None

    def of(self, customer_id: int) -> list[Item]:
        """Open invoices of a customer, oldest first; credits left out."""
        return [i for i in self.items if i.customer_id == customer_id and i.outstanding > 0]

    def credits_of(self, customer_id: int) -> list[Item]:
        """Open credit notes of a customer, oldest first."""
        return [i for i in self.items if i.customer_id == customer_id and i.outstanding < 0]

    def named(self, sureness: Sureness) -> dict[int, list[Item]]:
        """Customer -> the open items that tokens of this sureness or more name, oldest first.

        Of ``DERIVED`` only customers of whom more is named than surely.
        """
        found: dict[int, dict[int, Item]] = {}
        for hit in self.hits:
            if hit.sureness >= sureness and hit.item.outstanding:
                found.setdefault(hit.item.customer_id, {})[hit.item.pk] = hit.item
        if sureness == Sureness.DERIVED:
            surely = self.named(Sureness.WHOLE)
            found = {c: i for c, i in found.items() if len(i) > len(surely.get(c, ()))}
        return {
            customer: sorted(items.values(), key=by_age)
            for customer, items in found.items()
            if any(item.outstanding > 0 for item in items.values())
        }

    def paid_already(self, customer_id: int) -> list[Item]:
        """Paid items that the text names: this may be a second payment.

        Those of others count only as long as the payer is not known to be this customer.
        """
        payer = self.payer_of(customer_id)
        is_known = payer is not None and payer.is_sure
        return [
            hit.item
            for hit in self.hits
            if hit.sureness == Sureness.WHOLE
            and hit.item.outstanding == 0
            and (hit.item.customer_id == customer_id or not is_known)
        ]

    def is_other_payer(self, customer_id: int) -> bool:
        """Whether the payer is known, and is somebody else, outside the group too."""
        return any(p.is_sure for p in self.payers) and self.payer_of(customer_id) is None


def by_age(item: Item) -> tuple[date, int]:
    """Oldest due first."""
    return item.due_on, item.pk


def shares_of(case: Case, items: Sequence[Item], *, with_discount: bool) -> tuple[Share, ...]:
    """What each item asks today, less its discount where that is still to be had."""
    result = []
    for item in items:
        discount = offered_today(case, item) if with_discount else ZERO
        result.append(Share(item, item.outstanding - discount, discount))
    return tuple(result)


def offered_today(case: Case, item: Item) -> Decimal:
    """The discount the payment may take of an item by its value date, or late by habit."""
    if item.outstanding <= 0:
        return ZERO
    offered = available_discount(
        item.discount_amount,
        item.discount_until,
        value_on=case.payment.value_on,
        grace_days=_days_of_grace(case, item.customer_id),
    )
    return offered if offered < item.outstanding else ZERO


def _days_of_grace(case: Case, customer_id: int) -> int:
    """By how many days a surely known payer's late discounts were accepted before."""
    payer = case.payer_of(customer_id)
    habits = case.habits.get(customer_id)
    return habits.late_days if habits and payer and payer.is_sure else 0


def is_late(case: Case, share: Share) -> bool:
    """Whether the discount of a share is gone, but for the payer's habit."""
    until = share.item.discount_until
    return bool(share.discount and until and until < case.payment.value_on)


def asks_just(case: Case, customer_id: int) -> list[Share]:
    """A customer's items that ask exactly the payment, in full or less their discount.

    Of an invoice's equal instalments the oldest is meant.
    """
    exact: dict[str, Share] = {}
    for with_discount in (False, True):
        for share in shares_of(case, case.of(customer_id), with_discount=with_discount):
            if share.amount == case.payment.amount and (not with_discount or share.discount):
                exact.setdefault(share.item.document, share)
    return list(exact.values())


def nearly(case: Case, shares: Sequence[Share]) -> tuple[Share, ...]:
    """Shares that close though a few cents are lacking: the greatest is rounded; else nothing.

    A few cents too many mean a discount worked out otherwise, which is smaller by them.
    """
    gap = total(shares) - case.payment.amount
    limit = case.leeway.rounding_limit
    if -limit <= gap < ZERO:
        return _less_discount(shares, -gap)
    if not ZERO < gap <= limit:
        return ()
    greatest = max(shares, key=lambda share: share.amount)
    if greatest.amount <= gap * 100:
        return ()
    rounded = replace(greatest, amount=greatest.amount - gap, rounding=gap)
    return tuple(rounded if share is greatest else share for share in shares)


def _less_discount(shares: Sequence[Share], cents: Decimal) -> tuple[Share, ...]:
    largest = max(shares, key=lambda share: share.discount)
    if largest.discount <= cents:
        return ()
    taken = replace(largest, amount=largest.amount + cents, discount=largest.discount - cents)
    return tuple(taken if share is largest else share for share in shares)


def total(shares: Iterable[Share]) -> Decimal:
    """What shares come to."""
    return sum((share.amount for share in shares), ZERO)


def propose(
    case: Case,
    customer_id: int,
    shares: Sequence[Share],
    reasons: Sequence[Evidence],
    confidence: Confidence,
    *,
    is_part: bool = False,
    advice_id: int = 0,
) -> None:
    """Add a proposal with all that speaks for and against it."""
    discount = sum((share.discount for share in shares), ZERO)
    rounding = sum((share.rounding for share in shares), ZERO)
    charges = sum((share.charges for share in shares), ZERO)
    asked = sum((share.item.outstanding - share.discount for share in shares), -rounding - charges)
    difference = case.payment.amount - asked
    closing = _closing(difference, discount, rounding, charges)
    if late := [share for share in shares if is_late(case, share)]:
        closing = (*closing, Evidence("habit_late", str(_days_of_grace(case, customer_id))))
        confidence = confidence if _is_told(reasons, late) else min(confidence, Confidence.LIKELY)
    against = [Evidence("paid_already", item.document) for item in case.paid_already(customer_id)]
    other = (Evidence("other_payer"),) if case.is_other_payer(customer_id) else ()
    case.found.append(
        Proposal(
            customer_id,
            tuple(shares),
            difference,
            (
                *reasons,
                *payer_evidence(case.payer_of(customer_id)),
                *closing,
                *against[:1],
                *other,
            ),
            confidence,
            is_part=is_part,
            advice_id=advice_id,
        )
    )


def _is_told(reasons: Sequence[Evidence], late: Sequence[Share]) -> bool:
    """Whether a number says which items are paid, so that a habit need not carry them alone."""
    told = any(reason.code in ("reference", "advice") for reason in reasons)
    return told and len({share.item.customer_id for share in late}) == 1


def _closing(
    difference: Decimal, discount: Decimal, rounding: Decimal, charges: Decimal
) -> tuple[Evidence, ...]:
    """What the amounts say: they agree, or by what they were made to."""
    told = [] if difference or discount or rounding or charges else [Evidence("amount")]
    made = (("discount", discount), ("rounding", rounding), ("charges", charges))
    return (*told, *(Evidence(code, str(amount)) for code, amount in made if amount))


def payer_evidence(payer: Payer | None) -> tuple[Evidence, ...]:
    """What tells the payer."""
    return (Evidence(payer.kind, str(payer.likeness)),) if payer else ()
