"""Product and price pages: who sees what, what they show, what is entered there."""

from datetime import date
from decimal import Decimal

import pytest

from catalog.models import PriceList, Product
from core.models import Event
from tests import make

pytestmark = pytest.mark.django_db

NEW = {
    "number": "V-25",
    "name": "Valve DN25",
    "kind": "goods",
    "unit": "C62",
    "vat_class": "standard",
    "gtin": "4006381333931",
    "is_active": "on",
}


@pytest.mark.parametrize(("role", "may_change"), [("sales_manager", True), ("sales_rep", False)])
def test_product_page_for_a_colleague_with_and_without_right(company, as_role, role, may_change):
    valve = make.product(company, price="12.5", name="Valve DN25")
    page = as_role(role).get(valve.get_absolute_url())
    assert page.status_code == 200
    body = page.content.decode()
    assert "12.50" in body
    assert "§ 12 Abs. 1 UStG" in body
    assert (f"/products/{valve.pk}/edit" in body) == may_change


def test_a_stranger_meets_404_everywhere(company, as_role):
    valve = make.product(company, price="10")
    general = make.general_list(company)
    stranger = as_role("sales_manager", at=make.company_se())
    for url in (
        f"/catalog/products/{valve.pk}",
        f"/catalog/products/{valve.pk}/edit",
        f"/catalog/price-lists/{general.pk}",
        f"/catalog/price-lists/{general.pk}/set-price",
    ):
        assert stranger.get(url).status_code == 404, url
    price = valve.prices.get()
    assert stranger.post(f"/catalog/prices/{price.pk}/end").status_code == 404
    assert stranger.post(f"/catalog/price-lists/{general.pk}/active").status_code == 404
    found = stranger.get("/catalog/products/lookup", {"q": valve.number}).json()
    assert found == {"results": []}


def test_without_right_to_change_the_forms_are_403(company, as_role):
    general, rep = make.general_list(company), as_role("sales_rep")
    for url in (
        "/catalog/products/new",
        "/catalog/price-lists/new",
        f"/catalog/price-lists/{general.pk}/set-price",
    ):
        assert rep.get(url).status_code == 403


def test_a_product_is_entered_and_changed(company, as_role):
    manager = as_role("sales_manager")
    assert manager.get("/catalog/products/new").status_code == 200
    answer = manager.post("/catalog/products/new", NEW)
    valve = Product.objects.get(company=company)
    assert answer.url == valve.get_absolute_url()
    url = f"/catalog/products/{valve.pk}/edit"
    assert 'value="V-25"' in manager.get(url).content.decode()
    change = NEW | {"name": "Valve DN25 brass", "version": "1", "reorder_point": "1,250.5"}
    assert manager.post(url, change).status_code == 302
    valve.refresh_from_db()
    assert (valve.name, valve.reorder_point) == ("Valve DN25 brass", Decimal("1250.5"))
    assert "Valve DN25 → Valve DN25 brass" in manager.get(answer.url).content.decode()
    late = manager.post(url, change | {"name": "Other"})
    assert late.status_code == 409
    assert 'value="Other"' in late.content.decode()


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"gtin": "4006381333932"}, "gtin", "4006381333932"),
        ({"number": ""}, "number", "required"),
        ({"reorder_point": "1e5"}, "reorder_point", "1e5"),
    ],
)
def test_a_mistake_is_named_beside_its_field(company, as_role, change, field, words):
    answer = as_role("sales_manager").post("/catalog/products/new", NEW | change)
    assert answer.status_code == 422
    error = answer.content.decode().partition(f'id="id_{field}_error"')[2][:400]
    assert words in error


def test_a_number_taken_is_refused_beside_its_field(company, as_role):
    make.product(company, "V-25")
    answer = as_role("sales_manager").post("/catalog/products/new", NEW)
    assert answer.status_code == 409
    assert 'id="id_number_error"' in answer.content.decode()


