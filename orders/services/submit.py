"""Submit an order: through the completeness gate, with the warnings a person may override."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.services import atomic_verb, record_event, require_open
from o2c.errors import Conflict, NotFound
from orders.models import Order, OrderLine, OrderState
from orders.rules import promised_on
from orders.services.completeness import OrderIncomplete, missing_fields


@dataclass(frozen=True, slots=True)
class SubmitWarning:
    """Something a person may override after reading it; ``code`` is stable."""

    code: str
    message: str


def warnings_before_submit(order: Order) -> list[SubmitWarning]:
    """What to ask before submitting: this customer used the same purchase-order number before."""
    if not order.po_number:
        return []
    others = list(Order.objects.same_po_number(order).values_list("number", flat=True)[:3])
    if not others:
        return []
    words = _(
        "%(customer)s already used order number “%(po)s” (%(orders)s). Submit only if it is meant"
        " twice."
    )
    facts = {"customer": order.customer, "po": order.po_number, "orders": ", ".join(others)}
    return [SubmitWarning("order.po_number_twice", words % facts)]


@atomic_verb
def submit(pk: int, *, by: Actor, on: date) -> Order:
    """Make a draft binding for us to look at, and promise each line a day.

    Whoever asks a person first shows ``warnings_before_submit``. Raises: OrderIncomplete with
    each missing field; Conflict when it is no draft or the company is closed; PermissionMissing.
    """
    order = Order.objects.for_update().select_related("company", "customer").filter(pk=pk).first()
    if order is None:
        raise NotFound("order.unknown", _("This order does not exist any more."))
    require(by, "orders.enter", order.company_id)
    require_open(order.company)
    if order.state != OrderState.DRAFT:
        raise Conflict(
            "order.not_a_draft",
            _("Order %(number)s is already %(state)s.")
            % {"number": order.number, "state": order.get_state_display()},
        )
    lines = list(order.lines.select_related("product"))
    if missing := missing_fields(order, lines):
        raise OrderIncomplete(missing)
    _submit(order, lines, by=by, on=on)
    return order


def _submit(order: Order, lines: Sequence[OrderLine], *, by: Actor, on: date) -> None:
    order.to_submitted()
    order.submitted_at = timezone.now()
    order.save()
    OrderLine.objects.filter(order=order, promised_on=None).update(
        promised_on=promised_on(order.requested_on, on=on)
    )
    record_event(
        "order.submitted", order, by=by, on=on, correlation=order.correlation, label=order.number,
        amount=order.gross_amount, currency=order.currency, lines=len(lines),
        po_number=order.po_number,
    )  # fmt: skip
