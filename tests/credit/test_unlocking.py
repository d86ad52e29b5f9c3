"""Ways to free a held order: each passes the rules, none is larger than it must be."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from credit.rules import HOLD, Exposure, Figures, answers, outcome_of
from credit.unlocking import Debt, Wanted, Way, ways_to_free

DAY = date(2026, 11, 23)


def figures(*, order="3000", limit="10000", not_due="8000", overdue="0", days=0, **more):
    exposure = Exposure(
        not_due_amount=Decimal(not_due),
        overdue_amount=Decimal(overdue),
        oldest_overdue_days=days,
        dunning_level=more.pop("level", 0),
    )
    values = {"is_blocked": False, "review_on": None, "secured_amount": Decimal(0)} | more
    return Figures(
        exposure=exposure,
        order_amount=Decimal(order),
        limit_amount=Decimal(limit),
        tolerated_days_overdue=14,
        decided_on=DAY,
        **values,
    )


def debt(number, amount, days=-5, level=0):
    return Debt(number, Decimal(amount), days, level)


def test_over_the_limit_by_a_thousand_there_are_four_ways():
    debts = [debt("RE-1", "700"), debt("RE-2", "1200"), debt("RE-3", "6100")]
    lines = [
        Wanted(1, "valve", Decimal(900)),
        Wanted(2, "pump", Decimal(1100)),
        Wanted(3, "pipe", Decimal(1000)),
    ]
    assert ways_to_free(figures(), debts, lines) == [
        Way(paid=(debts[1],)),
        Way(prepaid_amount=Decimal(1000)),
        Way(dropped=(lines[2],)),
        Way(limit_amount=Decimal(11000)),
    ]


def test_several_debts_are_paid_where_none_is_enough_the_latest_first():
    debts = [debt("RE-1", "400", 3), debt("RE-2", "300", 9), debt("RE-3", "500", -2)]
    paid = ways_to_free(figures(not_due="7300", overdue="700", days=9), debts, [])[0].paid
    assert [one.number for one in paid] == ["RE-2", "RE-1", "RE-3"]


def test_what_is_late_for_too_long_is_part_of_every_way():
    old = debt("RE-9", "250", 40)
    found = ways_to_free(
        figures(not_due="8000", overdue="250", days=40), [old, debt("RE-1", "8000")], []
    )
    assert found
    assert all(old in way.paid for way in found)


def test_paying_the_late_item_alone_is_enough_when_the_limit_holds():
    old = debt("RE-9", "250", 40)
    found = ways_to_free(figures(not_due="100", overdue="250", days=40), [old], [])
    assert found == [Way(paid=(old,))]


def test_an_item_at_the_last_dunning_level_must_be_paid():
    reminded = debt("RE-5", "90", 10, level=3)
    given_now = figures(not_due="100", overdue="90", days=10, level=3)
    assert ways_to_free(given_now, [reminded], []) == [Way(paid=(reminded,))]


def test_nothing_frees_the_order_of_who_is_blocked_or_to_be_reviewed():
    assert ways_to_free(figures(is_blocked=True), [debt("RE-1", "8000")], []) == []
    assert ways_to_free(figures(review_on=date(2026, 1, 1)), [debt("RE-1", "8000")], []) == []


def test_the_only_line_is_never_dropped():
    ways = ways_to_free(figures(), [], [Wanted(1, "valve", Decimal(3000))])
    assert all(not way.dropped for way in ways)


amounts = st.decimals("0.01", "9999.99", places=2)


@given(
    st.lists(st.tuples(amounts, st.integers(-30, 60), st.integers(0, 3)), max_size=6),
    amounts,
    amounts,
)
def test_every_way_frees_an_order_that_was_held(rows, order, limit):
    debts = [Debt(f"RE-{at}", *row) for at, row in enumerate(rows)]
    late = [one for one in debts if one.days_overdue > 0]
    now = figures(
        order=order,
        limit=limit,
        not_due=sum((d.outstanding_amount for d in debts if d.days_overdue <= 0), Decimal(0)),
        overdue=sum((d.outstanding_amount for d in late), Decimal(0)),
        days=max((d.days_overdue for d in late), default=0),
        level=max((d.dunning_level for d in debts), default=0),
    )
    found = ways_to_free(now, debts, [])
    if outcome_of(answers(now)) == HOLD:
        assert found, "a limit high enough always frees it"
    for way in found:
        assert way.paid or way.prepaid_amount or way.limit_amount
        assert len(set(way.paid)) == len(way.paid)
