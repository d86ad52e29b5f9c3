"""The one order that a million are copied from: driven through every stage by the services."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import catalog.services as catalog
import credit.services as credit
import customers.services as customers
import dunning.services as dunning
import fulfillment.services as fulfillment
import orders.services as orders
import receivables.services as receivables
from catalog.models import Product
from core.actors import JobActor
from core.models import Company, Membership, User
from core.roles import Role
from core.services import set_up_company, store_document
from customers.models import Customer
from customers.rules import TermsPart
from fulfillment.models import Shipment, Warehouse
from invoicing.models import Invoice
from o2c import flow
from o2c.demo.bank import Bank, Payment
from orders.draft import BuyerDraft, LineDraft, OrderDraft
from orders.models import Order

SETUP = JobActor("bench")
PLENTY = Decimal(1_000_000)
IBAN = "DE33370400440001234567"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A company with one customer, one article, and one order that was shipped, billed and paid."""

    company: Company
    people: dict[Role, User]
    warehouse: Warehouse
    article: Product
    customer: Customer
    invoice: Invoice
    file_pk: int
    paper_pk: int


def make_pattern(first: date, code: str = "million") -> Pattern:
    """Found the company on that day and do its first business."""
    company = _found(code)
    people = {role: _person(role, company) for role in Role}
    warehouse, article = _goods(company, people, first)
    customer = _customer(company, people, first)
    draft = OrderDraft(
        buyer=BuyerDraft(customer_id=customer.pk),
        requested_on=first,
        lines=(LineDraft(product_id=article.pk, quantity=Decimal(10)),),
    )
    seller, stockman = people[Role.SALES_REP], people[Role.WAREHOUSE]
    order = orders.create_order(company, draft, by=seller, on=first)
    shipment = ship(order, warehouse, by=seller, stockman=stockman, on=first)
    invoice = Invoice.objects.get(shipment=shipment)
    file = flow.import_statement(
        company,
        Bank(company.iban, company.currency).statement(
            first, [Payment(invoice.gross_amount, customer.name, IBAN, str(invoice.number))]
        ),
        filename=f"{first.isoformat()}.xml",
        by=people[Role.AR_ACCOUNTANT],
        on=first,
    )
    paper = store_document(
        b"%PDF-1.7 pattern",
        company_id=company.pk,
        kind="invoice",
        filename="pattern.pdf",
        content_type="application/pdf",
    )
    return Pattern(company, people, warehouse, article, customer, invoice, file.pk, paper.pk)


def ship(order: Order, warehouse: Warehouse, *, by: User, stockman: User, on: date) -> Shipment:
    """Submit, pick and dispatch; the invoice is made by itself."""
    flow.submit_order(order.pk, by=by, on=on)
    shipment = fulfillment.create_shipment(order.pk, warehouse=warehouse, by=stockman, on=on)
    return flow.dispatch_shipment(
        shipment.pk, carrier="DHL", tracking_number="003404341", by=stockman, on=on
    )


def _found(code: str) -> Company:
    company = set_up_company(
        by=SETUP,
        code=code,
        name="Nordkontor Armaturen GmbH",
        country="DE",
        currency="EUR",
        time_zone="Europe/Berlin",
        language="de",
        vat_id="DE136695976",
        tax_number="12/345/67890",
        registration_number="HRB 12345",
        register_court="Amtsgericht Hamburg",
        management="Ada Krause",
        street="Speicherstraße 1",
        postcode="20457",
        city="Hamburg",
        contact_name="Ben Vogt",
        contact_phone="+49 40 555 0100",
        contact_email="rechnung@nordkontor.example",
        bank_name="Musterbank",
        iban="DE89370400440532013000",
        bic="COBADEFFXXX",
    )
    receivables.set_up_ledger(company)
    receivables.add_bank_account(company, name="Musterbank", iban=company.iban, bic=company.bic)
    dunning.set_up_levels(company)
    return company


def _person(role: Role, company: Company) -> User:
    person = User.objects.create_user(
        f"{role.value}@{company.code}.example", None, name=str(role.label), is_staff=False
    )
    Membership.objects.create(user=person, company=company, role=role)
    return person


def _goods(company: Company, people: dict[Role, User], on: date) -> tuple[Warehouse, Product]:
    seller = people[Role.SALES_MANAGER]
    article = catalog.create_product(
        company, catalog.ProductDraft(number="KV-0001", name="Kugelhahn DN 25"), by=seller, on=on
    )
    prices = catalog.create_price_list(
        company, name="Listenpreise", currency=company.currency, by=seller, on=on
    )
    catalog.set_price(
        prices.pk, article, catalog.PriceDraft(Decimal(100), on - timedelta(30)), by=seller, on=on
    )
    warehouse = Warehouse.objects.create(company=company, code="HH", name="Hamburg", country="DE")
    fulfillment.receive_stock(
        warehouse,
        [fulfillment.Receipt(product_id=article.pk, quantity=PLENTY)],
        key=f"{company.code}-opening",
        by=people[Role.WAREHOUSE],
        on=on,
    )
    return warehouse, article


def _customer(company: Company, people: dict[Role, User], on: date) -> Customer:
    terms = customers.create_payment_terms(
        company,
        customers.TermsDraft("N30", "30 Tage netto", (TermsPart(Decimal(1), 30),)),
        by=SETUP,
        on=on,
    )
    place = ("Hauptstraße 5", "20095", "Hamburg", "DE")
    customer = customers.create_customer(
        company,
        customers.CustomerDraft(
            name="Muster Anlagenbau GmbH",
            country="DE",
            language="de",
            currency="EUR",
            payment_terms=terms,
            sales_rep=people[Role.SALES_REP],
        ),
        by=SETUP,
        on=on,
        addresses=[customers.AddressDraft(kind, *place) for kind in ("billing", "shipping")],
        contacts=[
            customers.ContactDraft(
                "Kim Muster", "buchhaltung@muster.example", receives_invoices=True,
                receives_orders=True, receives_reminders=True,
            )
        ],
    )  # fmt: skip
    customers.add_bank_account(customer.pk, iban=IBAN, by=people[Role.AR_ACCOUNTANT], on=on)
    change = credit.propose_limit(
        customer, amount=PLENTY, reason="Opening", by=people[Role.CREDIT_MANAGER], on=on
    )
    credit.decide_limit(change.pk, is_approved=True, by=people[Role.FINANCE_MANAGER], on=on)
    return customer
