"""How far order lines have come: ordered, reserved, in picking, shipped; all sums over rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest

from catalog.models import Product
from core.prepared import Prepared
from fulfillment.models import (
    Availability,
    Reservation,
    Shipment,
    ShipmentLine,
    ShipmentState,
    StockLevel,
    Warehouse,
)
from fulfillment.rules import NOTHING
from orders.models import Order, OrderLine, OrderQuerySet

_QUANTITY = DecimalField(max_digits=18, decimal_places=3)
_ZERO = Value(NOTHING, output_field=_QUANTITY)
GONE = (ShipmentState.DISPATCHED, ShipmentState.DELIVERED)
IS_GOODS = Q(product__kind=Product.Kind.GOODS)
IS_PICKABLE = Q(IS_GOODS, reserved_quantity__gt=F("picking_quantity")) | Q(
    product__kind=Product.Kind.SERVICE,
    ordered_quantity__gt=F("shipped_quantity") + F("picking_quantity"),
)
"""Lines ``with_quantities`` that a new shipment could take something of."""

_FIELDS = {
    "line_id": F("pk"),
    "product_number": F("product__number"),
    "kind": F("product__kind"),
    "ordered": F("ordered_quantity"),
    "shipped": F("shipped_quantity"),
    "picking": F("picking_quantity"),
    "reserved": F("reserved_quantity"),
}


@dataclass(frozen=True, slots=True)
class LineProgress:
    """Where one order line stands; quantities in the line's unit.

    ``ordered`` is without what was cancelled; ``picking`` lies in shipments not yet dispatched
    and is, for goods, part of ``reserved``.
    """

    line_id: int
    order_id: int
    position: int
    product_id: int
    product_number: str
    description: str
    unit: str
    kind: str
    ordered: Decimal
    shipped: Decimal
    picking: Decimal
    reserved: Decimal

    @property
    def is_goods(self) -> bool:
        """Whether stock is needed; services are done, not reserved."""
        return self.kind == Product.Kind.GOODS

    @property
    def left(self) -> Decimal:
        """Not yet out of the house."""
        return self.ordered - self.shipped

    @property
    def backordered(self) -> Decimal:
        """Goods without stock behind them."""
        return max(self.left - self.reserved, NOTHING) if self.is_goods else NOTHING

    @property
    def to_pick(self) -> Decimal:
        """What a new shipment may take: reserved goods, services not yet done."""
        return (self.reserved if self.is_goods else self.left) - self.picking


def _sum_of(rows: QuerySet[Any]) -> Combinable:
    """Sum of the quantities of rows that point at the order line outside."""
    sums = rows.filter(order_line=OuterRef("pk")).order_by().values("order_line")
    return Coalesce(
        Subquery(sums.annotate(total=Sum("quantity")).values("total"), output_field=_QUANTITY),
        _ZERO,
    )


def with_quantities(
    lines: QuerySet[OrderLine], *, warehouse: Warehouse | int | None = None
) -> QuerySet[Any]:
    """Order lines with ``ordered_``, ``shipped_``, ``picking_``, ``reserved_`` and
    ``backordered_quantity``; with a warehouse, goods reserved and picked there only."""
    picking = ShipmentLine.objects.filter(shipment__state=ShipmentState.PICKING)
    reserved = Reservation.objects.all()
    if warehouse is not None:
        services = Q(order_line__product__kind=Product.Kind.SERVICE)
        picking = picking.filter(Q(shipment__warehouse=warehouse) | services)
        reserved = reserved.filter(level__warehouse=warehouse)
    return lines.annotate(
        ordered_quantity=F("quantity") - F("cancelled_quantity"),
        shipped_quantity=_sum_of(ShipmentLine.objects.filter(shipment__state__in=GONE)),
        picking_quantity=_sum_of(picking),
        reserved_quantity=_sum_of(reserved),
    ).annotate(
        backordered_quantity=Greatest(
            F("ordered_quantity") - F("shipped_quantity") - F("reserved_quantity"), _ZERO
        )
    )


def progress_of(
    lines: QuerySet[OrderLine], *, warehouse: Warehouse | None = None
) -> list[LineProgress]:
    """Progress of the lines selected, in their order; one statement for any number of lines."""
    return progress_rows(with_quantities(lines, warehouse=warehouse))


def progress_rows(lines: QuerySet[Any]) -> list[LineProgress]:
    """The same for lines that already carry their quantities (``with_quantities``)."""
    return [LineProgress(**row) for row in _values(lines)]


def order_progress(order: Order, *, warehouse: Warehouse | None = None) -> list[LineProgress]:
    """Progress of all lines of an order by position: what reserving and picking ask."""
    if warehouse is None:
        rows = _ORDER.rows(order=order.pk)
    else:
        rows = _ORDER_IN_WAREHOUSE.rows(order=order.pk, warehouse=warehouse.pk)
    return [LineProgress(**row) for row in rows]


def orders_progress(
    orders: Sequence[Order], *, warehouse: Warehouse | None = None
) -> dict[int, list[LineProgress]]:
    """Order id -> progress of its lines by position; one statement for any number of orders."""
    if len(orders) == 1:
        return {orders[0].pk: order_progress(orders[0], warehouse=warehouse)}
    found: dict[int, list[LineProgress]] = {order.pk: [] for order in orders}
    lines = OrderLine.objects.filter(order__in=list(found)).order_by("order_id", "position")
    for line in progress_of(lines, warehouse=warehouse):
        found[line.order_id].append(line)
    return found


def _values(lines: QuerySet[Any]) -> QuerySet[Any, Any]:
    return lines.values("order_id", "position", "product_id", "description", "unit", **_FIELDS)


def _order_rows(order: int, warehouse: int | None = None) -> QuerySet[Any, Any]:
    lines = OrderLine.objects.filter(order=order).order_by("position")
    return _values(with_quantities(lines, warehouse=warehouse))


_ORDER = Prepared(_order_rows, order=int)
_ORDER_IN_WAREHOUSE = Prepared(_order_rows, order=int, warehouse=int)


def lines_to_ship(order: Order) -> list[LineProgress]:
    """Lines of the order with something left to ship, by position."""
    lines = order_progress(order)
    return [line for line in lines if line.left > NOTHING]


def waiting_lines(company_id: int) -> QuerySet[Any]:
    """Goods lines of the company's released orders that lack stock, oldest wanted date first."""
    lines = OrderLine.objects.filter(
        IS_GOODS, order__company=company_id, order__in=Order.objects.to_fulfil()
    )
    return (
        with_quantities(lines)
        .filter(backordered_quantity__gt=0)
        .order_by(F("order__requested_on").asc(nulls_last=True), "order", "position")
    )


