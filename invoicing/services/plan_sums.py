"""What deposits ask with their VAT: the steps of a billing plan, or one over a given sum."""

from collections.abc import Sequence
from decimal import Decimal

from invoicing.models import BillingStep
from invoicing.services.plans import WAITING, step_amounts, worth_of
from o2c.money import TaxableLine, cents, split, totals
from orders.models import Order


def asked_by_steps(order: Order, steps: Sequence[BillingStep]) -> dict[int, Decimal]:
    """Step id -> what it will ask, VAT included; ``steps``: all that are not dropped."""
    worth = worth_of(order)
    found = {}
    for step in steps:
        if step.state in WAITING:
            rows = zip(worth.vat_rows, step_amounts(step, steps, worth), strict=True)
            parts = [TaxableLine(net, row.vat_category, row.vat_rate) for row, net in rows]
            found[step.pk] = totals(parts).gross_amount
    return found


def step_over(order: Order, gross: Decimal) -> BillingStep | None:
    """The first step of the order's plan that is not billed and asks for just this."""
    live = order.billing_steps.exclude(state=BillingStep.State.CANCELLED)
    steps = list(live.order_by("position"))
    asked = asked_by_steps(order, steps) if steps else {}
    return next((step for step in steps if asked.get(step.pk) == gross), None)


def net_of_deposit(order: Order, gross: Decimal) -> Decimal:
    """The net of a deposit that asks for just this, VAT included; a cent off where none does.

    Never more than the order.
    """
    worth = worth_of(order)
    if gross >= worth.gross_amount:
        return worth.net_amount
    near = cents(worth.net_amount * gross / worth.gross_amount)
    nets = [row.net_amount for row in worth.vat_rows]
    for net in (near, near - Decimal("0.01"), near + Decimal("0.01")):
        parts = zip(worth.vat_rows, split(net, nets), strict=True)
        sums = totals(TaxableLine(part, row.vat_category, row.vat_rate) for row, part in parts)
        if sums.gross_amount == gross:
            return net
    return near
