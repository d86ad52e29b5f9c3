"""Change a draft: its head, all of its lines, or one of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.services import atomic_verb, record_event
from o2c.errors import Conflict, InvalidInput, NotFound
from orders.charges import drafts_of
from orders.draft import BuyerDraft, LineDraft, OrderDraft
from orders.models import Order, OrderCharge, OrderLine, OrderState
from orders.services.planning import OrderPlan, plan_orders
from orders.services.totals import sum_up

_HEAD = [
    "customer",
    "po_number",
    "requested_on",
    "ship_to",
    "payment_terms",
    "billing_policy",
    "currency",
    "note",
]
_SAVED = [*_HEAD, "net_amount", "vat_amount", "gross_amount", "version"]


@atomic_verb
def save_draft(
    pk: int, draft: OrderDraft, *, by: Actor, on: date, version: int | None = None
) -> Order:
    """Replace head and lines of a draft by what is on the page.

    ``version`` is the one the page was opened with; None skips the check. Raises: InvalidInput
    naming each problem; Conflict when it is no draft any more or was changed meanwhile.
    """
    order = _locked_draft(pk, by, version)
    plan = _planned(order, draft, on)
    _write(order, plan, by=by, on=on)
    return order


@atomic_verb
def replace_lines(pk: int, lines: Sequence[LineDraft], *, by: Actor, on: date) -> Order:
    """Replace all lines of a draft; the head stays."""
    order = _locked_draft(pk, by)
    plan = _planned(order, _as_draft(order, lines), on)
    _write(order, plan, by=by, on=on)
    return order


@atomic_verb
def add_line(pk: int, line: LineDraft, *, by: Actor, on: date) -> Order:
    """Add a line at the end of a draft."""
    order = _locked_draft(pk, by)
    lines = [*_line_drafts(order), line]
    _write(order, _planned(order, _as_draft(order, lines), on), by=by, on=on)
    return order


@atomic_verb
def change_line(  # noqa: PLR0913 - what a line consists of
    pk: int,
    position: int,
    *,
    by: Actor,
    on: date,
    quantity: Decimal | None = None,
    unit_price: Decimal | None = None,
    discount_rate: Decimal | None = None,
) -> Order:
    """Change quantity, price or discount of one line; what is None stays.

    A new quantity finds its price again (quantity breaks) unless the price was entered by hand.
    """
    order = _locked_draft(pk, by)
    lines = _line_drafts(order)
    index = _index(order, position, len(lines))
    changes = {"quantity": quantity, "unit_price": unit_price, "discount_rate": discount_rate}
    given = {name: value for name, value in changes.items() if value is not None}
    lines[index] = replace(lines[index], **given)  # type: ignore[arg-type]
    _write(order, _planned(order, _as_draft(order, lines), on), by=by, on=on)
    return order


@atomic_verb
def remove_line(pk: int, position: int, *, by: Actor, on: date) -> Order:
    """Take one line out of a draft; those below move up."""
    order = _locked_draft(pk, by)
    lines = _line_drafts(order)
    lines.pop(_index(order, position, len(lines)))
    _write(order, _planned(order, _as_draft(order, lines), on), by=by, on=on)
    return order


def _locked_draft(pk: int, by: Actor, version: int | None = None) -> Order:
    order = Order.objects.for_update().select_related("company").filter(pk=pk).first()
    if order is None:
        raise NotFound("order.unknown", _("This order does not exist any more."))
    require(by, "orders.enter", order.company_id)
    if order.state != OrderState.DRAFT:
        raise Conflict(
            "order.not_a_draft",
            _("Order %(number)s is %(state)s and can't be changed here; cancel it and enter a new"
              " one.") % {"number": order.number, "state": order.get_state_display()},
        )  # fmt: skip
    if version is not None and version != order.version:
        raise Conflict(
            "order.changed_meanwhile",
            _(
                "Order %(number)s was changed by somebody else meanwhile. What you typed is still"
                " on this page: look at the order in another tab; saving again replaces it."
            )
            % {"number": order.number},
        )  # fmt: skip
    return order


def _planned(order: Order, draft: OrderDraft, on: date) -> OrderPlan:
    plan = plan_orders(order.company, [draft], on=on)[0]
    if plan.problems:
        raise InvalidInput("order.draft", "\n".join(plan.problems), field="lines")
    return plan


def _write(order: Order, plan: OrderPlan, *, by: Actor, on: date) -> None:
    draft, customer = plan.draft, plan.customer
    if customer is None:
        raise InvalidInput("order.customer", _("Choose a customer."), field="customer")
    order.customer, order.currency = customer, plan.currency
    order.payment_terms, order.ship_to = customer.payment_terms, plan.ship_to
    order.po_number, order.requested_on = draft.po_number[:60], draft.requested_on
    order.note, order.version = draft.note, order.version + 1
    order.billing_policy = draft.billing_policy or customer.billing_policy
    lines = plan.order_lines()
    sum_up(order, lines, plan.charges)
    order.save(update_fields=_SAVED)
    order.lines.all().delete()
    order.charges.all().delete()
    for line in lines:
        line.order = order
    OrderLine.objects.bulk_create(lines, batch_size=1000)
    for charge in plan.charges:
        charge.order = order
    OrderCharge.objects.bulk_create(plan.charges)
    record_event(
        "order.changed", order, by=by, on=on, correlation=order.correlation, label=order.number,
        lines=len(lines), amount=order.gross_amount, currency=order.currency,
    )  # fmt: skip


def _as_draft(order: Order, lines: Sequence[LineDraft]) -> OrderDraft:
    return OrderDraft(
        buyer=BuyerDraft(customer_id=order.customer_id),
        lines=tuple(lines),
        charges=drafts_of(order.charges.all()),
        billing_policy=order.billing_policy,
        po_number=order.po_number,
        requested_on=order.requested_on,
        note=order.note,
        channel=order.channel,
        ship_to_id=order.ship_to_id,
    )


def _line_drafts(order: Order) -> list[LineDraft]:
    """The stored lines as drafts; a price that was entered by hand stays, others are found anew."""
    manual = (OrderLine.PriceSource.MANUAL, OrderLine.PriceSource.IMPORTED)
    return [
        LineDraft(
            product_id=line.product_id,
            quantity=line.quantity,
            unit_price=line.unit_price if line.price_source in manual else None,
            discount_rate=line.discount_rate,
            buyer_reference=line.buyer_reference,
            place=_("line %(line)s") % {"line": line.position},
        )
        for line in order.lines.all()
    ]


def _index(order: Order, position: int, count: int) -> int:
    if not 1 <= position <= count:
        raise NotFound(
            "order.no_such_line",
            _("Order %(number)s has no line %(position)s.")
            % {"number": order.number, "position": position},
        )
    return position - 1
