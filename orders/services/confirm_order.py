"""The order confirmation: a PDF in the customer's language, kept and mailed. Due work."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.letters import Letter, address_lines, render_letter
from core.models import StoredDocument
from core.services import record_event, store_document, write_message
from customers.models import Contact
from o2c.money import ZERO
from orders.models import Order, OrderLine
from orders.services.totals import totals_of

TEMPLATE = "orders/letter_confirmation.html"


def confirm_order(pk: int, *, by: Actor, on: date) -> Order | None:
    """Make, keep and mail the confirmation of one released order.

    None when it is not due (any more). Running it twice, or beside itself, makes one document and
    one mail. Without a contact for order confirmations the PDF is kept and nothing is mailed.
    """
    order = (
        Order.objects.awaiting_confirmation()
        .select_related("company", "customer", "ship_to", "payment_terms")
        .filter(pk=pk)
        .first()
    )
    if order is None:
        return None
    lines = list(order.lines.select_related("product"))
    pdf = confirmation_pdf(order, lines)
    with transaction.atomic():
        if not Order.objects.awaiting_confirmation().for_update().filter(pk=pk).exists():
            return None
        order.confirmation = _kept(order, pdf)
        Order.objects.filter(pk=pk).update(confirmation=order.confirmation)
        to = _mail(order, order.confirmation)
        record_event(
            "order.confirmed", order, by=by, on=on,
            correlation=order.correlation, label=order.number, to=to,
        )  # fmt: skip
    return order


def confirmation_pdf(order: Order, lines: Sequence[OrderLine]) -> bytes:
    """The letter as PDF; equal facts give equal bytes."""
    customer, company = order.customer, order.company
    charges = list(order.charges.all())
    return render_letter(
        TEMPLATE,
        {
            "order": order,
            "lines": lines,
            "totals": totals_of(lines, charges),
            "charges": charges,
            "lines_amount": sum((line.net_amount for line in lines), ZERO),
            "has_discounts": any(line.discount_rate for line in lines),
            "vat_notes": list(dict.fromkeys(line.vat_note for line in lines if line.vat_note)),
        },
        letter=Letter(
            sender=company.snapshot(),
            recipient=_recipient(order),
            title=format_lazy("{} {}", _("Order confirmation"), order.number),
            facts=(
                (_("Date"), order.ordered_on),
                (_("Customer no."), customer.number),
                (_("Your order"), order.po_number),
                (_("Contact"), company.contact_name),
            ),
            on=order.ordered_on,
        ),
        language=customer.language,
    )


def _recipient(order: Order) -> list[str]:
    customer = order.customer
    billing = customer.addresses.filter(is_active=True).order_by("kind", "-is_default").first()
    address = billing or order.ship_to
    if address is None:
        return [customer.name]
    snapshot = address.snapshot() | {"name": address.name or customer.name}
    return address_lines(**snapshot, home_country=order.company.country, language=customer.language)


def _kept(order: Order, pdf: bytes) -> StoredDocument:
    with translation.override(order.customer.language):
        name = f"{_('Order confirmation')} {order.number}.pdf"
    return store_document(
        pdf,
        company_id=order.company_id,
        kind="order_confirmation",
        filename=name,
        content_type="application/pdf",
        subject=order,
    )


def _mail(order: Order, document: StoredDocument) -> str:
    """Write the mail; the address it goes to, or nothing without a contact for orders."""
    contact = (
        Contact.objects.filter(customer=order.customer, is_active=True, receives_orders=True)
        .exclude(email="")
        .first()
    )
    if contact is None:
        return ""
    with translation.override(order.customer.language):
        facts = {
            "number": order.number, "po": order.po_number or "–", "name": contact.name,
            "company": order.company.name, "sender": order.company.contact_name,
        }  # fmt: skip
        subject = _("Order confirmation %(number)s – your order %(po)s") % facts
        body = (
            _(
                "Dear %(name)s,\n\nthank you for your order %(po)s. Attached you find our"
                " confirmation %(number)s with the promised dates.\n\n"
                "Kind regards\n%(sender)s\n%(company)s\n"
            )
            % facts
        )
        write_message(
            company_id=order.company_id,
            key=f"order:{order.pk}:confirmation",
            kind="order_confirmation",
            to=contact.email,
            subject=str(subject),
            body=str(body),
            language=order.customer.language,
            attachments=[document],
            about=order,
            correlation=order.correlation,
        )
    return contact.email
