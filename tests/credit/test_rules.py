"""The credit decision without a database: every rule, its edge, and what no figures can break."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from hypothesis import given
from hypothesis import strategies as st

from credit.rules import HOLD, PASS, REFUSE, Exposure, Figures, Group, answers, outcome_of

DAY = date(2026, 3, 2)
money = st.decimals(0, 10**9, places=2)


def figures(order: str = "100", limit: str = "1000", **fields: object) -> Figures:
    """A customer who owes nothing and asks for 100 of 1,000."""
    seen = fields.pop("exposure", Exposure())
    known = {
        "secured_amount": Decimal(0),
        "tolerated_days_overdue": 14,
        "is_blocked": False,
        "review_on": None,
        "decided_on": DAY,
    }
    return Figures(
        exposure=seen,  # type: ignore[arg-type]
        order_amount=Decimal(order),
        limit_amount=Decimal(limit),
        **known | fields,  # type: ignore[arg-type]
    )


def said(case: Figures) -> tuple[str, list[str]]:
    """The decision, and the rules that did not pass."""
    given_answers = answers(case)
    return outcome_of(given_answers), [a.rule for a in given_answers if a.outcome != PASS]


def owing(amount: str = "0", **fields: object) -> Exposure:
    return Exposure(overdue_amount=Decimal(amount), **fields)  # type: ignore[arg-type]


def test_the_limit_holds_to_the_cent() -> None:
    assert said(figures("1000.00")) == (PASS, [])
    assert said(figures("1000.01")) == (HOLD, ["limit"])
    assert said(figures("1500", secured_amount=Decimal(500))) == (PASS, [])


def test_unapplied_cash_and_credits_make_room() -> None:
    seen = Exposure(not_due_amount=Decimal(950), unapplied_amount=Decimal(50))
    assert said(figures(exposure=seen)) == (PASS, [])
    assert said(figures(exposure=replace(seen, unapplied_amount=Decimal("49.99"))))[0] == HOLD


@pytest.mark.parametrize(("days", "outcome"), [(14, PASS), (15, HOLD)])
def test_days_overdue_are_tolerated_up_to_the_last(days: int, outcome: str) -> None:
    assert said(figures(exposure=owing("10", oldest_overdue_days=days)))[0] == outcome


def test_who_paid_all_that_is_late_without_naming_it_is_not_late() -> None:
    late = owing("10", oldest_overdue_days=90, unapplied_amount=Decimal(10))
    assert said(figures(exposure=late)) == (PASS, [])


@pytest.mark.parametrize(("level", "outcome"), [(2, PASS), (3, HOLD)])
def test_the_last_reminder_holds(level: int, outcome: str) -> None:
    assert said(figures(exposure=owing(dunning_level=level)))[0] == outcome


def test_a_review_is_due_the_day_after() -> None:
    assert said(figures(review_on=DAY)) == (PASS, [])
    assert said(figures(review_on=DAY - timedelta(days=1))) == (HOLD, ["review"])


def test_a_block_refuses_whatever_the_room() -> None:
    assert said(figures("0.01", "9999", is_blocked=True)) == (REFUSE, ["blocked"])


def test_the_group_limit_holds_although_the_members_own_has_room() -> None:
    group = Group("Head", Exposure(not_due_amount=Decimal(450)), Decimal(500), Decimal(0))
    assert said(figures("50", group=group)) == (PASS, [])
    assert said(figures("50.01", group=group)) == (HOLD, ["group_limit"])


def test_notes_for_the_rep_carry_no_figure() -> None:
    group = Group("Head", Exposure(), Decimal(1), Decimal(0))
    worst = figures(
        "5000",
        exposure=owing("777", oldest_overdue_days=99, dunning_level=3),
        group=group,
        is_blocked=True,
        review_on=date(2020, 1, 1),
    )
    notes = [a.note for a in answers(worst) if a.outcome != PASS]
    assert len(notes) == 6
    assert not any(character.isdigit() for note in notes for character in note)


@given(money, money, money, money, money, money, money, money)
def test_figures_close(o, s, n, v, unapplied, order, limit, secured) -> None:
    case = figures(
        str(order), str(limit), secured_amount=secured, exposure=Exposure(o, s, n, v, unapplied)
    )
    assert case.after_amount == max(o + s + n + v - unapplied + order, Decimal(0))
    assert case.shortfall_amount == max(case.after_amount - limit - secured, Decimal(0))
    assert (said(case)[0] == PASS) == (case.shortfall_amount == 0)


@given(money, money, money)
def test_more_asked_is_never_decided_milder(owed, order, more) -> None:
    strict = {PASS: 0, HOLD: 1, REFUSE: 2}
    seen = Exposure(not_due_amount=owed)
    low, high = figures(str(order), exposure=seen), figures(str(order + more), exposure=seen)
    assert strict[said(low)[0]] <= strict[said(high)[0]]


def test_figures_can_be_stored_and_read_again() -> None:
    group = Group("Head", Exposure(), Decimal(500), Decimal(0))
    stored = figures("50", group=group).as_json()
    assert stored["group"]["room_amount"] == Decimal(500)
    assert stored["room_amount"] == Decimal(1000)


@given(ordered=money, limit=money, review=st.none() | st.dates(), is_grouped=st.booleans())
def test_stored_figures_come_back_as_they_were(ordered, limit, review, is_grouped) -> None:
    seen = Exposure(ordered_amount=ordered, oldest_overdue_days=3)
    group = Group("Head", seen, limit, Decimal(0)) if is_grouped else None
    case = figures(exposure=seen, limit=str(limit), review_on=review, group=group)
    stored = json.loads(json.dumps(case.as_json(), cls=DjangoJSONEncoder))
    assert Figures.from_json(stored) == case
