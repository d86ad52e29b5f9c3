"""Pick lists: made from what is reserved, dropped, and delivered."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.models import Event
from fulfillment.models import Shipment, ShipmentState, StockLevel
from fulfillment.services import (
    MoreThanReserved,
    NothingToPick,
    NotPicking,
    OrderNotReleased,
    cancel_shipment,
    create_shipment,
    create_shipments,
    deliver,
    dispatch,
    lines_to_ship,
    reserve_order,
)
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from tests.fulfillment import make
from tests.fulfillment.make import JOB, TODAY

D = Decimal


def reserved_order(world, wanted):
    order = make.released_order(world.customer, wanted)
    reserve_order(order.pk, by=JOB, on=TODAY)
    return order


def test_a_shipment_takes_what_is_reserved_and_the_services(world):
    make.stock(world.warehouse, world.goods, 3)
    order = reserved_order(world, [(world.goods, 5), (world.service, 2)])
    shipment = create_shipment(order.pk, warehouse=world.warehouse, by=world.worker, on=TODAY)
    lines = dict(shipment.lines.values_list("order_line__product", "quantity"))
    assert lines == {world.goods.pk: D(3), world.service.pk: D(2)}
    assert shipment.number == "DN-000001"
    assert shipment.ship_to["city"] == "München"
    assert shipment.ship_to["name"] == "Acme GmbH"
    assert Event.objects.filter(name="shipment.created", correlation=order.correlation).exists()
    with pytest.raises(NothingToPick, match="nothing reserved"):
        create_shipment(order.pk, warehouse=world.warehouse, by=world.worker, on=TODAY)


def test_a_part_can_go_first(world):
    make.stock(world.warehouse, world.goods, 5)
    order = reserved_order(world, [(world.goods, 5)])
    line = order.lines.get()
    create_shipment(
        order.pk, warehouse=world.warehouse, quantities={line.pk: D(2)}, by=JOB, on=TODAY
    )
    assert lines_to_ship(order)[0].to_pick == 3
    with pytest.raises(MoreThanReserved, match="Line 1 .* 4 can't go, 3"):
        create_shipment(
            order.pk, warehouse=world.warehouse, quantities={line.pk: D(4)}, by=JOB, on=TODAY
        )
    with pytest.raises(MoreThanReserved, match="not a line"):
        create_shipment(order.pk, warehouse=world.warehouse, quantities={0: D(1)}, by=JOB, on=TODAY)


def test_each_warehouse_gets_its_own_shipment(world):
    other = make.warehouse(world.company)
    second = make.product(world.company)
    make.stock(world.warehouse, world.goods, 5)
    make.stock(other, second, 5)
    order = reserved_order(world, [(world.goods, 5), (second, 5), (world.service, 1)])
    shipments = create_shipments(order.pk, by=world.worker, on=TODAY)
    assert [shipment.lines.count() for shipment in shipments] == [2, 1]
    with pytest.raises(NothingToPick):
        create_shipments(order.pk, by=world.worker, on=TODAY)


def test_services_alone_go_from_the_first_warehouse(world):
    order = reserved_order(world, [(world.service, 3)])
    (shipment,) = create_shipments(order.pk, by=world.worker, on=TODAY)
    assert shipment.warehouse == world.warehouse


def test_other_peoples_warehouses_and_orders_are_refused(world):
    make.stock(world.warehouse, world.goods, 5)
    order = reserved_order(world, [(world.goods, 5)])
    foreign = make.warehouse(make.company())
    with pytest.raises(InvalidInput, match="another company"):
        create_shipment(order.pk, warehouse=foreign, by=JOB, on=TODAY)
    with pytest.raises(PermissionMissing):
        create_shipment(
            order.pk,
            warehouse=world.warehouse,
            by=make.user(world.company, "sales_rep"),
            on=TODAY,
        )
    draft = make.draft_order(world.customer, [(world.goods, 1)])
    with pytest.raises(OrderNotReleased):
        create_shipment(draft.pk, warehouse=world.warehouse, by=JOB, on=TODAY)


def test_a_dropped_pick_list_leaves_the_goods_reserved(world):
    shipment = make.picking_shipment(world.customer, world.warehouse, world.goods, 4)
    cancel_shipment(shipment.pk, by=world.worker, on=TODAY)
    assert StockLevel.objects.get().reserved == 4
    with pytest.raises(NotPicking, match="already cancelled"):
        cancel_shipment(shipment.pk, by=world.worker, on=TODAY)
    again = create_shipment(shipment.order_id, warehouse=world.warehouse, by=JOB, on=TODAY)
    assert again.lines.get().quantity == 4


def test_proof_of_delivery(world):
    shipment = make.picking_shipment(world.customer, world.warehouse, world.goods, 4)
    with pytest.raises(Conflict, match="not under way"):
        deliver(shipment.pk, delivered_on=TODAY, by=world.worker, on=TODAY)
    dispatch(shipment.pk, carrier="DHL", tracking_number="1", by=world.worker, on=TODAY)
    for wrong in (TODAY - timedelta(1), TODAY + timedelta(1)):
        with pytest.raises(InvalidInput, match="Enter a day"):
            deliver(shipment.pk, delivered_on=wrong, by=world.worker, on=TODAY)
    for _ in range(2):
        deliver(shipment.pk, delivered_on=TODAY, by=world.worker, on=TODAY)
    assert Shipment.objects.get().state == ShipmentState.DELIVERED
    assert Event.objects.filter(name="shipment.delivered").count() == 1


@pytest.mark.parametrize("lines", [5, 50])
def test_a_shipment_takes_the_same_statements_for_5_and_50_lines(
    world, lines, django_assert_max_num_queries
):
    wanted = [(make.product(world.company), 2) for _ in range(lines)]
    for article, _quantity in wanted:
        make.stock(world.warehouse, article, 2)
    order = reserved_order(world, wanted)
    with django_assert_max_num_queries(9):
        create_shipment(order.pk, warehouse=world.warehouse, by=JOB, on=TODAY)
