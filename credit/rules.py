"""The credit decision as a pure function: figures in, answer of every rule out.

Exposure follows the order on its way: not yet shipped, shipped and not invoiced, invoiced and
not due, overdue - less what customers have paid without saying for what, and what is secured.
Each rule answers pass, hold or refuse with a sentence; the strictest answer is the decision.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.utils.translation import gettext as _

from core.formats import amount
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

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """What was stored with a decision, without its sums."""
        names = [field.name for field in fields(cls) if field.name in stored]
        given: dict[str, Any] = {
            name: Decimal(stored[name]) if name.endswith("_amount") else stored[name]
            for name in names
        }
        return cls(**given)

    @property
    def net_amount(self) -> Decimal:
        """Σ components less unapplied cash and credits; below zero for who has paid in advance."""
        owed = self.ordered_amount + self.shipped_amount + self.not_due_amount + self.overdue_amount
        return owed - self.unapplied_amount

    @property
    def total_amount(self) -> Decimal:
        """How much of a limit is used; never below zero."""
        return max(self.net_amount, ZERO)


@dataclass(frozen=True, slots=True)
class Group:
    """What a whole group owes, and how much its head may: one limit over all its members."""

    head: str
    exposure: Exposure
    limit_amount: Decimal
    secured_amount: Decimal

    @property
    def room_amount(self) -> Decimal:
        """What is left for the group before this order; negative when overdrawn."""
        return self.limit_amount + self.secured_amount - self.exposure.net_amount


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything a decision sees; stored with it so that it can be replayed.

    ``group`` is there when the customer belongs to a group or is the head of one.
    """

    exposure: Exposure
    order_amount: Decimal
    limit_amount: Decimal
    secured_amount: Decimal
    tolerated_days_overdue: int
    is_blocked: bool
    review_on: date | None
    decided_on: date
    group: Group | None = None

    @property
    def after_amount(self) -> Decimal:
        """Exposure once this order is let through; money paid in advance pays for it."""
        return max(self.exposure.net_amount + self.order_amount, ZERO)

    @property
    def room_amount(self) -> Decimal:
        """Limit, securities and money in advance left before this order; negative if overdrawn."""
        return self.limit_amount + self.secured_amount - self.exposure.net_amount

    @property
    def shortfall_amount(self) -> Decimal:
        """How much would have to be paid, secured or dropped for the limit to hold."""
        return max(self.order_amount - self.room_amount, ZERO)

    @property
    def group_shortfall_amount(self) -> Decimal:
        """The same for the group's limit; zero for a customer without a group."""
        return max(self.order_amount - self.group.room_amount, ZERO) if self.group else ZERO

    def as_json(self) -> dict[str, Any]:
        """The figures with their sums, amounts as text."""
        figures = asdict(self) | {
            "after_amount": self.after_amount,
            "room_amount": self.room_amount,
            "shortfall_amount": self.shortfall_amount,
        }
        figures["exposure"]["total_amount"] = self.exposure.total_amount
        if self.group:
            figures["group"] |= {
                "room_amount": self.group.room_amount,
                "shortfall_amount": self.group_shortfall_amount,
            }
            figures["group"]["exposure"]["total_amount"] = self.group.exposure.total_amount
        return figures

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The figures as they were stored with a decision: to replay it."""
        group, review_on = stored.get("group"), stored["review_on"]
        return cls(
            exposure=Exposure.from_json(stored["exposure"]),
            order_amount=Decimal(stored["order_amount"]),
            limit_amount=Decimal(stored["limit_amount"]),
            secured_amount=Decimal(stored["secured_amount"]),
            tolerated_days_overdue=stored["tolerated_days_overdue"],
            is_blocked=stored["is_blocked"],
            review_on=date.fromisoformat(review_on) if review_on else None,
            decided_on=date.fromisoformat(stored["decided_on"]),
            group=Group(
                head=group["head"],
                exposure=Exposure.from_json(group["exposure"]),
                limit_amount=Decimal(group["limit_amount"]),
                secured_amount=Decimal(group["secured_amount"]),
            )
            if group
            else None,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rule says: ``text`` with the figures, ``note`` without any, for the sales rep."""

    rule: str
    outcome: str
    text: str
    note: str = ""


