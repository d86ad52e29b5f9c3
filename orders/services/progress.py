"""Steps that other stages trigger: release, hold, in fulfilment, completed.

The flow asks for the right before it calls these; each is safe to call twice. An order given as
a row is one that the caller has locked; by its number it is locked here.
"""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.services import atomic_verb, record_event
from o2c.errors import Conflict
from orders.models import Order, OrderState


@atomic_verb
def release(order: Order | int, *, by: Actor, on: date) -> Order:
    """Free a submitted or held order for the warehouse; its confirmation becomes due work.

    An order already released is returned unchanged. Raises: Conflict for drafts and ended orders.
    """
    order = _locked(order)
    if order.state in (OrderState.RELEASED, OrderState.IN_FULFILMENT):
        return order
    _check(order, (OrderState.SUBMITTED, OrderState.ON_HOLD), _("released"))
    was_held = order.hold_reason
    order.to_released()
    order.released_at = timezone.now()
    order.save()
    _record("order.released", order, by=by, on=on, was_held=was_held)
    return order


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
    if order.state in (OrderState.IN_FULFILMENT, OrderState.COMPLETED):
        return order
    _check(order, (OrderState.RELEASED,), _("shipped"))
    order.to_in_fulfilment()
    order.save()
    _record("order.in_fulfilment", order, by=by, on=on)
    return order


@atomic_verb
def complete(order: Order | int, *, by: Actor, on: date) -> Order:
    """Everything ordered and not cancelled has left; the caller has summed the shipments."""
    order = _locked(order)
    if order.state in (OrderState.COMPLETED, OrderState.CLOSED):
        return order
    _check(order, (OrderState.RELEASED, OrderState.IN_FULFILMENT), _("completed"))
    order.to_completed()
    order.save()
    _record("order.completed", order, by=by, on=on)
    return order


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
