"""Collective invoices, orders billed whole, invoices ahead of delivery; who gets which and when."""

from datetime import date
from decimal import Decimal

import pytest

import receivables.services as receivables
from core.models import Event
from fulfillment.models import Shipment
from invoicing.models import Invoice
from invoicing.services import (
    billed_on,
    bills_of,
    customers_to_bill,
    orders_to_bill_ahead,
    shipments_awaiting_invoice,
    shipments_to_bill,
)
from o2c import flow
from o2c.due import run_due
from orders.models import Order
from receivables.models import OpenItem
from tests import make as base
from tests.invoicing import make
from tests.invoicing.make import JOB, Wanted

pytestmark = pytest.mark.django_db
D = Decimal
FRIDAY, MONDAY, NEXT_MONTH = date(2026, 11, 20), date(2026, 11, 23), date(2026, 12, 1)


def shipped(buyer, *lines: Wanted, on=FRIDAY, policy="month", **order) -> Shipment:
    """Goods of a new order that left on a day."""
    made = make.an_order(buyer, *lines, billing_policy=policy, **order)
    return Shipment.objects.get(pk=make.a_shipment(made, on=on).pk)


def world():
    """A customer whose company keeps books."""
    buyer = make.world()
    receivables.set_up_ledger(buyer.company)
    return buyer


def of_one_customer(count: int, **fields) -> list[Shipment]:
    buyer = world()
    return [shipped(buyer, **fields) for _ in range(count)]


def test_a_months_deliveries_are_due_when_it_has_ended():
    one, two = of_one_customer(2)
    company = one.company
    assert not shipments_to_bill(company, on=date(2026, 11, 30))
    assert list(shipments_awaiting_invoice(company)) == [one, two]
    assert list(shipments_to_bill(company, on=NEXT_MONTH)) == [one, two]
    assert list(customers_to_bill(company, on=NEXT_MONTH)) == [one.order.customer]
    assert billed_on(one) == NEXT_MONTH


def test_a_weeks_deliveries_are_due_on_monday():
    (one,) = of_one_customer(1, policy="week")
    assert not shipments_to_bill(one.company, on=date(2026, 11, 22))
    assert list(shipments_to_bill(one.company, on=MONDAY)) == [one]
    assert billed_on(one) == MONDAY


def test_they_share_one_invoice_of_their_period():
    buyer = world()
    early = shipped(buyer, on=date(2026, 11, 3), po_number="4711")
    late = shipped(buyer, po_number="4712")
    (invoice,) = flow.bill_customer(buyer.pk, by=JOB, on=NEXT_MONTH)
    assert invoice.number
    assert (invoice.order, invoice.shipment, invoice.po_number) == (None, None, "")
    assert (invoice.period_from, invoice.period_to) == (date(2026, 11, 3), FRIDAY)
    assert invoice.delivered_on is None
    assert invoice.net_amount == early.order.net_amount + late.order.net_amount
    assert [line.shipment_line.shipment_id for line in invoice.lines.all()] == [early.pk, late.pk]
    assert OpenItem.objects.get(invoice=invoice).amount == invoice.gross_amount
    assert not shipments_awaiting_invoice(buyer.company)
    for shipment in (early, late):
        told = Event.objects.along(shipment.order.correlation).values_list("name", flat=True)
        assert "order.billed_together" in told
    assert not flow.bill_customer(buyer.pk, by=JOB, on=NEXT_MONTH)


def test_weeks_and_months_are_not_mixed_and_their_terms_neither():
    buyer = world()
    other_terms = base.payment_terms(buyer.company)
    alone = [
        shipped(buyer, policy="week"),
        shipped(buyer),
        shipped(buyer, on=date(2026, 10, 30)),
        shipped(buyer, payment_terms=other_terms),
    ]
    groups = bills_of([one.pk for one in alone], on=NEXT_MONTH)
    assert sorted(groups) == [[one.pk] for one in alone]


@pytest.mark.parametrize(
    ("group", "sizes"), [("customer", [3]), ("po_number", [1, 2]), ("ship_to", [3])]
)
def test_customers_may_have_them_apart_by_order_number(group, sizes):
    buyer = world()
    buyer.billing_group = group
    buyer.save()
    for number in ("4711", "4711", "4712"):
        shipped(buyer, po_number=number)
    made = flow.bill_customer(buyer.pk, by=JOB, on=NEXT_MONTH)
    assert sorted(one.lines.count() for one in made) == sizes
    assert {one.po_number for one in made} == ({"4711", "4712"} if len(sizes) == 2 else {""})


def test_a_reminder_of_one_takes_the_others_along():
    one, two = of_one_customer(2)
    assert bills_of([two.pk], on=NEXT_MONTH) == [[one.pk, two.pk]]


def test_a_person_may_bill_a_running_month_early():
    one, two = of_one_customer(2)
    (invoice,) = flow.bill_due([one.pk], by=JOB, on=FRIDAY, until=FRIDAY)
    assert invoice.lines.count() == 2
    assert not shipments_awaiting_invoice(two.company)


def test_an_order_billed_whole_waits_for_its_last_delivery():
    buyer = world()
    order = make.an_order(buyer, Wanted("10"), billing_policy="order")
    first = make.a_shipment(order, "4")
    order.to_in_fulfilment()
    order.save()
    assert not shipments_to_bill(buyer.company, on=NEXT_MONTH)
    assert billed_on(Shipment.objects.get(pk=first.pk)) is None
    second = make.a_shipment(order, "6")
    order.to_completed()
    order.save()
    (invoice,) = flow.bill_due([second.pk], by=JOB, on=FRIDAY)
    assert invoice.order == order
    assert invoice.net_amount == order.net_amount
    assert [line.quantity for line in invoice.lines.all()] == [D(4), D(6)]


def test_an_order_in_advance_is_billed_once_and_its_shipments_never():
    buyer = world()
    order = make.an_order(buyer, Wanted("10"), billing_policy="advance")
    assert list(orders_to_bill_ahead(buyer.company)) == [order]
    (invoice,) = flow.bill_ahead(order.pk, by=JOB, on=FRIDAY)
    assert (invoice.net_amount, invoice.shipment) == (order.net_amount, None)
    assert not flow.bill_ahead(order.pk, by=JOB, on=FRIDAY)
    make.a_shipment(order)
    assert not shipments_awaiting_invoice(buyer.company)
    assert not orders_to_bill_ahead(buyer.company)
    flow.credit_invoice(invoice.pk, reason="wrong", by=JOB, on=FRIDAY)
    assert not orders_to_bill_ahead(buyer.company), "a person decides whether it is billed again"


def test_a_group_that_is_refused_holds_up_no_other_and_says_why():
    buyer = world()
    buyer.billing_group = "po_number"
    buyer.save()
    good = shipped(buyer, po_number="4711")
    bad = shipped(buyer, Wanted(vat_category="E", vat_rate="0"), po_number="4712")
    report = run_due([buyer.company], on=NEXT_MONTH)
    assert [failure["work"] for failure in report.failures] == [
        "customer billed for a week or month"
    ]
    assert list(shipments_awaiting_invoice(buyer.company)) == [bad]
    assert Invoice.objects.get().lines.get().shipment_line.shipment_id == good.pk
    told = Event.objects.about(bad).filter(name="invoice.not_possible")
    run_due([buyer.company], on=NEXT_MONTH)
    assert told.count() == 1


def test_a_customers_policy_counts_for_new_orders_only():
    buyer = world()
    order = make.an_order(buyer)
    buyer.billing_policy = "month"
    buyer.save()
    assert Order.objects.get(pk=order.pk).billing_policy == "shipment"
