"""Global search: numbers and parts of them, names, customers' order numbers, amounts, IBANs,
payment texts, tracking numbers.

First what begins, ends or is what was typed (``search_arms``), then, where that found too little,
what contains or resembles it. Only kinds the person may see, a few rows of each.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from core.models import Company, User
from customers.models import Customer
from fulfillment.models import Shipment
from invoicing.models import Invoice
from orders.models import Order
from receivables.models import BankEntry, OpenItem
from reporting.asked import Asked, read
from reporting.search_arms import PER_KIND, Keys, deep_keys, quick_keys

LEAST = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """One find; ``record`` has a state to show where ``has_state``."""

    label: str
    text: str
    url: str
    amount: Decimal | None = None
    currency: str = ""
    record: Any = None


@dataclass(frozen=True, slots=True)
class Group:
    """Finds of one kind; ``more_url`` leads to all of them where there are more."""

    code: str
    kind: str | Promise
    icon: str
    hits: list[Hit]
    has_more: bool = False
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """All finds. ``is_cut``: so much looks like the text that not everything was looked at."""

    groups: list[Group]
    is_cut: bool = False

    @property
    def hits(self) -> list[Hit]:
        """The finds of all kinds in order."""
        return [hit for group in self.groups for hit in group.hits]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of find: its name, the right it needs, how rows are fetched and shown."""

    code: str
    label: str | Promise
    icon: str
    right: str
    model: Any
    related: tuple[str, ...]
    show: Callable[[Any], Hit]
    list_name: str = ""


def search(company: Company, user: User, typed: str) -> Found:
    """What a person may see of a company that fits the text; at least two characters."""
    asked = read(typed)
    kinds = [kind for kind in KINDS if user.may(kind.right, company.pk)]
    if len(asked.text) < LEAST or not kinds:
        return Found([])
    keys = quick_keys(company, asked, [kind.code for kind in kinds])
    wanting = [kind.code for kind in kinds if len(keys.get(kind.code, ())) < PER_KIND]
    deep = None if _is_whole(keys, asked) else deep_keys(company, asked, wanting)
    for code, more in (deep or {}).items():
        known = keys.setdefault(code, [])
        known += [pk for pk in more if pk not in known]
    groups = [_group(kind, keys[kind.code], asked) for kind in kinds if keys.get(kind.code)]
    return Found(groups, is_cut=deep is None and not _is_whole(keys, asked))


def _is_whole(keys: Keys, asked: Asked) -> bool:
    """An amount or a whole long number was found as such: nobody wants what resembles it."""
    return asked.is_money or (bool(keys) and len(asked.compact) >= 15)


def _group(kind: Kind, keys: list[int], asked: Asked) -> Group:
    # scope: keys found in the company the person works in, of kinds they may see
    rows = kind.model.objects.filter(pk__in=keys[:PER_KIND]).select_related(*kind.related)
    by_key = {row.pk: row for row in rows}
    hits = [kind.show(by_key[key]) for key in keys[:PER_KIND] if key in by_key]
    has_more = len(keys) > PER_KIND
    more = reverse(kind.list_name, query={"q": asked.text}) if has_more and kind.list_name else ""
    return Group(kind.code, kind.label, kind.icon, hits, has_more, more)


def _customer(row: Customer) -> Hit:
    return Hit(row.name, row.number, row.get_absolute_url())


def _order(row: Order) -> Hit:
    words = " · ".join(filter(None, (row.customer.name, row.po_number)))
    return Hit(row.number, words, row.get_absolute_url(), row.gross_amount, row.currency, row)


def _shipment(row: Shipment) -> Hit:
    words = " · ".join(filter(None, (row.order.customer.name, row.tracking_number)))
    return Hit(row.number, words, row.get_absolute_url(), record=row)


def _invoice(row: Invoice) -> Hit:
    words = " · ".join(filter(None, (row.customer.name, row.po_number)))
    return Hit(str(row), words, row.get_absolute_url(), row.gross_amount, row.currency, row)


def _entry(row: BankEntry) -> Hit:
    text = " ".join(row.remittance.split())[:80]
    url = row.get_absolute_url()
    return Hit(row.payer_name or "–", text or row.payer_iban, url, row.amount, row.currency)


def _payment(row: OpenItem) -> Hit:
    url = row.get_absolute_url()
    return Hit(row.document_number, row.customer.name, url, row.amount, row.currency)


def _product(row: Product) -> Hit:
    return Hit(row.number, row.name, row.get_absolute_url())


KINDS = (
    Kind(
        "customer", _("Customers"), "users", "customers.view", Customer, (), _customer,
        "customers:list",
    ),
    Kind(
        "invoice", _("Invoices"), "file-invoice", "invoicing.view", Invoice, ("customer",),
        _invoice, "invoicing:list",
    ),
    Kind(
        "order", _("Orders"), "shopping-cart", "orders.view", Order, ("customer",), _order,
        "orders:list",
    ),
    Kind(
        "shipment", _("Shipments"), "truck", "fulfillment.view", Shipment, ("order__customer",),
        _shipment, "fulfillment:list",
    ),
    Kind(
        "entry", _("Bank entries"), "building-bank", "receivables.view", BankEntry, (), _entry,
        "receivables:bank_entries",
    ),
    Kind(
        "payment", _("Payments"), "coins", "receivables.view", OpenItem, ("customer",), _payment,
        "receivables:items",
    ),
    Kind(
        "product", _("Products"), "package", "catalog.view", Product, (), _product, "catalog:list",
    ),
)  # fmt: skip
