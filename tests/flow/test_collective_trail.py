"""A collective invoice is found from each of its orders and deliveries, and they from it."""

from datetime import date
from decimal import Decimal

import pytest

import receivables.services as receivables
from fulfillment.models import Shipment
from invoicing.collected import deliveries_billed
from invoicing.models import Invoice
from o2c import flow
from o2c.trail import BOXES, document_flow
from receivables.models import ItemReference
from reporting.reads.stages import stage_times
from tests import make as base
from tests.invoicing import make
from tests.invoicing.make import JOB

pytestmark = pytest.mark.django_db
D = Decimal
EARLY, LATE, ISSUED = date(2026, 11, 3), date(2026, 11, 20), date(2026, 12, 1)


def month_of(*po_numbers: str) -> tuple[Invoice, list[Shipment]]:
    """A collective invoice of a delivery per order number; the last one left the latest."""
    buyer = make.world()
    receivables.set_up_ledger(buyer.company)
    gone = []
    for number in po_numbers:
        order = make.an_order(buyer, billing_policy="month", po_number=number)
        on = LATE if number == po_numbers[-1] else EARLY
        gone.append(Shipment.objects.get(pk=make.a_shipment(order, on=on).pk))
    (invoice,) = flow.bill_customer(buyer.pk, by=JOB, on=ISSUED)
    return Invoice.objects.get(pk=invoice.pk), gone


def numbers_in(subject) -> list[str]:
    return [step.number for step in document_flow(subject) if step.number]


def test_each_order_and_delivery_leads_to_it():
    invoice, (one, two) = month_of("4711", "4712")
    for shipment in (one, two):
        shown = [shipment.order.number, shipment.number, invoice.number]
        assert numbers_in(shipment.order) == shown
        assert numbers_in(shipment) == shown


def test_it_leads_to_its_orders_and_deliveries():
    invoice, (one, two) = month_of("4711", "4712")
    assert numbers_in(invoice) == [
        one.order.number, two.order.number, one.number, two.number, invoice.number,
    ]  # fmt: skip
    billed = deliveries_billed(invoice)
    assert [(row.shipment_number, row.po_number) for row in billed] == [
        (one.number, "4711"),
        (two.number, "4712"),
    ]
    assert sum(row.net_amount for row in billed) == invoice.net_amount


def test_more_than_fit_are_counted():
    invoice, gone = month_of(*(f"47{n}" for n in range(10, 10 + BOXES + 2)))
    steps = document_flow(invoice)
    assert [step.number for step in steps if not step.url and step.number] == [
        "and 3 more",
        "and 3 more",
    ]
    assert len([step for step in steps if step.label == "Order"]) == BOXES
    assert len(gone) == BOXES + 2


def test_its_credit_note_shows_the_same_way():
    invoice, (one, two) = month_of("4711", "4712")
    note = flow.credit_invoice(invoice.pk, reason="wrong", by=JOB, on=ISSUED)
    shown = [one.order.number, two.order.number, one.number, two.number]
    assert numbers_in(note)[:6] == [*shown, invoice.number, note.number]
    assert numbers_in(one.order)[2:4] == [invoice.number, note.number]


def test_an_order_billed_alone_shows_nobody_elses():
    invoice, (one, _two) = month_of("4711", "4712")
    other = make.a_draft(one.order.customer)
    assert invoice.number not in numbers_in(other.order)
    assert str(other) not in numbers_in(one.order)


def test_a_payer_may_name_it_by_any_of_its_order_numbers():
    invoice, _gone = month_of("PO 4711-A", "47120", "")
    tokens = set(
        ItemReference.objects.filter(item__invoice=invoice).values_list("token", flat=True)
    )
    assert {"PO4711A", "47120", invoice.number.replace("-", "")} <= tokens
    assert not {"4711", "PO4711A47120"} & tokens


def test_each_of_its_deliveries_counts_as_billed_on_its_day():
    invoice, gone = month_of("4711", "4712")
    times = stage_times(invoice.company, as_of=ISSUED)
    assert times["bill"].passed_count == len(gone)
    assert times["bill"].median_days == D("19.5")  # 28 days of the one, 11 of the other


def test_the_pages_of_its_orders_and_deliveries_link_to_it(client):
    invoice, (one, _two) = month_of("4711", "4712")
    client.force_login(base.user_with("auditor", invoice.company))
    for page in (one.order.get_absolute_url(), one.get_absolute_url()):
        assert f'href="{invoice.get_absolute_url()}"' in client.get(page).content.decode()
