"""W1: an order becomes a posted invoice, in four acts with a commit each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import connection, transaction

import catalog.services as catalog
import credit.services as credit
import customers.services as customers
import fulfillment.services as fulfillment
import orders.services as orders
from catalog.models import PriceList, Product
from core.models import User
from core.roles import Role
from customers.models import Customer, PaymentTerms
from customers.rules import TermsPart
from fulfillment.models import Shipment
from o2c import flow
from o2c.bench.dataset import (
    AS_OF,
    ORDER_CUSTOMERS,
    PRODUCTS,
    TERMS_DAYS,
    order_lines,
    product_cents,
)
from o2c.bench.figures import Clock, Figure
from o2c.bench.pattern import PLENTY, SETUP, Pattern, make_pattern
from orders.draft import BuyerDraft, LineDraft, OrderDraft

ORDERS, WARM_UPS, BATCH = 200, 5, 50


@dataclass(frozen=True, slots=True)
class Shop:
    """A company ready to sell the dataset's products to its customers."""

    pattern: Pattern
    customers: list[Customer]
    products: list[Product]

    def draft(self, customer: int, wanted: Sequence[tuple[int, int]]) -> OrderDraft:
        """An order as a channel would hand it in: no price, no tax."""
        return OrderDraft(
            buyer=BuyerDraft(customer_id=self.customers[customer].pk),
            requested_on=AS_OF,
            lines=tuple(
                LineDraft(product_id=self.products[product].pk, quantity=Decimal(quantity))
                for product, quantity in wanted
            ),
        )


def measure(*, count: int = ORDERS) -> Iterator[Figure]:
    """One by one, then by fifty per act, on the same company."""
    shop = open_shop()
    wanted = [shop.draft(*one) for one in order_lines(count)]
    for _warm in range(WARM_UPS):
        acts(shop, wanted[:1], Clock())
    clock = Clock()
    for draft in wanted:
        acts(shop, [draft], clock)
    yield from _figures("W1 one by one", clock, count)
    clock = Clock()
    for start in range(0, count, BATCH):
        acts(shop, wanted[start : start + BATCH], clock)
    yield from _figures(f"W1 by {BATCH}", clock, count)


def acts(shop: Shop, drafts: Sequence[OrderDraft], clock: Clock) -> None:
    """Create, confirm, ship and invoice some orders; each act is one transaction for all."""
    sent = sent_off(shop, drafts, clock)
    with clock.step("invoice"), transaction.atomic():
        flow.bill_shipments([shipment.pk for shipment in sent], by=flow.BILLING, on=AS_OF)


def sent_off(shop: Shop, drafts: Sequence[OrderDraft], clock: Clock) -> list[Shipment]:
    """Create, confirm and ship some orders; their shipments, not invoiced yet."""
    company, people = shop.pattern.company, shop.pattern.people
    seller, stockman = people[Role.SALES_REP], people[Role.WAREHOUSE]
    with clock.step("create"), transaction.atomic():
        made = orders.create_orders(company, drafts, by=seller, on=AS_OF)
    keys = [order.pk for order in made]
    with clock.step("confirm"), transaction.atomic():
        flow.submit_orders(keys, by=seller, on=AS_OF)
    with clock.step("ship"), transaction.atomic():
        return _ship(shop, keys, stockman)


def _ship(shop: Shop, order_pks: Sequence[int], stockman: User) -> list[Shipment]:
    picked = fulfillment.create_shipments_from(
        shop.pattern.warehouse, order_pks, by=stockman, on=AS_OF
    )
    parcels = [fulfillment.Parcel(shipment.pk, "DHL", "003404341") for shipment in picked]
    return fulfillment.dispatch_all(parcels, by=stockman, on=AS_OF)


def _figures(name: str, clock: Clock, count: int) -> Iterator[Figure]:
    yield Figure(name, "orders", count / clock.total, "orders/s")
    for step, seconds in clock.seconds.items():
        yield Figure(name, step, seconds * 1000 / count, "ms/order")
    yield Figure(name, "SQL statements", sum(clock.statements.values()) / count, "per order")


def open_shop(code: str = "million", buyers: int = ORDER_CUSTOMERS) -> Shop:
    """Customers with 14 days and a large limit, 200 products with a million pieces each.

    ``code`` names its company.
    """
    on = AS_OF - timedelta(days=30)
    pattern = make_pattern(on, code)
    company, people = pattern.company, pattern.people
    parts = (TermsPart(Decimal(1), TERMS_DAYS),)
    with transaction.atomic():
        terms = customers.create_payment_terms(
            company, customers.TermsDraft("N14", "14 Tage netto", parts), by=SETUP, on=on
        )
        prices = PriceList.objects.get(company=company)
        products = [_product(pattern, prices, index) for index in range(PRODUCTS)]
        fulfillment.receive_stock(
            pattern.warehouse,
            [fulfillment.Receipt(product_id=one.pk, quantity=PLENTY) for one in products],
            key=f"bench-opening-{company.code}",
            by=people[Role.WAREHOUSE],
            on=on,
        )
        made = [_buyer(pattern, terms, index) for index in range(buyers)]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return Shop(pattern, made, products)


def _product(pattern: Pattern, prices: PriceList, index: int) -> Product:
    on, by = AS_OF - timedelta(days=30), pattern.people[Role.SALES_MANAGER]
    draft = catalog.ProductDraft(number=f"P{index:04d}", name=f"Product {index:04d}")
    product = catalog.create_product(pattern.company, draft, by=by, on=on)
    price = catalog.PriceDraft(Decimal(product_cents(index)) / 100, on)
    catalog.set_price(prices.pk, product, price, by=by, on=on)
    return product


def _buyer(pattern: Pattern, terms: PaymentTerms, index: int) -> Customer:
    on, people = AS_OF - timedelta(days=30), pattern.people
    place = ("Hauptstraße 5", "20095", "Hamburg", "DE")
    buyer = customers.create_customer(
        pattern.company,
        customers.CustomerDraft(
            name=f"Customer {index:05d}", country="DE", language="de", currency="EUR",
            payment_terms=terms, sales_rep=people[Role.SALES_REP],
        ),
        by=SETUP,
        on=on,
        addresses=[customers.AddressDraft(kind, *place) for kind in ("billing", "shipping")],
        contacts=[
            customers.ContactDraft("Kim Muster", f"b{index}@kunde.example", receives_invoices=True)
        ],
    )  # fmt: skip
    change = credit.propose_limit(
        buyer, amount=PLENTY * 100, reason="Opening", by=people[Role.CREDIT_MANAGER], on=on
    )
    credit.decide_limit(change.pk, is_approved=True, by=people[Role.FINANCE_MANAGER], on=on)
    return buyer
