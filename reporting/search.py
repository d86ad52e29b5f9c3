"""Global search: numbers, names, order numbers of customers, amounts, IBANs, payment texts.

Every arm of a search is answered by an index (see ``migrations/0001_search.sql``); names, numbers
and texts by trigrams. Each kind is asked for a few rows only, and only kinds the person may see.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from core.models import Company, User
from customers.models import Customer, CustomerBankAccount
from fulfillment.models import Shipment
from invoicing.models import Invoice
from orders.models import Order
from receivables.models import BankEntry

PER_KIND = 6
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}", re.ASCII)
_VAT_ID = re.compile(r"[A-Z]{2}[A-Z0-9]{2,13}", re.ASCII)
_AMOUNT = re.compile(r"\d{1,12}(?:[.,]\d{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hit:
    """One find."""

    kind: str | Promise
    icon: str
    label: str
    text: str
    url: str
    amount: Decimal | None = None
    currency: str = ""


def search(company: Company, user: User, text: str) -> list[Hit]:
    """What a person may see of a company that matches the text; at least two characters."""
    text = " ".join(text.split())[:100]
    if len(text) < 2:
        return []
    hits: list[Hit] = []
    for right, find in _KINDS:
        if user.may(right, company.pk):
            hits += find(company, text)
    return hits


def _amount(text: str) -> Decimal | None:
    plain = text.replace("\u202f", "").replace("\xa0", "").replace(" ", "")
    return Decimal(plain.replace(",", ".")) if _AMOUNT.fullmatch(plain) else None


def _iban(text: str) -> str:
    """The text as IBAN when it looks like one, else nothing."""
    plain = text.replace(" ", "").upper()
    return plain if _IBAN.fullmatch(plain) else ""


def _inside(field: str, text: str) -> Q:
    """Case-blind "contains" that a trigram index answers (``LIKE`` on upper case has none)."""
    return Q(**{f"{field}__iregex": re.escape(text)})


def _customers(company: Company, text: str) -> Iterator[Hit]:
    wanted = Q(number__istartswith=text) | Q(name__icontains=text)
    code = text.replace(" ", "").upper()
    if _VAT_ID.fullmatch(code):
        wanted |= Q(vat_id=code)
    if iban := _iban(text):
        owners = CustomerBankAccount.objects.filter(iban=iban, customer__company=company)
        wanted |= Q(pk__in=list(owners.values_list("customer_id", flat=True)[:PER_KIND]))
    found = Customer.objects.filter(company=company).filter(wanted)
    for row in found.order_by("name", "pk")[:PER_KIND]:
        yield Hit(_("Customer"), "users", row.number, row.name, row.get_absolute_url())


def _orders(company: Company, text: str) -> Iterator[Hit]:
    wanted = _inside("number", text) | Q(po_number__iexact=text)
    if (amount := _amount(text)) is not None:
        wanted |= Q(gross_amount=amount)
    found = Order.objects.filter(company=company).filter(wanted)
    for row in found.select_related("customer").order_by("-pk")[:PER_KIND]:
        yield Hit(
            _("Order"),
            "shopping-cart",
            row.number,
            row.customer.name,
            reverse("orders:detail", args=[row.pk]),
            row.gross_amount,
            row.currency,
        )


def _shipments(company: Company, text: str) -> Iterator[Hit]:
    found = Shipment.objects.filter(company=company).filter(
        _inside("number", text) | Q(tracking_number__iexact=text)
    )
    for row in found.select_related("order__customer").order_by("-pk")[:PER_KIND]:
        yield Hit(
            _("Shipment"),
            "truck",
            row.number,
            row.order.customer.name,
            row.get_absolute_url(),
        )


def _invoices(company: Company, text: str) -> Iterator[Hit]:
    wanted = (
        _inside("number", text)
        | Q(po_number__iexact=text)
        | Q(payment_reference__iexact=text.replace(" ", ""))
    )
    if (amount := _amount(text)) is not None:
        wanted |= Q(gross_amount=amount)
    found = Invoice.objects.filter(company=company).filter(wanted)
    for row in found.select_related("customer").order_by("-pk")[:PER_KIND]:
        yield Hit(
            row.get_kind_display(),
            "file-invoice",
            str(row),
            row.customer.name,
            reverse("invoicing:detail", args=[row.pk]),
            row.gross_amount,
            row.currency,
        )


def _bank_entries(company: Company, text: str) -> Iterator[Hit]:
    wanted = _inside("remittance", text)
    if iban := _iban(text):
        wanted |= Q(payer_iban=iban)
    if (amount := _amount(text)) is not None:
        wanted |= Q(amount=amount)
    found = BankEntry.objects.filter(company=company).filter(wanted)
    for row in found.order_by("-booking_on", "-pk")[:PER_KIND]:
        yield Hit(
            _("Bank entry"),
            "building-bank",
            row.payer_name or "–",
            row.remittance[:80],
            reverse("receivables:bank_entry", args=[row.pk]),
            row.amount,
            row.currency,
        )


def _products(company: Company, text: str) -> Iterator[Hit]:
    found = Product.objects.filter(company=company).filter(
        Q(number__istartswith=text) | Q(name__icontains=text) | Q(gtin=text)
    )
    for row in found.order_by("number")[:PER_KIND]:
        yield Hit(_("Product"), "package", row.number, row.name, row.get_absolute_url())


_KINDS = (
    ("customers.view", _customers),
    ("invoicing.view", _invoices),
    ("orders.view", _orders),
    ("fulfillment.view", _shipments),
    ("receivables.view", _bank_entries),
    ("catalog.view", _products),
)
