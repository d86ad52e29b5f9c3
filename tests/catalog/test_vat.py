"""VAT category, rate and exemption text by seller, buyer, kind and day."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import VatClass, VatRate
from catalog.rules import EU_COUNTRIES, check_gtin, check_unit, vat_category
from catalog.services import VatRequest, vat_for, vats_for
from o2c.errors import InvalidInput
from tests import make

pytestmark = pytest.mark.django_db

# seller, buyer, VAT id, business, kind -> category
CASES = [
    ("DE", "DE", "DE136695976", True, "goods", "S"),
    ("DE", "DE", "", False, "service", "S"),
    ("DE", "SE", "SE556012579001", True, "goods", "K"),
    ("DE", "SE", "SE556012579001", True, "service", "AE"),
    ("DE", "SE", "", True, "goods", "S"),
    ("DE", "SE", "", True, "service", "S"),
    ("DE", "SE", "", False, "goods", "S"),
    ("DE", "SE", "SE556012579001", False, "goods", "S"),
    ("DE", "AT", "DE136695976", True, "goods", "S"),
    ("DE", "NL", "SE556012579001", True, "goods", "K"),
    ("DE", "GR", "EL094259216", True, "goods", "K"),
    ("DE", "US", "", True, "goods", "G"),
    ("DE", "US", "", False, "goods", "G"),
    ("DE", "US", "", True, "service", "O"),
    ("DE", "US", "", False, "service", "S"),
    ("DE", "CH", "CHE107787577MWST", True, "service", "O"),
    ("DE", "NO", "", True, "goods", "G"),
    ("DE", "GB", "GB366303068", True, "goods", "G"),
    ("DE", "GB", "XI366303068", True, "goods", "K"),
    ("DE", "GB", "XI366303068", True, "service", "O"),
    ("SE", "SE", "SE556012579001", True, "goods", "S"),
    ("SE", "DE", "DE136695976", True, "goods", "K"),
    ("SE", "DE", "DE136695976", True, "service", "AE"),
    ("SE", "NO", "", True, "goods", "G"),
]


@pytest.mark.parametrize(("seller", "buyer", "vat_id", "is_business", "kind", "category"), CASES)
def test_category_by_the_place_of_supply(seller, buyer, vat_id, is_business, kind, category):
    ruling = vat_category(seller, buyer, vat_id, is_business, kind, "standard")
    assert ruling.category == category
    assert ruling.needs_rate == (category == "S")
    assert ruling.exemption == ("" if category == "S" else category)


def test_zero_and_exempt_classes_at_home():
    assert vat_category("DE", "DE", "", True, "goods", "zero").category == "Z"
    assert vat_category("DE", "DE", "", True, "service", "exempt").category == "E"
    assert vat_category("DE", "SE", "SE556012579001", True, "goods", "zero").category == "K"


@given(
    st.sampled_from(["DE", "SE"]),
    st.sampled_from([*sorted(EU_COUNTRIES), "US", "CH", "NO", "GB"]),
    st.sampled_from(["", "DE136695976", "SE556012579001", "EL094259216", "GB366303068"]),
    st.booleans(),
    st.sampled_from(["goods", "service"]),
    st.sampled_from(VatClass.values),
)
def test_every_sale_has_one_consistent_ruling(seller, buyer, vat_id, business, kind, vat_class):
    ruling = vat_category(seller, buyer, vat_id, business, kind, vat_class)
    assert ruling.needs_rate == (ruling.category == "S")
    assert bool(ruling.exemption) == (ruling.category in {"E", "AE", "K", "G", "O"})
    if ruling.category in {"K", "AE"}:
        assert business
        assert vat_id[:2] != seller
        assert buyer != seller
    if buyer == seller:
        assert ruling.category in {"S", "Z", "E"}


def rate(product, customer, on, **where):
    found = vat_for(product, customer=customer, on=on, **where)
    return found.category, found.rate.normalize()


@pytest.mark.parametrize(
    ("vat_class", "day", "expected"),
    [
        ("standard", date(2020, 6, 30), "0.19"),
        ("standard", date(2020, 7, 1), "0.16"),
        ("standard", date(2020, 12, 31), "0.16"),
        ("standard", date(2021, 1, 1), "0.19"),
        ("reduced", date(2020, 12, 31), "0.05"),
        ("reduced", date(2026, 3, 2), "0.07"),
        ("food", date(2026, 5, 1), "0.07"),
    ],
)
def test_german_rates_by_day(company, vat_class, day, expected):
    buyer, product = make.customer(company), make.product(company, vat_class=vat_class)
    assert rate(product, buyer, day) == ("S", Decimal(expected))


@pytest.mark.parametrize(
    ("vat_class", "day", "expected"),
    [
        ("standard", date(2026, 3, 2), "0.25"),
        ("reduced", date(2026, 5, 1), "0.12"),
        ("reduced2", date(2026, 5, 1), "0.06"),
        ("food", date(2026, 3, 31), "0.12"),
        ("food", date(2026, 4, 1), "0.06"),
        ("food", date(2027, 12, 31), "0.06"),
        ("food", date(2028, 1, 1), "0.12"),
    ],
)
def test_swedish_rates_by_day(vat_class, day, expected):
    company = make.company_se()
    buyer, product = make.customer(company), make.product(company, vat_class=vat_class)
    assert rate(product, buyer, day) == ("S", Decimal(expected))


def test_the_text_is_in_the_customers_language_and_has_its_code(company):
    product = make.product(company)
    expected = {
        "de": "Steuerfreie innergemeinschaftliche Lieferung (§ 4 Nr. 1b UStG)",
        "sv": "unionsintern varuleverans",
        "en": "intra-Community supply",
    }
    for language, words in expected.items():
        buyer = make.customer(company, country="SE", vat_id="SE556012579001", language=language)
        found = vat_for(product, customer=buyer, on=make.DAY)
        assert (found.category, found.rate, found.exemption_code) == ("K", 0, "VATEX-EU-IC")
        assert words in found.exemption_text


def test_where_goods_go_decides_and_for_services_where_the_buyer_sits(company):
    swede = make.customer(company, country="SE", vat_id="SE556012579001")
    goods, service = make.product(company), make.product(company, kind="service")
    assert rate(goods, swede, make.DAY, ship_to_country="DE") == ("S", Decimal("0.19"))
    assert rate(goods, swede, make.DAY, ship_to_country="US")[0] == "G"
    assert rate(service, swede, make.DAY, ship_to_country="DE")[0] == "AE"


def test_a_missing_rate_or_text_is_named_with_its_remedy():
    company = make.company_de(country="DK", vat_id="", currency="DKK")
    product = make.product(company)
    with pytest.raises(InvalidInput, match="DK.*set-up"):
        vat_for(product, customer=make.customer(company), on=make.DAY)
    with pytest.raises(InvalidInput, match="exemption text"):
        vat_for(product, customer=make.customer(company, country="US"), on=make.DAY)


def test_a_hundred_sales_cost_two_statements(company, django_assert_num_queries):
    home = make.customer(company)
    abroad = make.customer(company, country="SE", vat_id="SE556012579001")
    products = [make.product(company) for _ in range(10)]
    requests = [
        VatRequest.of(product, seller=company, customer=buyer, on=make.DAY)
        for product in products
        for buyer in (home, abroad) * 5
    ]
    with django_assert_num_queries(2):
        found = vats_for(requests)
    assert [row.category for row in found] == ["S", "K"] * 50


def test_rates_carry_their_source_and_never_overlap():
    rates = list(VatRate.objects.all())
    assert {row.country for row in rates} == {"DE", "SE"}
    assert all(row.source for row in rates)
    for one in rates:
        others = VatRate.objects.filter(country=one.country, vat_class=one.vat_class)
        assert not others.exclude(pk=one.pk).filter(valid__overlap=one.valid).exists()


def test_gtin_and_unit_are_proved():
    assert check_gtin(" 4006381 333931 ") == "4006381333931"
    assert check_gtin("") == ""
    assert check_unit("kgm") == "KGM"
    for check, wrong in ((check_gtin, "4006381333932"), (check_gtin, "12"), (check_unit, "piece")):
        with pytest.raises(InvalidInput, match=wrong):
            check(wrong)
