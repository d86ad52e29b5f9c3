"""The verbs of catalog: done, refused, twice, beside themselves, and what the database holds."""

import dataclasses
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from catalog import services
from catalog.models import Price, PriceList, Product
from catalog.services import PriceDraft, ProductDraft
from core.models import Event
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from tests import make
from tests.core.threads import beside_itself

pytestmark = pytest.mark.django_db

WHEN = {"by": make.SET_UP, "on": make.DAY}
FIRST, SECOND, THIRD = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def spans(product) -> list[tuple[str, date, date | None]]:
    rows = product.prices.order_by("min_quantity", "valid")
    return [(str(p.unit_price.normalize()), p.valid.lower, p.valid.upper) for p in rows]


def test_a_new_price_closes_the_old_one_on_its_first_day(company):
    product, general = make.product(company), make.general_list(company)
    make.set_price(general, product, "5", starts_on=FIRST)
    make.set_price(general, product, "6", starts_on=SECOND)
    assert spans(product) == [("5", FIRST, SECOND), ("6", SECOND, None)]


def test_a_price_put_before_a_later_one_ends_where_that_begins(company):
    product, general = make.product(company), make.general_list(company)
    make.set_price(general, product, "7", starts_on=THIRD)
    make.set_price(general, product, "5", starts_on=FIRST)
    make.set_price(general, product, "6", starts_on=SECOND)
    assert spans(product) == [("5", FIRST, SECOND), ("6", SECOND, THIRD), ("7", THIRD, None)]


def test_the_same_day_again_corrects_in_place_and_breaks_stand_apart(company):
    product, general = make.product(company), make.general_list(company)
    for price in ("5", "6", "6"):
        make.set_price(general, product, price, starts_on=FIRST)
    make.set_price(general, product, "4", min_quantity="10", starts_on=FIRST)
    assert spans(product) == [("6", FIRST, None), ("4", FIRST, None)]


def test_a_price_is_ended_or_if_not_begun_taken_away(company):
    product, general = make.product(company), make.general_list(company)
    now = make.set_price(general, product, "5", starts_on=FIRST)
    later = make.set_price(general, product, "6", starts_on=THIRD)
    services.end_price(later.pk, ends_before=SECOND, **WHEN)
    services.end_price(now.pk, ends_before=SECOND, **WHEN)
    assert spans(product) == [("5", FIRST, SECOND)]
    assert Event.objects.about(product).filter(name="price.ended").count() == 2


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (PriceDraft(Decimal(-1), FIRST), "unit_price"),
        (PriceDraft(Decimal("1e10"), FIRST), "unit_price"),
        (PriceDraft(Decimal(1), FIRST, Decimal(-1)), "min_quantity"),
        (PriceDraft(Decimal(1), SECOND, Decimal(0), FIRST), "ends_before"),
    ],
)
def test_an_impossible_price_is_refused_at_its_field(company, draft, field):
    product, general = make.product(company), make.general_list(company)
    with pytest.raises(InvalidInput) as refused:
        services.set_price(general.pk, product, draft, **WHEN)
    assert refused.value.field == field
    assert spans(product) == []


def test_another_companys_product_has_no_price_here(company):
    foreign, general = make.product(make.company_se()), make.general_list(company)
    with pytest.raises(InvalidInput):
        make.set_price(general, foreign, "1")
    with pytest.raises(IntegrityError, match="not of the company"), transaction.atomic():
        Price.objects.create(
            price_list=general, product=foreign, unit_price=1, valid=DateRange(FIRST, None)
        )


def test_the_database_refuses_two_prices_at_a_time(company):
    product, general = make.product(company, price="1"), make.general_list(company)
    with pytest.raises(IntegrityError, match="price_no_overlap"), transaction.atomic():
        Price.objects.create(
            price_list=general,
            product=product,
            min_quantity=0,
            unit_price=1,
            valid=DateRange(FIRST, SECOND),
        )


def test_one_active_list_per_currency_and_customer(company):
    buyer = make.customer(company)
    general, own = make.general_list(company), make.agreement(buyer)
    with pytest.raises(Conflict, match=general.name):
        services.create_price_list(company, name="Second", currency="EUR", **WHEN)
    with pytest.raises(Conflict, match=own.name):
        make.agreement(buyer)
    with pytest.raises(IntegrityError, match="price_list_one_general"), transaction.atomic():
        PriceList.objects.create(company=company, name="Second", currency="EUR")
    make.agreement(buyer, "USD")
    services.set_price_list_active(general.pk, is_active=False, **WHEN)
    services.create_price_list(company, name="Second", currency="EUR", **WHEN)
    with pytest.raises(Conflict):
        services.set_price_list_active(general.pk, is_active=True, **WHEN)


def test_a_list_needs_a_name_a_known_currency_and_a_customer_of_the_company(company):
    for values in (
        {"name": " ", "currency": "EUR"},
        {"name": "Yen", "currency": "JPY"},
        {"name": "X", "currency": "EUR", "customer": make.customer(make.company_se())},
    ):
        with pytest.raises(InvalidInput):
            services.create_price_list(company, **values, **WHEN)


def test_numbers_and_gtins_are_taken_once_in_a_company_but_free_in_another(company):
    make.product(company, "V-1", gtin="4006381333931")
    make.product(make.company_se(), "V-1", gtin="4006381333931")
    for draft in (ProductDraft("V-1", "x"), ProductDraft("V-2", "x", gtin="4006381333931")):
        with pytest.raises(Conflict):
            services.create_product(company, draft, **WHEN)


def test_a_product_changes_with_old_and_new_in_the_event(company):
    product = make.product(company, "V-1", name="Valve")
    draft = dataclasses.replace(ProductDraft.of(product), name="Ball valve", is_active=False)
    changed = services.change_product(product.pk, draft, version=1, **WHEN)
    assert (changed.name, changed.is_active, changed.version) == ("Ball valve", False, 2)
    event = Event.objects.about(product).first()
    assert event.payload["changed"]["name"] == {"old": "Valve", "new": "Ball valve"}
    count = Event.objects.about(product).count()
    services.change_product(product.pk, draft, **WHEN)
    assert Event.objects.about(product).count() == count
    with pytest.raises(Conflict):
        services.change_product(product.pk, draft, version=1, **WHEN)


def test_without_the_right_nothing_happens(company):
    product, general = make.product(company), make.general_list(company)
    act = {"by": make.user_with("sales_rep", company), "on": make.DAY}
    draft = ProductDraft.of(product)
    for verb in (
        lambda: services.create_product(company, draft, **act),
        lambda: services.change_product(product.pk, draft, **act),
        lambda: services.create_price_list(company, name="X", currency="USD", **act),
        lambda: services.set_price(general.pk, product, PriceDraft(Decimal(1), FIRST), **act),
        lambda: services.set_price_list_active(general.pk, is_active=False, **act),
    ):
        with pytest.raises(PermissionMissing):
            verb()


@pytest.mark.django_db(transaction=True)
def test_prices_set_at_once_leave_one_a_day():
    company = make.company_de()
    product, general = make.product(company), make.general_list(company)
    beside_itself(
        lambda n: make.set_price(general, product, str(n + 1), starts_on=FIRST), threads=8
    )
    assert Price.objects.filter(product=product).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_article_number_entered_at_once_exists_once():
    company = make.company_de()
    draft = ProductDraft("V-1", "Valve")
    outcomes = beside_itself(lambda _n: services.create_product(company, draft, **WHEN), threads=6)
    assert sum(isinstance(row, Product) for row in outcomes) == 1
    assert Product.objects.filter(company=company).count() == 1
