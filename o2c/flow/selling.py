"""From a draft to goods that leave: credit decides, stock is kept, billing follows."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

import credit.services as credit
import fulfillment.services as fulfillment
import invoicing.services as invoicing
import orders.services as orders
import receivables.services as receivables
from core.actors import Actor
from core.models import User
from core.services import (
    atomic_verb,
    attempt,
    notify,
    nudge,
    people_with,
    retrying,
)
from credit.models import CreditDecision, CreditHold, Outcome
from customers.models import BillingPolicy
from fulfillment.models import Shipment
from invoicing.models import Invoice
from o2c.errors import BusinessError
from o2c.flow.billing import (
    BILLING,
    bill_ahead,
    bill_due,
    bill_shipment,
    credit_parts,
    issue_invoices,
    not_possible,
)
from orders.models import Order, OrderState

Checkpoint = CreditDecision.Checkpoint


def submit_order(pk: int, *, by: Actor, on: date) -> Order:
    """Submit a draft and let credit decide: free for the warehouse with stock reserved, or held.

    Raises: OrderIncomplete naming each missing field; Conflict when it is no draft any more.
    """
    return submit_orders([pk], by=by, on=on)[0]


@retrying
@atomic_verb
def submit_orders(pks: Sequence[int], *, by: Actor, on: date) -> list[Order]:
    """Submit many drafts, all or none, with about the statements of one.

    Credit decides one after the other, and stock is given out in the same order.
    """
    submitted = orders.submit_all(pks, by=by, on=on)
    decisions = credit.decide_all(submitted, checkpoint=Checkpoint.SUBMIT, by=by, on=on)
    free = []
    for order, decision in zip(submitted, decisions, strict=True):
        if decision.outcome == Outcome.PASS:
            free.append(order)
        else:
            _hold(order, decision, by=by, on=on)
    _free(free, by=by, on=on)
    return submitted


@retrying
@atomic_verb
def release_hold(hold_pk: int, *, reason: str, by: User, on: date) -> Order:
    """A credit manager takes the risk: the order is free and its stock reserved."""
    order = _locked_order_of(hold_pk)
    credit.release_hold(hold_pk, reason=reason, by=by, on=on)
    _free([order], by=by, on=on)
    return order


@retrying
@atomic_verb
def reject_hold(hold_pk: int, *, reason: str, by: User, on: date) -> Order:
    """A credit manager refuses the order: what has not left is cancelled with the reason.

    An order that was amended after its release may have stock, and deliveries already made.
    """
    order = _locked_order_of(hold_pk)
    credit.reject_hold(hold_pk, reason=reason, by=by, on=on)
    return _cancel(order.pk, reason=reason, by=by, on=on)


@retrying
@atomic_verb
def recheck_hold(hold_pk: int, *, by: Actor, on: date) -> Order:
    """Ask credit again, as after a payment; an order that passes now is freed by itself."""
    order = _locked_order_of(hold_pk)
    decision = credit.recheck(hold_pk, by=by, on=on)
    if decision.outcome == Outcome.PASS and order.state == "on_hold":
        _free([order], by=by, on=on)
    return order


@retrying
@atomic_verb
def cancel_order(pk: int, *, reason: str, by: Actor, on: date) -> Order:
    """Cancel what has not been shipped; its stock is free again and nobody decides on it."""
    order = _cancel(pk, reason=reason, by=by, on=on)
    credit.drop_hold(order)
    return order


def _cancel(pk: int, *, reason: str, by: Actor, on: date) -> Order:
    """Free the stock, cancel what has not left, and credit or bill what follows from it."""
    Order.objects.for_update().get(pk=pk)
    fulfillment.release_reservations(pk, by=by, on=on)
    shipped = fulfillment.shipped_quantities(pk)
    order = orders.cancel(pk, reason=reason, by=by, on=on, shipped=shipped)
    _settle_billing(order, on=on)
    receivables.free_spare_advances(order.pk, by=by, on=on)
    return order


def _settle_billing(order: Order, *, on: date) -> None:
    """Nobody pays for what was cancelled, and charges of what was delivered are still borne."""
    if order.billing_policy == BillingPolicy.ADVANCE:
        for pk, much in invoicing.over_billed(order).items():
            _credit_over_billed(order, pk, much, on=on)
    elif order.state == OrderState.COMPLETED:
        try:
            with attempt():
                draft = invoicing.draft_rest(order, by=BILLING, on=on)
                issue_invoices([draft] if draft else [], by=BILLING, on=on)
        except BusinessError as error:
            not_possible(order, error, by=BILLING, on=on)


def _credit_over_billed(order: Order, pk: int, much: invoicing.TooMuch, *, on: date) -> None:
    """Credit it, or tell those who may: whoever cancels can't mend an invoice."""
    lines, charges, reason = much.lines, much.charges, order.cancel_reason
    try:
        with attempt():
            credit_parts(pk, lines=lines, charges=charges, reason=reason, by=BILLING, on=on)
    except BusinessError as error:
        if error.code == "credit.nothing":  # all it was worth was credited before
            return
        not_possible(order, error, by=BILLING, on=on)
        invoice = Invoice.objects.get(pk=pk)
        notify(
            people_with("invoicing.credit", order.company_id),
            company_id=order.company_id,
            title=_("%(invoice)s asks for what was cancelled of order %(order)s")
            % {"invoice": invoice, "order": order},
            body=_("It could not be credited by itself: %(why)s") % {"why": error.message},
            url=invoice.get_absolute_url(),
        )


