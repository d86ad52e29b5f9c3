"""Builders: plain functions that make what a test needs, through the services where there are any.

Generic parts on top, then one section per room. Every builder takes what matters to the test and
fills in the rest; names are unique, so two calls never collide.
"""

import itertools
from datetime import date
from typing import Any

from core.actors import JobActor
from core.models import Company, Membership, StoredDocument, User
from core.roles import Role
from core.services import set_up_company, store_document

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
    user = User.objects.create_user(email, PASSWORD, name=name, **fields)
    for given in (company, *more):
        Membership.objects.create(user=user, company=given, role=role)
    return user


def document(company: Company, content: bytes = b"%PDF-1.7 test", **fields: Any) -> StoredDocument:
    """A stored file."""
    defaults = {
        "kind": "test",
        "filename": "test.pdf",
        "content_type": "application/pdf",
    }
    return store_document(content, company_id=company.pk, **defaults | fields)


# --- customers ----------

# --- catalog ----------

# --- orders ----------

# --- fulfillment ----------

# --- invoicing ----------

# --- receivables ----------

# --- disputes, dunning, credit ----------
