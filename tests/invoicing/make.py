"""Builders of invoicing's world: a company that ships, and shipments ready to be invoiced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from catalog.models import Product
from core.actors import JobActor
from core.models import Company
from customers.models import Customer
from fulfillment.models import Shipment, ShipmentLine, Warehouse
from invoicing.models import Invoice
from invoicing.services import draft_from_shipment, issue, produce_documents
from o2c.money import line_net
from orders.charges import charge_rows
from orders.draft import ChargeDraft
from orders.models import Order, OrderCharge, OrderLine
from orders.services.totals import sum_up
from tests import make

JOB = JobActor("billing")
TODAY = date(2026, 11, 20)
D = Decimal


@dataclass(frozen=True)
class Wanted:
    """An order line: quantity, unit price, discount, VAT."""

    quantity: str = "10"
    unit_price: str = "86.00"
    discount_rate: str = "0"
    vat_category: str = "S"
    vat_rate: str = "0.19"
    vat_note: str = ""


def world(country: str = "DE", **customer: Any) -> Customer:
    """A company in the country and a customer of it with an invoice contact."""
    company = make.company_se() if country == "SE" else make.company_de()
    return make.customer(company, **customer)


def an_order(
    buyer: Customer, *lines: Wanted, charges: Sequence[ChargeDraft] = (), **fields: Any
) -> Order:
    """A released order with its totals."""
    lines = lines or (Wanted(),)
    nets = [
        line_net(D(line.quantity), D(line.unit_price), discount_rate=D(line.discount_rate))
        for line in lines
    ]
    order = Order.objects.create(
        company=buyer.company,
        customer=buyer,
        number=make.unique("AU-"),
        ordered_on=TODAY,
        ship_to=buyer.addresses.filter(kind="shipping").first(),
        payment_terms=fields.pop("payment_terms", buyer.payment_terms),
        currency=buyer.currency,
        **{"po_number": "4500012345", **fields},
    )
    rows = [
        _order_line(order, position, line, net)
        for position, (line, net) in enumerate(zip(lines, nets, strict=True), start=1)
    ]
    OrderLine.objects.bulk_create(rows)
    borne = charge_rows(charges, rows)
    for charge in borne:
        charge.order = order
    OrderCharge.objects.bulk_create(borne)
    sum_up(order, rows, borne)
    order.to_submitted()
    order.save()
    order.to_released()
    order.save()
    return order


def _order_line(order: Order, position: int, line: Wanted, net: Decimal) -> OrderLine:
    article = Product.objects.create(
        company=order.company, number=make.unique("A-"), name="Kugelhahn DN25", kind="service"
    )
    return OrderLine(
        order=order,
        position=position,
        product=article,
        description=f"Kugelhahn DN25 Größe {position}",
        quantity=D(line.quantity),
        unit="C62",
        unit_price=D(line.unit_price),
        discount_rate=D(line.discount_rate),
        vat_category=line.vat_category,
        vat_rate=D(line.vat_rate),
        vat_note=line.vat_note,
        net_amount=net,
    )


def a_warehouse(company: Company) -> Warehouse:
    """The company's place to ship from."""
    made, _ = Warehouse.objects.get_or_create(
        company=company, code="main", defaults={"name": "Main", "country": company.country}
    )
    return made


def a_shipment(order: Order, *quantities: str, is_gone: bool = True, on: date = TODAY) -> Shipment:
    """A dispatched shipment of the order; all of it unless quantities are given per line."""
    lines = list(order.lines.order_by("position"))
    wanted = [D(text) for text in quantities] or [line.quantity for line in lines]
    shipment = Shipment.objects.create(
        company=order.company,
        number=make.unique("LS-"),
        order=order,
        warehouse=a_warehouse(order.company),
        ship_to=order.ship_to.snapshot() if order.ship_to else {},
    )
    for line, quantity in zip(lines, wanted, strict=True):
        if quantity:
            ShipmentLine.objects.create(shipment=shipment, order_line=line, quantity=quantity)
    if is_gone:
        shipment.dispatched_on = on
        shipment.to_dispatched()
        shipment.save()
    return shipment


def shipped(buyer: Customer, *lines: Wanted, **fields: Any) -> Shipment:
    """A dispatched shipment of a whole new order."""
    return a_shipment(an_order(buyer, *lines, **fields))


def a_draft(buyer: Customer, *lines: Wanted, **fields: Any) -> Invoice:
    """The draft invoice of a new shipment."""
    return draft_from_shipment(shipped(buyer, *lines, **fields).pk, by=JOB, on=TODAY)


def an_invoice(buyer: Customer, *lines: Wanted, **fields: Any) -> Invoice:
    """An issued invoice."""
    return issue(a_draft(buyer, *lines, **fields).pk, by=JOB, on=TODAY)


def a_documented_invoice(buyer: Customer, *lines: Wanted, **fields: Any) -> Invoice:
    """An issued invoice with its PDF and XML."""
    return produce_documents(an_invoice(buyer, *lines, **fields).pk, by=JOB, on=TODAY)
