"""Goods leave: stock, reservations and the order move together, once."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from core.models import Event
from fulfillment import proof
from fulfillment.models import Reservation, Shipment, ShipmentState, StockLevel, StockMove
from fulfillment.services import (
    DeliveryStopped,
    NothingToPick,
    NotPicking,
    OrderNotReleased,
    create_shipment,
    dispatch,
    lines_to_ship,
    reserve_order,
)
from o2c.errors import InvalidInput, PermissionMissing
from orders.models import Order, OrderState
from tests.fulfillment import make
from tests.fulfillment.make import JOB, TODAY

D = Decimal


def send(shipment, **options):
    return dispatch(
        shipment.pk,
        **{"carrier": "DHL", "tracking_number": "T1", "by": JOB, "on": TODAY, **options},
    )


def order_state(shipment):
    return Order.objects.get(pk=shipment.order_id).state


def test_everything_goes_and_the_order_is_completed(world):
    shipment = make.picking_shipment(world.customer, world.warehouse, world.goods, 4)
    gone = send(shipment, by=world.worker)
    level, move = StockLevel.objects.get(), StockMove.objects.get(kind="shipment")
    assert (level.on_hand, level.reserved) == (0, 0)
    assert (move.quantity, move.shipment_line) == (D(-4), shipment.lines.get())
    assert (gone.state, gone.carrier, gone.dispatched_on) == ("dispatched", "DHL", TODAY)
    assert order_state(shipment) == OrderState.COMPLETED
    assert Event.objects.get(name="shipment.dispatched").payload["tracking_number"] == "T1"
    assert proof.breaches(world.company) == []


def test_a_backorder_keeps_the_order_open(world):
    make.stock(world.warehouse, world.goods, 3)
    order = make.released_order(world.customer, [(world.goods, 5)])
    reserve_order(order.pk, by=JOB, on=TODAY)
    send(create_shipment(order.pk, warehouse=world.warehouse, by=JOB, on=TODAY))
    order = Order.objects.get(pk=order.pk)
    assert order.state == OrderState.IN_FULFILMENT
    assert [line.left for line in lines_to_ship(order)] == [D(2)]
    make.stock(world.warehouse, world.goods, 2)
    send(create_shipment(order.pk, warehouse=world.warehouse, by=JOB, on=TODAY))
    assert Order.objects.get(pk=order.pk).state == OrderState.COMPLETED


def test_what_was_not_packed_stays_reserved(world):
    make.stock(world.warehouse, world.goods, 5)
    order = make.released_order(world.customer, [(world.goods, 5), (world.service, 1)])
    reserve_order(order.pk, by=JOB, on=TODAY)
    shipment = create_shipment(order.pk, warehouse=world.warehouse, by=JOB, on=TODAY)
    goods, service = shipment.lines.order_by("order_line__position")
    send(shipment, quantities={goods.pk: D(3), service.pk: D(0)})
    assert [line.quantity for line in shipment.lines.all()] == [D(3)]
    assert Reservation.objects.get().quantity == 2
    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved) == (2, 2)
    assert order_state(shipment) == OrderState.IN_FULFILMENT
    assert [line.to_pick for line in lines_to_ship(shipment.order)] == [D(2), D(1)]


@pytest.mark.parametrize("packed", ["5", "-1"])
def test_more_than_picked_can_not_be_packed(world, packed):
    shipment = make.picking_shipment(world.customer, world.warehouse, world.goods, 4)
    line = shipment.lines.get()
    with pytest.raises(InvalidInput, match="enter 0 to 4") as refused:
        send(shipment, quantities={line.pk: D(packed)})
    assert refused.value.field == f"quantity_{line.pk}"


def test_nothing_packed_is_no_shipment(world):
    shipment = make.picking_shipment(world.customer, world.warehouse, world.goods, 4)
    with pytest.raises(InvalidInput, match="cancel the shipment"):
        send(shipment, quantities={shipment.lines.get().pk: D(0)})
    with pytest.raises(InvalidInput, match="not on this shipment"):
        send(shipment, quantities={0: D(1)})


def test_twice_is_refused_and_moves_nothing(world):
    shipment = make.picking_shipment(world.customer, world.warehouse, world.goods, 4)
    send(shipment)
    with pytest.raises(NotPicking, match="already dispatched"):
        send(shipment)
    assert StockMove.objects.filter(kind="shipment").count() == 1


def test_a_delivery_stop_reaches_the_picker(world):
    shipment = make.picking_shipment(world.customer, world.warehouse, world.goods, 4)
    world.customer.delivery_stop_reason = "three reminders"
    world.customer.save()
    with pytest.raises(DeliveryStopped, match="three reminders"):
        send(shipment)
    assert StockLevel.objects.get().on_hand == 4


def test_an_order_put_on_hold_meanwhile_does_not_leave(world):
    shipment = make.picking_shipment(world.customer, world.warehouse, world.goods, 4)
    order = shipment.order
    order.to_on_hold(reason="credit", note="")
    order.save()
    with pytest.raises(OrderNotReleased):
        send(shipment)


def test_the_right_is_needed(world):
    shipment = make.picking_shipment(world.customer, world.warehouse, world.goods, 4)
    with pytest.raises(PermissionMissing, match="Warehouse"):
        send(shipment, by=make.user(world.company, "sales_manager"))


@pytest.mark.parametrize("lines", [5, 50])
def test_dispatch_takes_the_same_statements_for_5_and_50_lines(
    world, lines, django_assert_max_num_queries
):
    wanted = [(make.product(world.company), 2) for _ in range(lines)]
    for article, _quantity in wanted:
        make.stock(world.warehouse, article, 2)
    order = make.released_order(world.customer, wanted)
    reserve_order(order.pk, by=JOB, on=TODAY)
    shipment = create_shipment(order.pk, warehouse=world.warehouse, by=JOB, on=TODAY)
    with django_assert_max_num_queries(18):
        send(shipment)


@pytest.mark.parametrize("lines", [5, 50])
def test_pick_dispatch_and_bill_stay_within_their_share_of_the_budget(
    world, lines, django_assert_max_num_queries
):
    """The four acts of an order have 60 statements; reserving, picking and shipping are here."""
    wanted = [(make.product(world.company), 2) for _ in range(lines)]
    for article, _quantity in wanted:
        make.stock(world.warehouse, article, 2)
    order = make.released_order(world.customer, wanted)
    with django_assert_max_num_queries(33):
        reserve_order(order.pk, by=JOB, on=TODAY)
        send(create_shipment(order.pk, warehouse=world.warehouse, by=JOB, on=TODAY))


def in_threads(verb, subjects):
    """Run the verb once per subject, all at once; returns results and errors."""

    def attempt(subject):
        try:
            return verb(subject)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(attempt, subjects))


def test_twenty_threads_dispatch_one_shipment_and_one_does(committed_world):
    world = committed_world
    shipment = make.picking_shipment(world.customer, world.warehouse, world.goods, 1)
    results = in_threads(lambda _turn: send(shipment), range(20))
    assert sum(isinstance(result, Shipment) for result in results) == 1
    assert sum(isinstance(result, NotPicking) for result in results) == 19
    assert StockLevel.objects.get().on_hand == 0
    assert proof.breaches(world.company) == []


def test_twenty_orders_want_the_last_piece_and_one_ships_it(committed_world):
    world = committed_world
    make.stock(world.warehouse, world.goods, 1)
    orders = [make.released_order(world.customer, [(world.goods, 1)]) for _ in range(20)]

    def ship(order):
        reserve_order(order.pk, by=JOB, on=TODAY)
        return send(create_shipment(order.pk, warehouse=world.warehouse, by=JOB, on=TODAY))

    results = in_threads(ship, orders)
    assert sum(isinstance(result, Shipment) for result in results) == 1
    assert sum(isinstance(result, NothingToPick) for result in results) == 19
    assert Shipment.objects.get().state == ShipmentState.DISPATCHED
    assert proof.breaches(world.company) == []
