"""Rows of two accounts each change every account by what the entry's lines do, to the cent."""

from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receivables.exports.splitting import split_entry

CENT = Decimal("0.01")
amounts = st.integers(-(10**11), 10**11).map(lambda cents: cents * CENT)
accounts = st.sampled_from(["1200", "1400", "1776", "8400", "8736", "10000", "10001"])


@st.composite
def balanced_entries(draw) -> list[tuple[str, Decimal]]:
    lines = draw(st.lists(st.tuples(accounts, amounts), min_size=1, max_size=12))
    closing = -sum((amount for _account, amount in lines), Decimal(0))
    at = draw(st.integers(0, len(lines)))
    return [*lines[:at], (draw(accounts), closing), *lines[at:]]


@given(balanced_entries())
def test_rows_keep_the_sum_of_every_account(lines: list[tuple[str, Decimal]]) -> None:
    wanted: dict[str, Decimal] = defaultdict(Decimal)
    found: dict[str, Decimal] = defaultdict(Decimal)
    for account, amount in lines:
        wanted[account] += amount
    moves = split_entry(lines)
    for move in moves:
        found[move.debit] += move.amount
        found[move.credit] -= move.amount
    moved = {account for account, amount in wanted.items() if amount}
    assert {account: found[account] for account in wanted} == dict(wanted)
    assert all(move.amount > 0 and move.debit != move.credit for move in moves)
    assert len(moves) <= max(0, len(moved) - 1)


def test_an_invoice_is_a_row_for_revenue_and_one_for_vat() -> None:
    lines = [("10000", Decimal("119")), ("8400", Decimal("-100")), ("1776", Decimal("-19"))]
    assert split_entry(lines) == [
        ("10000", "8400", Decimal("100")),
        ("10000", "1776", Decimal("19")),
    ]


def test_what_does_not_balance_is_not_written() -> None:
    with pytest.raises(ValueError, match=r"0\.01"):
        split_entry([("1200", Decimal("100.01")), ("10000", Decimal("-100.00"))])
