"""Goods in and count differences."""

from decimal import Decimal

import pytest

from core.models import Event
from fulfillment.models import Reservation, StockLevel, StockMove
from fulfillment.services import (
    Receipt,
    StockReserved,
    adjust_stock,
    availability,
    receive_stock,
    reserve_order,
)
from o2c.errors import InvalidInput, PermissionMissing
from tests.fulfillment import make
from tests.fulfillment.make import JOB, TODAY

D = Decimal


def test_received_goods_are_on_hand_and_in_the_ledger(world):
    moves = receive_stock(
        world.warehouse,
        [Receipt(world.goods.pk, D("12.5"), "L1"), Receipt(world.goods.pk, D(1))],
        key="t1",
        by=world.worker,
        on=TODAY,
    )
    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved) == (D("13.500"), D(0))
    assert [move.lot for move in moves] == ["L1", ""]
    assert Event.objects.filter(name="stock.received").count() == 1


def test_the_same_delivery_twice_is_booked_once(world):
    for _ in range(2):
        moves = receive_stock(
            world.warehouse, [Receipt(world.goods.pk, D(5))], key="t1", by=JOB, on=TODAY
        )
    assert StockMove.objects.get() == moves[0]
    assert StockLevel.objects.get().on_hand == 5


def test_deliveries_of_two_companies_may_have_the_same_key(world):
    elsewhere = make.company()
    article, at = make.product(elsewhere), make.warehouse(elsewhere)
    for where, what in ((world.warehouse, world.goods), (at, article)):
        receive_stock(where, [Receipt(what.pk, D(5))], key="t1", by=JOB, on=TODAY)
    assert {move.company_id for move in StockMove.objects.all()} == {
        world.company.pk,
        elsewhere.pk,
    }


def test_goods_in_serve_the_order_that_waits_longest(world):
    late = make.released_order(world.customer, [(world.goods, 4)])
    early = make.released_order(world.customer, [(world.goods, 4)])
    early.requested_on = make.date(2026, 11, 1)
    early.save()
    for order in (late, early):
        reserve_order(order.pk, by=JOB, on=TODAY)
    make.stock(world.warehouse, world.goods, 5)
    got = dict(Reservation.objects.values_list("order_line__order", "quantity"))
    assert got == {early.pk: D(4), late.pk: D(1)}
    assert Event.objects.filter(name="order.backorder_reserved").count() == 2


@pytest.mark.parametrize("quantity", ["0", "-1", "0.0001", "1000000000000"])
def test_a_quantity_that_is_none_is_refused(world, quantity):
    with pytest.raises(InvalidInput):
        receive_stock(
            world.warehouse, [Receipt(world.goods.pk, D(quantity))], key="t", by=JOB, on=TODAY
        )


def test_services_and_other_companies_articles_are_refused(world):
    foreign = make.product(make.company())
    for article in (world.service, foreign):
        with pytest.raises(InvalidInput, match="stocked article"):
            receive_stock(world.warehouse, [Receipt(article.pk, D(1))], key="t", by=JOB, on=TODAY)


def test_receiving_needs_the_right(world):
    rep = make.user(world.company, "sales_rep")
    with pytest.raises(PermissionMissing):
        receive_stock(world.warehouse, [Receipt(world.goods.pk, D(1))], key="t", by=rep, on=TODAY)


def adjust(world, quantity, *, reason="count", key="k"):
    return adjust_stock(
        world.warehouse,
        world.goods.pk,
        quantity=D(quantity),
        reason=reason,
        key=key,
        by=world.worker,
        on=TODAY,
    )


def test_a_count_difference_moves_stock_once(world):
    make.stock(world.warehouse, world.goods, 5)
    adjust(world, "-2")
    adjust(world, "-2")
    assert StockLevel.objects.get().on_hand == 3
    assert Event.objects.get(name="stock.adjusted").payload["reason"] == "count"


def test_reserved_stock_can_not_be_counted_away(world):
    make.stock(world.warehouse, world.goods, 5)
    order = make.released_order(world.customer, [(world.goods, 4)])
    reserve_order(order.pk, by=JOB, on=TODAY)
    with pytest.raises(StockReserved, match="5 on hand, 4 reserved"):
        adjust(world, "-2")
    assert availability([world.goods.pk])[world.goods.pk].available == 1


@pytest.mark.parametrize(("quantity", "reason"), [("0", "x"), ("1", "  "), ("0.0005", "x")])
def test_an_adjustment_needs_a_difference_and_a_reason(world, quantity, reason):
    with pytest.raises(InvalidInput):
        adjust(world, quantity, reason=reason)
