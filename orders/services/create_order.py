"""Enter an order: from a draft of any channel to a numbered order in state draft."""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company, NumberSeries, StoredDocument, User
from core.services import EventDraft, record_events, require_open, take_numbers
from o2c.errors import InvalidInput
from orders.draft import OrderDraft
from orders.models import Order, OrderCharge, OrderLine
from orders.services.planning import OrderPlan, plan_orders
from orders.services.totals import sum_up


def create_order(
    company: Company, draft: OrderDraft, *, by: Actor, on: date, key: str = ""
) -> Order:
    """Store a draft as an order in state draft, with our prices and VAT as of ``on``.

    Takes the same number of statements for five lines as for fifty. ``key`` names the entry for
    ever: the same key again returns the first order, so that a second click enters nothing.
    Raises: InvalidInput naming every problem of the draft; Conflict when the company is closed;
    PermissionMissing.
    """
    require(by, "orders.enter", company.pk)
    require_open(company)
    if key and (entered := _entered(company, key)):
        return entered
    plan = plan_orders(company, [draft], on=on)[0]
    if plan.problems:
        raise InvalidInput("order.draft", "\n".join(plan.problems), field="lines")
    try:
        with transaction.atomic():
            return write_orders(company, [plan], by=by, on=on, keys=[key])[0]
    except IntegrityError:
        if key and (entered := _entered(company, key)):
            return entered
        raise


def create_orders(
    company: Company, drafts: Sequence[OrderDraft], *, by: Actor, on: date
) -> list[Order]:
    """Store several drafts at once, all or none, with the statements of one and a number each.

    Raises: InvalidInput naming every problem of the first draft that has one; Conflict when the
    company is closed; PermissionMissing.
    """
    require(by, "orders.enter", company.pk)
    require_open(company)
    plans = plan_orders(company, drafts, on=on)
    for plan in plans:
        if plan.problems:
            raise InvalidInput("order.draft", "\n".join(plan.problems), field="lines")
    with transaction.atomic():
        return write_orders(company, plans, by=by, on=on)


def _entered(company: Company, key: str) -> Order | None:
    return Order.objects.filter(company=company, source_key=key).first()


def write_orders(
    company: Company,
    plans: Sequence[OrderPlan],
    *,
    by: Actor,
    on: date,
    source: StoredDocument | None = None,
    keys: Sequence[str] = (),
) -> list[Order]:
    """Insert planned orders with their lines and events, set by set; inside a transaction.

    ``keys`` are the identities of imported orders: the same again is refused by the database.
    """
    orders = [_order(company, plan, by=by, on=on) for plan in plans]
    for order, plan in zip(orders, plans, strict=True):
        sum_up(order, plan.order_lines(), plan.charges)
        order.source_document = source
    for order, key in zip(orders, keys, strict=False):
        order.source_key = key
    numbers = take_numbers(company.pk, NumberSeries.Kind.ORDER, len(orders), on=on)
    for order, number in zip(orders, numbers, strict=True):
        order.number = number
    Order.objects.bulk_create(orders)
    lines: list[OrderLine] = []
    for order, plan in zip(orders, plans, strict=True):
        for line in plan.order_lines():
            line.order = order
            lines.append(line)
    OrderLine.objects.bulk_create(lines, batch_size=1000)
    charges = [charge for plan in plans for charge in plan.charges]
    for order, plan in zip(orders, plans, strict=True):
        for charge in plan.charges:
            charge.order = order
    OrderCharge.objects.bulk_create(charges)
    record_events(_created(order, by=by, on=on) for order in orders)
    return orders


def _created(order: Order, *, by: Actor, on: date) -> EventDraft:
    amount = {"amount": order.gross_amount, "currency": order.currency}
    return EventDraft(
        "order.created",
        order,
        by,
        on,
        correlation=order.correlation,
        label=order.number,
        payload={"channel": order.channel, "po_number": order.po_number, **amount},
    )


def _order(company: Company, plan: OrderPlan, *, by: Actor, on: date) -> Order:
    customer, draft = plan.customer, plan.draft
    if customer is None:
        raise InvalidInput("order.customer", _("Choose a customer."), field="customer")
    return Order(
        company=company,
        customer=customer,
        channel=draft.channel,
        po_number=draft.po_number[:60],
        ordered_on=on,
        requested_on=draft.requested_on,
        ship_to=plan.ship_to,
        payment_terms=customer.payment_terms,
        billing_policy=draft.billing_policy or customer.billing_policy,
        currency=plan.currency,
        sales_rep_id=customer.sales_rep_id or (by.pk if isinstance(by, User) else None),
        note=draft.note,
    )
