"""From what left, or is to be paid ahead, to an invoice that is booked; and its corrections."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext, gettext_noop

import credit.services as credit
import invoicing.services as invoicing
import receivables.services as receivables
from core.actors import Actor, JobActor
from core.services import atomic_verb, nudge, record_event, retrying
from customers.models import BillingPolicy
from fulfillment.models import Shipment
from invoicing.models import Invoice
from o2c.errors import BusinessError
from orders.models import Order

# Billing follows from dispatch by itself: the packer needs no right to issue invoices.
BILLING = JobActor("billing")


def bill_shipment(shipment: Shipment | int, *, by: Actor, on: date) -> Invoice:
    """Invoice a dispatched shipment: draft, number, ledger; twice gives the same invoice."""
    return bill_shipments([shipment], by=by, on=on)[0]


@retrying
@atomic_verb
def bill_shipments(shipments: Sequence[Shipment | int], *, by: Actor, on: date) -> list[Invoice]:
    """Invoice many shipments, all or none, with about the statements of one."""
    drafts = invoicing.draft_from_shipments(shipments, by=by, on=on)
    issue_invoices([draft for draft in drafts if draft.state == "draft"], by=by, on=on)
    return drafts


@retrying
@atomic_verb
def bill_due(
    pks: Sequence[int], *, by: Actor, on: date, until: date | None = None
) -> list[Invoice]:
    """Invoice shipments by the policies of their orders, all or none.

    A collective invoice takes along whatever else is due with it, so the deliveries of a customer
    are billed once, whichever of them is asked for. ``until`` bills what left up to that day
    before its week or month has ended, or its order is complete.
    """
    groups = invoicing.bills_of(pks, on=on, until=until)
    made = list(dict.fromkeys(invoicing.draft_bills(groups, by=by, on=on)))
    drafts = [draft for draft in made if draft.state == "draft"]
    _look_again([draft for draft in drafts if _is_deferred(draft)], by=by, on=on)
    issue_invoices(drafts, by=by, on=on)
    return made


@retrying
@atomic_verb
def bill_together(pks: Sequence[int], *, by: Actor, on: date) -> Invoice:
    """Invoice the shipments of one group (``invoicing.bills_of``) on one document."""
    (draft,) = invoicing.draft_bills([pks], by=by, on=on)
    if draft.state == "draft":
        _look_again([draft], by=by, on=on)
        issue_invoices([draft], by=by, on=on)
    return draft


def _look_again(drafts: Sequence[Invoice], *, by: Actor, on: date) -> None:
    """Limit and terms once more before invoices that were deferred: what changed is told.

    The goods are out and their terms agreed, so the invoice is issued; but whoever decides on
    credit learns that it goes to a customer who would be held today, or has other terms now.
    """
    for draft in drafts:
        concern = credit.concern_of(draft.customer, on=on)
        if not concern and draft.payment_terms_id != draft.customer.payment_terms_id:
            concern = gettext_noop("The customer's payment terms are others by now.")
        if concern:
            record_event(
                "invoice.credit_concern",
                draft,
                by=by,
                on=on,
                correlation=draft.correlation,
                reason=concern,
                source_texts=["reason"],
            )


def _is_deferred(draft: Invoice) -> bool:
    """Whether it is billed later than its goods left, be it one delivery or many."""
    shipment = draft.shipment
    return shipment is None or shipment.order.billing_policy != BillingPolicy.SHIPMENT


def bill_customer(customer_pk: int, *, by: Actor, on: date) -> list[Invoice]:
    """Invoice a customer's collective groups that are due, each in a transaction of its own.

    A group that is refused keeps the reason with its shipments and holds up no other; then the
    first refusal is raised.
    """
    due = invoicing.collective_to_bill(customer_pk, on=on)
    made, refused = [], []
    for group in invoicing.bills_of(due, on=on):
        try:
            made.append(bill_together(group, by=by, on=on))
        except BusinessError as error:
            refused.append(error)
            tell_unbilled(group, error, by=by, on=on)
    if refused:
        raise refused[0]
    return made


@atomic_verb
def tell_unbilled(pks: Sequence[int], error: BusinessError, *, by: Actor, on: date) -> None:
    """Keep why shipments could not be billed, once for each reason."""
    shipments = list(Shipment.objects.filter(pk__in=pks))
    known = invoicing.why_unbilled(shipments)
    for shipment in shipments:
        if known.get(shipment.pk) != error.message:
            not_possible(shipment, error, by=by, on=on)


def not_possible(subject: Shipment | Order, error: BusinessError, *, by: Actor, on: date) -> None:
    """Keep why a shipment or order could not be billed, with the rules that refused it."""
    record_event(
        "invoice.not_possible",
        subject,
        by=by,
        on=on,
        correlation=subject.correlation,
        label=subject.number,
        reason=error.message,
        rules=invoicing.rules_of(error),
    )


@retrying
@atomic_verb
def bill_ahead(order_pk: int, *, by: Actor, on: date) -> list[Invoice]:
    """Invoice what an order wants and no invoice asks for yet, delivered or not."""
    related = ("customer", "company", "payment_terms", "ship_to")
    order = Order.objects.for_update().select_related(*related).get(pk=order_pk)
    drafts = invoicing.draft_in_advance([order], by=by, on=on)
    _look_again(drafts, by=by, on=on)
    return issue_invoices(drafts, by=by, on=on)


@retrying
@atomic_verb
def bill_step(pk: int, *, by: Actor, on: date) -> Invoice:
    """Ask for a deposit or milestone of an order: drafted, numbered, booked; twice is one."""
    invoice = invoicing.draft_step(pk, by=by, on=on)
    issue_invoices([invoice] if invoice.state == "draft" else [], by=by, on=on)
    return invoice


@retrying
@atomic_verb
def bill_advance(pk: int, *, by: Actor, on: date) -> Invoice:
    """Ask for what was paid ahead by a deposit invoice, which the payment pays: VAT is due on it.

    A step of the billing plan over just this sum is billed, else one is added. Raises
    ``Conflict`` for a payment that is used up or freed, or an order that is not released yet.
    """
    advance = receivables.advance_with_rest(pk)
    gross = -advance.item.outstanding_amount
    if planned := invoicing.step_over(advance.order, gross):
        return bill_step(planned.pk, by=by, on=on)
    net = invoicing.net_of_deposit(advance.order, gross)
    draft = invoicing.StepDraft(
        label=gettext("Advance payment %(payment)s") % {"payment": advance.item.document_number},
        net_amount=net,
    )
    (step,) = invoicing.plan_steps(advance.order_id, [draft], by=by, on=on)
    return bill_step(step.pk, by=by, on=on)


@retrying
@atomic_verb
def bill_subscription(pk: int, *, by: Actor, on: date) -> Invoice:
    """Invoice the next period of a subscription: drafted, numbered, booked; twice is one."""
    invoice = invoicing.draft_period(pk, by=by, on=on)
    issue_invoices([invoice] if invoice.state == "draft" else [], by=by, on=on)
    return invoice


def issue_invoice(invoice: Invoice | int, *, by: Actor, on: date) -> Invoice:
    """Freeze the draft, number it and book it to receivables; delivery follows after commit."""
    return issue_invoices([invoice], by=by, on=on)[0]


@atomic_verb
def issue_invoices(drafts: Sequence[Invoice | int], *, by: Actor, on: date) -> list[Invoice]:
    """Freeze, number and book many drafts, all or none, with about the statements of one."""
    if not drafts:
        return []
    invoices = invoicing.issue_all(drafts, by=by, on=on)
    receivables.book_invoices(invoices, by=by)
    for invoice in invoices:
        nudge("o2c.deliver_invoice", invoice.pk)
    return invoices


@retrying
@atomic_verb
def credit_invoice(pk: int, *, reason: str, by: Actor, on: date) -> Invoice:
    """Take an invoice back in full: credit note issued, booked and set off against what is open."""
    credit_note = invoicing.credit_in_full(pk, reason=reason, by=by, on=on)
    return _booked(credit_note, by=by)


@retrying
@atomic_verb
def credit_parts(
    pk: int,
    *,
    lines: Mapping[int, invoicing.CreditPart],
    charges: Mapping[int, Decimal],
    reason: str,
    by: Actor,
    on: date,
) -> Invoice:
    """Credit some of an invoice; the credit pays what is still open of it."""
    credit_note = invoicing.credit_parts(
        pk, lines=lines, charges=charges, reason=reason, by=by, on=on
    )
    return _booked(credit_note, by=by)


@retrying
@atomic_verb
def cancel_and_reissue(
    pk: int,
    corrections: invoicing.Corrections,
    *,
    reason: str,
    is_issued: bool = True,
    by: Actor,
    on: date,
) -> Invoice:
    """Credit an invoice in full and issue the one that replaces it, both or neither.

    With ``is_issued`` false the new one stays a draft for a person to look at. Returns it.
    """
    invoicing.refuse_to_replace(Invoice.objects.for_update().get(pk=pk))
    credit_note = credit_invoice(pk, reason=reason, by=by, on=on)
    original = Invoice.objects.select_related("customer", "company").get(pk=pk)
    draft = invoicing.draft_replacement(original, corrections, by=by, on=on)
    if is_issued:
        issue_invoices([draft], by=by, on=on)
    record_event(
        "invoice.replaced",
        original,
        by=by,
        on=on,
        correlation=original.correlation,
        new=str(draft),
        reason=reason.strip(),
        credit_note=credit_note.number,
    )
    return draft


def _booked(credit_note: Invoice, *, by: Actor) -> Invoice:
    receivables.book_invoice(credit_note, by=by)
    nudge("o2c.deliver_invoice", credit_note.pk)
    return credit_note
