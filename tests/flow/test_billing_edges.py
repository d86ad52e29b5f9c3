"""Where policies of billing meet: order numbers, invoices ahead, credits before the end."""

from datetime import date
from decimal import Decimal

import pytest

import receivables.services as receivables
from core.models import Event, Notification
from core.roles import Role
from customers.models import Customer
from fulfillment.models import Shipment
from invoicing.models import Invoice
from invoicing.services import (
    Corrections,
    CreditPart,
    StepDraft,
    orders_to_bill_ahead,
    plan_steps,
)
from o2c import answers, flow
from o2c.errors import Conflict, InvalidInput
from orders.draft import ChargeDraft
from orders.models import Order
from tests import make as kernel
from tests.core.threads import beside_itself
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY, Wanted

pytestmark = pytest.mark.django_db
D = Decimal
NEXT_MONTH = date(2026, 12, 1)


def world(**customer) -> Customer:
    buyer = make.world(**customer)
    receivables.set_up_ledger(buyer.company)
    return buyer


def shipped(buyer, **order) -> Shipment:
    return make.a_shipment(make.an_order(buyer, billing_policy="month", **order))


def ahead(order: Order) -> Invoice:
    (invoice,) = flow.bill_ahead(order.pk, by=JOB, on=TODAY)
    return invoice


def credit_the_first_line(invoice: Invoice) -> None:
    """Its value alone: no quantity comes back."""
    line = invoice.lines.order_by("position")[0]
    parts = {line.pk: CreditPart(net_amount=line.net_amount)}
    flow.credit_parts(invoice.pk, lines=parts, charges={}, reason="Scratched", by=JOB, on=TODAY)


def sent(order: Order, *quantities: str) -> Shipment:
    order.to_in_fulfilment()
    order.save()
    return make.a_shipment(order, *quantities)


def test_an_order_number_bills_no_month_early():
    buyer = world(is_po_number_required=True)
    order = make.an_order(buyer, po_number="", billing_policy="month")
    make.a_shipment(order)
    answers.enter_order_number(order.pk, "4711", by=JOB, on=TODAY)
    assert not Invoice.objects.exists()
    (invoice,) = flow.bill_customer(buyer.pk, by=JOB, on=NEXT_MONTH)
    assert invoice.po_number == "4711"


def test_an_order_number_lets_an_invoice_ahead_go_out():
    order = make.an_order(world(is_po_number_required=True), po_number="", billing_policy="advance")
    answers.enter_order_number(order.pk, "4711", by=JOB, on=TODAY)
    assert Invoice.objects.get().state == "issued"


def test_an_order_that_lacks_its_number_does_not_hold_up_the_months_others():
    buyer = world(is_po_number_required=True)
    good, lacking = shipped(buyer, po_number="4711"), shipped(buyer, po_number="")
    with pytest.raises(Exception, match="order number"):
        flow.bill_customer(buyer.pk, by=JOB, on=NEXT_MONTH)
    assert Invoice.objects.get().lines.get().shipment_line.shipment_id == good.pk
    told = Event.objects.filter(name="invoice.not_possible")
    assert [event.subject_id for event in told] == [lacking.pk]


def test_what_was_billed_ahead_is_not_billed_by_its_shipment():
    order = make.an_order(world(), billing_policy="advance")
    invoice = ahead(order)
    shipment = make.a_shipment(order)
    with pytest.raises(Conflict, match="in advance"):
        flow.bill_shipment(shipment.pk, by=JOB, on=TODAY)
    flow.credit_invoice(invoice.pk, reason="Wrong", by=JOB, on=TODAY)
    again = flow.bill_shipment(shipment.pk, by=JOB, on=TODAY)
    assert again.gross_amount == invoice.gross_amount


def test_the_rest_of_an_order_is_cancelled_though_its_value_was_credited():
    order = make.an_order(world(), Wanted("1"), Wanted("10"), billing_policy="advance")
    invoice = ahead(order)
    credit_the_first_line(invoice)
    sent(order, "0", "10")
    flow.cancel_order(order.pk, reason="Sold out", by=JOB, on=TODAY)
    order.refresh_from_db()
    assert order.state == "completed"
    assert invoice.corrections.count() == 1
    assert invoice.gross_amount - invoice.corrections.get().gross_amount == order.gross_amount


