"""The moment goods leave: stock goes out, the promise is used up, the order moves on."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.models import Product
from core.actors import Actor, require
from core.models import remember
from core.services import atomic_verb, nudge, record_event, retrying
from fulfillment.models import (
    Reservation,
    Shipment,
    ShipmentLine,
    StockMove,
)
from fulfillment.progress import is_all_shipped
from fulfillment.rules import NOTHING
from fulfillment.services.reservations import FULFILLABLE, OrderNotReleased
from fulfillment.services.shipments import lock_shipment, refuse_unless_picking
from o2c.errors import BusinessError, Conflict, InvalidInput
from orders import services as orders
from orders.models import OrderState

RIGHT = "fulfillment.dispatch"


class DeliveryStopped(BusinessError):
    """Credit or dunning has stopped deliveries to the customer."""


class ReservationGone(Conflict):
    """The goods of the shipment are not reserved any more."""


@retrying
@atomic_verb
def dispatch(
    shipment_pk: int,
    *,
    carrier: str,
    tracking_number: str,
    quantities: Mapping[int, Decimal] | None = None,
    by: Actor,
    on: date,
) -> Shipment:
    """Send a shipment off: stock out, reservations used up, order in fulfilment or completed.

    ``quantities`` (shipment line id -> quantity) says what was really packed where it is less
    than the pick list; the rest stays reserved for the order. Raises: NotPicking (also on a second
    try), OrderNotReleased, DeliveryStopped, InvalidInput naming the line, ReservationGone.
    """
    shipment = lock_shipment(shipment_pk)
    require(by, RIGHT, shipment.company_id)
    refuse_unless_picking(shipment)
    _refuse_stopped(shipment)
    lines = _packed(shipment, quantities)
    _move_out(shipment, lines, on)
    shipment.to_dispatched()
    shipment.carrier, shipment.tracking_number = carrier.strip()[:60], tracking_number.strip()[:60]
    shipment.dispatched_on = on
    shipment.save()
    record_event(
        "shipment.dispatched",
        shipment,
        by=by,
        on=on,
        correlation=shipment.correlation,
        label=shipment.number,
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        lines=len(lines),
    )
    _move_order_on(shipment, by, on)
    nudge("fulfillment.make_delivery_note", shipment.pk)
    return shipment


def _refuse_stopped(shipment: Shipment) -> None:
    order = shipment.order
    if reason := order.customer.delivery_stop_reason:
        raise DeliveryStopped(
            "shipment.delivery_stop",
            _("Deliveries to %(customer)s are stopped: %(reason)s. Ask the credit manager.")
            % {"customer": order.customer, "reason": reason},
        )
    if order.state not in FULFILLABLE:
        raise OrderNotReleased(
            "order.not_released",
            _("Order %(number)s is %(state)s: it must be released before its goods leave.")
            % {"number": order.number, "state": order.get_state_display()},
        )


def _packed(shipment: Shipment, quantities: Mapping[int, Decimal] | None) -> list[ShipmentLine]:
    """The lines that go, with the quantities really packed, written where they changed."""
    lines = list(
        ShipmentLine.objects.filter(shipment=shipment)
        .select_related("order_line__product")
        .order_by("order_line__position")
    )
    if quantities is not None:
        lines = _write_packed(lines, quantities)
    remember(shipment, "lines", lines)
    return lines


def _write_packed(
    lines: list[ShipmentLine], quantities: Mapping[int, Decimal]
) -> list[ShipmentLine]:
    """Write the quantities that are less than listed; the lines that are left."""
    _check_packed(lines, quantities)
    changed, dropped = [], []
    for line in lines:
        quantity = quantities.get(line.pk, line.quantity)
        if quantity == NOTHING:
            dropped.append(line)
        elif quantity != line.quantity:
            line.quantity = quantity
            changed.append(line)
    if changed:
        ShipmentLine.objects.bulk_update(changed, ["quantity"], batch_size=500)
    if dropped:
        ShipmentLine.objects.filter(pk__in=[line.pk for line in dropped]).delete()
    return [line for line in lines if line not in dropped]


def _check_packed(lines: list[ShipmentLine], quantities: Mapping[int, Decimal]) -> None:
    listed = {line.pk: line for line in lines}
    if unknown := quantities.keys() - listed.keys():
        raise InvalidInput(
            "shipment.unknown_line",
            _("Line %(line)s is not on this shipment.") % {"line": min(unknown)},
        )
    for pk, quantity in quantities.items():
        line = listed[pk]
        if not NOTHING <= quantity <= line.quantity:
            raise InvalidInput(
                "shipment.packed_quantity",
                _("Line %(line)s (%(article)s): packed %(packed)s, enter 0 to %(most)s.")
                % {
                    "line": line.order_line.position,
                    "article": line.order_line.product.number,
                    "packed": quantity,
                    "most": line.quantity.normalize(),
                },
                field=f"quantity_{pk}",
            )
    if not any(quantities.get(pk, line.quantity) for pk, line in listed.items()):
        raise InvalidInput(
            "shipment.nothing_packed", _("Nothing is packed: cancel the shipment instead.")
        )


def _move_out(shipment: Shipment, lines: list[ShipmentLine], on: date) -> None:
    """Use up the reservations, then take the goods out of stock, both for all lines at once."""
    goods = [line for line in lines if line.order_line.product.kind == Product.Kind.GOODS]
    if not goods:
        return
    held = _reservations(shipment, goods)
    _use_up(held, goods)
    StockMove.objects.bulk_create(
        StockMove(
            company_id=shipment.company_id,
            level_id=held[line.order_line_id].level_id,
            kind=StockMove.Kind.SHIPMENT,
            quantity=-line.quantity,
            shipment_line=line,
            source_key=f"shipment:{line.pk}",
            moved_on=on,
        )
        for line in goods
    )


def _reservations(shipment: Shipment, goods: list[ShipmentLine]) -> dict[int, Reservation]:
    """Order line id -> its reservation in the shipment's warehouse, stock levels locked by key.

    The reservations themselves are safe under the order's lock. Raises ReservationGone.
    """
    rows = Reservation.objects.filter(
        order_line__in=[line.order_line_id for line in goods],
        level__warehouse=shipment.warehouse_id,
    )
    locked = rows.select_for_update(of=("level",)).select_related("level").order_by("level_id")
    held = {row.order_line_id: row for row in locked}
    for line in goods:
        row = held.get(line.order_line_id)
        if row is None or row.quantity < line.quantity:
            raise ReservationGone(
                "shipment.reservation_gone",
                _("%(article)s is not reserved for this order any more: reserve it again.")
                % {"article": line.order_line.product},
            )
    return held


def _use_up(held: Mapping[int, Reservation], goods: list[ShipmentLine]) -> None:
    used_up: list[Reservation] = []
    partly: list[Reservation] = []
    for line in goods:
        row = held[line.order_line_id]
        row.quantity -= line.quantity
        (partly if row.quantity else used_up).append(row)
    if used_up:
        Reservation.objects.filter(pk__in=[row.pk for row in used_up]).delete()
    if partly:
        Reservation.objects.bulk_update(partly, ["quantity"], batch_size=500)


def _move_order_on(shipment: Shipment, by: Actor, on: date) -> None:
    order = shipment.order
    if is_all_shipped(order):
        orders.complete(order, by=by, on=on)
    elif order.state == OrderState.RELEASED:
        orders.mark_in_fulfilment(order, by=by, on=on)
