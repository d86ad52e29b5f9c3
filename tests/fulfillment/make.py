"""Builders of the warehouse's world: a company, its people, stock and released orders."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import count

from django.db import transaction

from catalog.models import Product
from core.actors import JobActor
from core.models import Company, Membership, User
from core.services import take_number
from customers.models import Customer
from fulfillment.models import Shipment, Warehouse
from fulfillment.services import Receipt, create_shipment, receive_stock, reserve_order
from orders.models import Order, OrderLine
from receivables.services import set_up_ledger
from tests import make

JOB = JobActor("test")
TODAY = date(2026, 11, 20)
_numbers = count(1)


def number(prefix: str) -> str:
    return f"{prefix}{next(_numbers):05d}"


def company() -> Company:
    made = make.company_de(name="Nordlicht GmbH")
    set_up_ledger(made)
    return made


def user(at: Company | None, *roles: str) -> User:
    person = User.objects.create_user(f"{number('u')}@example.org".lower(), name="Wim Warehouse")
    for role in roles:
        Membership.objects.create(user=person, company=at, role=role)
    return person


def warehouse(at: Company, code: str = "") -> Warehouse:
    return Warehouse.objects.create(
        company=at, code=code or number("w").lower(), name="Main", city="Hamburg", country="DE"
    )


def product(at: Company, kind: str = "goods") -> Product:
    return make.product(at, name="Valve DN25", kind=kind)


def customer(at: Company) -> Customer:
    address = {"street": "Ring 5", "postcode": "80331", "city": "München"}
    return make.customer(at, "Acme GmbH", language="de", address=address)


@transaction.atomic
def draft_order(buyer: Customer, wanted: Sequence[tuple[Product, object]]) -> Order:
    """A draft with one line per (product, quantity) at 10.00 each."""
    quantities = [Decimal(str(quantity)) for _product, quantity in wanted]
    net = sum(quantities, Decimal(0)) * 10
    order = Order.objects.create(
        company=buyer.company,
        number=take_number(buyer.company_id, "order", on=TODAY),
        customer=buyer,
        ordered_on=TODAY,
        requested_on=TODAY,
        ship_to=buyer.addresses.get(kind="shipping"),
        payment_terms=buyer.payment_terms,
        currency="EUR",
        net_amount=net,
        vat_amount=0,
        gross_amount=net,
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=position,
            product=article,
            description=article.name,
            quantity=quantity,
            unit="C62",
            unit_price=10,
            vat_category="S",
            vat_rate=Decimal("0.19"),
            net_amount=quantity * 10,
        )
        for position, ((article, _), quantity) in enumerate(
            zip(wanted, quantities, strict=True), start=1
        )
    )
    return order


def released_order(buyer: Customer, wanted: Sequence[tuple[Product, object]]) -> Order:
    order = draft_order(buyer, wanted)
    order.to_submitted()
    order.save()
    order.to_released()
    order.save()
    return order


def stock(at: Warehouse, article: Product, quantity: object) -> None:
    receipt = Receipt(article.pk, Decimal(str(quantity)))
    receive_stock(at, [receipt], key=number("K"), by=JOB, on=TODAY)


def picking_shipment(
    buyer: Customer, at: Warehouse, article: Product, quantity: object
) -> Shipment:
    """Stock, a released order for it, reserved and on a pick list."""
    stock(at, article, quantity)
    order = released_order(buyer, [(article, quantity)])
    reserve_order(order.pk, by=JOB, on=TODAY)
    return create_shipment(order.pk, warehouse=at, by=JOB, on=TODAY)