def test_an_order_is_cancelled_though_its_invoice_ahead_must_be_credited_by_hand():
    order = make.an_order(world(), billing_policy="advance")
    clerk = kernel.user_with(Role.BILLING, order.company)
    (step,) = plan_steps(order.pk, [StepDraft("Deposit", share=D("0.8"))], by=JOB, on=TODAY)
    flow.bill_step(step.pk, by=JOB, on=TODAY)
    invoice = ahead(order)
    sent(order, "1")
    flow.cancel_order(order.pk, reason="Sold out", by=JOB, on=TODAY)
    order.refresh_from_db()
    assert order.state == "completed"
    assert not invoice.corrections.exists()
    told = Notification.objects.get(user=clerk)
    assert str(invoice) in told.title
    assert "Credit it in full" in told.body


def test_a_month_of_one_delivery_is_looked_at_again_as_well():
    buyer = world()
    shipment = shipped(buyer)
    buyer.payment_terms = kernel.payment_terms(buyer.company)
    buyer.save()
    flow.bill_due([shipment.pk], by=JOB, on=NEXT_MONTH)
    assert Event.objects.filter(name="invoice.credit_concern").count() == 1


def test_what_a_corrected_invoice_ahead_left_out_is_not_billed_by_itself():
    order = make.an_order(world(), billing_policy="advance")
    invoice = ahead(order)
    less = Corrections(quantities={invoice.lines.get().pk: D(4)})
    flow.cancel_and_reissue(invoice.pk, less, reason="Four", by=JOB, on=TODAY)
    assert not orders_to_bill_ahead(order.company)


def test_no_corrected_invoice_asks_for_less_than_nothing():
    fifty = ChargeDraft(reason_code="95", amount=D("50.00"))
    order = make.an_order(world(), Wanted("10", "10.00"), charges=[fifty], billing_policy="advance")
    invoice = ahead(order)
    less = Corrections(quantities={invoice.lines.get().pk: D(1)})
    with pytest.raises(InvalidInput, match="50.00"):
        flow.cancel_and_reissue(invoice.pk, less, reason="One", by=JOB, on=TODAY)
    assert Invoice.objects.get().state == "issued"


@pytest.mark.parametrize("spread", ["first", "pro_rata"])
@pytest.mark.parametrize("policy", ["shipment", "order", "advance"])
@pytest.mark.parametrize("kept", ["1", "7"])
def test_a_discount_takes_no_more_than_what_was_not_cancelled(policy, spread, kept):
    fifty = ChargeDraft(reason_code="95", amount=D("50.00"), spread=spread)
    order = make.an_order(world(), Wanted("10", "10.00"), charges=[fifty], billing_policy=policy)
    if policy == "advance":
        ahead(order)
    shipment = sent(order, kept)
    if policy == "shipment":
        flow.bill_shipment(shipment.pk, by=JOB, on=TODAY)
    flow.cancel_order(order.pk, reason="Sold out", by=JOB, on=TODAY)
    if policy == "order":
        flow.bill_due([shipment.pk], by=JOB, on=TODAY)
    order.refresh_from_db()
    assert order.net_amount == max(D(kept) * 5 if spread == "pro_rata" else D(kept) * 10 - 50, D(0))
    invoiced = sum(
        -one.net_amount if one.is_credit_note else one.net_amount for one in Invoice.objects.all()
    )
    assert invoiced == order.net_amount


@pytest.mark.django_db(transaction=True)
def test_a_month_that_several_bill_at_once_is_billed_once():
    buyer = world()
    shipments = [shipped(buyer).pk for _ in range(3)]

    def bill(number: int) -> object:
        if number % 2:
            return flow.bill_customer(buyer.pk, by=JOB, on=NEXT_MONTH)
        return flow.bill_due(shipments[:number], by=JOB, on=NEXT_MONTH)

    results = beside_itself(bill, threads=4)
    assert not [one for one in results if isinstance(one, Exception)]
    invoice = Invoice.objects.get()
    assert {line.shipment_line.shipment_id for line in invoice.lines.all()} == set(shipments)
