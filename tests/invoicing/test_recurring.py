"""Rules of recurring billing: periods tile time, parts make the whole, prices by day and index."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing.recurring import (
    LinePlan,
    Part,
    Schedule,
    Span,
    add_months,
    adjusted,
    anniversary,
    bills,
    figures_of,
    parts_of,
    price_on,
    whole_period,
)
from o2c.money import cents

D, ONE = Decimal, timedelta(days=1)
DAYS = st.dates(date(1999, 1, 1), date(2101, 12, 31))
MONEY = st.integers(1, 10**7).map(lambda n: Decimal(n) / 100)


@st.composite
def schedules(draw, **fixed):
    start = draw(DAYS)
    fields = {
        "starts_on": start,
        "months": draw(st.integers(1, 24)),
        "anchor_day": draw(st.integers(1, 31)),
        "anchor_month": draw(st.integers(1, 12)),
        "is_in_advance": draw(st.booleans()),
    }
    return Schedule(**fields | fixed)


def a_line(*prices, quantity="1", starts_on=date(2026, 1, 1), ends_on=None):
    found = [(date.fromisoformat(start), D(price)) for start, price in prices]
    return LinePlan(1, D(quantity), found or [(starts_on, D(100))], starts_on, ends_on)


MONTHLY = Schedule(date(2026, 1, 1), 1, 1, 1)


@given(schedules(), DAYS)
def test_a_day_lies_in_one_period_and_the_next_begins_the_day_after_it(schedule, day):
    period = whole_period(schedule, day)
    assert period.first <= day <= period.last
    assert whole_period(schedule, period.first) == whole_period(schedule, period.last) == period
    after = whole_period(schedule, period.last + ONE)
    assert after.first == period.last + ONE


@given(schedules(), DAYS)
def test_a_period_begins_on_the_anchor_day_or_the_last_of_a_shorter_month(schedule, day):
    first = whole_period(schedule, day).first
    assert first.day == schedule.anchor_day or (
        first.day < schedule.anchor_day and (first + ONE).month != first.month
    )
    months = (first.year - schedule.starts_on.year) * 12 + first.month - schedule.anchor_month
    assert months % schedule.months == 0


@pytest.mark.parametrize(
    ("anchor", "day", "first", "last"),
    [
        (31, "2026-02-14", "2026-01-31", "2026-02-27"),
        (31, "2026-02-28", "2026-02-28", "2026-03-30"),
        (30, "2028-02-29", "2028-02-29", "2028-03-29"),
        (1, "2026-12-31", "2026-12-01", "2026-12-31"),
        (15, "2027-01-02", "2026-12-15", "2027-01-14"),
    ],
)
def test_months_of_other_lengths_leap_days_and_new_year(anchor, day, first, last):
    schedule = Schedule(date(2026, 1, 1), 1, anchor, 1)
    wanted = Span(date.fromisoformat(first), date.fromisoformat(last))
    assert whole_period(schedule, date.fromisoformat(day)) == wanted


def test_quarters_follow_the_month_they_are_anchored_in():
    schedule = Schedule(date(2026, 2, 10), 3, 1, 1)
    assert whole_period(schedule, date(2026, 2, 10)) == Span(date(2026, 1, 1), date(2026, 3, 31))


@given(schedules(), st.integers(1, 40))
def test_bills_tile_the_time_from_the_start(schedule, count):
    line = LinePlan(1, D(1), [(schedule.starts_on, D(50))], schedule.starts_on)
    found = list(islice(bills(schedule, [line], schedule.starts_on), count))
    assert found[0].period.first == schedule.starts_on
    for one, two in zip(found, found[1:], strict=False):
        assert two.period.first == one.period.last + ONE
    for one in found:
        due = one.period.first if schedule.is_in_advance else one.period.last + ONE
        assert one.bill_on == due
        assert [part.span for part in one.parts] == [one.period]
    assert all(one.net_amount == 50 for one in found[1:])
    assert found[0].net_amount <= 50


@given(MONEY, st.integers(1, 50), st.lists(st.integers(1, 364), max_size=8), schedules())
def test_parts_that_tile_a_period_at_one_price_make_it_exactly(price, quantity, cuts, schedule):
    whole = whole_period(schedule, schedule.starts_on)
    firsts = sorted({whole.first} | {whole.first + ONE * cut for cut in cuts if cut < whole.days})
    total = D(0)
    for first, after in zip(firsts, [*firsts[1:], whole.last + ONE], strict=True):
        line = LinePlan(1, D(quantity), [(whole.first, price)], first, after - ONE)
        (part,) = parts_of(schedule, line, whole)
        assert part.span == Span(first, after - ONE)
        assert abs(part.net_amount - quantity * price * part.span.days / whole.days) < D("0.011")
        total += part.net_amount
    assert total == cents(quantity * price)


@given(MONEY, st.integers(1, 10**8).map(lambda n: D(n) / 1000), st.integers(1, 31))
def test_printed_figures_of_a_started_period_close(price, quantity, days):
    last = date(2026, 1, days)
    line = LinePlan(1, quantity, [(date(2026, 1, 1), price)], date(2026, 1, 1), last)
    for part in parts_of(MONTHLY, line, Span(date(2026, 1, 1), last)):
        shown, discount = figures_of(part, quantity)
        assert shown == shown.quantize(D("0.000001"))
        assert discount >= 0
        assert cents(quantity * shown) - discount == part.net_amount


def test_a_price_that_changes_within_a_period_is_charged_by_days():
    line = a_line(("2026-01-01", "31"), ("2026-01-11", "62"))
    parts = parts_of(MONTHLY, line, Span(date(2026, 1, 1), date(2026, 1, 31)))
    assert [(p.span.days, p.unit_price, p.net_amount) for p in parts] == [
        (10, 31, 10),
        (21, 62, 42),
    ]


def test_a_pause_and_the_ends_of_a_line_are_not_charged():
    schedule = Schedule(date(2026, 1, 1), 1, 1, 1, pauses=((date(2026, 1, 6), date(2026, 1, 10)),))
    line = a_line(("2026-01-01", "310"), starts_on=date(2026, 1, 3), ends_on=date(2026, 1, 20))
    parts = parts_of(schedule, line, Span(date(2026, 1, 1), date(2026, 1, 31)))
    assert [(p.span.first.day, p.span.last.day) for p in parts] == [(3, 5), (11, 20)]
    assert [p.net_amount for p in parts] == [30, 100]


def test_an_open_pause_bills_what_was_before_it_and_no_more():
    schedule = Schedule(
        date(2026, 1, 1), 1, 1, 1, is_in_advance=False, pauses=((date(2026, 2, 15), None),)
    )
    found = list(bills(schedule, [a_line(("2026-01-01", "280"))], date(2026, 1, 1)))
    assert [(b.period.first.month, b.net_amount) for b in found] == [(1, 280), (2, 140)]


def test_free_months_have_no_bill_and_an_end_is_the_end():
    schedule = Schedule(date(2026, 1, 1), 1, 1, 1, ends_on=date(2026, 4, 15))
    line = a_line(("2026-01-01", "0"), ("2026-03-01", "30"))
    found = list(bills(schedule, [line], date(2026, 1, 1)))
    assert [(b.period.first.month, b.period.last.day, b.net_amount) for b in found] == [
        (3, 31, 30),
        (4, 15, 15),
    ]


def test_lines_that_have_all_ended_end_the_search():
    line = a_line(("2026-01-01", "30"), ends_on=date(2026, 1, 31))
    assert len(list(bills(MONTHLY, [line], date(2026, 1, 1)))) == 1


@given(st.lists(st.tuples(DAYS, MONEY), max_size=6, unique_by=lambda row: row[0]), DAYS)
def test_the_price_of_a_day_is_the_latest_that_has_begun(prices, day):
    begun = [row for row in sorted(prices) if row[0] <= day]
    assert price_on(sorted(prices), day) == (begun[-1][1] if begun else None)


@pytest.mark.parametrize(
    ("price", "base", "new", "threshold", "expected", "is_due"),
    [
        ("100", "117.8", "121.4", "0", "103.06", True),
        ("100", "117.8", "121.4", "0.05", "103.06", False),
        ("100", "100", "105", "0.05", "105.00", True),
        ("100", "100", "95", "0.05", "95.00", True),
        ("0.10", "100", "101", "0", "0.10", False),
        ("33.33", "112.3", "119.9", "0.03", "35.59", True),
    ],
)
def test_a_price_follows_its_index(price, base, new, threshold, expected, is_due):
    found = adjusted(D(price), base_value=D(base), new_value=D(new), threshold=D(threshold))
    assert (str(found.new_price), found.is_due) == (expected, is_due)
    assert found.change == (D(new) / D(base) - 1).quantize(D("0.000001"))


@pytest.mark.parametrize(
    ("start", "until", "expected"),
    [
        ("2026-03-01", "2027-02-28", None),
        ("2026-03-01", "2027-03-01", "2027-03-01"),
        ("2026-03-01", "2029-12-31", "2029-03-01"),
        ("2028-02-29", "2029-02-28", "2029-02-28"),
        ("2026-03-01", "2025-12-31", None),
    ],
)
def test_anniversaries(start, until, expected):
    found = anniversary(date.fromisoformat(start), date.fromisoformat(until))
    assert (found.isoformat() if found else None) == expected


@given(DAYS, st.integers(-600, 600))
def test_months_later_is_the_same_day_or_the_last_of_the_month(day, months):
    found = add_months(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or (found.day < day.day and (found + ONE).day == 1)


def test_a_whole_part_prints_its_own_price():
    part = Part(1, Span(date(2026, 1, 1), date(2026, 1, 31)), 31, D("12.345678"), D("123.46"))
    assert figures_of(part, D(10)) == (D("12.345678"), 0)
