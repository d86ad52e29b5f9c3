"""The database refuses what Python must not be trusted with."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from fulfillment import proof
from fulfillment.models import Reservation, Shipment, ShipmentLine, StockLevel, StockMove
from fulfillment.services import cancel_shipment, dispatch
from orders.models import OrderLine
from tests.fulfillment import make
from tests.fulfillment.make import JOB, TODAY

D = Decimal


@pytest.fixture
def shipment(world):
    return make.picking_shipment(world.customer, world.warehouse, world.goods, 4)


def raises_refusal(match):
    return pytest.raises(IntegrityError, match=match)


def test_moves_stay(shipment):
    for change in (
        lambda: StockMove.objects.update(quantity=9),
        lambda: StockMove.objects.all().delete(),
    ):
        with raises_refusal("never changed"), transaction.atomic():
            change()
    with raises_refusal("never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE fulfillment_stockmove")


def test_totals_come_from_rows_only(shipment, world):
    for change in ({"on_hand": 99}, {"reserved": 0}):
        with raises_refusal("sums kept by the database"), transaction.atomic():
            StockLevel.objects.update(**change)
    with raises_refusal("sums kept by the database"), transaction.atomic():
        StockLevel.objects.create(
            company=world.company,
            warehouse=world.warehouse,
            product=make.product(world.company),
            on_hand=1,
        )


def test_the_totals_follow_inserts_updates_and_deletes(shipment, world):
    Reservation.objects.update(quantity=1)
    assert StockLevel.objects.get().reserved == 1
    Reservation.objects.all().delete()
    assert StockLevel.objects.get().reserved == 0
    assert proof.breaches(world.company) == []


def test_stock_is_never_oversold(shipment):
    with raises_refusal("stock_never_oversold"), transaction.atomic():
        Reservation.objects.update(quantity=5)
    level = StockLevel.objects.get()
    with raises_refusal("stock_never_oversold"), transaction.atomic():
        StockMove.objects.create(
            company_id=level.company_id,
            level=level,
            kind="adjustment",
            quantity=-1,
            source_key="x",
            moved_on=TODAY,
        )


def test_no_more_is_shipped_than_ordered(shipment, world):
    line = shipment.lines.get()
    with raises_refusal("only 4.000 ordered"), transaction.atomic():
        ShipmentLine.objects.filter(pk=line.pk).update(quantity=5)
    second = Shipment.objects.create(
        company=world.company, order=shipment.order, warehouse=world.warehouse, number="X"
    )
    with raises_refusal("only 4.000 ordered"), transaction.atomic():
        ShipmentLine.objects.create(shipment=second, order_line=line.order_line, quantity=1)
    cancel_shipment(shipment.pk, by=JOB, on=TODAY)
    ShipmentLine.objects.create(shipment=second, order_line=line.order_line, quantity=4)


def test_what_is_in_a_shipment_can_not_be_cancelled_from_the_order(shipment):
    lines = OrderLine.objects.filter(order=shipment.order)
    with raises_refusal("only 3.000 ordered"), transaction.atomic():
        lines.update(cancelled_quantity=1)


def test_a_shipment_carries_lines_of_its_own_order(shipment, world):
    other = make.released_order(world.customer, [(world.goods, 1)])
    with raises_refusal("does not belong"), transaction.atomic():
        ShipmentLine.objects.create(shipment=shipment, order_line=other.lines.get(), quantity=1)


def test_what_has_left_stays_as_it_was(shipment):
    dispatch(shipment.pk, carrier="DHL", tracking_number="1", by=JOB, on=TODAY)
    line = shipment.lines.get()
    for change in (
        lambda: ShipmentLine.objects.update(quantity=1),
        lambda: ShipmentLine.objects.filter(pk=line.pk)._raw_delete("default"),
        lambda: Shipment.objects.update(state="picking"),
        lambda: Shipment.objects.update(state="cancelled"),
        lambda: Shipment.objects.update(tracking_number="2"),
        lambda: Shipment.objects.filter(pk=shipment.pk)._raw_delete("default"),
    ):
        with raises_refusal("refused"), transaction.atomic():
            change()


def test_stock_of_another_company_can_not_be_mixed_in(shipment):
    foreign = make.warehouse(make.company())
    with raises_refusal("same_company"), transaction.atomic():
        StockLevel.objects.filter(pk=StockLevel.objects.get().pk).update(warehouse=foreign)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_twenty_threads_put_the_last_piece_into_shipments_and_one_succeeds(committed_world):
    """Even past the verbs: only the trigger stands between them."""
    world = committed_world
    order = make.released_order(world.customer, [(world.goods, 1)])
    line = order.lines.get()
    shipments = [
        Shipment.objects.create(
            company=world.company, order=order, warehouse=world.warehouse, number=f"X{turn}"
        )
        for turn in range(20)
    ]

    def attempt(shipment):
        try:
            ShipmentLine.objects.create(shipment=shipment, order_line=line, quantity=1)
        except IntegrityError:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(attempt, shipments)) == 1
    assert proof.breaches(world.company) == []


@pytest.mark.breaks_invariants
def test_the_proof_names_what_does_not_add_up(shipment, world):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE fulfillment_stocklevel SET on_hand = 7, reserved = 1")
        cursor.execute("UPDATE fulfillment_shipmentline SET quantity = 9")
        cursor.execute("UPDATE orders_order SET state = 'cancelled'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    found = "\n".join(proof.breaches(world.company))
    assert "on hand 7.000, moves sum to 4.000; reserved 1.000, reservations sum to 4.000" in found
    assert "9.000 in shipments, 4.000 ordered" in found
    assert "is cancelled and still has 4.000 reserved" in found
