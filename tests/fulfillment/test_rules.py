"""Sharing stock out: never more than is there, never more than is wanted, whole lines first."""

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fulfillment.rules import Free, Need, share_out

D = Decimal
quantities = st.decimals(min_value=0, max_value=1000, places=3)
needs_drawn = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), quantities), max_size=12)
free_drawn = st.dictionaries(
    st.tuples(st.integers(1, 3), st.integers(1, 3)), quantities, max_size=9
)


def needs_of(rows):
    ordered = sorted(rows, key=lambda row: row[0])
    return [Need(order, line, product, q) for line, (order, product, q) in enumerate(ordered)]


def stock_of(rows):
    return [
        Free(level, product, warehouse, q)
        for level, ((product, warehouse), q) in enumerate(rows.items())
    ]


@given(needs_drawn, free_drawn)
def test_grants_stay_within_stock_and_need_and_leave_nothing_usable(need_rows, free_rows):
    needs, stock = needs_of(need_rows), stock_of(free_rows)
    per_line, per_level = Counter(), Counter()
    product_of = {need.line_id: need.product_id for need in needs}
    for grant in share_out(needs, stock):
        assert grant.quantity > 0
        per_line[grant.line_id] += grant.quantity
        per_level[grant.level_id] += grant.quantity
        assert stock[grant.level_id].product_id == product_of[grant.line_id]
    assert all(per_line[need.line_id] <= need.quantity for need in needs)
    assert all(per_level[row.level_id] <= row.quantity for row in stock)
    for need in needs:
        if per_line[need.line_id] < need.quantity:
            same = [row for row in stock if row.product_id == need.product_id]
            assert all(per_level[row.level_id] == row.quantity for row in same)


def test_earlier_needs_are_served_first():
    needs = [Need(1, 11, 7, D(3)), Need(2, 21, 7, D(3))]
    grants = share_out(needs, [Free(1, 7, 1, D(4))])
    assert [(g.line_id, g.quantity) for g in grants] == [(11, D(3)), (21, D(1))]


def test_an_order_leaves_from_the_warehouse_that_serves_most_lines_whole():
    needs = [Need(1, 11, 7, D(1)), Need(1, 12, 8, D(1))]
    stock = [Free(1, 7, 1, D(9)), Free(2, 7, 2, D(9)), Free(3, 8, 2, D(9))]
    assert {g.level_id for g in share_out(needs, stock)} == {2, 3}


def test_a_line_is_split_only_when_no_warehouse_has_it_whole():
    stock = [Free(1, 7, 1, D(4)), Free(2, 7, 2, D(6))]
    whole = share_out([Need(1, 11, 7, D(5))], stock)
    assert [(g.level_id, g.quantity) for g in whole] == [(2, D(5))]
    split = share_out([Need(1, 11, 7, D(8))], stock)
    assert {(g.level_id, g.quantity) for g in split} == {(1, D(4)), (2, D(4))}
