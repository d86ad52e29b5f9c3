"""Pure rules: parts that make the whole, references with check digits, due dates."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649, luhn

from invoicing.rules import (
    instalments,
    ocr_reference,
    part_net,
    payment_reference,
    reference_keys,
    rf_reference,
)
from o2c.money import line_net

D = Decimal
DAY = date(2026, 11, 22)
quantities = st.decimals("0.001", "500", places=3)
prices = st.decimals("0", "9999", places=6)
rates = st.decimals("0", "1", places=4)


@given(st.lists(quantities, min_size=1, max_size=8), prices, rates)
def test_part_invoices_sum_to_the_order_line(parts, price, discount):
    ordered = sum(parts, D(0))
    order_net = line_net(ordered, price, discount_rate=discount)
    quantity, net = D(0), D("0.00")
    for part in parts:
        amount = part_net(
            order_net, ordered, invoiced_quantity=quantity, invoiced_net=net, quantity=part
        )
        assert D(0) <= amount <= order_net
        quantity, net = quantity + part, net + amount
        assert net <= order_net
    assert net == order_net


@given(st.from_regex(r"[A-Z]{2}-[0-9]{6}", fullmatch=True))
def test_references_pass_their_check_digits(number):
    assert iso11649.is_valid(rf_reference(number))
    assert luhn.is_valid(ocr_reference(number))


def test_the_reference_depends_on_the_sellers_country():
    assert payment_reference("RE-000042", seller_country="DE") == rf_reference("RE-000042")
    assert payment_reference("SF-000042", seller_country="SE") == "0000422"


def test_known_references():
    assert rf_reference("539007547034") == "RF18539007547034"
    assert ocr_reference("12345") == "123455"


@pytest.mark.parametrize(
    ("number", "reference", "po_number", "keys"),
    [
        (
            "RE-000042",
            "RF18 5390 0754 7034",
            "45/000 123",
            {"RE000042", "000042", "RF18539007547034", "539007547034", "45000123"},
        ),
        ("R-42", "", "7", set()),
        ("RE-042", "", "", {"RE042"}),
    ],
)
def test_reference_keys_are_whole_normalised_tokens(number, reference, po_number, keys):
    assert reference_keys(number, reference, po_number) == keys


@given(
    st.decimals("0", "99999999", places=2),
    st.lists(st.tuples(st.decimals("0.01", "1", places=2), st.integers(0, 365)), max_size=12),
)
def test_instalments_sum_to_the_total(amount, parts):
    made = instalments(amount, parts, on=DAY)
    assert sum(part for _due, part in made) == amount
    assert all(due >= DAY for due, _part in made)
