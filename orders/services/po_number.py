"""The customer's own number of an order that came without it."""

from datetime import date

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.services import atomic_verb, record_event
from o2c.errors import Conflict
from orders.models import Order, OrderState


@atomic_verb
def set_po_number(pk: int, number: str, *, by: Actor, on: date) -> Order:
    """Note the number on an order of any state that has none; nothing else of it changes.

    Raises: Conflict when it has one or is cancelled; PermissionMissing.
    """
    order = Order.objects.for_update().select_related("company", "customer").get(pk=pk)
    require(by, "orders.po_number", order.company_id)
    if why := why_no_po_number(order):
        raise Conflict("order.po_number", why)
    order.po_number, order.version = number, order.version + 1
    order.save(update_fields=["po_number", "version"])
    record_event(
        "order.po_number_given",
        order,
        by=by,
        on=on,
        correlation=order.correlation,
        label=order.number,
        number=number,
    )
    return order


def why_no_po_number(order: Order) -> str:
    """Why an order takes no number any more, in words for the customer too; empty while it does."""
    words = {"order": order.number, "number": order.po_number}
    if order.po_number:
        return _("Order %(order)s has the order number %(number)s already.") % words
    if order.state == OrderState.CANCELLED:
        return _("Order %(order)s was cancelled; no number is needed.") % words
    return ""
