"""What an invoice freezes when it is issued: who sells, who buys, where it went, when it is due."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, prefetch_related_objects
from django.db.models.functions import JSONObject
from django.utils import translation
from django.utils.translation import gettext as _

from core.formats import amount, percent
from core.letters import long_day
from customers.models import Address, Contact, Customer
from invoicing.models import Invoice, InvoiceInstalment
from invoicing.rules import WITHOUT_COINS, instalments, whole_rounding
from o2c.money import ZERO, cents

_PERSON = JSONObject(name="name", email="email")


def freeze(invoices: Sequence[Invoice], *, on: date) -> list[list[InvoiceInstalment]]:
    """Set snapshots, terms and due dates on drafts (unsaved); each one's instalments (unsaved).

    Everything is as it stands today; later changes to company, customer or terms change nothing.
    """
    buyers = buyer_snapshots(invoice.customer for invoice in invoices)
    charging = [invoice for invoice in invoices if not invoice.is_credit_note]
    prefetch_related_objects(charging, "payment_terms__parts")
    return [_freeze(invoice, buyers[invoice.customer_id], on=on) for invoice in invoices]


def _freeze(invoice: Invoice, buyer: dict[str, Any], *, on: date) -> list[InvoiceInstalment]:
    invoice.seller = invoice.company.snapshot()
    invoice.buyer = {**buyer, **(invoice.buyer if invoice.replaces_id else {})}
    if invoice.shipment and not invoice.is_credit_note:
        invoice.ship_to = invoice.shipment.ship_to or {}
    if not invoice.is_credit_note:  # which gives back what its invoice was rounded by
        invoice.rounding_amount = _rounding(invoice)
    parts = _due_parts(invoice, on=on)
    invoice.issued_on, invoice.due_on = on, parts[0][0]
    _set_discount(invoice, on=on)
    invoice.terms_text = "" if invoice.is_credit_note else terms_text(invoice, parts)
    return [
        InvoiceInstalment(invoice=invoice, position=position, due_on=due_on, amount=part)
        for position, (due_on, part) in enumerate(parts, start=1)
    ]


def _rounding(invoice: Invoice) -> Decimal:
    """What makes the payable amount whole, where company or customer want that (BT-114)."""
    wanted = invoice.customer.rounding
    is_wanted = wanted == Customer.Rounding.WHOLE if wanted else invoice.company.rounds_totals
    if not is_wanted or invoice.currency not in WITHOUT_COINS:
        return ZERO
    return whole_rounding(invoice.gross_amount - invoice.deposit_amount)


def buyer_snapshots(customers: Iterable[Customer]) -> dict[int, dict[str, Any]]:
    """Customers as issued documents name them: ids, billing address, invoice contact; by id."""
    asked = {customer.pk: customer for customer in customers}
    contacts = _receiving().filter(customer=OuterRef("customer"))
    addresses = (
        Address.objects.filter(customer__in=list(asked), is_active=True)
        .annotate(contact=Subquery(contacts.values(json=_PERSON)[:1]))
        .order_by("customer_id", "kind", "-is_default", "pk")
        .distinct("customer_id")
    )
    found = {address.customer_id: address for address in addresses}
    return {pk: _buyer(customer, found.get(pk)) for pk, customer in asked.items()}


def _buyer(customer: Customer, address: Any) -> dict[str, Any]:
    place: dict[str, Any] = address.snapshot() if address else {}
    contact = address.contact if address else _person(customer)
    return {
        **place,
        "name": place.get("name") or customer.name,
        "number": customer.number,
        "vat_id": customer.vat_id,
        "registration_number": customer.registration_number,
        "endpoint_scheme": customer.endpoint_scheme,
        "endpoint_id": customer.endpoint_id,
        "contact_name": contact["name"] if contact else "",
        "contact_email": contact["email"] if contact else "",
    }


def _person(customer: Customer) -> dict[str, Any] | None:
    """The invoice contact of a customer without an address."""
    return _invoice_contacts(customer).values_list(_PERSON, flat=True).first()


def invoice_contact(customer: Customer) -> Contact | None:
    """Who gets the customer's invoices by mail."""
    return _invoice_contacts(customer).first()


def _invoice_contacts(customer: Customer) -> QuerySet[Contact]:
    return _receiving().filter(customer=customer)


def _receiving() -> QuerySet[Contact]:
    wanted = Contact.objects.filter(is_active=True, receives_invoices=True)
    return wanted.exclude(email="").order_by("pk")


def terms_text(invoice: Invoice, parts: list[tuple[date, Decimal]]) -> str:
    """The payment terms in words, in the language of the document (BT-20)."""
    language, currency = invoice.language, invoice.currency
    with translation.override(language):
        words = []
        if invoice.discount_rate and invoice.discount_until:
            reduced = invoice.payable_amount - cents(invoice.payable_amount * invoice.discount_rate)
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
    """What is asked for and when; a deposit is asked for in one sum, first of its terms' days."""
    if invoice.is_credit_note or not invoice.payment_terms:
        return [(on, invoice.payable_amount)]
    shares = [(part.share, part.due_days) for part in invoice.payment_terms.parts.all()]
    if invoice.kind == Invoice.Kind.DEPOSIT:
        first = min((days for _share, days in shares), default=0)
        shares = [(Decimal(1), first)]
    return instalments(invoice.payable_amount, shares, on=on)


def _set_discount(invoice: Invoice, *, on: date) -> None:
    is_whole = invoice.kind == Invoice.Kind.INVOICE
    terms = invoice.payment_terms if is_whole else None
    if terms and terms.discount_rate:
        invoice.discount_rate = terms.discount_rate
        invoice.discount_until = on + timedelta(days=terms.discount_days)