def servable_products(company_id: int) -> QuerySet[Product]:
    """Products with free stock that a released order waits for: due work for the sweep."""
    free = StockLevel.objects.free().filter(company=company_id, product=OuterRef("pk"))
    waiting = waiting_lines(company_id).order_by().values("product")
    return Product.objects.filter(Exists(free), company=company_id, pk__in=waiting)


def backorders(company_id: int) -> list[LineProgress]:
    """What released orders of the company wait for, oldest wanted date first."""
    return progress_rows(waiting_lines(company_id))


def availability(product_ids: Iterable[int]) -> dict[int, Availability]:
    """Product id -> on hand, reserved, available; a product never stocked has zeros."""
    wanted = list(product_ids)
    found = StockLevel.objects.filter(product__in=wanted).availability()
    return {product_id: found.get(product_id, Availability()) for product_id in wanted}


def orders_to_pick(company_id: int) -> OrderQuerySet:
    """Released orders of the company with something a new shipment could take."""
    lines = OrderLine.objects.filter(order=OuterRef("pk"))
    pickable = with_quantities(lines).filter(IS_PICKABLE)
    return Order.objects.to_fulfil().filter(Exists(pickable), company=company_id)


def all_shipped(orders: Sequence[Order]) -> set[int]:
    """Ids of the orders of which nothing is left, neither to ship nor in picking."""
    if len(orders) == 1:
        return set() if _UNSHIPPED.rows(order=orders[0].pk) else {orders[0].pk}
    asked = {order.pk for order in orders}
    left = _left(OrderLine.objects.filter(order__in=asked)).values_list("order_id", flat=True)
    return asked - set(left.distinct())


def _unshipped(order: int) -> QuerySet[Any, Any]:
    """One line of the order with something left to ship, if there is any."""
    return _left(OrderLine.objects.filter(order=order)).values("pk")[:1]


def _left(lines: QuerySet[OrderLine]) -> QuerySet[Any]:
    shipped = _sum_of(ShipmentLine.objects.filter(shipment__state__in=GONE))
    left = lines.annotate(left_quantity=F("quantity") - F("cancelled_quantity") - shipped)
    return left.filter(left_quantity__gt=0).order_by()


_UNSHIPPED = Prepared(_unshipped, order=int)


def shipped_quantities(order_pk: int) -> dict[int, Decimal]:
    """Order line id -> quantity that has left; what ``orders.cancel`` must leave alone."""
    gone = ShipmentLine.objects.filter(
        order_line__order=order_pk, shipment__state__in=GONE
    ).order_by()
    sums = gone.values("order_line").annotate(total=Sum("quantity"))
    return {row["order_line"]: row["total"] for row in sums}


def shipments_of(order: Order) -> QuerySet[Shipment]:
    """Shipments of the order, newest first."""
    return Shipment.objects.filter(order=order).select_related("warehouse", "delivery_note")
