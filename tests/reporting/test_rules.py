"""Ageing buckets and days sales outstanding without a database."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.rules import BUCKETS, MonthSales, bucket_of, dso_count_back, dso_simple

DAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (-5, "not_due"),
        (0, "not_due"),
        (1, "d1_30"),
        (30, "d1_30"),
        (31, "d31_60"),
        (60, "d31_60"),
        (61, "d61_90"),
        (90, "d61_90"),
        (91, "d91"),
        (4000, "d91"),
    ],
)
def test_the_due_day_is_not_overdue(days: int, bucket: str) -> None:
    assert bucket_of(DAY - timedelta(days=days), as_of=DAY) == bucket


@given(st.integers(-1000, 5000), st.integers(0, 1000))
def test_nothing_gets_younger(days: int, later: int) -> None:
    due = DAY - timedelta(days=days)
    now, then = bucket_of(due, as_of=DAY), bucket_of(due, as_of=DAY + timedelta(days=later))
    assert BUCKETS.index(then) >= BUCKETS.index(now)


def months(*sales: tuple[str, int]) -> list[MonthSales]:
    return [MonthSales(Decimal(amount), days) for amount, days in sales]


def test_count_back_by_the_book() -> None:
    """At 31 March 1,200 are owed; sales 800 in March (31 days), 600 in February (28):
    March is used up, 400 of February's 600 are left: 31 + 28 x 400 / 600 = 49.7 days."""
    known = months(("800", 31), ("600", 28), ("700", 31))
    assert dso_count_back(Decimal(1200), known) == Decimal("49.7")


@pytest.mark.parametrize(
    ("owed", "sales", "days"),
    [
        ("0", [("800", 31)], "0.0"),
        ("-50", [("800", 31)], "0.0"),
        ("400", [("800", 31)], "15.5"),
        ("900", [("0", 10), ("900", 28)], "38.0"),
        ("900", [("-100", 10), ("900", 28)], "38.0"),
        ("5000", [("800", 31), ("600", 28)], "59.0"),
    ],
)
def test_count_back_at_its_edges(owed: str, sales: list[tuple[str, int]], days: str) -> None:
    assert dso_count_back(Decimal(owed), months(*sales)) == Decimal(days)


def test_without_sales_there_is_no_dso() -> None:
    assert dso_count_back(Decimal(10), months(("0", 31))) is None
    assert dso_simple(Decimal(10), Decimal(0), 90) is None


def test_simple() -> None:
    assert dso_simple(Decimal("62053.83"), Decimal("151368.40"), 90) == Decimal("36.9")


amounts = st.decimals(0, 10**8, places=2)


@given(amounts, amounts, st.lists(st.tuples(amounts, st.integers(1, 31)), min_size=1, max_size=12))
def test_who_owes_more_owes_longer(owed, more, sales) -> None:
    known = [MonthSales(amount, days) for amount, days in sales]
    low, high = dso_count_back(owed, known), dso_count_back(owed + more, known)
    if low is not None and high is not None:
        assert low <= high <= sum(days for _amount, days in sales)
