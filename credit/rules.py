"""The credit decision as a pure function: figures in, answer of every rule out.

Exposure follows the order on its way: not yet shipped, shipped and not invoiced, invoiced and
not due, overdue - less what customers have paid without saying for what, and what is secured.
Each rule answers pass, hold or refuse with a sentence; the strictest answer is the decision.
"""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from o2c.money import ZERO

PASS, HOLD, REFUSE = "pass", "hold", "refuse"  # noqa: S105 - outcomes, not a secret
_STRICTNESS = {PASS: 0, HOLD: 1, REFUSE: 2}
DUNNING_LEVEL_THAT_HOLDS = 3


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a customer owes or will owe, by component, in the company's currency."""

    ordered_amount: Decimal = ZERO
    shipped_amount: Decimal = ZERO
    not_due_amount: Decimal = ZERO
    overdue_amount: Decimal = ZERO
    unapplied_amount: Decimal = ZERO
    oldest_overdue_days: int = 0
    dunning_level: int = 0

    @property
    def total_amount(self) -> Decimal:
        """Σ components less unapplied cash and credits; never below zero."""
        owed = self.ordered_amount + self.shipped_amount + self.not_due_amount + self.overdue_amount
        return max(owed - self.unapplied_amount, ZERO)


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything a decision sees; stored with it so that it can be replayed."""

    exposure: Exposure
    order_amount: Decimal
    limit_amount: Decimal
    secured_amount: Decimal
    tolerated_days_overdue: int
    is_blocked: bool
    review_on: date | None
    decided_on: date

    @property
    def after_amount(self) -> Decimal:
        """Exposure once this order is let through."""
        return self.exposure.total_amount + self.order_amount

    @property
    def room_amount(self) -> Decimal:
        """Limit and securities left before this order; negative when overdrawn."""
        return self.limit_amount + self.secured_amount - self.exposure.total_amount

    @property
    def shortfall_amount(self) -> Decimal:
        """How much would have to be paid, secured or dropped for the limit to hold."""
        return max(self.order_amount - self.room_amount, ZERO)

    def as_json(self) -> dict[str, Any]:
        """The figures with their sums, amounts as text."""
        figures = asdict(self) | {
            "after_amount": self.after_amount,
            "room_amount": self.room_amount,
            "shortfall_amount": self.shortfall_amount,
        }
        figures["exposure"]["total_amount"] = self.exposure.total_amount
        return figures


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rule says."""

    rule: str
    outcome: str
    text: str


def answers(figures: Figures) -> list[Answer]:
    """Ask every rule; those that pass are listed too, so that a decision explains itself."""
    return [
        _blocked(figures),
        _limit(figures),
        _overdue(figures),
        _dunning(figures),
        _review(figures),
    ]


def outcome_of(given: list[Answer]) -> str:
    """The strictest answer."""
    return max((answer.outcome for answer in given), key=_STRICTNESS.__getitem__)


def _blocked(figures: Figures) -> Answer:
    if figures.is_blocked:
        return Answer("blocked", REFUSE, _("The customer is blocked: lift the block first."))
    return Answer("blocked", PASS, _("The customer is not blocked."))


def _limit(figures: Figures) -> Answer:
    values = {
        "after": figures.after_amount,
        "limit": figures.limit_amount + figures.secured_amount,
        "short": figures.shortfall_amount,
    }
    if figures.shortfall_amount > 0:
        text = _("With this order %(after)s are used of a limit of %(limit)s: %(short)s too much.")
        return Answer("limit", HOLD, text % values)
    return Answer("limit", PASS, _("With this order %(after)s of %(limit)s are used.") % values)


def _overdue(figures: Figures) -> Answer:
    days, tolerated = figures.exposure.oldest_overdue_days, figures.tolerated_days_overdue
    values = {"amount": figures.exposure.overdue_amount, "days": days, "tolerated": tolerated}
    if days > tolerated:
        text = _(
            "%(amount)s are overdue, the oldest for %(days)s days; %(tolerated)s are tolerated."
        )
        return Answer("overdue", HOLD, text % values)
    return Answer("overdue", PASS, _("Nothing is overdue beyond %(tolerated)s days.") % values)


def _dunning(figures: Figures) -> Answer:
    level = figures.exposure.dunning_level
    if level >= DUNNING_LEVEL_THAT_HOLDS:
        return Answer(
            "dunning", HOLD, _("An item has reached dunning level %(level)s.") % {"level": level}
        )
    return Answer("dunning", PASS, _("No item is at the final dunning level."))


def _review(figures: Figures) -> Answer:
    if figures.review_on and figures.review_on < figures.decided_on:
        text = _("The credit review was due on %(on)s.")
        return Answer("review", HOLD, text % {"on": figures.review_on.isoformat()})
    return Answer("review", PASS, _("The credit review is up to date."))
