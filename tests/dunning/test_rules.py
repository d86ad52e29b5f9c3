"""The dunning step without a database: every reason, every edge."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning import rules
from dunning.rules import ItemFacts, Step, next_step, stepper

DUE = date(2026, 3, 16)
STEPS = (Step(1, 5, 0), Step(2, 20, 10), Step(3, 40, 14))
NEW = ItemFacts(Decimal("119.00"), Decimal(0), DUE, 0, None, was_delivered=True)


def step(facts: ItemFacts = NEW, *, days: int = 6, **fields: object) -> tuple[int, str]:
    verdict = next_step(facts._replace(**fields), STEPS, on=DUE + timedelta(days=days))  # type: ignore[arg-type]
    return verdict.level, verdict.reason


@pytest.mark.parametrize(
    ("days", "found"), [(0, (0, "not_yet")), (4, (0, "not_yet")), (5, (1, "")), (99, (1, ""))]
)
def test_the_first_level_starts_on_its_day(days: int, found: tuple[int, str]) -> None:
    """Day 4: none; day 5: level 1; and never more than one level at once."""
    assert step(days=days) == found


def test_the_due_day_is_not_overdue_even_with_a_level_at_zero_days() -> None:
    at_once = (Step(1, 0, 0),)
    assert next_step(NEW, at_once, on=DUE).reason == rules.NOT_YET
    assert next_step(NEW, at_once, on=DUE + timedelta(days=1)).level == 1


def test_the_wait_since_the_last_reminder() -> None:
    reminded = {"level": 1, "reminded_on": DUE + timedelta(days=15)}
    assert step(days=24, **reminded) == (0, "waiting")
    assert step(days=25, **reminded) == (2, "")


def test_a_reminder_that_did_not_go_out_is_not_followed_by_the_next() -> None:
    assert step(days=60, level=1, reminded_on=DUE, was_delivered=False) == (0, "not_delivered")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"hold_reason": "Promised"}, "hold"),
        ({"is_in_flight": True}, "in_flight"),
        ({"disputed_amount": Decimal("119.00")}, "disputed"),
        ({"disputed_amount": Decimal("500.00")}, "disputed"),
        ({"level": 3, "reminded_on": DUE}, "last_level"),
    ],
)
def test_why_an_item_is_left_out(fields: dict[str, object], reason: str) -> None:
    assert step(days=60, **fields) == (0, reason)


money = st.decimals(Decimal("0.01"), 10**6, places=2)


@given(money, st.decimals(0, 10**6, places=2), st.integers(-30, 400), st.integers(0, 3))
def test_what_is_asked_for_is_open_and_not_disputed(outstanding, disputed, days, level) -> None:
    facts = NEW._replace(
        outstanding_amount=outstanding,
        disputed_amount=disputed,
        level=level,
        reminded_on=DUE if level else None,
    )
    verdict = next_step(facts, STEPS, on=DUE + timedelta(days=days))
    if verdict.level:
        assert verdict.level == level + 1
        assert verdict.amount == outstanding - disputed > 0
        assert days >= STEPS[level].days_overdue
    else:
        assert verdict.reason
        assert verdict.amount == 0


kinds_of_items = st.builds(
    ItemFacts,
    outstanding_amount=money,
    disputed_amount=st.sampled_from([Decimal(0), Decimal("0.01"), Decimal("119.00")]),
    due_on=st.sampled_from([DUE, DUE + timedelta(days=20), DUE + timedelta(days=70)]),
    level=st.integers(0, 3),
    reminded_on=st.sampled_from([None, DUE + timedelta(days=30), DUE + timedelta(days=55)]),
    was_delivered=st.booleans(),
    hold_reason=st.sampled_from(["", "Promised"]),
    is_in_flight=st.sampled_from([False, False, True]),
)


@given(st.lists(kinds_of_items, min_size=1, max_size=60))
def test_many_items_of_a_day_are_decided_as_each_alone(items: list[ItemFacts]) -> None:
    day = DUE + timedelta(days=60)
    step_of = stepper(STEPS, on=day)
    assert [step_of(facts) for facts in items] == [
        next_step(facts, STEPS, on=day) for facts in items
    ]
