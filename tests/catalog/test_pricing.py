"""Which price wins: agreement before list, the highest break reached, the range of the day."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules import PriceStep, Span, best_step, room_for
from catalog.services import PriceRequest, price_for, prices_for
from tests import make

pytestmark = pytest.mark.django_db

amounts = st.decimals("0", "9999", places=2)
quantities = st.decimals("0", "1000", places=3)
steps = st.builds(PriceStep, quantities, amounts, st.booleans())


@given(st.lists(steps, max_size=8), quantities)
def test_the_best_step_is_reached_and_no_other_is_better(known, quantity):
    best = best_step(known, quantity)
    reached = [step for step in known if step.min_quantity <= quantity]
    if best is None:
        assert reached == []
        return
    assert best.min_quantity <= quantity
    assert best.is_agreement == any(step.is_agreement for step in reached)
    rivals = [step for step in reached if step.is_agreement == best.is_agreement]
    assert best.min_quantity == max(step.min_quantity for step in rivals)


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(days, st.none() | days, st.lists(days, max_size=4))
def test_a_new_price_never_reaches_into_a_later_one(start, end, others):
    before = room_for(start, end, [Span(first, None) for first in others])
    later = [first for first in others if first > start]
    assert all(before is not None and before <= first for first in later)
    assert before is None or before in [*later, end]


def price(product, customer, quantity="1", on=make.DAY, **options):
    found = price_for(product, customer=customer, quantity=Decimal(quantity), on=on, **options)
    return found and (str(found.unit_price.normalize()), found.source)


def test_list_breaks_and_agreement(company):
    buyer, other = make.customer(company), make.customer(company)
    valve = make.product(company, price="10")
    make.set_price(make.general_list(company), valve, "8", min_quantity="100")
    make.set_price(make.agreement(buyer), valve, "9", min_quantity="50")
    assert price(valve, other, "0.5") == ("1E+1", "list")
    assert price(valve, other, "99.999") == ("1E+1", "list")
    assert price(valve, other, "100") == ("8", "list")
    assert price(valve, buyer, "10") == ("1E+1", "list")
    assert price(valve, buyer, "200") == ("9", "agreement")


def test_other_currency_other_company_and_inactive_list_are_not_found(company):
    valve = make.product(company, price="10")
    dollar_buyer = make.customer(company, currency="USD")
    assert price(valve, dollar_buyer) is None
    assert price(valve, dollar_buyer, currency="EUR") == ("1E+1", "list")
    make.general_list(company).prices.all()
    from_list = make.general_list(company)
    from_list.is_active = False
    from_list.save()
    assert price(valve, make.customer(company)) is None


def test_a_price_holds_from_its_first_day_until_before_its_last(company):
    buyer, valve = make.customer(company), make.product(company, price="10")
    general = make.general_list(company)
    make.set_price(general, valve, "7", starts_on=date(2026, 5, 1), ends_before=date(2026, 6, 1))
    assert price(valve, buyer, on=date(2026, 4, 30)) == ("1E+1", "list")
    assert price(valve, buyer, on=date(2026, 5, 1)) == ("7", "list")
    assert price(valve, buyer, on=date(2026, 5, 31)) == ("7", "list")
    assert price(valve, buyer, on=date(2026, 6, 1)) is None
    assert price(valve, buyer, on=date(2019, 12, 31)) is None


def test_many_prices_cost_one_statement(company, django_assert_num_queries):
    buyers = [make.customer(company) for _ in range(3)]
    products = [make.product(company, price=str(5 + n)) for n in range(4)]
    requests = [
        PriceRequest(product.pk, buyer.pk, "EUR", Decimal(1), make.DAY)
        for product in products
        for buyer in buyers
    ]
    with django_assert_num_queries(1):
        found = prices_for(requests)
    assert [row.unit_price for row in found] == [Decimal(5 + n) for n in range(4) for _ in buyers]
    with django_assert_num_queries(0):
        assert prices_for([]) == []
