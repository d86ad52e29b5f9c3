"""The story: how an order becomes cash, one function per act that crosses stages.

Each function is one transaction: what one stage decides and what the next one does with it are
written together or not at all. Everything slow (PDF, mail) is left behind as due work, which
``o2c.due`` works off after commit and which a sweep finds again if that was missed.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

import credit.services as credit
import customers.services as customers
import dunning.services as dunning
import fulfillment.services as fulfillment
import invoicing.services as invoicing
import orders.services as orders
import receivables.services as receivables
from core.actors import Actor, JobActor
from core.models import Company, User
from core.services import (
    atomic_verb,
    attempt,
    notify,
    nudge,
    people_with,
    record_event,
    retrying,
    start_job,
)
from credit.models import CreditDecision, CreditHold, Outcome
from customers.models import BillingPolicy, Customer, CustomerNote
from dunning.models import DunningNotice, DunningRun
from fulfillment.models import Shipment
from invoicing.models import Invoice
from o2c.errors import BusinessError, Conflict
from o2c.trail import document_flow
from orders.models import Order, OrderState
from receivables.models import BankFile

Checkpoint = CreditDecision.Checkpoint
# Billing follows from dispatch by itself: the packer needs no right to issue invoices.
BILLING = JobActor("billing")

__all__ = [
    "approve_dunning",
    "bill_ahead",
    "bill_customer",
    "bill_due",
    "bill_shipment",
    "bill_shipments",
    "bill_step",
    "bill_together",
    "bill_subscription",
    "cancel_and_reissue",
    "cancel_order",
    "credit_invoice",
    "credit_parts",
    "dispatch_shipment",
    "document_flow",
    "finish_dunning",
    "import_statement",
    "issue_invoice",
    "issue_invoices",
    "log_contact",
    "propose_dunning",
    "recheck_hold",
    "recheck_holds",
    "reject_hold",
    "release_hold",
    "sending_token",
    "submit_order",
    "submit_orders",
    "tell_unbilled",
    "write_reminder",
]


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
    """A credit manager refuses the order: it is cancelled with the reason."""
    order = _locked_order_of(hold_pk)
    credit.reject_hold(hold_pk, reason=reason, by=by, on=on)
    return orders.cancel(order.pk, reason=reason, by=by, on=on)


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
    Order.objects.for_update().get(pk=pk)
    fulfillment.release_reservations(pk, by=by, on=on)
    shipped = fulfillment.shipped_quantities(pk)
    order = orders.cancel(pk, reason=reason, by=by, on=on, shipped=shipped)
    credit.drop_hold(order)
    _settle_billing(order, on=on)
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
            _not_possible(order, error, by=BILLING, on=on)


def _credit_over_billed(order: Order, pk: int, much: invoicing.TooMuch, *, on: date) -> None:
    """Credit it, or tell those who may: whoever cancels can't mend an invoice."""
    lines, charges, reason = much.lines, much.charges, order.cancel_reason
    try:
        with attempt():
            credit_parts(pk, lines=lines, charges=charges, reason=reason, by=BILLING, on=on)
    except BusinessError as error:
        if error.code == "credit.nothing":  # all it was worth was credited before
            return
        _not_possible(order, error, by=BILLING, on=on)
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
            _not_possible(shipment, error, by=by, on=on)
    return shipment


def _bill_dispatched(shipment: Shipment, *, on: date) -> None:
    """The invoice of a shipment that just left, or of its order that is complete with it."""
    if shipment.order.billing_policy == BillingPolicy.ORDER:
        bill_due([shipment.pk], by=BILLING, on=on)
    else:
        bill_shipment(shipment, by=BILLING, on=on)


def _not_possible(subject: Shipment | Order, error: BusinessError, *, by: Actor, on: date) -> None:
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


def _is_deferred(draft: Invoice) -> bool:
    """Whether it is billed later than its goods left, be it one delivery or many."""
    shipment = draft.shipment
    return shipment is None or shipment.order.billing_policy != BillingPolicy.SHIPMENT


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
            _not_possible(shipment, error, by=by, on=on)


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


def import_statement(
    company: Company, content: bytes, *, filename: str, by: Actor, on: date
) -> BankFile:
    """Book a bank file, match what is certain, and free the orders that waited for the money.

    The file books whole or not at all; a file that is refused says why in its ``message``.
    """
    file = receivables.import_bank_file(company, content, filename=filename, by=by, on=on)
    if file.matched_count:
        recheck_holds(company, by=by, on=on)
    return file


def recheck_holds(
    company: Company, *, by: Actor, on: date, customer: Customer | None = None
) -> int:
    """Ask credit again about the orders it holds, as after a payment; returns how many are free.

    ``customer`` limits it to the one who paid and the group they belong to.
    """
    holds = CreditHold.objects.filter(company=company).open()
    if customer is not None:
        head = customer.group_parent_id or customer.pk
        group = Customer.objects.filter(Q(pk=head) | Q(group_parent=head))
        holds = holds.filter(order__customer__in=group)
    freed = 0
    for pk in holds.values_list("pk", flat=True):
        with suppress(Conflict):  # a colleague decided on it meanwhile
            freed += recheck_hold(pk, by=by, on=on).state != "on_hold"
    return freed


def propose_dunning(company: Company, *, by: Actor, on: date) -> DunningRun:
    """Work out who is to be reminded of what; nothing leaves before somebody approves."""
    return dunning.propose(company, by=by, on=on)


@atomic_verb
def approve_dunning(
    pk: int, *, by: User, on: date, seen_hash: str = "", although_stale: bool = False
) -> DunningRun:
    """A second person lets the proposal go out; a job writes the letters, a row per reminder."""
    run = dunning.approve(pk, by=by, on=on, seen_hash=seen_hash, although_stale=although_stale)
    start_job(
        run.company,
        "dunning.send",
        gettext_noop("Dunning run %(number)s"),
        {"run": run.pk, "number": run.number},
        by=by,
        token=sending_token(pk),
    )
    return run


def sending_token(run_pk: int) -> str:
    """Names the one job that sends a run."""
    return f"dunning.send:{run_pk}"


def write_reminder(notice_pk: int, *, by: Actor, on: date) -> DunningNotice:
    """Write one reminder of an approved run, each item looked at again; its mail is due work."""
    return dunning.write_letter(notice_pk, by=by, on=on)


def finish_dunning(pk: int, *, by: Actor, on: date) -> DunningRun:
    """Close a run whose reminders are all written."""
    return dunning.finish(pk, by=by, on=on)


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
        _not_possible(order, error, by=by, on=on)


@atomic_verb
def log_contact(
    customer_pk: int, data: customers.NoteDraft, *, is_pausing: bool, by: User, on: date
) -> CustomerNote:
    """Keep what was said; a promise may pause the customer's reminders up to its day.

    Raises: PermissionMissing for a pause without the right to it; what ``log_note`` raises.
    """
    note = customers.log_note(customer_pk, data, by=by, on=on)
    if is_pausing and note.promised_on:
        reason = _("Promised to pay: %(text)s") % {"text": note.text or note.promised_on}
        dunning.hold(note.customer, until=note.promised_on, reason=reason, by=by, on=on)
    return note
