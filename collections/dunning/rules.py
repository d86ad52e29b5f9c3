"""The dunning step as a pure function: an item's facts in, its next level or the reason out.

The level belongs to the item and climbs at most one per run. An item climbs when it is overdue
long enough, the wait since its last reminder is over, and that reminder really went out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from o2c.money import ZERO


@dataclass(frozen=True, slots=True)
class Step:
    """A dunning level: reached after so many days overdue, so many days after the one before."""

    level: int
    days_overdue: int
    wait_days: int


class ItemFacts(NamedTuple):
    """What the step looks at. ``was_delivered`` is about the last reminder's message;
    ``is_in_flight``: an approved reminder of the item is not written yet.

    A tuple, as the verdict is: a run makes both for every open item.
    """

    outstanding_amount: Decimal
    disputed_amount: Decimal
    due_on: date
    level: int
    reminded_on: date | None
    was_delivered: bool
    hold_reason: str = ""
    is_in_flight: bool = False


class Verdict(NamedTuple):
    """The level to reach with this run and the amount to ask for; level 0 says why not."""

    level: int
    amount: Decimal
    reason: str = ""


ON_HOLD, DISPUTED, LAST_LEVEL = "hold", "disputed", "last_level"
NOT_YET, WAITING, NOT_DELIVERED = "not_yet", "waiting", "not_delivered"
IN_FLIGHT = "in_flight"


def next_step(facts: ItemFacts, steps: Sequence[Step], *, on: date) -> Verdict:
    """Whether the item is reminded on that day, at which level and of how much.

    ``steps`` are the company's levels in order. The due day itself is not overdue.
    """
    amount = _asked(facts)
    refusal = _refusal(facts, amount)
    if refusal:
        return Verdict(0, ZERO, refusal)
    step = next((step for step in steps if step.level == facts.level + 1), None)
    if step is None:
        return Verdict(0, ZERO, LAST_LEVEL)
    if (on - facts.due_on).days < max(step.days_overdue, 1):
        return Verdict(0, ZERO, NOT_YET)
    if facts.reminded_on is not None:
        if not facts.was_delivered:
            return Verdict(0, ZERO, NOT_DELIVERED)
        if (on - facts.reminded_on).days < step.wait_days:
            return Verdict(0, ZERO, WAITING)
    return Verdict(step.level, amount)


def stepper(steps: Sequence[Step], *, on: date) -> Callable[[ItemFacts], Verdict]:
    """``next_step`` for many items of a day.

    Of an item's amounts only whether anything is left to ask for decides: items alike in the rest
    are decided once.
    """
    known: dict[tuple[object, ...], Verdict] = {}

    def step_of(facts: ItemFacts) -> Verdict:
        """``next_step`` of the day for one item."""
        amount = _asked(facts)
        kind = (amount > ZERO, *facts[2:])
        verdict = known.get(kind)
        if verdict is None:
            verdict = known[kind] = next_step(facts, steps, on=on)
        return Verdict(verdict.level, amount) if verdict.level else verdict

    return step_of


def _asked(facts: ItemFacts) -> Decimal:
    """What is open and not disputed."""
    open_amount = facts.outstanding_amount
    if not facts.disputed_amount:
        return open_amount
    return open_amount - min(facts.disputed_amount, open_amount)


def _refusal(facts: ItemFacts, amount: Decimal) -> str:
    if facts.hold_reason:
        return ON_HOLD
    if facts.is_in_flight:
        return IN_FLIGHT
    return DISPUTED if amount <= ZERO else ""


def next_reminder(
    due_on: date, level: int, reminded_on: date | None, steps: Sequence[Step]
) -> tuple[date, int] | None:
    """First day an open item can be reminded, and the level then; None after the last level.

    What pauses or disputes it is not looked at.
    """
    step = next((step for step in steps if step.level == level + 1), None)
    if step is None:
        return None
    day = due_on + timedelta(days=max(step.days_overdue, 1))
    if reminded_on is not None:
        day = max(day, reminded_on + timedelta(days=step.wait_days))
    return day, step.level
