"""What tests of asked order numbers share: a booked invoice, the question, the address mailed."""

from typing import Any

import receivables.services as receivables
from core.models import SignedLink
from core.roles import Role
from fulfillment.models import Shipment
from invoicing.models import Invoice
from o2c import answers, flow
from orders.models import Order
from tests import make as kernel
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY, Wanted
from tests.world import MONDAY, world

TO = "ap@buyer.example"


def an_invoice(*, po_number: str = "", language: str = "en", **customer: Any) -> Invoice:
    """An issued and booked invoice without an order number of the buyer."""
    buyer = make.world(email=TO, language=language, **customer)
    receivables.set_up_ledger(buyer.company)
    shipment = make.shipped(buyer, Wanted(), po_number=po_number)
    return flow.bill_shipment(shipment.pk, by=JOB, on=TODAY)


def a_paid_one() -> Invoice:
    """An invoice that the bank has booked a payment for."""
    here = world()
    invoice = here.invoiced("1")
    here.paid(invoice.gross_amount, invoice.number or "", on=MONDAY)
    return invoice


def asked(invoice: Invoice, *, to: str = TO) -> SignedLink:
    """The buyer is asked by somebody of billing."""
    clerk = kernel.user_with(Role.BILLING, invoice.company)
    return answers.ask_order_number(invoice.pk, to=to, by=clerk, on=TODAY)


def a_stuck_shipment(**customer: Any) -> Shipment:
    """What was delivered to a buyer who needs an order number, and has none: no invoice yet."""
    buyer = make.world(email=TO, is_po_number_required=True, **customer)
    receivables.set_up_ledger(buyer.company)
    return make.shipped(buyer, Wanted(), po_number="")


def asked_of(order: Order, *, to: str = TO) -> SignedLink:
    """The buyer is asked about an order by a sales representative."""
    rep = kernel.user_with(Role.SALES_REP, order.company)
    return answers.ask_order_number_of(order.pk, to=to, by=rep, on=TODAY)