def answers(figures: Figures) -> list[Answer]:
    """Ask every rule; those that pass are listed too, so that a decision explains itself."""
    return [
        _blocked(figures),
        _limit(figures),
        *_group_limit(figures),
        _overdue(figures),
        _dunning(figures),
        _review(figures),
    ]


def outcome_of(given: list[Answer]) -> str:
    """The strictest answer."""
    return max((answer.outcome for answer in given), key=_STRICTNESS.__getitem__)


def _blocked(figures: Figures) -> Answer:
    if figures.is_blocked:
        text = _("The customer is blocked: lift the block first.")
        return Answer("blocked", REFUSE, text, text)
    return Answer("blocked", PASS, _("The customer is not blocked."))


def _limit(figures: Figures) -> Answer:
    values = {
        "after": amount(figures.after_amount),
        "limit": amount(figures.limit_amount + figures.secured_amount),
        "short": amount(figures.shortfall_amount),
    }
    if figures.shortfall_amount > ZERO:
        text = _("With this order %(after)s are used of a limit of %(limit)s: %(short)s too much.")
        return Answer("limit", HOLD, text % values, _("The credit limit would be exceeded."))
    return Answer("limit", PASS, _("With this order %(after)s of %(limit)s are used.") % values)


def _group_limit(figures: Figures) -> list[Answer]:
    group = figures.group
    if group is None:
        return []
    values = {
        "head": group.head,
        "after": amount(max(group.exposure.net_amount + figures.order_amount, ZERO)),
        "limit": amount(group.limit_amount + group.secured_amount),
        "short": amount(figures.group_shortfall_amount),
    }
    if figures.group_shortfall_amount > ZERO:
        text = _(
            "With this order the group of %(head)s uses %(after)s of a limit of %(limit)s:"
            " %(short)s too much."
        )
        note = _("The credit limit of the group would be exceeded.")
        return [Answer("group_limit", HOLD, text % values, note)]
    text = _("With this order the group of %(head)s uses %(after)s of %(limit)s.")
    return [Answer("group_limit", PASS, text % values)]


def _overdue(figures: Figures) -> Answer:
    """Money that arrived without a reference counts: who paid all that is late is not late."""
    seen, tolerated = figures.exposure, figures.tolerated_days_overdue
    values = {
        "amount": amount(seen.overdue_amount),
        "days": seen.oldest_overdue_days,
        "tolerated": tolerated,
    }
    if seen.oldest_overdue_days <= tolerated:
        text = _("Nothing is overdue for more than %(tolerated)s days.")
        return Answer("overdue", PASS, text % values)
    if seen.unapplied_amount >= seen.overdue_amount:
        text = _("%(amount)s are overdue, and unapplied payments and credits cover them.")
        return Answer("overdue", PASS, text % values)
    text = _("%(amount)s are overdue, the oldest for %(days)s days; %(tolerated)s are tolerated.")
    return Answer("overdue", HOLD, text % values, _("Invoices are overdue for too long."))


def _dunning(figures: Figures) -> Answer:
    level = figures.exposure.dunning_level
    if level >= DUNNING_LEVEL_THAT_HOLDS:
        text = _("An item has reached dunning level %(level)s.") % {"level": level}
        return Answer("dunning", HOLD, text, _("The last reminder was not answered."))
    return Answer("dunning", PASS, _("No item is at the final dunning level."))


def _review(figures: Figures) -> Answer:
    if figures.review_on and figures.review_on < figures.decided_on:
        text = _("The credit review was due on %(on)s.") % {"on": figures.review_on.isoformat()}
        return Answer("review", HOLD, text, _("The credit review is due."))
    return Answer("review", PASS, _("The credit review is up to date."))
