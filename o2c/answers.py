"""What buyers answer on the pages that a signed link opens: each answer is one act across stages.

A link gives its holder the rights that the answer needs and no others. What was answered is kept
with the link, so that a second answer finds the first.
"""

from collections.abc import Sequence
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

import invoicing.services as invoicing
import orders.services as orders
from core.actors import Actor, CustomerActor
from core.models import SignedLink, User
from core.services import (
    atomic_verb,
    attempt,
    notify,
    people_with,
    record_event,
    retrying,
    use_up,
)
from invoicing.models import Invoice, InvoiceState
from o2c import flow
from o2c.errors import BusinessError, Conflict
from orders.models import Order
from receivables.models import OpenItem

NUMBERS = frozenset({"orders.po_number"})
"""What a number for an order sets off; billing follows by itself."""

REISSUES = NUMBERS | {"invoicing.credit", "invoicing.issue"}
"""What a number for an issued invoice sets off: the old one is credited, the new one issued, and
the order knows the number for what is invoiced next."""


# --- Asking --------------------------------------------------------------------------------------
@atomic_verb
def ask_order_number(pk: int, *, to: str, by: Actor, on: date) -> SignedLink:
    """Ask the buyer for the order number of an issued invoice that nobody has paid.

    Raises: Conflict when it can't be exchanged any more; what ``invoicing.ask_order_number``
    raises.
    """
    _refuse_late(Invoice.objects.for_update().get(pk=pk))
    return invoicing.ask_order_number(pk, to=to, by=by, on=on)


@atomic_verb
def ask_order_number_of(order_pk: int, *, to: str, by: Actor, on: date) -> SignedLink:
    """Ask the buyer for the number of an order that has none; raises as ``ask_order_number``."""
    _refuse_late(Order.objects.for_update().get(pk=order_pk))
    return invoicing.ask_order_number_of(order_pk, to=to, by=by, on=on)


def why_order_number_is_late(subject: Invoice | Order) -> str:
    """Why a number comes too late for an invoice or order, in words for the buyer; else empty."""
    if isinstance(subject, Order):
        return orders.why_no_po_number(subject)
    assert isinstance(subject, Invoice)
    return _why_not_exchanged(subject)


def _why_not_exchanged(invoice: Invoice) -> str:
    words = {"number": invoice}
    if invoice.kind != Invoice.Kind.INVOICE or invoice.state == InvoiceState.DRAFT:
        return _("%(number)s is no issued invoice.") % words
    replacement = Invoice.objects.filter(replaces=invoice).first()
    if replacement is not None:
        return _("Invoice %(number)s was replaced already, by %(new)s.") % (
            words | {"new": replacement}
        )
    if invoice.state == InvoiceState.CANCELLED:
        return _("Invoice %(number)s was cancelled by a credit note; nothing is to pay.") % words
    if invoice.corrections.exclude(number=None).exists():
        return _("Invoice %(number)s was credited in part and is not exchanged any more.") % words
    items = OpenItem.objects.filter(invoice=invoice)
    if any(one.outstanding_amount != one.amount for one in items):
        return _("A payment for invoice %(number)s has arrived, so it stays as it is.") % words
    return ""


def _refuse_late(subject: Invoice | Order) -> None:
    if why := why_order_number_is_late(subject):
        raise Conflict("order_number.late", why)


# --- Answering -----------------------------------------------------------------------------------
@retrying
@atomic_verb
def give_order_number(link: SignedLink, number: str, *, on: date) -> SignedLink:
    """The buyer gives their order number: the invoice is exchanged, or the order invoiced with it.

    Given twice it stays as given first. Where an invoice is refused the number is kept all the
    same, and people are told. Raises: InvalidInput for what is no number; Conflict when it comes
    too late; LinkSpent.
    """
    given = invoicing.clean_order_number(number)
    subject = _locked(link)
    link.refresh_from_db()
    if link.state == SignedLink.State.USED:
        return link
    _refuse_late(subject)
    use_up(link, answer={"number": given})
    rights = REISSUES if isinstance(subject, Invoice) else NUMBERS
    buyer = CustomerActor(subject.customer_id, link.holder, subject.company_id, rights)
    if isinstance(subject, Invoice):
        _exchange(subject, given, by=buyer, on=on)
        _remember(subject.order, given, by=buyer, on=on)
    else:
        enter_order_number(subject.pk, given, by=buyer, on=on)
    return link


