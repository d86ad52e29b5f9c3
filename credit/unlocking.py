"""What would free a held order: the smallest acts, each tried against the rules themselves.

Pure: items, lines and figures in, ways out. A way is shown only if the rules say that the order
passes after it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate

from credit.rules import DUNNING_LEVEL_THAT_HOLDS, PASS, Figures, answers, outcome_of
from o2c.money import ZERO


@dataclass(frozen=True, slots=True)
class Debt:
    """An open item of the customer: what is left of it, how late it is, how often reminded.

    Amounts are in the books' currency, as the limit is.
    """

    number: str
    outstanding_amount: Decimal
    days_overdue: int
    dunning_level: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line of the held order with its gross amount, VAT included."""

    position: int
    text: str
    gross_amount: Decimal


@dataclass(frozen=True, slots=True)
class Way:
    """Acts that together free the order: debts paid, money paid in advance, lines dropped, a limit.

    ``limit_amount`` is the lowest limit with which it passes; None where no other limit is needed.
    """

    paid: tuple[Debt, ...] = ()
    prepaid_amount: Decimal = ZERO
    dropped: tuple[Wanted, ...] = ()
    limit_amount: Decimal | None = None

    @property
    def paid_amount(self) -> Decimal:
        """What the customer would have to pay of what is open."""
        return sum((debt.outstanding_amount for debt in self.paid), ZERO)


def ways_to_free(figures: Figures, debts: Sequence[Debt], lines: Sequence[Wanted]) -> list[Way]:
    """Up to four ways, least effort first: pay, pay in advance, drop lines, raise the limit.

    Debts that hold by their age or level are part of every way, since nothing else heals them.
    Nothing frees a blocked customer's order or one whose credit review is due.
    """
    must = tuple(debt for debt in debts if _holds_alone(debt, figures))
    rest = [debt for debt in debts if debt not in must]
    after = _after(figures, Way(paid=must), debts)
    short = max(after.shortfall_amount, after.group_shortfall_amount)
    if not short:
        tried = [Way(paid=must)]
    else:
        tried = [
            *(Way(paid=must + more) for more in [_cheapest(rest, short)] if more),
            Way(paid=must, prepaid_amount=short),
            *(Way(paid=must, dropped=left) for left in [_fewest(lines, short)] if left),
            Way(paid=must, limit_amount=figures.limit_amount + after.shortfall_amount),
        ]
    return [way for way in tried if way != Way() and _passes(figures, way, debts)]


def _holds_alone(debt: Debt, figures: Figures) -> bool:
    is_old = debt.days_overdue > figures.tolerated_days_overdue
    covered = figures.exposure.unapplied_amount >= figures.exposure.overdue_amount
    return (is_old and not covered) or debt.dunning_level >= DUNNING_LEVEL_THAT_HOLDS


def _cheapest(debts: Iterable[Debt], short: Decimal) -> tuple[Debt, ...]:
    """One debt that is enough, the smallest such; else the latest ones until it is enough."""
    alone = [debt for debt in debts if debt.outstanding_amount >= short]
    if alone:
        return (min(alone, key=lambda debt: debt.outstanding_amount),)
    return _until(sorted(debts, key=lambda debt: -debt.days_overdue), short)


def _until(debts: Sequence[Debt], short: Decimal) -> tuple[Debt, ...]:
    sums = accumulate(debt.outstanding_amount for debt in debts)
    enough = next((count for count, paid in enumerate(sums, 1) if paid >= short), 0)
    return tuple(debts[:enough])


def _fewest(lines: Sequence[Wanted], short: Decimal) -> tuple[Wanted, ...]:
    """The smallest line that is enough, else the largest ones; never the whole order."""
    alone = [line for line in lines if line.gross_amount >= short]
    if alone and len(lines) > 1:
        return (min(alone, key=lambda line: line.gross_amount),)
    largest = sorted(lines, key=lambda line: -line.gross_amount)
    sums = accumulate(line.gross_amount for line in largest)
    enough = next((count for count, worth in enumerate(sums, 1) if worth >= short), 0)
    return tuple(largest[:enough]) if 0 < enough < len(lines) else ()


def _passes(figures: Figures, way: Way, debts: Sequence[Debt]) -> bool:
    return outcome_of(answers(_after(figures, way, debts))) == PASS


def _after(figures: Figures, way: Way, debts: Sequence[Debt]) -> Figures:
    """The figures once a way was gone, for the rules to judge."""
    left = [debt for debt in debts if debt not in way.paid]
    overdue = [debt for debt in left if debt.days_overdue > 0]
    not_due = sum((debt.outstanding_amount for debt in way.paid if debt.days_overdue <= 0), ZERO)
    dropped = sum((line.gross_amount for line in way.dropped), ZERO)
    seen = figures.exposure
    exposure = replace(
        seen,
        overdue_amount=sum((debt.outstanding_amount for debt in overdue), ZERO),
        not_due_amount=seen.not_due_amount - not_due,
        unapplied_amount=seen.unapplied_amount + way.prepaid_amount,
        oldest_overdue_days=max((debt.days_overdue for debt in overdue), default=0),
        dunning_level=max((debt.dunning_level for debt in left), default=0),
    )
    group = figures.group
    if group is not None:
        less = way.paid_amount + way.prepaid_amount
        paid = replace(group.exposure, unapplied_amount=group.exposure.unapplied_amount + less)
        group = replace(group, exposure=paid)
    return replace(
        figures,
        exposure=exposure,
        group=group,
        order_amount=figures.order_amount - dropped,
        limit_amount=figures.limit_amount if way.limit_amount is None else way.limit_amount,
    )
