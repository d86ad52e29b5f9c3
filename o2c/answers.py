"""What buyers answer on the pages that a signed link opens: each answer is one act across stages.

A link gives its holder the rights that the answer needs and no others. What was answered is kept
with the link, so that a second answer finds the first.
"""

from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

import invoicing.services as invoicing
from core.actors import Actor, CustomerActor
from core.models import SignedLink
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
from receivables.models import OpenItem

REISSUES = frozenset({"invoicing.credit", "invoicing.issue"})
"""What giving an order number sets off: the old invoice is credited, the new one issued."""


def why_order_number_is_late(invoice: Invoice) -> str:
    """Why an invoice can't be exchanged for one with an order number; empty while it can."""
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
    if any(one.outstanding_amount != one.amount for one in _items(invoice)):
        return _("A payment for invoice %(number)s has arrived, so it stays as it is.") % words
    return ""


def _items(invoice: Invoice) -> list[OpenItem]:
    return list(OpenItem.objects.filter(invoice=invoice))


@atomic_verb
def ask_order_number(pk: int, *, to: str, by: Actor, on: date) -> SignedLink:
    """Ask the buyer for the order number of an issued invoice that nobody has paid.

    Raises: Conflict when it can't be exchanged any more; what ``invoicing.ask_order_number``
    raises.
    """
    _refuse_late(Invoice.objects.for_update().get(pk=pk))
    return invoicing.ask_order_number(pk, to=to, by=by, on=on)


@retrying
@atomic_verb
def give_order_number(link: SignedLink, number: str, *, on: date) -> SignedLink:
    """The buyer gives their order number: the invoice is cancelled and issued anew with it.

    Given twice it stays as given first. Where the new invoice is refused the number is kept all
    the same, and people are told. Raises: InvalidInput for what is no number; Conflict when the
    invoice can't be exchanged any more; LinkSpent.
    """
    given = invoicing.clean_order_number(number)
    rows = Invoice.objects.for_update().select_related("company", "customer")
    invoice = rows.get(pk=link.subject_id)
    link.refresh_from_db()
    if link.state == SignedLink.State.USED:
        return link
    _refuse_late(invoice)
    use_up(link, answer={"number": given})
    buyer = CustomerActor(invoice.customer_id, link.holder, invoice.company_id, REISSUES)
    record_event(
        "invoice.order_number_given",
        invoice,
        by=buyer,
        on=on,
        correlation=invoice.correlation,
        number=given,
    )
    _exchange(invoice, given, by=buyer, on=on)
    return link


def _refuse_late(invoice: Invoice) -> None:
    if why := why_order_number_is_late(invoice):
        raise Conflict("order_number.late", why)


def _exchange(invoice: Invoice, number: str, *, by: CustomerActor, on: date) -> None:
    """Cancel and reissue, or leave it to people with the reason."""
    with translation.override(invoice.language):
        reason = _("Order number %(number)s added") % {"number": number}
    try:
        with attempt():
            new = flow.cancel_and_reissue(
                invoice.pk, invoicing.Corrections(po_number=number), reason=reason, by=by, on=on
            )
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
        _tell(invoice, number, by=by, new=None, trouble=error.message)
        return
    _tell(invoice, number, by=by, new=new)


def _tell(
    invoice: Invoice, number: str, *, by: CustomerActor, new: Invoice | None, trouble: str = ""
) -> None:
    """Those who issue invoices hear of it, each in their language."""
    words = {"who": by.actor_name, "number": number, "old": invoice, "new": new}
    about = new or invoice
    for person in people_with("invoicing.issue", invoice.company_id):
        with translation.override(person.language):
            title = _("%(who)s gave order number %(number)s for %(old)s") % words
            body = (
                _("%(old)s is cancelled by a credit note, and replaced by %(new)s.") % words
                if new
                else _("It could not be reissued by itself: %(why)s") % {"why": trouble}
            )
            url = about.get_absolute_url()
            notify([person], company_id=invoice.company_id, title=title, body=body, url=url)
