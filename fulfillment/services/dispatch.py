"""The moment goods leave: stock goes out, the promise is used up, the order moves on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.models import Product
from core.actors import Actor, require
from core.models import remember
from core.services import atomic_verb, nudge, record_event, retrying
from core.updating import update_rows
from fulfillment.models import (
    Reservation,
    Shipment,
    ShipmentLine,
    StockMove,
)
from fulfillment.progress import all_shipped
from fulfillment.rules import NOTHING
from fulfillment.services.reservations import FULFILLABLE, OrderNotReleased
from fulfillment.services.shipments import lock_shipments, refuse_unless_picking
from o2c.errors import BusinessError, Conflict, InvalidInput
from orders import services as orders

RIGHT = "fulfillment.dispatch"
Goods = Sequence[tuple[Shipment, ShipmentLine]]
Held = dict[tuple[int, int], Reservation]
"""(order line id, warehouse id) -> its reservation."""


class DeliveryStopped(BusinessError):
    """Credit or dunning has stopped deliveries to the customer."""


class ReservationGone(Conflict):
    """The goods of the shipment are not reserved any more."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A shipment that is ready to leave, and with whom.

    ``quantities`` (shipment line id -> quantity) says what was really packed where it is less
    than the pick list; the rest stays reserved for the order.
    """

    shipment_pk: int
    carrier: str
    tracking_number: str
    quantities: Mapping[int, Decimal] | None = None


def dispatch(
    shipment_pk: int,
    *,
    carrier: str,
    tracking_number: str,
    quantities: Mapping[int, Decimal] | None = None,
    by: Actor,
    on: date,
) -> Shipment:
    """Send a shipment off; see ``Parcel`` and ``dispatch_all``."""
    parcel = Parcel(shipment_pk, carrier, tracking_number, quantities)
    return dispatch_all([parcel], by=by, on=on)[0]


@retrying
@atomic_verb
def dispatch_all(parcels: Sequence[Parcel], *, by: Actor, on: date) -> list[Shipment]:
    """Send shipments off, all or none: stock out, reservations used up, orders moved on.

    Raises: NotPicking (also on a second try), OrderNotReleased, DeliveryStopped, InvalidInput
    naming the line, ReservationGone.
    """
    shipments = lock_shipments([parcel.shipment_pk for parcel in parcels])
    for shipment in shipments:
        require(by, RIGHT, shipment.company_id)
        refuse_unless_picking(shipment)
        _refuse_stopped(shipment)
    lines = _packed(shipments, parcels)
    _move_out(shipments, lines, on)
    for shipment, parcel in zip(shipments, parcels, strict=True):
        shipment.to_dispatched()
        shipment.carrier = parcel.carrier.strip()[:60]
        shipment.tracking_number = parcel.tracking_number.strip()[:60]
        shipment.dispatched_on = on
    update_rows(shipments, "state", "carrier", "tracking_number", "dispatched_on")
    for shipment in shipments:
        _record(shipment, lines[shipment.pk], by, on)
    orders_of = list({shipment.order_id: shipment.order for shipment in shipments}.values())
    orders.move_on(orders_of, all_shipped(orders_of), by=by, on=on)
    for shipment in shipments:
        nudge("fulfillment.make_delivery_note", shipment.pk)
    return shipments


def _record(shipment: Shipment, lines: Sequence[ShipmentLine], by: Actor, on: date) -> None:
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


def _packed(
    shipments: Sequence[Shipment], parcels: Sequence[Parcel]
) -> dict[int, list[ShipmentLine]]:
    """Shipment id -> its lines that go, with what was really packed, written where it changed."""
    lines: dict[int, list[ShipmentLine]] = {shipment.pk: [] for shipment in shipments}
    rows = ShipmentLine.objects.filter(shipment__in=list(lines))
    for line in rows.select_related("order_line__product").order_by(
        "shipment_id", "order_line__position"
    ):
        lines[line.shipment_id].append(line)
    for shipment, parcel in zip(shipments, parcels, strict=True):
        if parcel.quantities is not None:
            lines[shipment.pk] = _write_packed(lines[shipment.pk], parcel.quantities)
        remember(shipment, "lines", lines[shipment.pk])
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


def _move_out(
    shipments: Sequence[Shipment], lines: Mapping[int, list[ShipmentLine]], on: date
) -> None:
    """Use up the reservations, then take the goods out of stock, both for all lines at once."""
    goods = [
        (shipment, line)
        for shipment in shipments
        for line in lines[shipment.pk]
        if line.order_line.product.kind == Product.Kind.GOODS
    ]
    if not goods:
        return
    held = _reservations(goods)
    _use_up(held, goods)
    StockMove.objects.bulk_create(
        (
            StockMove(
                company_id=shipment.company_id,
                level_id=held[line.order_line_id, shipment.warehouse_id].level_id,
                kind=StockMove.Kind.SHIPMENT,
                quantity=-line.quantity,
                shipment_line=line,
                source_key=f"shipment:{line.pk}",
                moved_on=on,
            )
            for shipment, line in goods
        ),
        batch_size=1000,
    )


def _reservations(goods: Goods) -> Held:
    """The reservations behind the goods, stock levels locked by key.

    The reservations themselves are safe under the order's lock. Raises ReservationGone.
    """
    rows = Reservation.objects.filter(
        order_line__in=[line.order_line_id for _shipment, line in goods],
        level__warehouse__in={shipment.warehouse_id for shipment, _line in goods},
    )
    locked = rows.select_for_update(of=("level",)).select_related("level").order_by("level_id")
    held = {(row.order_line_id, row.level.warehouse_id): row for row in locked}
    wanted: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for shipment, line in goods:
        key = line.order_line_id, shipment.warehouse_id
        wanted[key] += line.quantity
        if key not in held or held[key].quantity < wanted[key]:
            raise ReservationGone(
                "shipment.reservation_gone",
                _("%(article)s is not reserved for this order any more: reserve it again.")
                % {"article": line.order_line.product},
            )
    return held


def _use_up(held: Held, goods: Goods) -> None:
    for shipment, line in goods:
        held[line.order_line_id, shipment.warehouse_id].quantity -= line.quantity
    used = {(line.order_line_id, shipment.warehouse_id) for shipment, line in goods}
    used_up = [held[key].pk for key in used if not held[key].quantity]
    partly = [held[key] for key in used if held[key].quantity]
    if used_up:
        Reservation.objects.filter(pk__in=used_up).delete()
    update_rows(partly, "quantity")
