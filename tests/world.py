"""A small company where every stage works: for scenarios, races and pages that cross stages."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import credit.services as credit
import dunning.services as dunning
import fulfillment.services as fulfillment
import orders.services as orders
import receivables.services as receivables
from catalog.models import Product
from core.models import Company, User
from core.roles import Role
from customers.models import Customer
from fulfillment.models import Shipment, Warehouse
from invoicing.models import Invoice
from o2c import flow
from o2c.demo.bank import Bank, Payment
from orders.draft import BuyerDraft, LineDraft, OrderDraft
from orders.models import Order
from receivables.models import BankFile
from tests import make

MONDAY = date(2026, 3, 2)


@dataclass
class World:
    """A company with one person per role, a stocked article and a customer with a limit."""

    company: Company
    people: dict[Role, User]
    warehouse: Warehouse
    article: Product
    customer: Customer
    bank: Bank

    def by(self, role: Role) -> User:
        """The person with that role."""
        return self.people[role]

    def order(
        self,
        quantity: str = "1",
        *,
        on: date = MONDAY,
        customer: Customer | None = None,
        **fields: str,
    ) -> Order:
        """A draft order for the stocked article, entered by the rep."""
        draft = OrderDraft(
            buyer=BuyerDraft(customer_id=(customer or self.customer).pk),
            requested_on=on,
            lines=(LineDraft(product_id=self.article.pk, quantity=Decimal(quantity)),),
            **fields,
        )
        return orders.create_order(self.company, draft, by=self.by(Role.SALES_REP), on=on)

    def submitted(self, quantity: str = "1", *, on: date = MONDAY, **fields: str) -> Order:
        """An order after submission: released, or held by credit."""
        made = self.order(quantity, on=on, **fields)
        return flow.submit_order(made.pk, by=self.by(Role.SALES_REP), on=on)

    def picked(self, order: Order, *, on: date = MONDAY) -> Shipment:
        """The pick list of what is reserved for an order."""
        return fulfillment.create_shipment(
            order.pk, warehouse=self.warehouse, by=self.by(Role.WAREHOUSE), on=on
        )

    def dispatched(self, shipment: Shipment, *, on: date = MONDAY) -> Shipment:
        """Send it off; the invoice is made by itself."""
        return flow.dispatch_shipment(
            shipment.pk,
            carrier="DHL",
            tracking_number="0034",
            by=self.by(Role.WAREHOUSE),
            on=on,
        )

    def invoiced(self, quantity: str = "1", *, on: date = MONDAY) -> Invoice:
        """From a new order to its issued invoice on one day."""
        order = self.submitted(quantity, on=on)
        shipment = self.dispatched(self.picked(order, on=on), on=on)
        return Invoice.objects.get(shipment=shipment)

    def paid(
        self, amount: str | Decimal, text: str, *, on: date, payer: str = "", iban: str = ""
    ) -> BankFile:
        """A bank file of one day with one payment, imported by the accountant."""
        payment = Payment(Decimal(amount), payer or self.customer.name, iban or CUSTOMER_IBAN, text)
        return flow.import_statement(
            self.company,
            self.bank.statement(on, [payment]),
            filename=f"{on.isoformat()}.xml",
            by=self.by(Role.AR_ACCOUNTANT),
            on=on,
        )


CUSTOMER_IBAN = "DE33370400440001234567"


def world(
    *,
    limit: str = "10000",
    stock: str = "100",
    price: str = "100",
    company: Company | None = None,
    people: dict[Role, User] | None = None,
) -> World:
    """Build it, in a new company unless one is given. The article costs ``price`` net at 19 % VAT.

    ``people`` are those who work there; without them everybody is made.
    """
    company = company or make.company_de()
    receivables.set_up_ledger(company)
    receivables.add_bank_account(company, name="Bank", iban=company.iban, bic=company.bic)
    dunning.set_up_levels(company)
    people = people or {role: make.user_with(role, company) for role in Role}
    warehouse = Warehouse.objects.create(company=company, code="main", name="Main", country="DE")
    article = make.product(company, price=price)
    fulfillment.receive_stock(
        warehouse,
        [fulfillment.Receipt(product_id=article.pk, quantity=Decimal(stock))],
        key=f"opening-{company.code}",
        by=people[Role.WAREHOUSE],
        on=MONDAY,
    )
    made = World(
        company, people, warehouse, article, make.customer(company), Bank(company.iban, "EUR")
    )
    made.customer.bank_accounts.create(iban=CUSTOMER_IBAN)
    set_limit(made, limit)
    return made


def set_limit(world: World, amount: str) -> None:
    """Propose by the credit manager, approve by the finance manager."""
    change = credit.propose_limit(
        world.customer,
        amount=Decimal(amount),
        reason="Opening",
        by=world.by(Role.CREDIT_MANAGER),
        on=MONDAY,
    )
    credit.decide_limit(change.pk, is_approved=True, by=world.by(Role.FINANCE_MANAGER), on=MONDAY)
