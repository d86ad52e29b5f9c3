"""The warehouse's pages: three people, constant query counts, and the acts by browser."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from fulfillment.models import Shipment, StockLevel
from fulfillment.services import create_shipment, dispatch, make_delivery_note, reserve_order
from invoicing.models import Invoice
from orders.models import Order
from tests.fulfillment import make
from tests.fulfillment.make import JOB, TODAY

D = Decimal
LISTS = ("list", "to_pick", "backorders", "stock", "warehouses")


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client(world):
    return client_of(world.worker)


@pytest.fixture
def shipment(world):
    return make.picking_shipment(world.customer, world.warehouse, world.goods, 4)


def fill(world, rows):
    """Orders ready to pick, in picking, dispatched and waiting for stock: ``rows`` of each."""
    for _ in range(rows):
        article = make.product(world.company)
        shipment = make.picking_shipment(world.customer, world.warehouse, article, 2)
        dispatch(shipment.pk, carrier="DHL", tracking_number="1", by=JOB, on=TODAY)
        make.picking_shipment(world.customer, world.warehouse, article, 2)
        make.stock(world.warehouse, article, 1)
        order = make.released_order(world.customer, [(article, 3), (world.service, 1)])
        reserve_order(order.pk, by=JOB, on=TODAY)


def test_lists_take_the_same_statements_for_many_rows(world, client, django_assert_max_num_queries):
    first = {}
    fill(world, 1)
    for name in LISTS:
        url = reverse(f"fulfillment:{name}")
        client.get(url)
        with django_assert_max_num_queries(12) as seen:
            assert client.get(url).status_code == 200
        first[name] = len(seen)
    fill(world, 5)
    for name in LISTS:
        with django_assert_max_num_queries(first[name]):
            assert client.get(reverse(f"fulfillment:{name}")).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_lists_show_own_rows_only_and_export(world, name):
    fill(world, 1)
    other = make.user(make.company(), "warehouse")
    url = reverse(f"fulfillment:{name}")
    stranger = client_of(other).get(url)
    assert stranger.status_code == 200
    assert world.warehouse.code not in stranger.content.decode()
    assert "Acme GmbH" not in stranger.content.decode()
    export = client_of(make.user(world.company, "auditor")).get(url, {"export": "csv"})
    body = b"".join(export.streaming_content) if export.streaming else export.content
    assert body.count(b"\n") >= 2


def test_a_strangers_shipment_and_product_are_not_found(world, shipment):
    stranger = client_of(make.user(make.company(), "warehouse"))
    for name, pk in (
        ("shipment", shipment.pk),
        ("pick_list", shipment.pk),
        ("delivery_note", shipment.pk),
        ("order_panel", shipment.order_id),
        ("product_panel", world.goods.pk),
        ("availability", world.goods.pk),
        ("product_stock", world.goods.pk),
    ):
        assert stranger.get(reverse(f"fulfillment:{name}", args=[pk])).status_code == 404, name
    for name in ("dispatch", "cancel", "deliver"):
        url = reverse(f"fulfillment:{name}", args=[shipment.pk])
        assert stranger.post(url, {"delivered_on": "t"}).status_code == 404, name


def test_acts_are_for_the_warehouse(world, shipment):
    rep = client_of(make.user(world.company, "sales_rep"))
    assert rep.get(reverse("fulfillment:shipment", args=[shipment.pk])).status_code == 200
    for name in ("dispatch", "cancel", "deliver"):
        url = reverse(f"fulfillment:{name}", args=[shipment.pk])
        assert rep.post(url).status_code == 403, name
    for name in ("receive", "adjust"):
        assert rep.get(reverse(f"fulfillment:{name}")).status_code == 403, name
    assert rep.post(reverse("fulfillment:pick", args=[shipment.order_id])).status_code == 403


def test_the_shipment_page_names_the_next_act(
    world, client, shipment, django_assert_max_num_queries
):
    url = reverse("fulfillment:shipment", args=[shipment.pk])
    with django_assert_max_num_queries(25):
        page = client.get(url).content.decode()
    assert page.count("data-primary") == 1
    assert f'name="quantity_{shipment.lines.get().pk}"' in page
    assert "München" in page


def test_the_page_takes_the_same_statements_for_5_and_50_lines(
    world, client, django_assert_max_num_queries
):
    counts = []
    for lines in (5, 50):
        wanted = [(make.product(world.company), 1) for _ in range(lines)]
        for article, _quantity in wanted:
            make.stock(world.warehouse, article, 1)
        order = make.released_order(world.customer, wanted)
        reserve_order(order.pk, by=JOB, on=TODAY)
        made = create_shipment(order.pk, warehouse=world.warehouse, by=JOB, on=TODAY)
        url = reverse("fulfillment:shipment", args=[made.pk])
        client.get(url)
        with django_assert_max_num_queries(25) as seen:
            assert client.get(url).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_delivery_stop_stands_on_the_page(world, client, shipment):
    world.customer.delivery_stop_reason = "three reminders"
    world.customer.save()
    page = client.get(reverse("fulfillment:shipment", args=[shipment.pk])).content.decode()
    assert "three reminders" in page
    assert "data-primary" not in page


def test_dispatch_moves_stock_and_bills(world, client, shipment):
    line = shipment.lines.get()
    answer = client.post(
        reverse("fulfillment:dispatch", args=[shipment.pk]),
        {"carrier": "DHL", "tracking_number": "77", f"quantity_{line.pk}": "3"},
    )
    assert answer.status_code == 302
    gone = Shipment.objects.get()
    assert (gone.state, gone.tracking_number) == ("dispatched", "77")
    assert StockLevel.objects.get().on_hand == 1
    invoice = Invoice.objects.get(shipment=gone)
    assert (invoice.state, invoice.net_amount) == ("issued", D(30))
    page = client.get(answer.url).content.decode()
    assert page.count("data-primary") == 1
    assert invoice.number in page


def test_too_much_packed_keeps_what_was_typed(world, client, shipment):
    field = f"quantity_{shipment.lines.get().pk}"
    url = reverse("fulfillment:dispatch", args=[shipment.pk])
    for typed in ("9", "abc"):
        answer = client.post(url, {"carrier": "DHL", "tracking_number": "77", field: typed})
        assert answer.status_code == 422
        assert "77" in answer.content.decode()
        assert "is-invalid" in answer.content.decode()
    assert StockLevel.objects.get().on_hand == 4


def test_one_click_makes_the_pick_list(world, client):
    make.stock(world.warehouse, world.goods, 3)
    order = make.released_order(world.customer, [(world.goods, 3)])
    reserve_order(order.pk, by=JOB, on=TODAY)
    assert order.number in client.get(reverse("fulfillment:to_pick")).content.decode()
    answer = client.post(reverse("fulfillment:pick", args=[order.pk]))
    made = Shipment.objects.get()
    assert answer.url == made.get_absolute_url()
    assert order.number not in client.get(reverse("fulfillment:to_pick")).content.decode()


def test_several_orders_are_picked_at_once_and_refusals_are_told(world, client):
    make.stock(world.warehouse, world.goods, 6)
    orders = [make.released_order(world.customer, [(world.goods, 3)]) for _ in range(3)]
    for order in orders:
        reserve_order(order.pk, by=JOB, on=TODAY)
    answer = client.post(
        reverse("fulfillment:pick_selected"),
        {"selected": [order.pk for order in orders]},
        follow=True,
    )
    page = answer.content.decode()
    assert Shipment.objects.count() == 2
    assert "2 pick lists made." in page
    assert "has nothing reserved" in page


def test_goods_typed_and_pasted_are_booked_in_once(world, client):
    second = make.product(world.company)
    url = reverse("fulfillment:receive")
    typed = {
        "warehouse": world.warehouse.pk,
        "token": "abc",
        "article_1": world.goods.number,
        "quantity_1": "2.5",
        "lot_1": "L7",
        "pasted": f"{second.number}\t4\n{world.goods.number};1;L8\n",
    }
    for _ in range(2):
        assert client.post(url, typed).status_code == 302
    levels = dict(StockLevel.objects.values_list("product", "on_hand"))
    assert levels == {world.goods.pk: D("3.5"), second.pk: D(4)}
    ledger = client.get(reverse("fulfillment:product_stock", args=[world.goods.pk]))
    assert "L7" in ledger.content.decode()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "at least one article"),
        ({"article_1": "nothing-like-it", "quantity_1": "1"}, "no article nothing-like-it"),
        ({"quantity_1": "1"}, "Enter the article"),
        ({"pasted": "X-1\t5"}, "Line 1: there is no article X-1"),
        ({"pasted": "A\tabc"}, "Line 1"),
    ],
)
def test_goods_in_says_what_to_mend(world, client, typed, told):
    answer = client.post(
        reverse("fulfillment:receive"), {"warehouse": world.warehouse.pk, "token": "t", **typed}
    )
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not StockLevel.objects.exists()


def test_counting_away_reserved_stock_is_refused_beside_the_field(world, client, shipment):
    typed = {
        "warehouse": world.warehouse.pk,
        "product": world.goods.number,
        "quantity": "-1",
        "reason": "broken",
        "token": "t",
    }
    answer = client.post(reverse("fulfillment:adjust"), typed)
    assert answer.status_code == 409
    assert "4 on hand, 4 reserved" in answer.content.decode()
    typed["quantity"] = "1"
    assert client.post(reverse("fulfillment:adjust"), typed).status_code == 302
    assert StockLevel.objects.get().on_hand == 5


def test_fragments(world, client, shipment):
    panel = client.get(reverse("fulfillment:order_panel", args=[shipment.order_id]))
    assert shipment.number in panel.content.decode()
    stock = client.get(reverse("fulfillment:product_panel", args=[world.goods.pk]))
    assert world.warehouse.name in stock.content.decode()
    hint = client.get(reverse("fulfillment:availability", args=[world.goods.pk]))
    assert "none available" in hint.content.decode()


def test_delivery_and_its_papers(world, client, shipment):
    pick_list = client.get(reverse("fulfillment:pick_list", args=[shipment.pk]))
    assert pick_list.content.startswith(b"%PDF")
    dispatch(shipment.pk, carrier="DHL", tracking_number="1", by=JOB, on=TODAY)
    preview = client.get(reverse("fulfillment:delivery_note", args=[shipment.pk]))
    assert preview.content.startswith(b"%PDF")
    make_delivery_note(shipment.pk, by=JOB, on=TODAY)
    kept = Shipment.objects.get(pk=shipment.pk).delivery_note
    note = client.get(reverse("fulfillment:delivery_note", args=[shipment.pk]))
    assert note.content == kept.read()
    answer = client.post(
        reverse("fulfillment:deliver", args=[shipment.pk]), {"delivered_on": TODAY.isoformat()}
    )
    assert answer.status_code == 302
    assert Shipment.objects.get(pk=shipment.pk).delivered_on == TODAY


def test_the_sweep_by_hand(world, client):
    order = make.released_order(world.customer, [(world.goods, 3)])
    reserve_order(order.pk, by=JOB, on=TODAY)
    assert client.post(reverse("fulfillment:reserve")).status_code == 302
    assert Order.objects.get(pk=order.pk).state == "released"