@retrying
@atomic_verb
def dispatch_shipment(
    pk: int,
    *,
    carrier: str,
    tracking_number: str,
    quantities: dict[int, Decimal] | None = None,
    by: Actor,
    on: date,
) -> Shipment:
    """Goods leave the house: stock moves, and the invoice is made, numbered and booked by itself.

    An invoice that may not be issued (an e-invoice rule fails, say) does not hold up the truck:
    the shipment stays in "awaiting invoice" with the reason, and the sweep tries again.
    ``quantities`` maps shipment line to what was really picked.
    """
    shipment = fulfillment.dispatch(
        pk,
        carrier=carrier,
        tracking_number=tracking_number,
        quantities=quantities,
        by=by,
        on=on,
    )
    if invoicing.is_billed_at_dispatch(shipment):
        try:
            with attempt():
                _bill_dispatched(shipment, on=on)
        except BusinessError as error:
            not_possible(shipment, error, by=by, on=on)
    return shipment


def _bill_dispatched(shipment: Shipment, *, on: date) -> None:
    """The invoice of a shipment that just left, or of its order that is complete with it."""
    if shipment.order.billing_policy == BillingPolicy.ORDER:
        bill_due([shipment.pk], by=BILLING, on=on)
    else:
        bill_shipment(shipment, by=BILLING, on=on)


def _locked_order_of(hold_pk: int) -> Order:
    """Stage order: the order is locked before the credit account."""
    order_id = CreditHold.objects.values_list("order_id", flat=True).get(pk=hold_pk)
    return Order.objects.for_update().get(pk=order_id)


def _hold(order: Order, decision: CreditDecision, *, by: Actor, on: date) -> None:
    why = credit.note_of(decision)
    orders.hold(order, reason=Order.HoldReason.CREDIT, note=why, by=by, on=on)


def _free(released: Sequence[Order], *, by: Actor, on: date) -> None:
    orders.release_all(released, by=by, on=on)
    fulfillment.reserve_orders(released, by=by, on=on)
    for order in released:
        nudge("o2c.confirm_order", order.pk)
        if order.billing_policy == BillingPolicy.ADVANCE:
            _bill_released(order, by=by, on=on)


def _bill_released(order: Order, *, by: Actor, on: date) -> None:
    try:
        with attempt():
            bill_ahead(order.pk, by=BILLING, on=on)
    except BusinessError as error:
        not_possible(order, error, by=by, on=on)
