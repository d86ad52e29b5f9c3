"""Cancel an order, or what is left of it; what was shipped stays."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.services import atomic_verb, record_event
from o2c.errors import Conflict, InvalidInput, NotFound
from o2c.money import cents
from orders.charges import follow_lines, nets_by_rate
from orders.models import OPEN_STATES, Order, OrderCharge, OrderLine, OrderState
from orders.services.totals import sum_up

ZERO = Decimal(0)


@atomic_verb
def cancel(
    pk: int,
    *,
    reason: str,
    by: Actor,
    on: date,
    shipped: Mapping[int, Decimal] | None = None,
) -> Order:
    """Cancel everything that has not left: all of an order, or the rest of a partly shipped one.

    ``shipped`` gives the quantity that has left per order line; whoever knows of
    shipments locks the order first and passes it. With nothing shipped the order ends cancelled
    and keeps its figures; else the rest of each line is cancelled, the totals are those of what
    was shipped, and the order is completed. Raises: InvalidInput without a reason; Conflict when
    it has ended or nothing is left; PermissionMissing.
    """
    order = _locked(pk)
    require(by, "orders.cancel", order.company_id)
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidInput("order.no_reason", _("Say why it is cancelled."), field="reason")
    if order.state not in (OrderState.DRAFT, *OPEN_STATES):
        raise Conflict(
            "order.ended",
            _("Order %(number)s is already %(state)s.")
            % {"number": order.number, "state": order.get_state_display()},
        )
    sent = {line: quantity for line, quantity in (shipped or {}).items() if quantity > 0}
    if sent or order.state == OrderState.IN_FULFILMENT:
        _cancel_rest(order, sent)
    else:
        order.to_cancelled(reason=reason)
    order.cancel_reason = reason[:200]
    order.save()
    record_event(
        "order.cancelled", order, by=by, on=on, correlation=order.correlation, label=order.number,
        reason=reason, is_rest=bool(sent),
    )  # fmt: skip
    return order


def _locked(pk: int) -> Order:
    order = Order.objects.for_update().filter(pk=pk).first()
    if order is None:
        raise NotFound("order.unknown", _("This order does not exist any more."))
    return order


def _cancel_rest(order: Order, sent: Mapping[int, Decimal]) -> None:
    lines = list(order.lines.all())
    before = nets_by_rate(lines)
    for line in lines:
        kept = sent.get(line.pk, ZERO)
        line.cancelled_quantity = line.quantity - kept
        # The share of its net, as part shipments are invoiced; never priced again.
        line.net_amount = cents(line.net_amount * kept / line.quantity)
    if not any(line.cancelled_quantity for line in lines):
        raise Conflict(
            "order.nothing_left",
            _("Everything of order %(number)s has been shipped; nothing is left to cancel.")
            % {"number": order.number},
        )
    charges = list(order.charges.all())
    changed = follow_lines(charges, lines, before=before)
    sum_up(order, lines, charges)
    OrderCharge.objects.bulk_update(changed, ["amount", "base_amount"])
    OrderLine.objects.bulk_update(lines, ["cancelled_quantity", "net_amount"], batch_size=1000)
    if order.state == OrderState.ON_HOLD:
        order.to_released()
    order.to_completed()
