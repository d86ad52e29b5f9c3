"""Builders for orders: a company with people, customers, articles and prices, and orders in it."""

import io
import itertools
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from openpyxl import Workbook

from catalog.models import Price, PriceList, Product
from core.actors import JobActor
from core.models import Company, Membership, User
from core.services import set_up_company
from customers.models import Address, Contact, Customer, PaymentTerms, PaymentTermsPart
from orders.draft import BuyerDraft, LineDraft, OrderDraft
from orders.models import Order
from orders.services import create_order, release, submit

TODAY = date(2026, 11, 20)
SETUP = JobActor("test")
_count = itertools.count(1)


def company(code: str = "", **fields: Any) -> Company:
    """A German company with its number series."""
    values = {
        "code": code or f"de{next(_count)}", "name": "Nordwerk GmbH", "country": "DE",
        "currency": "EUR", "street": "Hafenstr. 1", "postcode": "20457", "city": "Hamburg",
        "contact_name": "Mara Klein", "contact_phone": "+49 40 1234", "vat_id": "DE136695976",
        "contact_email": "office@nordwerk.example", **fields,
    }  # fmt: skip
    return set_up_company(by=SETUP, **values)


def user(at: Company, *roles: str, name: str = "Rita Rep") -> User:
    """A person with roles in a company."""
    person = User.objects.create(
        email=f"{name.split()[0].lower()}{next(_count)}@nordwerk.example", name=name
    )
    Membership.objects.bulk_create(Membership(user=person, company=at, role=role) for role in roles)
    return person


def rep(at: Company) -> User:
    """A sales representative."""
    return user(at, "sales_rep")


def terms(at: Company) -> PaymentTerms:
    """30 days net."""
    found = PaymentTerms.objects.filter(company=at, code="30N").first()
    if found:
        return found
    with transaction.atomic():
        made = PaymentTerms.objects.create(company=at, code="30N", name="30 days net")
        PaymentTermsPart.objects.create(terms=made, due_days=30)
    return made


def customer(at: Company, number: str = "", **fields: Any) -> Customer:
    """A German customer with a delivery address and a contact for confirmations."""
    number = number or f"C-{next(_count):05d}"
    values = {
        "name": f"Acme {number}", "country": "DE", "language": "de", "currency": at.currency,
        "payment_terms": terms(at), **fields,
    }  # fmt: skip
    made = Customer.objects.create(company=at, number=number, **values)
    Address.objects.create(
        customer=made, kind="shipping", street="Kai 7", postcode="20459", city="Hamburg",
        country=made.country, is_default=True,
    )  # fmt: skip
    Contact.objects.create(
        customer=made, name="Berta Buyer", email="berta@acme.example", receives_orders=True
    )
    return made


def product(at: Company, number: str = "", price: str = "10.00", **fields: Any) -> Product:
    """An article with a list price."""
    number = number or f"A-{next(_count)}"
    made = Product.objects.create(
        company=at, number=number, **{"name": f"Valve {number}", **fields}
    )
    if price:
        prices = PriceList.objects.filter(company=at, customer=None).first()
        prices = prices or PriceList.objects.create(company=at, name="List", currency=at.currency)
        Price.objects.create(
            price_list=prices, product=made, unit_price=Decimal(price),
            valid=DateRange(date(2020, 1, 1), None),
        )  # fmt: skip
    return made


def line(article: Product | str, quantity: str = "1", **fields: Any) -> LineDraft:
    """A wanted line."""
    number = article if isinstance(article, str) else article.number
    return LineDraft(article=number, quantity=Decimal(quantity), **fields)


def draft(buyer: Customer, *lines: LineDraft, **fields: Any) -> OrderDraft:
    """A draft as the entry page makes it."""
    return OrderDraft(buyer=BuyerDraft(customer_id=buyer.pk), lines=lines, **fields)


def order(at: Company, *, lines: int = 1, by: User | None = None, **fields: Any) -> Order:
    """A stored draft with so many lines of one piece at 10.00."""
    buyer = fields.pop("customer", None) or customer(at)
    wanted = [line(product(at)) for _ in range(lines)]
    return create_order(at, draft(buyer, *wanted, **fields), by=by or SETUP, on=TODAY)


def released(at: Company, **fields: Any) -> Order:
    """An order the warehouse may ship."""
    made = order(at, **fields)
    submit(made.pk, by=SETUP, on=TODAY)
    return release(made.pk, by=SETUP, on=TODAY)


def xlsx(*rows: list[Any]) -> bytes:
    """A workbook of one sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv(*rows: str, encoding: str = "utf-8") -> bytes:
    """A text file of these lines."""
    return ("\n".join(rows) + "\n").encode(encoding)
