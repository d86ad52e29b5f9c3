"""What cancelling does to invoices ahead of delivery and to charges nobody bore yet."""

from decimal import Decimal

import pytest

import receivables.services as receivables
from core.models import Event
from invoicing.models import Invoice
from o2c import flow
from orders.draft import ChargeDraft
from receivables.models import OpenItem
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY, Wanted

pytestmark = pytest.mark.django_db
D = Decimal
PACKING = ChargeDraft(reason_code="PC", amount=D("5.00"), spread="last")
THREE_PERCENT = ChargeDraft(reason_code="95", rate=D("0.03"))


def an_order(*charges, policy="advance"):
    buyer = make.world()
    receivables.set_up_ledger(buyer.company)
    return make.an_order(buyer, Wanted("10", "10.00"), charges=charges, billing_policy=policy)


def part_sent(order, quantity):
    make.a_shipment(order, quantity)
    order.to_in_fulfilment()
    order.save()


def owed(order):
    return sum(item.outstanding_amount for item in OpenItem.objects.filter(company=order.company))


def test_a_cancelled_order_is_owed_nothing_of_what_was_billed_ahead():
    order = an_order(THREE_PERCENT)
    (invoice,) = flow.bill_ahead(order.pk, by=JOB, on=TODAY)
    flow.cancel_order(order.pk, reason="Not wanted", by=JOB, on=TODAY)
    invoice.refresh_from_db()
    assert invoice.state == "cancelled"
    assert invoice.corrections.get().reason == "Not wanted"
    assert owed(order) == 0


def test_what_is_left_of_an_order_stays_billed():
    order = an_order(THREE_PERCENT)
    (invoice,) = flow.bill_ahead(order.pk, by=JOB, on=TODAY)
    part_sent(order, "4")
    flow.cancel_order(order.pk, reason="Enough", by=JOB, on=TODAY)
    order.refresh_from_db()
    note = invoice.corrections.get()
    assert order.net_amount == D("38.80")
    assert invoice.net_amount - note.net_amount == order.net_amount
    assert owed(order) == order.gross_amount
    assert not flow.bill_ahead(order.pk, by=JOB, on=TODAY)


def test_packing_on_the_last_invoice_is_asked_for_when_no_other_will_come():
    order = an_order(PACKING, policy="shipment")
    part_sent(order, "4")
    flow.bill_shipment(order.shipments.get().pk, by=JOB, on=TODAY)
    flow.cancel_order(order.pk, reason="Enough", by=JOB, on=TODAY)
    order.refresh_from_db()
    first, rest = Invoice.objects.filter(order=order).order_by("pk")
    assert (first.net_amount, rest.net_amount) == (D("40.00"), D("5.00"))
    assert first.net_amount + rest.net_amount == order.net_amount
    assert rest.number


def test_who_would_be_held_today_is_told_before_a_deferred_invoice():
    order = an_order()
    terms = order.customer.payment_terms
    order.customer.payment_terms = make.make.payment_terms(order.company, ("1", 7))
    order.customer.save()
    (invoice,) = flow.bill_ahead(order.pk, by=JOB, on=TODAY)
    assert invoice.payment_terms == terms, "what was agreed holds"
    told = Event.objects.about(invoice).get(name="invoice.credit_concern")
    assert "terms" in told.payload["reason"]
