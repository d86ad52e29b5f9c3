"""Pages of orders: what they show, to whom, and with how many statements."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders.models import Order
from orders.services import submit
from tests.orders import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def at():
    return make.company()


@pytest.fixture
def rep(at, client):
    person = make.rep(at)
    client.force_login(person)
    return person


def grid(buyer, *rows, **fields):
    """A posted entry page; rows are (article, quantity) or with price typed by hand."""
    data = {
        "customer": buyer.pk if buyer else "", "customer_text": str(buyer or ""),
        "row_key": [f"r{n}" for n in range(len(rows))],
        "row_product": [""] * len(rows),
        "row_article": [row[0] for row in rows],
        "row_quantity": [row[1] for row in rows],
        "row_price": [row[2] if len(row) > 2 else "" for row in rows],
        "row_manual": ["1" if len(row) > 2 else "" for row in rows],
        "row_discount": [""] * len(rows),
        "row_reference": [""] * len(rows),
        "token": "entry-1",
    }  # fmt: skip
    return {**data, **fields}


# --- list and document -------------------------------------------------------------------------
def test_the_list_costs_the_same_for_any_number(at, rep, client):
    def statements(count):
        for _ in range(count):
            make.order(at)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("orders:list")).status_code == 200
        return len(seen)

    few, many = statements(2), statements(20)
    assert many <= few
    assert many <= 12


def test_the_list_filters_and_exports(at, rep, client):
    draft, open_order = make.order(at, po_number="PO-A"), make.released(at, po_number="PO-B")
    text = client.get(reverse("orders:list"), {"open": "1"}).content.decode()
    assert open_order.number in text
    assert draft.number not in text
    export = client.get(reverse("orders:list"), {"q": "PO-A", "export": "csv"})
    assert draft.number in b"".join(export.streaming_content).decode()


@pytest.mark.parametrize("lines", [3, 60])
def test_the_document_costs_the_same_for_any_number_of_lines(at, rep, client, lines):
    order = make.order(at, lines=lines)
    with CaptureQueriesContext(connection) as seen:
        response = client.get(order.get_absolute_url())
    assert response.status_code == 200
    assert len(seen) <= 25, [query["sql"][:80] for query in seen]


def test_each_state_has_its_page(at, rep, client):
    for order in (make.order(at), make.released(at)):
        assert order.number in client.get(order.get_absolute_url()).content.decode()


def test_owner_colleague_stranger(at, client):
    order = make.order(at)
    urls = [order.get_absolute_url(), reverse("orders:edit", args=[order.pk])]
    client.force_login(make.rep(at))
    assert [client.get(url).status_code for url in urls] == [200, 200]
    client.force_login(make.user(at, "warehouse"))
    assert [client.get(url).status_code for url in urls] == [200, 403]
    client.force_login(make.rep(make.company()))
    assert [client.get(url).status_code for url in urls] == [404, 404]
    client.logout()
    assert client.get(urls[0]).status_code == 302


# --- entry -------------------------------------------------------------------------------------
def test_prices_appear_while_one_types(at, rep, client):
    make.product(at, "A-1", "86.00")
    data = grid(make.customer(at), ("a-1", "2"), ("NOPE", "1"), ("A-1", "x"), seq="7")
    answer = client.post(reverse("orders:price"), data).json()
    good, unknown, bad = answer["rows"]
    assert (answer["seq"], answer["net"], answer["gross"]) == ("7", "172.00", "204.68")
    assert (good["article"], good["price"], good["net"]) == ("A-1", "86.00", "172.00")
    assert "NOPE" in unknown["errors"]["article"]
    assert "quantity" in bad["errors"]


def test_pricing_costs_the_same_for_any_number_of_rows(at, rep, client):
    buyer = make.customer(at)
    numbers = [make.product(at).number for _ in range(50)]

    def statements(count):
        data = grid(buyer, *[(number, "1") for number in numbers[:count]])
        with CaptureQueriesContext(connection) as seen:
            client.post(reverse("orders:price"), data)
        return len(seen)

    few, many = statements(5), statements(50)
    assert many <= few


def test_a_draft_saves_itself_and_stays_one_order(at, rep, client):
    make.product(at, "A-1")
    buyer = make.customer(at)
    data = grid(buyer, ("A-1", "2"), ("NOPE", "1"))
    first = client.post(reverse("orders:autosave_new"), data).json()
    assert (first["is_saved"], first["is_whole"]) == (True, False)
    again = client.post(reverse("orders:autosave_new"), data).json()
    assert again["number"] == first["number"]
    order = Order.objects.get()
    data = grid(buyer, ("A-1", "5"), version=str(first["version"]))
    later = client.post(first["autosave_url"], data).json()
    assert later["version"] == first["version"] + 1
    assert order.lines.get().quantity == 5
    stale = client.post(first["autosave_url"], data, headers={"HX-Request": "true"})
    assert stale.status_code == 409


def test_errors_bring_everything_typed_back(at, rep, client):
    data = grid(make.customer(at), ("NOPE", "3"), po_number="PO-9", requested="soon")
    response = client.post(reverse("orders:save_new"), data)
    text = response.content.decode()
    assert response.status_code == 422
    for typed in ("NOPE", "PO-9", "soon"):
        assert f'value="{typed}"' in text
    assert not Order.objects.exists()


def test_saved_then_submitted_then_asked_about_the_same_number(at, rep, client):
    make.product(at, "A-1", "86.00")
    buyer = make.customer(at)
    data = grid(
        buyer, ("A-1", "2"), ("A-1", "1", "80.00"), po_number="PO-1", requested="2027-01-04"
    )
    response = client.post(reverse("orders:save_new"), {**data, "act": "submit"})
    order = Order.objects.get()
    assert response.url == order.get_absolute_url()
    assert order.state in ("released", "on_hold")
    assert (str(order.net_amount), order.requested_on) == ("252.00", date(2027, 1, 4))
    twice = client.post(reverse("orders:save_new"), {**data, "act": "submit", "token": "entry-2"})
    assert twice.status_code == 409
    assert order.number in twice.content.decode()
    second = Order.objects.exclude(pk=order.pk).get()
    assert second.state == "draft"
    client.post(reverse("orders:submit", args=[second.pk]), {"is_confirmed": "1"})
    second.refresh_from_db()
    assert second.state != "draft"


def test_what_is_missing_is_named_beside_the_saved_draft(at, rep, client):
    make.product(at, "A-1")
    buyer = make.customer(at, is_public_body=True)
    buyer.addresses.all().delete()
    data = grid(buyer, ("A-1", "2"), act="submit")
    response = client.post(reverse("orders:save_new"), data)
    text, order = response.content.decode(), Order.objects.get()
    assert (response.status_code, order.state) == (422, "draft")
    assert "Leitweg-ID" in text
    assert "Choose a delivery address" in text
    assert reverse("orders:save", args=[order.pk]) in text


def test_a_change_meanwhile_loses_nothing_typed(at, rep, client):
    make.product(at, "A-1")
    order = make.order(at)
    data = grid(order.customer, ("A-1", "77"), po_number="MINE", version="0")
    response = client.post(reverse("orders:save", args=[order.pk]), data)
    text = response.content.decode()
    assert response.status_code == 409
    assert "somebody else" in text
    assert 'value="77"' in text
    assert 'value="MINE"' in text


def test_pasted_rows_and_lookups(at, rep, client):
    valve = make.product(at, "A-1")
    buyer = make.customer(at, "C-77")
    pasted = client.post(reverse("orders:pasted"), {"text": "A-1\t5\nA-2\t1,5\t9,00"}).json()
    assert [row["article"] for row in pasted["rows"]] == ["A-1", "A-2"]
    found = client.get(reverse("orders:find_article"), {"q": "a-1"}).json()["results"]
    assert found[0]["value"] == valve.pk
    found = client.get(reverse("orders:find_customer"), {"q": "c-77"}).json()["results"]
    assert found[0]["value"] == buyer.pk
    other = make.customer(make.company(), "X-1")
    assert not client.get(reverse("orders:find_customer"), {"q": "X-1"}).json()["results"]
    url = reverse("orders:addresses")
    assert "Kai 7" in client.get(url, {"customer": buyer.pk}).content.decode()
    assert client.get(url, {"customer": other.pk}).status_code == 404


def test_a_submitted_order_is_not_edited(at, rep, client):
    order = make.order(at)
    submit(order.pk, by=rep, on=make.TODAY)
    assert client.get(reverse("orders:edit", args=[order.pk])).url == order.get_absolute_url()


# --- cancel and import -------------------------------------------------------------------------
def test_cancel_asks_why(at, rep, client):
    order = make.order(at)
    url = reverse("orders:cancel", args=[order.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "entered twice"}).status_code == 302
    order.refresh_from_db()
    assert (order.state, order.cancel_reason) == ("cancelled", "entered twice")


def test_import_shows_a_result_per_order(at, rep, client):
    make.product(at, "A-1")
    make.customer(at, "C-1")
    content = make.csv("Customer;PO;Article;Quantity", "C-1;1;A-1;5", "C-1;2;NOPE;5")
    url = reverse("orders:import")
    assert client.get(url).status_code == 200
    text = client.post(url, {"file": SimpleUploadedFile("o.csv", content)}).content.decode()
    assert Order.objects.get().number in text
    assert "NOPE" in text
    broken = client.post(url, {"file": SimpleUploadedFile("o.xml", b"<Order")})
    assert broken.status_code == 422
    assert client.post(url, {}).status_code == 422


def test_no_page_carries_inline_script_or_style(at, rep, client):
    order = make.order(at)
    for url in (
        reverse("orders:new"),
        reverse("orders:edit", args=[order.pk]),
        reverse("orders:import"),
        order.get_absolute_url(),
    ):
        text = client.get(url).content.decode()
        assert " style=" not in text
        assert "onclick" not in text
        assert "<script>" not in text


def test_answers_for_the_browser_are_json(at, rep, client):
    answer = client.post(reverse("orders:price"), grid(None, ("A-1", "1")))
    assert json.loads(answer.content)["errors"]["customer"]