@retrying
@atomic_verb
def enter_order_number(order_pk: int, number: str, *, by: Actor, on: date) -> Order:
    """Note the number on the order, and invoice what waited for it.

    Raises: InvalidInput for what is no number; Conflict when the order has one or is cancelled;
    PermissionMissing.
    """
    given = invoicing.clean_order_number(number)
    order = orders.set_po_number(order_pk, given, by=by, on=on)
    made, trouble = _bill(order, given, on=on)
    if not isinstance(by, User):
        _tell(order, given, by=by, made=made, trouble=trouble)
    return order


def _locked(link: SignedLink) -> Invoice | Order:
    """What the link is about: its lock makes two answers wait for each other.

    The order of an invoice is locked before it, as everywhere.
    """
    pk, rows = link.subject_id, Order.objects.for_update()
    if link.subject_type == Order._meta.label_lower:
        return rows.select_related("company", "customer").get(pk=pk)
    list(rows.filter(pk__in=Invoice.objects.filter(pk=pk).values("order")).values_list("pk"))
    invoices = Invoice.objects.for_update().select_related("company", "customer", "order")
    return invoices.get(pk=pk)


def _exchange(invoice: Invoice, number: str, *, by: CustomerActor, on: date) -> None:
    """Cancel and reissue, or leave it to people with the reason."""
    record_event(
        "invoice.order_number_given",
        invoice,
        by=by,
        on=on,
        correlation=invoice.correlation,
        number=number,
    )
    with translation.override(invoice.language):
        reason = _("Order number %(number)s added") % {"number": number}
    corrections = invoicing.Corrections(po_number=number)
    try:
        with attempt():
            new = flow.cancel_and_reissue(invoice.pk, corrections, reason=reason, by=by, on=on)
    except BusinessError as error:
        record_event(
            "invoice.order_number_stuck",
            invoice,
            by=by,
            on=on,
            correlation=invoice.correlation,
            number=number,
            reason=error.message,
        )
        _tell(invoice, number, by=by, trouble=error.message)
        return
    _tell(invoice, number, by=by, made=[new])


def _remember(order: Order | None, number: str, *, by: Actor, on: date) -> None:
    """An order without a number takes the one of its invoice, and what waited for it goes out."""
    if order is not None and not orders.why_no_po_number(order):
        orders.set_po_number(order.pk, number, by=by, on=on)
        _bill(order, number, on=on)


def _bill(order: Order, number: str, *, on: date) -> tuple[list[Invoice], str]:
    """Invoices that waited for the number: the order's drafts, and what is due by its policy.

    Or none of them and why: they wait on, and the sweep tries again what was delivered.
    """
    drafts = invoicing.put_order_number(order.pk, number)
    due = invoicing.shipments_to_bill(order.company, on=on).filter(order=order)
    ahead = invoicing.orders_to_bill_ahead(order.company).filter(pk=order.pk)
    try:
        with attempt():
            made = flow.issue_invoices(drafts, by=flow.BILLING, on=on)
            made += flow.bill_due(list(due.values_list("pk", flat=True)), by=flow.BILLING, on=on)
            if ahead.exists():
                made += flow.bill_ahead(order.pk, by=flow.BILLING, on=on)
            return made, ""
    except BusinessError as error:
        flow.not_possible(order, error, by=flow.BILLING, on=on)
        return [], error.message


# --- Telling -------------------------------------------------------------------------------------
def _tell(
    subject: Invoice | Order,
    number: str,
    *,
    by: Actor,
    made: Sequence[Invoice] = (),
    trouble: str = "",
) -> None:
    """Those who issue invoices, and the rep of an order, hear of it, each in their language."""
    people = set(people_with("invoicing.issue", subject.company_id))
    if isinstance(subject, Order) and subject.sales_rep is not None:
        people.add(subject.sales_rep)
    words = {
        "who": by.actor_name,
        "number": number,
        "old": subject.number,
        "new": ", ".join(str(one) for one in made),
    }
    about = made[0] if made else subject
    for person in sorted(people, key=lambda one: one.pk):
        with translation.override(person.language):
            title = _("%(who)s gave order number %(number)s for %(old)s") % words
            body = _outcome(subject, words, trouble)
            url = about.get_absolute_url()
            notify([person], company_id=subject.company_id, title=title, body=body, url=url)


def _outcome(subject: Invoice | Order, words: dict[str, str | None], trouble: str) -> str:
    """What became of it, in the active language."""
    if trouble:
        return _("It could not be invoiced by itself: %(why)s") % {"why": trouble}
    if isinstance(subject, Invoice):
        return _("%(old)s is cancelled by a credit note, and replaced by %(new)s.") % words
    return _("Invoiced by itself: %(new)s") % words if words["new"] else ""