def test_prices_with_breaks_are_set_in_the_list(company, as_role):
    valve = make.product(company, "V-25", price="10")
    general = make.general_list(company)
    manager = as_role("sales_manager")
    url = f"/catalog/price-lists/{general.pk}"
    body = manager.get(url).content.decode()
    assert f'action="{url}/set-price"' in body
    assert f'action="{url}/set-price"' not in as_role("auditor").get(url).content.decode()
    today = company.today().isoformat()
    row = {"product": "V-25", "starts_on": today}
    assert manager.post(f"{url}/set-price", row | {"unit_price": "11.25"}).status_code == 302
    more = row | {"unit_price": "9", "min_quantity": "1,000"}
    assert manager.post(f"{url}/set-price", more).status_code == 302
    prices = valve.prices.valid_on(company.today()).order_by("min_quantity")
    assert [(p.min_quantity, p.unit_price) for p in prices] == [
        (Decimal(0), Decimal("11.25")),
        (Decimal(1000), Decimal(9)),
    ]
    assert valve.prices.get(unit_price=10).valid.upper == company.today()
    body = manager.get(url).content.decode()
    assert "11.25" in body
    assert "10.00" not in body
    wrong = manager.post(f"{url}/set-price", row | {"unit_price": "ten"})
    assert wrong.status_code == 422
    assert "ten" in wrong.content.decode()
    assert Event.objects.about(valve).filter(name="price.set").count() == 3


def test_price_lists_are_opened_for_all_or_one_customer(company, as_role):
    buyer, manager = make.customer(company, "Acme"), as_role("sales_manager")
    data = {"name": "Acme 2026", "currency": "EUR", "customer": buyer.number}
    answer = manager.post("/catalog/price-lists/new", data)
    made = PriceList.objects.get(company=company)
    assert answer.url == made.get_absolute_url()
    assert made.customer == buyer
    assert "Acme" in manager.get("/catalog/price-lists").content.decode()
    second = manager.post("/catalog/price-lists/new", data | {"name": "Acme again"})
    assert second.status_code == 409
    assert "Acme 2026" in second.content.decode()
    manager.post(f"/catalog/price-lists/{made.pk}/active", {"is_active": "0"})
    made.refresh_from_db()
    assert not made.is_active


def test_lists_filter_export_and_their_queries_do_not_grow(
    company, as_role, django_assert_max_num_queries
):
    for n in range(3):
        make.product(company, f"P-{n}", price="10", name=f"Pump {n}")
    make.product(make.company_de(), "Z-9")
    rep = as_role("sales_rep")
    body = rep.get("/catalog/products", {"q": "p-1"}).content.decode()
    assert "Pump 1" in body
    assert "Pump 2" not in body
    text = b"".join(rep.get("/catalog/products", {"export": "csv"})).decode("utf-8-sig")
    assert "Pump 2" in text
    assert "Z-9" not in text
    for n in range(20):
        make.product(company, f"Q-{n}", price="10")
    general = make.general_list(company)
    manager = as_role("sales_manager")
    for url in ("/catalog/products", "/catalog/price-lists", f"/catalog/price-lists/{general.pk}"):
        with django_assert_max_num_queries(12):
            assert manager.get(url).status_code == 200


def test_the_product_page_keeps_its_query_budget(company, as_role, django_assert_max_num_queries):
    valve = make.product(company, price="10")
    for n in range(5):
        make.set_price(make.agreement(make.customer(company)), valve, f"{n + 1}")
    rep = as_role("sales_rep")
    with django_assert_max_num_queries(25):
        assert rep.get(valve.get_absolute_url()).status_code == 200


def test_lookup_ranks_exact_numbers_first_and_forgives_typing(company, as_role):
    make.product(company, "A-1000", name="Ball valve brass DN25", gtin="4006381333931")
    make.product(company, "A-100", name="Gate valve", previous_number="OLD7")
    gone = make.product(company, "A-1001", name="Ball valve old", is_active=False)
    rep = as_role("sales_rep")

    def labels(text):
        results = rep.get("/catalog/products/lookup", {"q": text}).json()["results"]
        return [row["label"] for row in results]

    assert labels("a-100") == ["A-100", "A-1000"]
    assert labels("4006381333931") == ["A-1000"]
    assert labels("OLD7") == ["A-100"]
    assert labels("bal valv brass")[0] == "A-1000"
    assert gone.number not in labels("ball valve")
    assert labels("  ") == []


def test_prices_of_a_list_on_a_day_that_is_past(company, as_role):
    valve = make.product(company, price="10")
    general = make.general_list(company)
    make.set_price(general, valve, "77", starts_on=date(2025, 1, 1), ends_before=date(2025, 2, 1))
    url = f"/catalog/price-lists/{general.pk}"
    rep = as_role("sales_rep")
    assert "77.00" not in rep.get(url).content.decode()
    assert "77.00" in rep.get(url, {"on": "2025-01-15"}).content.decode()
