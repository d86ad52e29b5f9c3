"""Promise stock to orders under lock, and take the promise back.

Lock order everywhere: orders, then stock levels, each by primary key.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.services import EventDraft, atomic_verb, record_event, record_events, retrying
from fulfillment.models import Reservation, Shipment, StockLevel
from fulfillment.progress import LineProgress, orders_progress, progress_rows, waiting_lines
from fulfillment.rules import NOTHING, Free, Grant, Need, share_out
from o2c.errors import Conflict
from orders.models import Order, OrderState

Held = dict[tuple[int, int], Decimal]
"""(order line id, stock level id) -> quantity reserved."""
FULFILLABLE = (OrderState.RELEASED, OrderState.IN_FULFILMENT)


class OrderNotReleased(Conflict):
    """The warehouse touches released orders only."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """What a reservation brought: quantity per order line now promised, and what still lacks."""

    granted: dict[int, Decimal]
    backordered: dict[int, Decimal]


def reserve_order(order: Order | int, *, by: Actor, on: date) -> Reserved:
    """Reserve as much of a released order as there is; see ``reserve_orders``."""
    return reserve_orders([order], by=by, on=on)[0]


@retrying
@atomic_verb
def reserve_orders(orders: Sequence[Order | int], *, by: Actor, on: date) -> list[Reserved]:
    """Reserve as much of released orders as there is, the first served first; the rest waits.

    Part of releasing an order, so it asks for no right of its own. Doing it again reserves only
    what is still missing. Services need no stock. Raises: OrderNotReleased.
    """
    released = lock_orders(orders)
    lines = orders_progress(released)
    waiting = {
        order: [line for line in lines[order.pk] if line.backordered > NOTHING]
        for order in released
    }
    grants: list[Grant] = []
    for company_id in sorted({order.company_id for order in released}):
        mine = [waiting[order] for order in released if order.company_id == company_id]
        grants += _grant([line for each in mine for line in each], company_id=company_id)
    return [_reserved(order, waiting[order], grants, by=by, on=on) for order in released]


def _reserved(
    order: Order, waiting: Sequence[LineProgress], grants: Sequence[Grant], *, by: Actor, on: date
) -> Reserved:
    result = _outcome(waiting, grants)
    if waiting:
        record_event(
            "order.reserved",
            order,
            by=by,
            on=on,
            correlation=order.correlation,
            label=order.number,
            lines=len(result.granted),
            backordered_lines=len(result.backordered),
        )
    return result


@retrying
@atomic_verb
def reserve_backorders(
    company_id: int, *, by: Actor, on: date, product_ids: Collection[int] | None = None
) -> int:
    """Give free stock to released orders that wait for it, oldest wanted date first.

    For all products of the company, or those named. Returns the number of lines served. Also the
    sweep that repairs a missed push: run twice it changes nothing more.
    """
    require(by, "fulfillment.pick", company_id)
    free = StockLevel.objects.free().filter(company=company_id)
    found = set(free.values_list("product", flat=True))
    wanted = found if product_ids is None else found & set(product_ids)
    order_ids = lock_waiting_orders(company_id, wanted)
    return reserve_waiting(company_id, order_ids, wanted, by=by, on=on)


@retrying
@atomic_verb
def release_reservations(order_pk: int, *, by: Actor, on: date) -> int:
    """Free all stock kept for an order that is being cancelled, and drop its open pick lists.

    Comes before ``orders.cancel``, so that only what has really left counts as shipped. Returns
    the number of reservations freed; raises nothing when there is none.
    """
    order = Order.objects.for_update().get(pk=order_pk)
    for shipment in Shipment.objects.for_update().filter(order=order).to_pick():
        shipment.to_cancelled()
        shipment.save()
    held = Reservation.objects.filter(order_line__order=order)
    list(StockLevel.objects.for_update().filter(reservations__in=held))
    freed, _details = held.delete()
    if freed:
        record_event(
            "order.reservation_released",
            order,
            by=by,
            on=on,
            correlation=order.correlation,
            label=order.number,
            lines=freed,
        )
    return freed


def lock_order(order: Order | int) -> Order:
    """The order with its customer, locked; see ``lock_orders``."""
    return lock_orders([order])[0]


def lock_orders(orders: Sequence[Order | int]) -> list[Order]:
    """The orders with their customers, locked; refused unless released or in fulfilment.

    An order given as a row is locked by the caller already.
    """
    wanted = {one for one in orders if isinstance(one, int)}
    read: dict[int, Order] = {}
    if wanted:
        rows = Order.objects.for_update().select_related("customer", "ship_to", "company")
        read = {row.pk: row for row in rows.filter(pk__in=wanted)}
    if missing := wanted - read.keys():
        raise Order.DoesNotExist(f"There is no order {min(missing)}.")
    locked = [read[one] if isinstance(one, int) else one for one in dict.fromkeys(orders)]
    for order in locked:
        if order.state not in FULFILLABLE:
            raise OrderNotReleased(
                "order.not_released",
                _("Order %(number)s is %(state)s: the warehouse can only work on released orders.")
                % {"number": order.number, "state": order.get_state_display()},
            )
    return locked


def lock_waiting_orders(company_id: int, product_ids: Collection[int]) -> list[int]:
    """Lock the orders that wait for these products, before their stock levels are locked.

    Returns their primary keys, for ``reserve_waiting``. An order that begins to wait later takes
    part in the next sweep.
    """
    if not product_ids:
        return []
    waiting = waiting_lines(company_id).filter(product__in=product_ids)
    order_ids = set(waiting.order_by().values_list("order", flat=True))
    orders = Order.objects.for_update().filter(pk__in=order_ids)
    return list(orders.values_list("pk", flat=True)) if order_ids else []


def reserve_waiting(
    company_id: int,
    order_ids: Collection[int],
    product_ids: Collection[int],
    *,
    by: Actor,
    on: date,
) -> int:
    """Serve waiting orders that the caller has locked; returns the number of lines served."""
    if not order_ids:
        return 0
    waiting = waiting_lines(company_id).filter(order__in=order_ids, product__in=product_ids)
    lines = progress_rows(waiting)
    served = {grant.line_id for grant in _grant(lines, company_id=company_id)}
    counts = Counter(line.order_id for line in lines if line.line_id in served)
    if counts:
        orders = Order.objects.in_bulk(counts)
        record_events(_backorder_event(orders[pk], counts[pk], by, on) for pk in counts)
    return len(served)


def _backorder_event(order: Order, lines: int, by: Actor, on: date) -> EventDraft:
    return EventDraft(
        "order.backorder_reserved",
        order,
        by,
        on,
        correlation=order.correlation,
        label=order.number,
        payload={"lines": lines},
    )


def _grant(lines: Sequence[LineProgress], *, company_id: int) -> list[Grant]:
    """Lock the stock of these lines and write what each gets; earlier lines first."""
    product_ids = {line.product_id for line in lines}
    if not product_ids:
        return []
    levels = StockLevel.objects.free().filter(company=company_id, product__in=product_ids)
    free = [
        Free(level.pk, level.product_id, level.warehouse_id, level.on_hand - level.reserved)
        for level in levels.for_update()
    ]
    needs = [Need(line.order_id, line.line_id, line.product_id, line.backordered) for line in lines]
    grants = share_out(needs, free)
    if grants:
        _write(grants, company_id, _held_by(lines))
    return grants


def _held_by(lines: Iterable[LineProgress]) -> Held:
    """What these lines have reserved so far; no question to ask for lines that have nothing."""
    some = [line.line_id for line in lines if line.reserved > NOTHING]
    rows = Reservation.objects.filter(order_line__in=some) if some else ()
    return {(row.order_line_id, row.level_id): row.quantity for row in rows}


def _write(grants: Sequence[Grant], company_id: int, before: Held) -> None:
    """Add grants to the reservations; the database adds them to the levels."""
    Reservation.objects.bulk_create(
        (
            Reservation(
                company_id=company_id,
                order_line_id=grant.line_id,
                level_id=grant.level_id,
                quantity=grant.quantity + before.get((grant.line_id, grant.level_id), NOTHING),
            )
            for grant in grants
        ),
        update_conflicts=True,
        unique_fields=["order_line", "level"],
        update_fields=["quantity"],
    )


def _outcome(lines: Sequence[LineProgress], grants: Iterable[Grant]) -> Reserved:
    mine = {line.line_id for line in lines}
    granted: dict[int, Decimal] = defaultdict(Decimal)
    for grant in grants:
        if grant.line_id in mine:
            granted[grant.line_id] += grant.quantity
    lacking = {
        line.line_id: line.backordered - granted.get(line.line_id, NOTHING) for line in lines
    }
    return Reserved(dict(granted), {pk: rest for pk, rest in lacking.items() if rest > NOTHING})
