"""Orders at the edge: free of charge, in a foreign currency, cancelled half-way."""

from decimal import Decimal

import pytest
from django.db import connection

import fulfillment.services as fulfillment
from core.roles import Role
from credit.exposure import exposures_of
from credit.rules import Exposure
from customers.models import Customer
from fulfillment.models import Shipment
from invoicing.models import Invoice
from o2c import flow
from orders.models import Order, OrderLine
from orders.services.completeness import OrderIncomplete
from tests.world import MONDAY, World, world

pytestmark = pytest.mark.django_db


def part(here: World, order: Order, quantity: str) -> Shipment:
    wanted = {order.lines.get().pk: Decimal(quantity)}
    return fulfillment.create_shipment(
        order.pk,
        warehouse=here.warehouse,
        quantities=wanted,
        by=here.by(Role.WAREHOUSE),
        on=MONDAY,
    )


def exposure(here: World) -> Exposure:
    customers = Customer.objects.filter(pk=here.customer.pk)
    return exposures_of(customers, on=MONDAY)[here.customer.pk]


def test_an_order_free_of_charge_ships() -> None:
    here = world(price="0")
    here.dispatched(here.picked(here.submitted("1")))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as a commit would
    assert Invoice.objects.get().state == "issued"


def test_an_order_in_a_currency_without_books_is_not_accepted() -> None:
    here = world()
    order = here.order("1")
    Order.objects.filter(pk=order.pk).update(currency="USD")
    with pytest.raises(OrderIncomplete, match="USD"):
        flow.submit_order(order.pk, by=here.by(Role.SALES_REP), on=MONDAY)


def test_the_rest_cancelled_leaves_what_was_shipped_in_the_exposure() -> None:
    here = world()
    order = here.submitted("10")
    fulfillment.dispatch(
        part(here, order, "4").pk,
        carrier="DHL",
        tracking_number="1",
        by=here.by(Role.WAREHOUSE),
        on=MONDAY,
    )
    assert (exposure(here).shipped_amount, exposure(here).ordered_amount) == (476, 714)
    flow.cancel_order(order.pk, reason="enough", by=here.by(Role.SALES_MANAGER), on=MONDAY)
    assert (exposure(here).shipped_amount, exposure(here).ordered_amount) == (476, 0)


def test_the_rest_cancelled_leaves_an_order_that_agrees_with_its_invoice() -> None:
    """100 at 0.07 less 3 % are 6.79; the half of it, priced anew, would be 3.39 and not 3.40."""
    here = world(price="0.07")
    draft = here.order("100")
    OrderLine.objects.filter(order=draft).update(discount_rate="0.03", net_amount="6.79")
    Order.objects.filter(pk=draft.pk).update(
        net_amount="6.79", vat_amount="1.29", gross_amount="8.08"
    )
    order = flow.submit_order(draft.pk, by=here.by(Role.SALES_REP), on=MONDAY)
    here.dispatched(part(here, order, "50"))
    left = flow.cancel_order(order.pk, reason="enough", by=here.by(Role.SALES_MANAGER), on=MONDAY)
    made = Invoice.objects.get()
    assert (left.net_amount, left.gross_amount) == (made.net_amount, made.gross_amount)
