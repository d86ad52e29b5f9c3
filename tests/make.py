"""Builders: plain functions that make what a test needs, through the services where there are any.

Generic parts on top, then one section per room. Every builder takes what matters to the test and
fills in the rest; names are unique, so two calls never collide.
"""

import itertools
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password

import catalog.services as catalog
import customers.services as customers
from catalog.models import Price, PriceList, Product
from core.actors import JobActor
from core.models import Company, Membership, StoredDocument, User
from core.roles import Role
from core.services import set_up_company, store_document
from customers.models import Customer, PaymentTerms
from customers.rules import TermsPart

_next = itertools.count(1)
SET_UP = JobActor("set-up")
DAY = date(2026, 3, 2)
"""A Monday that most tests live on."""
PASSWORD = "correct horse battery staple"


def unique(prefix: str = "x") -> str:
    """A short name that no other call returns."""
    return f"{prefix}{next(_next)}"


# --- core: companies and people ----------
def company_de(**fields: Any) -> Company:
    """A German GmbH in Hamburg that books in EUR."""
    defaults = {
        "code": unique("de"),
        "name": "Nordwind Handel GmbH",
        "country": "DE",
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        "language": "de",
        "vat_id": "DE136695976",
        "tax_number": "12/345/67890",
        "registration_number": "HRB 12345",
        "register_court": "Amtsgericht Hamburg",
        "management": "Ada Krause",
        "street": "Speicherstraße 1",
        "postcode": "20457",
        "city": "Hamburg",
        "contact_name": "Ben Vogt",
        "contact_phone": "+49 40 555 0100",
        "contact_email": "rechnung@nordwind.example",
        "bank_name": "Musterbank",
        "iban": "DE89370400440532013000",
        "bic": "COBADEFFXXX",
    }
    return set_up_company(by=SET_UP, **defaults | fields)


def company_se(**fields: Any) -> Company:
    """A Swedish AB in Göteborg that books in SEK."""
    defaults = {
        "code": unique("se"),
        "name": "Nordwind Sverige AB",
        "country": "SE",
        "currency": "SEK",
        "time_zone": "Europe/Stockholm",
        "language": "sv",
        "vat_id": "SE556703748501",
        "f_tax": "approved",
        "registration_number": "5567037485",
        "street": "Hamngatan 2",
        "postcode": "411 06",
        "city": "Göteborg",
        "contact_name": "Elsa Lind",
        "contact_phone": "+46 31 555 010",
        "contact_email": "faktura@nordwind.example",
        "bank_name": "Exempelbanken",
        "iban": "SE4550000000058398257466",
        "bic": "ESSESESS",
    }
    return set_up_company(by=SET_UP, **defaults | fields)


def user_with(role: str, company: Company, *more: Company, **fields: Any) -> User:
    """A person with one role in one or several companies."""
    name = fields.pop("name", f"{Role(role).label} {unique()}")
    email = fields.pop("email", f"{unique('person')}@o2c.example")
    user = User.objects.create(email=email, name=name, password=_hashed_once(), **fields)
    for given in (company, *more):
        Membership.objects.create(user=user, company=given, role=role)
    return user


@cache
def _hashed_once() -> str:
    """Hashing takes its time by design; everybody in tests has the same password."""
    return make_password(PASSWORD)


def document(company: Company, content: bytes = b"%PDF-1.7 test", **fields: Any) -> StoredDocument:
    """A stored file."""
    defaults = {
        "kind": "test",
        "filename": "test.pdf",
        "content_type": "application/pdf",
    }
    return store_document(content, company_id=company.pk, **defaults | fields)


# --- customers ----------
def payment_terms(
    company: Company,
    *parts: tuple[str, int],
    code: str = "",
    name: str = "",
    discount: tuple[int, str] = (0, "0"),
) -> PaymentTerms:
    """Terms of a company: parts are (share, days), 30 days net unless given.

    ``discount`` is (days, rate), e.g. ``(14, "0.02")``.
    """
    code = code or unique("T")
    draft = customers.TermsDraft(
        code=code,
        name=name or f"Terms {code}",
        parts=tuple(TermsPart(Decimal(share), days) for share, days in parts or (("1", 30),)),
        discount_days=discount[0],
        discount_rate=Decimal(discount[1]),
    )
    return customers.create_payment_terms(company, draft, by=SET_UP, on=DAY)


def customer(company: Company, name: str = "", **fields: Any) -> Customer:
    """A business in the company's own country with billing and delivery address and a contact.

    ``address`` overrides fields of both addresses, ``email`` the contact's (empty: no contact).
    Any other field is one of ``CustomerDraft``.
    """
    country = fields.pop("country", company.country)
    address = _address(country) | fields.pop("address", {})
    email = fields.pop("email", f"{unique('buyer')}@customer.example")
    mails = {"receives_orders": True, "receives_invoices": True, "receives_reminders": True}
    draft = {
        "name": name or f"Customer {unique()}",
        "country": country,
        "language": company.language,
        "currency": company.currency,
        **fields,
    }
    draft.setdefault("payment_terms", _first_terms(company))
    return customers.create_customer(
        company,
        customers.CustomerDraft(**draft),
        by=SET_UP,
        on=DAY,
        addresses=[
            customers.AddressDraft(kind=kind, **address) for kind in ("billing", "shipping")
        ],
        contacts=[customers.ContactDraft("Kim Buyer", email, **mails)] if email else [],
    )


def _address(country: str) -> dict[str, str]:
    where = {"DE": ("10115", "Berlin"), "SE": ("111 22", "Stockholm")}
    postcode, city = where.get(country, ("1000", "Capital"))
    return {"street": "Hauptstraße 5", "postcode": postcode, "city": city, "country": country}


def _first_terms(company: Company) -> PaymentTerms:
    known = PaymentTerms.objects.filter(company=company).order_by("pk").first()
    return known or payment_terms(company)


# --- catalog ----------
def product(
    company: Company, number: str = "", *, price: str | None = None, **fields: Any
) -> Product:
    """A product; with ``price`` it gets that net price on the general list in the company's
    currency, valid from 1 January 2020."""
    number = number or unique("A-")
    draft = catalog.ProductDraft(**{"number": number, "name": f"Article {number}", **fields})
    made = catalog.create_product(company, draft, by=SET_UP, on=DAY)
    if price is not None:
        set_price(general_list(company), made, price)
    return made


def general_list(company: Company, currency: str = "") -> PriceList:
    """The company's general price list in a currency (its own unless given)."""
    currency = currency or company.currency
    known = PriceList.objects.filter(
        company=company, currency=currency, customer=None, is_active=True
    ).first()
    return known or catalog.create_price_list(
        company, name=unique("List "), currency=currency, by=SET_UP, on=DAY
    )


def agreement(customer: Customer, currency: str = "") -> PriceList:
    """A price list agreed with one customer."""
    return catalog.create_price_list(
        customer.company,
        name=unique("Agreement "),
        currency=currency or customer.currency,
        customer=customer,
        by=SET_UP,
        on=DAY,
    )


def set_price(
    price_list: PriceList,
    product: Product,
    price: str,
    *,
    min_quantity: str = "0",
    starts_on: date = date(2020, 1, 1),
    ends_before: date | None = None,
) -> Price:
    """A net unit price from a quantity on."""
    draft = catalog.PriceDraft(Decimal(price), starts_on, Decimal(min_quantity), ends_before)
    return catalog.set_price(price_list.pk, product, draft, by=SET_UP, on=DAY)


# --- orders ----------

# --- fulfillment ----------

# --- invoicing ----------

# --- receivables ----------

# --- disputes, dunning, credit ----------
