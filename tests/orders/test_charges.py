"""Charges and discounts on a whole order: rows by VAT rate, totals, refusals."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from o2c.errors import InvalidInput
from orders.charges import (
    charge_problems,
    charge_rows,
    drafts_of,
    follow_lines,
    nets_by_rate,
)
from orders.draft import ChargeDraft
from orders.models import OrderLine
from orders.services import add_line, cancel, create_order, release, submit
from orders.services.totals import totals_of
from tests.orders import make

CENTS = st.decimals(min_value="0.00", max_value="99999.99", places=2)
RATES = st.sampled_from([Decimal("0.19"), Decimal("0.07"), Decimal("0")])


def line(net, rate="0.19"):
    return OrderLine(
        net_amount=Decimal(net),
        vat_category="S" if Decimal(rate) else "E",
        vat_rate=Decimal(rate),
        quantity=Decimal(1),
    )


def test_freight_falls_on_the_rates_of_the_lines_by_their_nets():
    rows = charge_rows(
        [ChargeDraft(reason_code="FC", amount=Decimal("10.00"))],
        [line("200.00"), line("100.00", "0.07")],
    )
    assert [(row.vat_rate, row.amount, row.entry) for row in rows] == [
        (Decimal("0.19"), Decimal("6.67"), 1),
        (Decimal("0.07"), Decimal("3.33"), 1),
    ]


def test_a_percentage_is_taken_of_each_rate():
    rows = charge_rows(
        [ChargeDraft(reason_code="95", rate=Decimal("0.03"), text="Autumn")],
        [line("200.00"), line("99.99", "0.07")],
    )
    assert [(row.base_amount, row.amount, row.signed_amount) for row in rows] == [
        (Decimal("200.00"), Decimal("6.00"), Decimal("-6.00")),
        (Decimal("99.99"), Decimal("3.00"), Decimal("-3.00")),
    ]


@given(
    st.lists(st.tuples(CENTS, RATES), min_size=1, max_size=12),
    st.lists(
        st.one_of(
            st.builds(ChargeDraft, reason_code=st.sampled_from(["FC", "PC", "95"]),
                      amount=st.decimals("0.01", "5000", places=2)),
            st.builds(ChargeDraft, reason_code=st.sampled_from(["ZZZ", "100"]),
                      rate=st.decimals("0.001", "0.4", places=3)),
        ),
        max_size=5,
    ),
)  # fmt: skip
def test_rows_sum_to_what_was_entered_and_give_it_back(nets, drafts):
    lines = [line(net, str(rate)) for net, rate in nets]
    rows = charge_rows(drafts, lines)
    for entry, draft in enumerate(drafts, start=1):
        own = [row for row in rows if row.entry == entry]
        if draft.amount is not None:
            assert sum(row.amount for row in own) == draft.amount
        else:
            whole = sum(one.net_amount for one in lines) * draft.rate
            rates = len({one.vat_rate for one in lines})
            assert abs(sum(row.amount for row in own) - whole) <= Decimal("0.005") * rates
    again = charge_rows(drafts_of(rows), lines)
    assert [(row.vat_rate, row.amount) for row in again] == [
        (row.vat_rate, row.amount) for row in rows
    ]
    table = totals_of(lines, rows)
    assert table.net_amount == sum(one.net_amount for one in lines) + sum(
        row.signed_amount for row in rows
    )


def test_a_percentage_follows_lines_that_became_less():
    lines = [line("200.00")]
    before = nets_by_rate(lines)
    rows = charge_rows([ChargeDraft(reason_code="95", rate=Decimal("0.10"))], lines)
    lines[0].net_amount = Decimal("50.00")
    assert follow_lines(rows, lines, before=before) == rows
    assert (rows[0].base_amount, rows[0].amount) == (Decimal("50.00"), Decimal("5.00"))


@pytest.mark.parametrize(
    ("draft", "word"),
    [
        (ChargeDraft(reason_code="XX", amount=Decimal(1)), "XX"),
        (ChargeDraft(reason_code="FC"), "either"),
        (ChargeDraft(reason_code="FC", amount=Decimal(1), rate=Decimal("0.1")), "either"),
        (ChargeDraft(reason_code="FC", amount=Decimal("-1")), "−1"),
        (ChargeDraft(reason_code="FC", amount=Decimal("1.005")), "1.005"),
        (ChargeDraft(reason_code="95", rate=Decimal("1.5")), "150"),
        (ChargeDraft(reason_code="95", amount=Decimal("200.01")), "200.01"),
        (ChargeDraft(reason_code="FC", amount=Decimal(1), spread="never"), "never"),
    ],
)
def test_what_makes_no_sense_is_named(draft, word):
    (problem,) = charge_problems([draft], [line("200.00")])
    assert word in problem


FREIGHT = ChargeDraft(reason_code="FC", amount=Decimal("12.50"))
THREE_PERCENT = ChargeDraft(reason_code="95", rate=Decimal("0.03"))


def charged(at, *lines, charges=(FREIGHT, THREE_PERCENT), **head):
    draft = make.draft(make.customer(at), *lines, charges=charges, **head)
    return create_order(at, draft, by=make.rep(at), on=make.TODAY)


@pytest.mark.django_db
def test_the_order_is_worth_its_lines_with_charges_and_less_discounts():
    at = make.company()
    order = charged(at, make.line(make.product(at, price="100.00"), "2"))
    order.refresh_from_db()
    assert order.net_amount == Decimal("206.50")  # 200.00 + 12.50 - 6.00
    assert order.vat_amount == Decimal("39.24")
    assert [one.words for one in order.charges.all()] == ["freight", "discount"]


@pytest.mark.django_db
def test_charges_stay_when_a_line_is_added_and_percentages_grow_with_it():
    at = make.company()
    order = charged(at, make.line(make.product(at, price="100.00"), "2"))
    order = add_line(
        order.pk, make.line(make.product(at, price="50.00"), "2"), by=make.rep(at), on=make.TODAY
    )
    assert [one.amount for one in order.charges.all()] == [Decimal("12.50"), Decimal("9.00")]
    assert order.net_amount == Decimal("303.50")


@pytest.mark.django_db
def test_cancelling_the_rest_takes_the_percentage_of_what_is_left():
    at = make.company()
    order = charged(at, make.line(make.product(at, price="100.00"), "4"))
    person = make.user(at, "sales_manager")
    submit(order.pk, by=person, on=make.TODAY)
    release(order.pk, by=person, on=make.TODAY)
    line = order.lines.get()
    cancel(order.pk, reason="enough", by=person, on=make.TODAY, shipped={line.pk: Decimal(1)})
    order.refresh_from_db()
    assert [one.amount for one in order.charges.all()] == [Decimal("12.50"), Decimal("3.00")]
    assert order.net_amount == Decimal("109.50")


@pytest.mark.django_db
def test_an_order_with_a_discount_beyond_its_lines_is_refused_whole():
    at = make.company()
    too_much = ChargeDraft(reason_code="95", amount=Decimal("100.01"))
    with pytest.raises(InvalidInput, match="100.01"):
        charged(at, make.line(make.product(at, price="100.00"), "1"), charges=(too_much,))


@pytest.mark.django_db
def test_without_a_policy_of_its_own_the_order_takes_the_customers():
    at = make.company()
    buyer = make.customer(at)
    buyer.billing_policy = "month"
    buyer.save()
    article = make.line(make.product(at))
    usual = create_order(at, make.draft(buyer, article), by=make.rep(at), on=make.TODAY)
    other = make.draft(buyer, article, billing_policy="shipment")
    special = create_order(at, other, by=make.rep(at), on=make.TODAY)
    assert (usual.billing_policy, special.billing_policy) == ("month", "shipment")


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "amount"), [("FC", "1.00"), ("95", "99.00")])
def test_the_database_lets_no_charge_become_less_and_no_discount_more(code, amount):
    at = make.company()
    agreed = (ChargeDraft(reason_code=code, amount=Decimal("5.00")),)
    order = charged(at, make.line(make.product(at, price="100.00"), "1"), charges=agreed)
    submit(order.pk, by=make.user(at, "sales_manager"), on=make.TODAY)
    with pytest.raises(IntegrityError, match="of a charge refused"), transaction.atomic():
        order.charges.update(amount=Decimal(amount))
