"""Make pick lists from what is reserved, drop them again, and record what arrived."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import NumberSeries
from core.services import atomic_verb, record_event, retrying, take_numbers
from customers.models import Address
from fulfillment.models import Reservation, Shipment, ShipmentLine, ShipmentState, Warehouse
from fulfillment.progress import LineProgress, order_progress, orders_progress
from fulfillment.rules import NOTHING
from fulfillment.services.reservations import lock_order, lock_orders
from o2c.errors import BusinessError, Conflict, InvalidInput
from orders.models import Order, OrderCharge

PICK = "fulfillment.pick"


class NothingToPick(Conflict):
    """No stock is reserved for the order, or all of it is in shipments already."""


class NotPicking(Conflict):
    """The shipment has left or was cancelled."""


class MoreThanReserved(InvalidInput):
    """A shipment takes only what is reserved and not yet in another one."""


@dataclass(frozen=True, slots=True)
class Picked:
    """What picking several orders brought: shipments made, and why the others were refused."""

    shipments: list[Shipment]
    refusals: list[str]


@retrying
@atomic_verb
def create_shipment(
    order_pk: int,
    *,
    warehouse: Warehouse,
    quantities: Mapping[int, Decimal] | None = None,
    by: Actor,
    on: date,
) -> Shipment:
    """A numbered pick list for what one warehouse has reserved, with services that are left.

    ``quantities`` (order line id -> quantity) picks less; without it everything goes. Raises:
    OrderNotReleased, NothingToPick, MoreThanReserved naming the line.
    """
    order = lock_order(order_pk)
    return _pick([order], warehouse, quantities, by=by, on=on)[0]


@retrying
@atomic_verb
def create_shipments_from(
    warehouse: Warehouse, order_pks: Sequence[int], *, by: Actor, on: date
) -> list[Shipment]:
    """A pick list per order for what this warehouse has reserved, all or none.

    With about the statements of one. Raises: OrderNotReleased, NothingToPick.
    """
    return _pick(lock_orders(order_pks), warehouse, None, by=by, on=on)


def _pick(
    orders: Sequence[Order],
    warehouse: Warehouse,
    quantities: Mapping[int, Decimal] | None,
    *,
    by: Actor,
    on: date,
) -> list[Shipment]:
    for order in orders:
        require(by, PICK, order.company_id)
        _check_warehouse(warehouse, order)
    lines = orders_progress(orders, warehouse=warehouse)
    chosen = [(order, _choose(lines[order.pk], quantities)) for order in orders]
    return _write(warehouse, chosen, by, on)


@retrying
@atomic_verb
def create_shipments(order_pk: int, *, by: Actor, on: date) -> list[Shipment]:
    """One shipment per warehouse that has stock reserved for the order; services join the first.

    An order of services alone gets one from the company's first warehouse. Raises:
    OrderNotReleased, NothingToPick.
    """
    order = lock_order(order_pk)
    require(by, PICK, order.company_id)
    shipments = []
    for warehouse in _warehouses(order):
        chosen = _choose(order_progress(order, warehouse=warehouse), None)
        if chosen:
            shipments += _write(warehouse, [(order, chosen)], by, on)
    if not shipments:
        raise _nothing(order)
    return shipments


def pick_orders(order_pks: Iterable[int], *, by: Actor, on: date) -> Picked:
    """Pick lists for several orders, each on its own: one that is refused leaves the others."""
    made, refused = [], []
    for pk in order_pks:
        try:
            made += create_shipments(pk, by=by, on=on)
        except BusinessError as error:
            refused.append(error.message)
    return Picked(made, refused)


@retrying
@atomic_verb
def cancel_shipment(shipment_pk: int, *, by: Actor, on: date) -> Shipment:
    """Drop a pick list; its goods stay reserved and can be picked again. Raises: NotPicking."""
    shipment = lock_shipment(shipment_pk)
    require(by, PICK, shipment.company_id)
    refuse_unless_picking(shipment)
    shipment.to_cancelled()
    shipment.save()
    _record("shipment.cancelled", shipment, by, on)
    return shipment


@retrying
@atomic_verb
def deliver(shipment_pk: int, *, delivered_on: date, by: Actor, on: date) -> Shipment:
    """Record the proof of delivery. The same date again changes nothing.

    Raises: Conflict when it has not left yet or arrived on another date; InvalidInput for a date
    before the dispatch or after ``on``.
    """
    shipment = lock_shipment(shipment_pk)
    require(by, "fulfillment.dispatch", shipment.company_id)
    if shipment.state == ShipmentState.DELIVERED and shipment.delivered_on == delivered_on:
        return shipment
    _check_delivery(shipment, delivered_on, on)
    shipment.to_delivered()
    shipment.delivered_on = delivered_on
    shipment.save()
    _record("shipment.delivered", shipment, by, on, delivered_on=delivered_on)
    return shipment


def lock_shipment(shipment_pk: int) -> Shipment:
    """The shipment with order, customer and warehouse, locked; see ``lock_shipments``."""
    return lock_shipments([shipment_pk])[0]


def lock_shipments(pks: Sequence[int]) -> list[Shipment]:
    """The shipments with order, customer and warehouse; shipments of one order share its row.

    One statement locks each order, then its shipments, in the order of the orders' keys:
    PostgreSQL locks in the order of the tables named after ``OF``.
    """
    rows = Shipment.objects.select_related(
        "order__customer", "order__payment_terms", "warehouse", "company"
    ).order_by("order_id", "pk")
    rows = rows.annotate(has_charges=Exists(OrderCharge.objects.filter(order=OuterRef("order"))))
    found: dict[int, Shipment] = {}
    orders: dict[int, Order] = {}
    for row in rows.select_for_update(of=("order", "self")).filter(pk__in=pks):
        row.order = orders.setdefault(row.order_id, row.order)
        row.order.has_charges = row.has_charges
        found[row.pk] = row
    if missing := set(pks) - found.keys():
        raise Shipment.DoesNotExist(f"There is no shipment {min(missing)}.")
    return [found[pk] for pk in dict.fromkeys(pks)]


def refuse_unless_picking(shipment: Shipment) -> None:
    """Raises NotPicking with the state that somebody else, or an earlier try, brought about."""
    if shipment.state != ShipmentState.PICKING:
        raise NotPicking(
            "shipment.not_picking",
            _("Shipment %(number)s is already %(state)s.")
            % {"number": shipment.number, "state": shipment.get_state_display()},
        )


def _record(name: str, shipment: Shipment, by: Actor, on: date, **payload: Any) -> None:
    record_event(
        name,
        shipment,
        by=by,
        on=on,
        correlation=shipment.correlation,
        label=shipment.number,
        **payload,
    )


def _warehouses(order: Order) -> list[Warehouse]:
    """Warehouses with stock reserved for the order, else the company's first active one."""
    held = Reservation.objects.filter(order_line__order=order, quantity__gt=0)
    active = Warehouse.objects.filter(company=order.company_id, is_active=True).order_by("pk")
    stocked = Warehouse.objects.filter(pk__in=held.values("level__warehouse")).order_by("pk")
    return list(stocked) or list(active[:1])


