"""What the four acts of one order cost in statements; counted, so it holds on any machine."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import fulfillment.services as fulfillment
import orders.services as orders
from core.roles import Role
from invoicing.models import Invoice
from o2c import flow
from orders.draft import BuyerDraft, LineDraft, OrderDraft
from receivables.models import OpenItem
from tests.world import MONDAY, World, world

pytestmark = pytest.mark.django_db

BUDGET = 60
"""SQL statements of entering, submitting, shipping and invoicing one order (architecture.md)."""


def four_acts(here: World, lines: int) -> Invoice:
    """Create, submit (credit, release, reserve), ship, invoice issued and posted."""
    draft = OrderDraft(
        buyer=BuyerDraft(customer_id=here.customer.pk),
        requested_on=MONDAY,
        lines=tuple(
            LineDraft(product_id=here.article.pk, quantity=Decimal(1)) for _ in range(lines)
        ),
    )
    order = orders.create_order(here.company, draft, by=here.by(Role.SALES_REP), on=MONDAY)
    flow.submit_order(order.pk, by=here.by(Role.SALES_REP), on=MONDAY)
    shipment = fulfillment.create_shipment(
        order.pk, warehouse=here.warehouse, by=here.by(Role.WAREHOUSE), on=MONDAY
    )
    return Invoice.objects.get(shipment=here.dispatched(shipment))


@pytest.mark.parametrize("lines", [5, 50])
def test_four_acts_of_one_order_stay_in_the_budget(lines: int) -> None:
    """Savepoints count; the rights of the two persons and the last look do not."""
    here = world(stock="1000", limit="1000000")
    for role in (Role.SALES_REP, Role.WAREHOUSE):
        here.by(role).company_ids()
    with CaptureQueriesContext(connection) as statements:
        invoice = four_acts(here, lines)
    assert len(statements) - 1 <= BUDGET
    assert invoice.state == "issued"
    assert invoice.lines.count() == lines
    assert OpenItem.objects.get(invoice=invoice).amount == invoice.gross_amount
