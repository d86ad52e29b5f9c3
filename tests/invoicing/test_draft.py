"""Drafting: one invoice per shipment, part shipments make the order line exactly."""

from decimal import Decimal

import pytest

from core.models import Event
from invoicing.models import Invoice, InvoiceLine
from invoicing.services import discard_draft, draft_from_shipment, shipments_awaiting_invoice
from o2c.errors import Conflict, PermissionMissing
from tests import make as kernel
from tests.core.threads import beside_itself
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY, Wanted

D = Decimal
pytestmark = pytest.mark.django_db


def test_a_draft_carries_the_orders_lines_and_totals():
    order = make.an_order(make.world(), Wanted(), Wanted("3", "1.005", "0.05", vat_rate="0.07"))
    draft = draft_from_shipment(make.a_shipment(order).pk, by=JOB, on=TODAY)
    assert (draft.net_amount, draft.vat_amount, draft.gross_amount) == (
        order.net_amount,
        order.vat_amount,
        order.gross_amount,
    )
    assert draft.number is None
    assert [line.net_amount for line in draft.lines.all()] == [D("860.00"), D("2.87")]
    assert [(row.vat_rate, row.net_amount) for row in draft.vat_rows.all()] == [
        (D("0.19"), D("860.00")),
        (D("0.07"), D("2.87")),
    ]
    assert draft.po_number == order.po_number
    assert Event.objects.get(name="invoice.drafted").correlation == f"order:{order.pk}"


def test_twice_gives_the_same_draft():
    shipment = make.shipped(make.world())
    first = draft_from_shipment(shipment.pk, by=JOB, on=TODAY)
    assert draft_from_shipment(shipment.pk, by=JOB, on=TODAY) == first
    assert Invoice.objects.count() == 1


def test_goods_still_in_the_house_are_not_invoiced():
    shipment = make.a_shipment(make.an_order(make.world()), is_gone=False)
    with pytest.raises(Conflict, match=shipment.number):
        draft_from_shipment(shipment.pk, by=JOB, on=TODAY)
    assert not Invoice.objects.exists()


def test_part_invoices_make_the_order_line_to_the_cent():
    order = make.an_order(make.world(), Wanted("3", "0.335", "0.10"))
    nets = []
    for _part in range(3):
        draft_from_shipment(make.a_shipment(order, "1").pk, by=JOB, on=TODAY)
    nets = list(InvoiceLine.objects.values_list("net_amount", flat=True))
    assert sum(nets) == order.net_amount
    for line in InvoiceLine.objects.all():
        gross = (line.quantity * line.unit_price).quantize(D("0.01"))
        assert abs(gross - line.discount_amount - line.net_amount) <= D("0.01")


def test_a_discarded_draft_leaves_its_shipment_awaiting():
    draft = make.a_draft(make.world())
    company = draft.company
    assert not shipments_awaiting_invoice(company).exists()
    discard_draft(draft.pk, by=kernel.user_with("billing", company), on=TODAY)
    assert list(shipments_awaiting_invoice(company)) == [draft.shipment]
    assert not Invoice.objects.exists()


def test_an_issued_invoice_cannot_be_discarded():
    invoice = make.an_invoice(make.world())
    with pytest.raises(Conflict, match="credit"):
        discard_draft(invoice.pk, by=JOB, on=TODAY)


def test_a_warehouse_worker_may_not_discard():
    draft = make.a_draft(make.world())
    worker = kernel.user_with("warehouse", draft.company)
    with pytest.raises(PermissionMissing, match="issue invoices"):
        discard_draft(draft.pk, by=worker, on=TODAY)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one_draft():
    shipment = make.shipped(make.world())
    results = beside_itself(lambda _n: draft_from_shipment(shipment.pk, by=JOB, on=TODAY).pk)
    assert len(set(results)) == 1
    assert Invoice.objects.count() == 1


def test_project_and_contract_of_the_customer_stand_on_the_invoice():
    buyer = make.world(project_reference="Neubau 7", contract_reference="RV-2026")
    draft = make.a_draft(buyer)
    assert (draft.project_reference, draft.contract_reference) == ("Neubau 7", "RV-2026")
