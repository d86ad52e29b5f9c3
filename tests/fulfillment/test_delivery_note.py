"""The delivery note: due work, made once, in the customer's language, without prices."""

import io
from datetime import timedelta

import pypdf
import pytest

from core.models import StoredDocument
from fulfillment.models import Shipment
from fulfillment.rules import NOTE_DAYS
from fulfillment.services import dispatch, make_delivery_note, pick_list_pdf, printable
from tests.fulfillment import make
from tests.fulfillment.make import JOB, TODAY


@pytest.fixture
def shipment(world):
    made = make.picking_shipment(world.customer, world.warehouse, world.goods, 4)
    return dispatch(made.pk, carrier="DHL", tracking_number="JJD 77", by=JOB, on=TODAY)


def text_of(pdf):
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_the_note_is_made_once(shipment):
    assert list(Shipment.objects.awaiting_delivery_note(on=TODAY)) == [shipment]
    made = make_delivery_note(shipment.pk, by=JOB, on=TODAY)
    assert make_delivery_note(shipment.pk, by=JOB, on=TODAY) is None
    assert not Shipment.objects.awaiting_delivery_note(on=TODAY).exists()
    assert StoredDocument.objects.get(kind="delivery_note") == made.delivery_note


def test_it_names_goods_order_and_parcel_but_no_price(shipment, world):
    pdf = make_delivery_note(shipment.pk, by=JOB, on=TODAY).delivery_note.read()
    text = text_of(pdf)
    for expected in (shipment.number, shipment.order.number, "JJD 77", "München"):
        assert expected in text
    assert world.goods.number in text
    assert "10,00" not in text
    assert "40,00" not in text


def test_goods_that_left_long_ago_have_arrived_and_need_no_note(shipment):
    late = TODAY + timedelta(days=NOTE_DAYS + 1)
    assert make_delivery_note(shipment.pk, by=JOB, on=late) is None
    assert make_delivery_note(shipment.pk, by=JOB, on=late - timedelta(days=1)).delivery_note


def test_nothing_is_due_before_the_goods_leave(world):
    made = make.picking_shipment(world.customer, world.warehouse, world.goods, 4)
    assert make_delivery_note(made.pk, by=JOB, on=TODAY) is None


def test_the_pick_list_is_in_the_readers_language(world):
    made = make.picking_shipment(world.customer, world.warehouse, world.goods, 4)
    text = text_of(pick_list_pdf(printable(made.pk), language="en"))
    assert "Pick list" in text
    assert world.goods.number in text