def _check_warehouse(warehouse: Warehouse, order: Order) -> None:
    if warehouse.company_id != order.company_id:
        raise InvalidInput(
            "shipment.warehouse",
            _("Warehouse %(warehouse)s belongs to another company than order %(order)s.")
            % {"warehouse": warehouse.code, "order": order.number},
            field="warehouse",
        )


def _choose(
    lines: list[LineProgress], quantities: Mapping[int, Decimal] | None
) -> dict[LineProgress, Decimal]:
    """Quantity per line that goes; refuses unknown lines and more than can be picked."""
    if quantities is None:
        return {line: line.to_pick for line in lines if line.to_pick > NOTHING}
    by_id = {line.line_id: line for line in lines}
    if unknown := quantities.keys() - by_id.keys():
        raise MoreThanReserved(
            "shipment.unknown_line",
            _("Line %(line)s is not a line of this order.") % {"line": min(unknown)},
        )
    chosen = {by_id[pk]: quantity for pk, quantity in quantities.items() if quantity != NOTHING}
    for line, quantity in chosen.items():
        if not NOTHING < quantity <= line.to_pick:
            raise _too_much(line, quantity)
    return chosen


def _too_much(line: LineProgress, quantity: Decimal) -> MoreThanReserved:
    return MoreThanReserved(
        "shipment.more_than_reserved",
        _(
            "Line %(line)s (%(article)s): %(quantity)s can't go, %(most)s is reserved here and not"
            " yet in a shipment."
        )
        % {
            "line": line.position,
            "article": line.product_number,
            "quantity": quantity,
            "most": max(line.to_pick, NOTHING),
        },
    )


def _nothing(order: Order) -> NothingToPick:
    return NothingToPick(
        "shipment.nothing_to_pick",
        _(
            "Order %(number)s has nothing reserved that is not in a shipment already: receive"
            " stock, or look at its open shipments."
        )
        % {"number": order.number},
    )


def _write(
    warehouse: Warehouse,
    chosen: Sequence[tuple[Order, Mapping[LineProgress, Decimal]]],
    by: Actor,
    on: date,
) -> list[Shipment]:
    """Insert a pick list per order: three statements for any number of them."""
    for order, lines in chosen:
        if not lines:
            raise _nothing(order)
    numbers = take_numbers(warehouse.company_id, NumberSeries.Kind.SHIPMENT, len(chosen), on=on)
    shipments = Shipment.objects.bulk_create(
        Shipment(
            company_id=order.company_id,
            order=order,
            warehouse=warehouse,
            ship_to=_ship_to(order),
            number=number,
        )
        for (order, _lines), number in zip(chosen, numbers, strict=True)
    )
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, order_line_id=line.line_id, quantity=quantity)
        for shipment, (_order, lines) in zip(shipments, chosen, strict=True)
        for line, quantity in lines.items()
    )
    for shipment, (_order, lines) in zip(shipments, chosen, strict=True):
        _record("shipment.created", shipment, by, on, lines=len(lines), warehouse=warehouse.code)
    return shipments


def _ship_to(order: Order) -> dict[str, Any]:
    """The address as it is now; without one on the order, the customer's own delivery address."""
    address = order.ship_to or (
        Address.objects.filter(customer=order.customer_id, is_active=True)
        .order_by("-kind", "-is_default", "pk")
        .first()
    )
    if address is None:
        return {"name": order.customer.name, "country": order.customer.country}
    return {**address.snapshot(), "name": address.name or order.customer.name}


def _check_delivery(shipment: Shipment, delivered_on: date, on: date) -> None:
    if shipment.state != ShipmentState.DISPATCHED or shipment.dispatched_on is None:
        raise Conflict(
            "shipment.not_under_way",
            _("Shipment %(number)s is %(state)s, not under way.")
            % {"number": shipment.number, "state": shipment.get_state_display()},
        )
    if not shipment.dispatched_on <= delivered_on <= on:
        raise InvalidInput(
            "shipment.delivery_date",
            _("Enter a day from %(first)s (dispatch) to %(last)s, not %(value)s.")
            % {"first": shipment.dispatched_on, "last": on, "value": delivered_on},
            field="delivered_on",
        )
