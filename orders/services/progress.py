"""Steps that other stages trigger: release, hold, in fulfilment, completed.

The flow asks for the right before it calls these; each is safe to call twice. An order given as
a row is one that the caller has locked; by its number it is locked here.
"""

from collections.abc import Sequence, Set
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.services import atomic_verb, record_event
from core.updating import update_rows
from o2c.errors import Conflict
from orders.models import Order, OrderState


@atomic_verb
def release(order: Order | int, *, by: Actor, on: date) -> Order:
    """Free a submitted or held order for the warehouse; see ``release_all``."""
    order = _locked(order)
    release_all([order], by=by, on=on)
    return order


@atomic_verb
def release_all(orders: Sequence[Order], *, by: Actor, on: date) -> None:
    """Free locked orders, submitted or held, for the warehouse; confirmations become due work.

    Those already released stay unchanged. Raises: Conflict for drafts and ended orders.
    """
    waiting = [
        order
        for order in orders
        if order.state not in (OrderState.RELEASED, OrderState.IN_FULFILMENT)
    ]
    for order in waiting:
        _check(order, (OrderState.SUBMITTED, OrderState.ON_HOLD), _("released"))
    reasons = [order.hold_reason for order in waiting]
    for order in waiting:
        order.to_released()
        order.released_at = timezone.now()
    update_rows(waiting, "state", "released_at", "hold_reason", "hold_note")
    for order, was_held in zip(waiting, reasons, strict=True):
        _record("order.released", order, by=by, on=on, was_held=was_held)


@atomic_verb
def hold(order: Order | int, *, reason: str, note: str, by: Actor, on: date) -> Order:
    """Stop an order until somebody decides; ``reason`` is one of ``Order.HoldReason``.

    Held again for the same reason, only the note changes. Raises: Conflict for drafts and orders
    that were shipped or ended.
    """
    order = _locked(order)
    if order.state == OrderState.ON_HOLD and order.hold_reason == reason:
        if order.hold_note != note[:300]:
            order.hold_note = note[:300]
            order.save(update_fields=["hold_note"])
        return order
    _check(order, (OrderState.SUBMITTED, OrderState.RELEASED), _("put on hold"))
    order.to_on_hold(reason=reason, note=note)
    order.save()
    _record(
        "order.held",
        order,
        by=by,
        on=on,
        reason=note or reason,
        kind=reason,
        source_texts=["reason"] if note else [],
    )
    return order


@atomic_verb
def mark_in_fulfilment(order: Order | int, *, by: Actor, on: date) -> Order:
    """The first piece has left; later pieces change nothing."""
    order = _locked(order)
    move_on([order], frozenset(), by=by, on=on)
    return order


@atomic_verb
def complete(order: Order | int, *, by: Actor, on: date) -> Order:
    """Everything ordered and not cancelled has left; the caller has summed the shipments."""
    order = _locked(order)
    move_on([order], {order.pk}, by=by, on=on)
    return order


@atomic_verb
def move_on(orders: Sequence[Order], complete: Set[int], *, by: Actor, on: date) -> None:
    """Pieces of locked orders have left: of those in ``complete`` (ids) everything, else a part.

    The caller has summed the shipments. Raises: Conflict for orders that can't be shipped.
    """
    moved = []
    for order in orders:
        if order.pk in complete:
            if order.state not in (OrderState.COMPLETED, OrderState.CLOSED):
                _check(order, (OrderState.RELEASED, OrderState.IN_FULFILMENT), _("completed"))
                order.to_completed()
                moved.append((order, "order.completed"))
        elif order.state not in (OrderState.IN_FULFILMENT, OrderState.COMPLETED):
            _check(order, (OrderState.RELEASED,), _("shipped"))
            order.to_in_fulfilment()
            moved.append((order, "order.in_fulfilment"))
    update_rows([order for order, _name in moved], "state")
    for order, name in moved:
        _record(name, order, by=by, on=on)


def _locked(order: Order | int) -> Order:
    return order if isinstance(order, Order) else Order.objects.for_update().get(pk=order)


def _check(order: Order, states: tuple[OrderState, ...], act: str) -> None:
    if order.state not in states:
        raise Conflict(
            "order.wrong_state",
            _("Order %(number)s is %(state)s and can't be %(act)s.")
            % {"number": order.number, "state": order.get_state_display(), "act": act},
        )


def _record(name: str, order: Order, *, by: Actor, on: date, **payload: object) -> None:
    record_event(
        name, order, by=by, on=on, correlation=order.correlation, label=order.number, **payload
    )
