"""The search: each kind of find, what a person may see, fragments, amounts, slips of the pen."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import receivables.services as receivables
from core.roles import Role
from fulfillment.models import Shipment
from invoicing.models import Invoice
from orders.models import Order
from receivables.models import OpenItem
from reporting import search_arms
from reporting.asked import read
from reporting.search import Found, search
from tests import make
from tests.world import CUSTOMER_IBAN, MONDAY, World, world


def looked(here: World, text: str, role: Role = Role.FINANCE_MANAGER) -> dict[str, list[str]]:
    """Kind -> labels found by the person with that role."""
    found = search(here.company, here.by(role), text)
    return {group.code: [hit.label for hit in group.hits] for group in found.groups}


@pytest.fixture
def here(db) -> World:
    made = world(limit="1000000", stock="1000")
    made.customer.name = "Kältetechnik Brandt GmbH"
    made.customer.save()
    return made


@pytest.fixture
def sold(here) -> Invoice:
    """An invoice over 1,190.00, paid by a transfer with a text."""
    order = here.submitted("10", po_number="4500-778")
    shipment = here.dispatched(here.picked(order))
    return Invoice.objects.get(shipment=shipment)


def test_each_kind_is_found_by_what_people_know_of_it(here, sold) -> None:
    here.paid("70.00", "Danke fuer alles 2026", on=MONDAY, payer="Onkel Otto", iban=CUSTOMER_IBAN)
    order, shipment = Order.objects.get(), Shipment.objects.get()
    Shipment.objects.filter(pk=shipment.pk)
    assert looked(here, sold.number)["invoice"] == [sold.number]
    assert looked(here, order.number)["order"] == [order.number]
    assert looked(here, shipment.number)["shipment"] == [shipment.number]
    assert looked(here, "0034")["shipment"] == [shipment.number]
    by_po = looked(here, "4500-778")
    assert (by_po["order"], by_po["invoice"]) == ([order.number], [sold.number])
    assert looked(here, sold.payment_reference)["invoice"] == [sold.number]
    assert looked(here, here.article.number)["product"] == [here.article.number]
    assert looked(here, "Onkel")["entry"] == ["Onkel Otto"]
    assert looked(here, "fuer alles")["entry"] == ["Onkel Otto"]
    by_iban = looked(here, f"{CUSTOMER_IBAN[:4]} {CUSTOMER_IBAN[4:]}")
    assert (by_iban["customer"], by_iban["entry"]) == ([here.customer.name], ["Onkel Otto"])
    assert looked(here, here.customer.number)["customer"] == [here.customer.name]


def test_a_payment_is_found_by_its_number(here, sold) -> None:
    here.paid("1190.00", sold.number, on=MONDAY)
    payment = OpenItem.objects.get(kind="payment")
    assert looked(here, payment.document_number)["payment"] == [payment.document_number]


@pytest.mark.parametrize("typed", ["Kältetechnik", "kältetechnik br", "Kälttechnik", "Brandt"])
def test_names_forgive_case_parts_and_slips(here, typed) -> None:
    assert looked(here, typed)["customer"] == ["Kältetechnik Brandt GmbH"]


@pytest.mark.parametrize("typed", ["1190", "1190.00", "1.190,00", "1,190.00", "1 190,00", "€ 1190"])
def test_amounts_are_read_in_every_language(here, sold, typed) -> None:
    assert looked(here, typed)["invoice"] == [sold.number]


def test_numbers_are_found_by_their_beginning_middle_and_end(here) -> None:
    number = [here.invoiced("1").number for _ in range(3)][1]
    digits = number.rpartition("-")[2]
    for fragment in (number[:-1], number.lower(), digits, digits.lstrip("0"), digits[-3:]):
        if len(fragment) > 1:
            assert number in looked(here, fragment)["invoice"], fragment
    assert number in looked(here, f"-{digits[:4]}")["invoice"]


def test_many_finds_are_cut_and_lead_to_their_list(here) -> None:
    for _ in range(search_arms.PER_KIND + 2):
        here.invoiced("1")
    found = search(here.company, here.by(Role.FINANCE_MANAGER), "RE-")
    group = next(group for group in found.groups if group.code == "invoice")
    assert len(group.hits) == search_arms.PER_KIND
    assert group.more_url == reverse("invoicing:list", query={"q": "RE-"})


def test_only_what_a_person_may_see_of_their_company(here, sold) -> None:
    here.paid("50.00", "Danke 4711", on=MONDAY, payer="Somebody", iban="")
    assert "entry" not in looked(here, "4711", Role.SALES_REP)
    assert "entry" not in looked(here, "50.00", Role.SALES_REP)
    assert "invoice" not in looked(here, sold.number, Role.WAREHOUSE)
    other = make.company_de()
    receivables.set_up_ledger(other)
    stranger = make.user_with(Role.FINANCE_MANAGER, other)
    for text in (sold.number, "Brandt", "1190.00", "4711", "0034", CUSTOMER_IBAN):
        assert search(other, stranger, text) == Found([]), text
        assert search(here.company, stranger, text) == Found([]), text


@pytest.mark.parametrize("typed", ["", "x", "%", "%%%%", "____", "\\", "'; DROP", "a" * 500, "٣٤"])
def test_odd_texts_find_nothing_and_break_nothing(here, sold, typed) -> None:
    assert not looked(here, typed)


def test_a_search_that_takes_too_long_says_so_and_keeps_what_it_has(
    here, sold, monkeypatch
) -> None:
    slow = search_arms.Arm("invoice", 7, "invoicing_invoice", "pg_sleep(%s) IS NULL", "id", 5)
    monkeypatch.setattr(search_arms, "_deep", lambda asked: [slow])
    found = search(here.company, here.by(Role.FINANCE_MANAGER), sold.number)
    assert found.is_cut
    assert [hit.label for hit in found.hits if hit.record == sold] == [sold.number]
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] != f"{search_arms.DEEP_MILLISECONDS}ms"


def test_statements_do_not_grow_with_finds(here) -> None:
    counts = []
    for more in (1, 6):
        for _ in range(more):
            here.invoiced("1")
        with CaptureQueriesContext(connection) as queries:
            search(here.company, here.by(Role.FINANCE_MANAGER), "000")
        counts.append(len(queries))
    assert max(counts) <= 15
    assert counts[1] <= counts[0] + 1


def test_readings_of_a_text() -> None:
    assert read("1.190,00").amounts == (Decimal("1190.00"),)
    assert read("1 190,50 EUR").amounts == (Decimal("1190.50"),)
    assert read("12.5").amounts == (Decimal("12.5"),)
    assert read("1.190").amounts == (Decimal(1190),)
    assert read("RE-1").amounts == ()
    assert read("0042").digits == "0042"
    assert read(" de33 3704 ").compact == "DE333704"


@pytest.fixture
def boss(here) -> Client:
    client = Client()
    client.force_login(here.by(Role.FINANCE_MANAGER))
    client.get("/notifications")
    return client


def test_one_find_is_opened_at_once_and_none_explains_itself(boss, here) -> None:
    answer = boss.get(reverse("search"), {"q": "Brandt"})
    assert answer["Location"] == here.customer.get_absolute_url()
    nothing = boss.get(reverse("search"), {"q": "zzz"}).content.decode()
    assert "Nothing found" in nothing
    assert "as you write them" in nothing
    assert boss.get(reverse("search"), {"q": "\\"}).status_code == 200


def test_the_palette_finds_goes_and_begins_what_rights_allow(boss, here, sold) -> None:
    page = boss.get(reverse("palette"), {"q": sold.number}).content.decode()
    assert f'data-href="{sold.get_absolute_url()}"' in page
    start = boss.get(reverse("palette")).content.decode()
    assert f'data-href="{reverse("receivables:items")}"' in start
    assert reverse("orders:new") not in start  # finance does not enter orders
    acts = boss.get(reverse("palette"), {"q": "> remind"}).content.decode()
    assert f'data-href="{reverse("dunning:propose")}"' in acts
    assert reverse("dunning:list") + '"' not in acts
    rep = Client()
    rep.force_login(here.by(Role.SALES_REP))
    rep.get("/notifications")
    theirs = rep.get(reverse("palette"), {"q": ">"}).content.decode()
    assert reverse("orders:new") in theirs
    assert reverse("receivables:close") not in theirs


def test_the_look_is_kept(boss, here) -> None:
    assert boss.post(reverse("core:theme"), {"theme": "dark"}).status_code == 204
    person = here.by(Role.FINANCE_MANAGER)
    person.refresh_from_db()
    assert person.theme == "dark"
    assert boss.post(reverse("core:theme"), {"theme": "pink"}).status_code == 422
