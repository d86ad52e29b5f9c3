"""Submit an order: through the completeness gate, with the warnings a person may override."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.services import atomic_verb, record_event, require_open
from core.updating import update_rows
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
    """What to ask before submitting: this customer used the same purchase-order number before, or
    needs one on each invoice and the order has none."""
    if not order.po_number:
        return _lacking_number(order)
    others = list(Order.objects.same_po_number(order).values_list("number", flat=True)[:3])
    if not others:
        return []
    words = _(
        "%(customer)s already used order number “%(po)s” (%(orders)s). Submit only if it is meant"
        " twice."
    )
    facts = {"customer": order.customer, "po": order.po_number, "orders": ", ".join(others)}
    return [SubmitWarning("order.po_number_twice", words % facts)]


def _lacking_number(order: Order) -> list[SubmitWarning]:
    if not order.customer.is_po_number_required:
        return []
    words = _(
        "%(customer)s needs their order number on each invoice: without it nothing of this order"
        " can be invoiced. Enter it, or ask the buyer once the order is submitted."
    )
    return [SubmitWarning("order.po_number_missing", words % {"customer": order.customer})]


def submit(pk: int, *, by: Actor, on: date) -> Order:
    """Make a draft binding for us to look at, and promise each line a day; see ``submit_all``."""
    return submit_all([pk], by=by, on=on)[0]


@atomic_verb
def submit_all(pks: Sequence[int], *, by: Actor, on: date) -> list[Order]:
    """Make drafts binding for us to look at, all or none, and promise each line a day.

    Whoever asks a person first shows ``warnings_before_submit``. Raises: OrderIncomplete with
    each missing field; Conflict when one is no draft or the company is closed; PermissionMissing.
    """
    orders = _locked(pks)
    for order in orders:
        _refuse(order, by)
    lines = _lines(orders)
    for order in orders:
        if missing := missing_fields(order, lines[order.pk]):
            raise OrderIncomplete(missing)
    for order in orders:
        order.to_submitted()
        order.submitted_at = timezone.now()
    update_rows(orders, "state", "submitted_at")
    _promise(orders, lines, on=on)
    for order in orders:
        record_event(
            "order.submitted", order, by=by, on=on, correlation=order.correlation,
            label=order.number, amount=order.gross_amount, currency=order.currency,
            lines=len(lines[order.pk]), po_number=order.po_number,
        )  # fmt: skip
    return orders


def _locked(pks: Sequence[int]) -> list[Order]:
    rows = Order.objects.for_update().select_related("company", "customer")
    found = {order.pk: order for order in rows.filter(pk__in=pks)}
    if set(pks) - found.keys():
        raise NotFound("order.unknown", _("This order does not exist any more."))
    return [found[pk] for pk in dict.fromkeys(pks)]


def _refuse(order: Order, by: Actor) -> None:
    require(by, "orders.enter", order.company_id)
    require_open(order.company)
    if order.state != OrderState.DRAFT:
        raise Conflict(
            "order.not_a_draft",
            _("Order %(number)s is already %(state)s.")
            % {"number": order.number, "state": order.get_state_display()},
        )


def _lines(orders: Sequence[Order]) -> dict[int, list[OrderLine]]:
    """Order id -> its lines by position, with their products."""
    lines: dict[int, list[OrderLine]] = {order.pk: [] for order in orders}
    rows = OrderLine.objects.filter(order__in=list(lines)).select_related("product")
    for line in rows.order_by("order_id", "position"):
        lines[line.order_id].append(line)
    return lines


def _promise(orders: Sequence[Order], lines: dict[int, list[OrderLine]], *, on: date) -> None:
    promised = []
    for order in orders:
        day = promised_on(order.requested_on, on=on)
        for line in lines[order.pk]:
            if line.promised_on is None:
                line.promised_on = day
                promised.append(line)
    update_rows(promised, "promised_on")
