"""What waits today in the big company, made by the services: no page of the tour is empty."""

from datetime import date
from decimal import Decimal

import credit.services as credit
import disputes.services as disputes
import fulfillment.services as fulfillment
import orders.services as orders
from catalog.models import Product
from core.models import Company, User
from core.roles import Role
from customers.models import Customer
from fulfillment.models import Warehouse
from o2c import flow
from o2c.bench.pattern import Pattern
from orders.draft import BuyerDraft, LineDraft, OrderDraft
from orders.models import Order
from receivables.models import OpenItem

ORDERS = 24


def add_waiting_work(pattern: Pattern, on: date) -> None:
    """Drafts, orders to pick and picked, credit notes, disputes, limits, holds, a dunning run."""
    company, people = pattern.company, pattern.people
    customers = list(Customer.objects.filter(company=company).order_by("pk")[1 : 1 + ORDERS])
    articles = list(Product.objects.filter(company=company).order_by("pk")[:5])
    for at, customer in enumerate(customers):
        order = _draft(company, customer, articles, people[Role.SALES_REP], on)
        if at % 4:
            _carry_on(order, at, pattern.warehouse, people, on)
    _quarrels(company, people, on)
    for customer in customers[:5]:
        credit.propose_limit(
            customer, amount=Decimal(2_000_000), reason="Growing", by=people[Role.CREDIT_MANAGER],
            on=on,
        )  # fmt: skip
    flow.propose_dunning(company, by=people[Role.COLLECTOR], on=on)


def _draft(
    company: Company, customer: Customer, articles: list[Product], by: User, on: date
) -> Order:
    lines = tuple(LineDraft(product_id=article.pk, quantity=Decimal(3)) for article in articles)
    draft = OrderDraft(
        buyer=BuyerDraft(customer_id=customer.pk), requested_on=on, po_number="PO-2026-117",
        lines=lines,
    )  # fmt: skip
    return orders.create_order(company, draft, by=by, on=on)


def _carry_on(
    order: Order, at: int, warehouse: Warehouse, people: dict[Role, User], on: date
) -> None:
    """Submit; of those released some are picked, some dispatched and billed."""
    order = flow.submit_order(order.pk, by=people[Role.SALES_REP], on=on)
    if order.state != "released" or at % 4 == 1:
        return
    stockman = people[Role.WAREHOUSE]
    shipment = fulfillment.create_shipment(order.pk, warehouse=warehouse, by=stockman, on=on)
    if at % 4 == 3:
        flow.dispatch_shipment(
            shipment.pk, carrier="DHL", tracking_number=f"00340{at:08}", by=stockman, on=on
        )


def _quarrels(company: Company, people: dict[Role, User], on: date) -> None:
    """Some invoices disputed, some taken back."""
    items = OpenItem.objects.filter(company=company, kind="invoice").open().order_by("due_on")
    for item in items[:12]:
        disputes.open_dispute(
            item.pk, reason="price", amount=item.outstanding_amount, note="",
            by=people[Role.COLLECTOR], on=on,
        )  # fmt: skip
    for item in items[20:26]:
        if item.invoice_id and item.outstanding_amount == item.amount:
            flow.credit_invoice(
                item.invoice_id, reason="Price agreed", by=people[Role.BILLING], on=on
            )
