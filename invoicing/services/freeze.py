"""What an invoice freezes when it is issued: who sells, who buys, where it went, when it is due."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import translation
from django.utils.translation import gettext as _

from core.formats import amount, percent
from core.letters import long_day
from customers.models import Address, Contact, Customer
from invoicing.models import Invoice, InvoiceInstalment
from invoicing.rules import instalments
from o2c.money import cents


def freeze(invoice: Invoice, *, on: date) -> list[InvoiceInstalment]:
    """Set snapshots, terms and due dates on a draft (unsaved) and return its instalments (unsaved).

    Everything is as it stands today; later changes to company, customer or terms change nothing.
    """
    invoice.seller = invoice.company.snapshot()
    invoice.buyer = buyer_snapshot(invoice.customer)
    if invoice.shipment and not invoice.is_credit_note:
        invoice.ship_to = invoice.shipment.ship_to or {}
    parts = _due_parts(invoice, on=on)
    invoice.issued_on, invoice.due_on = on, parts[0][0]
    _set_discount(invoice, on=on)
    invoice.terms_text = "" if invoice.is_credit_note else terms_text(invoice, parts)
    return [
        InvoiceInstalment(invoice=invoice, position=position, due_on=due_on, amount=part)
        for position, (due_on, part) in enumerate(parts, start=1)
    ]


def buyer_snapshot(customer: Customer) -> dict[str, Any]:
    """The customer as an issued document names it: ids, billing address, invoice contact."""
    contacts = _invoice_contacts(customer).values_list(
        JSONObject(name="name", email="email"), flat=True
    )
    address = (
        Address.objects.filter(customer=customer, is_active=True)
        .annotate(contact=Subquery(contacts[:1]))
        .order_by("kind", "-is_default", "pk")
        .first()
    )
    place: dict[str, Any] = address.snapshot() if address else {}
    contact = (address.contact if address else contacts.first()) or {"name": "", "email": ""}
    return {
        **place,
        "name": place.get("name") or customer.name,
        "number": customer.number,
        "vat_id": customer.vat_id,
        "registration_number": customer.registration_number,
        "endpoint_scheme": customer.endpoint_scheme,
        "endpoint_id": customer.endpoint_id,
        "contact_name": contact["name"],
        "contact_email": contact["email"],
    }


def invoice_contact(customer: Customer) -> Contact | None:
    """Who gets the customer's invoices by mail."""
    return _invoice_contacts(customer).first()


def _invoice_contacts(customer: Customer) -> QuerySet[Contact]:
    wanted = Contact.objects.filter(customer=customer, is_active=True, receives_invoices=True)
    return wanted.exclude(email="").order_by("pk")


def terms_text(invoice: Invoice, parts: list[tuple[date, Decimal]]) -> str:
    """The payment terms in words, in the language of the document (BT-20)."""
    language, currency = invoice.language, invoice.currency
    with translation.override(language):
        words = []
        if invoice.discount_rate and invoice.discount_until:
            reduced = invoice.gross_amount - cents(invoice.gross_amount * invoice.discount_rate)
            words.append(
                _("%(rate)s discount if paid by %(day)s: then pay %(amount)s.")
                % {
                    "rate": percent(invoice.discount_rate),
                    "day": long_day(invoice.discount_until, language),
                    "amount": amount(reduced, currency),
                }
            )
        words.append(_due_words(parts, currency, language))
    return " ".join(words)


def _due_words(parts: list[tuple[date, Decimal]], currency: str, language: str) -> str:
    if len(parts) == 1:
        return _("Payable in full by %(day)s.") % {"day": long_day(parts[0][0], language)}
    each = "; ".join(
        _("%(amount)s by %(day)s")
        % {"amount": amount(part, currency), "day": long_day(due_on, language)}
        for due_on, part in parts
    )
    return _("Payable in %(count)d instalments: %(each)s.") % {"count": len(parts), "each": each}


def _due_parts(invoice: Invoice, *, on: date) -> list[tuple[date, Decimal]]:
    if invoice.is_credit_note or not invoice.order:
        return [(on, invoice.gross_amount)]
    shares = invoice.order.payment_terms.parts.values_list("share", "due_days")
    return instalments(invoice.gross_amount, list(shares), on=on)


def _set_discount(invoice: Invoice, *, on: date) -> None:
    terms = invoice.order.payment_terms if invoice.order and not invoice.is_credit_note else None
    if terms and terms.discount_rate:
        invoice.discount_rate = terms.discount_rate
        invoice.discount_until = on + timedelta(days=terms.discount_days)
