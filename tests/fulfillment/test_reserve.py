"""Reserve, release, and the sweep that repairs a missed push."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from fulfillment import proof
from fulfillment.models import Reservation, Shipment, ShipmentState, StockLevel
from fulfillment.services import (
    OrderNotReleased,
    adjust_stock,
    backorders,
    create_shipment,
    lines_to_ship,
    release_reservations,
    reserve_backorders,
    reserve_order,
    servable_products,
)
from o2c.errors import PermissionMissing
from tests.fulfillment import make
from tests.fulfillment.make import JOB, TODAY

D = Decimal


def test_what_is_there_is_reserved_and_the_rest_waits(world):
    make.stock(world.warehouse, world.goods, 3)
    order = make.released_order(world.customer, [(world.goods, 5), (world.service, 2)])
    goods, service = order.lines.all()
    result = reserve_order(order.pk, by=JOB, on=TODAY)
    assert result.granted == {goods.pk: D(3)}
    assert result.backordered == {goods.pk: D(2)}
    assert StockLevel.objects.get().reserved == 3
    assert [(line.to_pick, line.backordered) for line in lines_to_ship(order)] == [
        (D(3), D(2)),
        (D(2), D(0)),
    ]
    assert [line.line_id for line in backorders(world.company.pk)] == [goods.pk]
    assert service.reservations.count() == 0


def test_reserving_twice_adds_nothing(world):
    make.stock(world.warehouse, world.goods, 9)
    order = make.released_order(world.customer, [(world.goods, 5)])
    first = reserve_order(order.pk, by=JOB, on=TODAY)
    second = reserve_order(order.pk, by=JOB, on=TODAY)
    assert (first.backordered, second.granted) == ({}, {})
    assert StockLevel.objects.get().reserved == 5


def test_a_draft_gets_no_stock(world):
    order = make.draft_order(world.customer, [(world.goods, 5)])
    with pytest.raises(OrderNotReleased, match="released orders"):
        reserve_order(order.pk, by=JOB, on=TODAY)


def test_inactive_warehouses_give_nothing(world):
    make.stock(world.warehouse, world.goods, 3)
    world.warehouse.is_active = False
    world.warehouse.save()
    order = make.released_order(world.customer, [(world.goods, 1)])
    assert reserve_order(order.pk, by=JOB, on=TODAY).granted == {}


def test_releasing_frees_stock_and_drops_the_pick_list(world):
    shipment = make.picking_shipment(world.customer, world.warehouse, world.goods, 4)
    assert release_reservations(shipment.order_id, by=JOB, on=TODAY) == 1
    assert release_reservations(shipment.order_id, by=JOB, on=TODAY) == 0
    level, shipment = StockLevel.objects.get(), Shipment.objects.get()
    assert (level.on_hand, level.reserved) == (4, 0)
    assert shipment.state == ShipmentState.CANCELLED


def test_the_sweep_serves_who_waits_and_changes_nothing_the_second_time(world):
    make.stock(world.warehouse, world.goods, 5)
    first = make.released_order(world.customer, [(world.goods, 5)])
    waiting = make.released_order(world.customer, [(world.goods, 5)])
    for order in (first, waiting):
        reserve_order(order.pk, by=JOB, on=TODAY)
    release_reservations(first.pk, by=JOB, on=TODAY)
    first = type(first).objects.get(pk=first.pk)
    first.to_cancelled(reason="test")
    first.save()
    assert list(servable_products(world.company.pk)) == [world.goods]
    assert reserve_backorders(world.company.pk, by=world.worker, on=TODAY) == 1
    assert not servable_products(world.company.pk).exists()
    assert reserve_backorders(world.company.pk, by=world.worker, on=TODAY) == 0
    assert Reservation.objects.get().order_line.order == waiting


def test_the_sweep_needs_the_right(world):
    with pytest.raises(PermissionMissing):
        reserve_backorders(world.company.pk, by=make.user(world.company, "billing"), on=TODAY)


@pytest.mark.parametrize("lines", [5, 50])
def test_reserving_takes_the_same_statements_for_5_and_50_lines(
    world, lines, django_assert_max_num_queries
):
    wanted = [(make.product(world.company), 2) for _ in range(lines)]
    for article, _quantity in wanted:
        make.stock(world.warehouse, article, 2)
    order = make.released_order(world.customer, wanted)
    with django_assert_max_num_queries(8):
        result = reserve_order(order.pk, by=JOB, on=TODAY)
    assert len(result.granted) == lines


def test_twenty_threads_never_oversell(committed_world):
    world = committed_world
    make.stock(world.warehouse, world.goods, 7)
    orders = [make.released_order(world.customer, [(world.goods, 1)]) for _ in range(20)]

    def attempt(pk):
        try:
            return reserve_order(pk, by=JOB, on=TODAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        results = list(pool.map(attempt, [order.pk for order in orders]))
    assert sum(len(result.granted) for result in results) == 7
    assert sum(len(result.backordered) for result in results) == 13
    assert StockLevel.objects.get().reserved == 7
    assert proof.breaches(world.company) == []


def test_receiving_adjusting_reserving_and_shipping_beside_each_other_keeps_the_sums(
    committed_world,
):
    world = committed_world
    articles = [make.product(world.company) for _ in range(3)]
    for article in articles:
        make.stock(world.warehouse, article, 10)
    orders = [
        make.released_order(world.customer, [(a, 2) for a in articles[:: (-1) ** turn]])
        for turn in range(8)
    ]

    def work(turn):
        try:
            if turn % 4 == 3:
                make.stock(world.warehouse, articles[turn % 3], 2)
            elif turn % 4 == 2:
                adjust_stock(
                    world.warehouse,
                    articles[turn % 3].pk,
                    quantity=D(1),
                    reason="found",
                    key=str(turn),
                    by=JOB,
                    on=TODAY,
                )
            else:
                order = orders[turn % 8]
                reserve_order(order.pk, by=JOB, on=TODAY)
                if lines_to_ship(order)[0].to_pick > 0:
                    create_shipment(order.pk, warehouse=world.warehouse, by=JOB, on=TODAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(work, turn) for turn in range(24)]:
            error = future.exception()
            assert error is None or "nothing reserved" in str(error), error
    assert proof.breaches(world.company) == []
