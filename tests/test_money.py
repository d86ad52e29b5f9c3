"""Money: worked examples from the standard and the law, and what must hold for any amounts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2c.errors import InvalidInput
from o2c.money import CENT, ZERO, TaxableLine, cents, line_net, number, split, totals

amounts = st.decimals("-99999999", "99999999", places=2)
weights = st.lists(st.decimals("0", "100000", places=3), min_size=1, max_size=40)
rates = st.sampled_from([Decimal(rate) for rate in ("0.19", "0.07", "0", "0.25", "0.12")])


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("0.015", "0.02"),
        ("2.675", "2.68"),
        ("1.0049999", "1.00"),
        ("-1.115", "-1.12"),
    ],
)
def test_half_goes_away_from_zero(value: str, rounded: str) -> None:
    assert cents(Decimal(value)) == Decimal(rounded)


def test_vat_is_computed_on_the_sum_not_per_line() -> None:
    """54.45 + 600 - 500 at 10 %: 15.445 -> 15.45; per line it would be 5.45 + 60 - 50 = 15.45."""
    lines = [TaxableLine(Decimal(net), "S", Decimal("0.1")) for net in ("54.45", "600", "-500")]
    sums = totals(lines)
    assert (sums.net_amount, sums.vat_amount, sums.gross_amount) == (
        Decimal("154.45"),
        Decimal("15.45"),
        Decimal("169.90"),
    )


def test_per_line_vat_would_be_a_cent_off() -> None:
    """Three lines of 0.33 at 19 %: 0.99 x 0.19 = 0.1881 -> 0.19; per line 3 x 0.06 = 0.18."""
    sums = totals([TaxableLine(Decimal("0.33"), "S", Decimal("0.19"))] * 3)
    assert sums.vat_amount == Decimal("0.19")


def test_7612_50_at_19_percent() -> None:
    """7,612.50 x 0.19 = 1,446.375 exactly: half away from zero gives 1,446.38."""
    sums = totals([TaxableLine(Decimal("7612.50"), "S", Decimal("0.19"))])
    assert sums.vat_amount == Decimal("1446.38")


def test_a_line_rounds_once_and_its_discount_is_an_amount_of_its_own() -> None:
    assert line_net(Decimal("0.003"), Decimal("19.99")) == Decimal("0.06")
    assert line_net(Decimal(3), Decimal("33.335"), discount_rate=Decimal("0.05")) == Decimal(
        "95.01"
    )


@given(st.lists(st.tuples(amounts, st.sampled_from("SZE"), rates), max_size=30))
def test_totals_close(rows: list[tuple[Decimal, str, Decimal]]) -> None:
    sums = totals(TaxableLine(*row) for row in rows)
    assert sums.gross_amount == sums.net_amount + sums.vat_amount
    assert sums.net_amount == sum((row[0] for row in rows), ZERO)
    assert sum((row.net_amount for row in sums.vat_rows), ZERO) == sums.net_amount
    for row in sums.vat_rows:
        assert abs(row.vat_amount - row.net_amount * row.vat_rate) <= CENT / 2


@given(amounts, weights)
def test_split_sums_exactly_and_is_fair(amount: Decimal, shares: list[Decimal]) -> None:
    parts = split(amount, shares)
    assert sum(parts, ZERO) == amount
    total = sum(shares, ZERO)
    for part, share in zip(parts, shares, strict=True):
        exact = amount * share / total if total else amount / len(shares)
        assert abs(part - exact) < CENT


@given(amounts, weights)
def test_split_is_the_same_for_the_mirrored_amount(amount: Decimal, shares: list[Decimal]) -> None:
    assert split(-amount, shares) == [-part for part in split(amount, shares)]


def test_cents_left_go_to_the_largest_remainders() -> None:
    thirds = [Decimal(1)] * 3
    assert split(Decimal("100.00"), thirds) == [
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]
    assert split(Decimal("0.05"), [Decimal(1), Decimal(3)]) == [Decimal("0.01"), Decimal("0.04")]


@pytest.mark.parametrize(
    "text",
    ["1e5", "1_000", "１２", " 5", "NaN", "Infinity", "1,50", "--1", "", "0x10", "1.1234567"],
)
def test_only_plain_numbers_are_read(text: str) -> None:
    with pytest.raises(InvalidInput):
        number(text)


def test_plain_numbers_are_read() -> None:
    assert number("-1234.50") == Decimal("-1234.50")
