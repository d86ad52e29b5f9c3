"""Dispatch makes the invoice by itself; one that may not be issued never stops the truck."""

import pytest

from core.models import Event
from invoicing.models import Invoice, InvoiceState
from invoicing.services import shipments_awaiting_invoice, why_unbilled
from o2c import due, flow
from receivables.services import set_up_ledger
from tests import make as kernel
from tests.invoicing import make
from tests.invoicing.make import TODAY, Wanted

REVERSE_CHARGE = Wanted(vat_category="AE", vat_rate="0", vat_note="Reverse charge")


def dispatch(order):
    """A packer sends off everything; the lines are services, so no stock is needed."""
    shipment = make.a_shipment(order, is_gone=False)
    packer = kernel.user_with("warehouse", order.company)
    return flow.dispatch_shipment(
        shipment.pk, carrier="DHL", tracking_number="T1", by=packer, on=TODAY
    )


@pytest.mark.django_db
def test_the_packer_needs_no_right_to_bill():
    buyer = make.world()
    set_up_ledger(buyer.company)
    shipment = dispatch(make.an_order(buyer))
    invoice = Invoice.objects.get(shipment=shipment)
    assert invoice.state == InvoiceState.ISSUED
    assert Event.objects.get(name="invoice.issued").actor_name == "billing"


@pytest.mark.django_db(transaction=True)
def test_a_refused_invoice_waits_with_its_cause_and_goes_out_when_mended():
    buyer = make.world(vat_id="")
    set_up_ledger(buyer.company)
    shipment = dispatch(make.an_order(buyer, REVERSE_CHARGE))
    assert shipment.state == "dispatched"
    assert list(shipments_awaiting_invoice(buyer.company)) == [shipment]
    assert "BR-AE-02" in why_unbilled([shipment])[shipment.pk]
    assert not Invoice.objects.exists()
    buyer.vat_id = "SE556188840401"
    buyer.save()
    report = due.run_due([buyer.company])
    assert report.done["shipment billed"] == 1
    invoice = Invoice.objects.get(shipment=shipment)
    assert invoice.pdf is not None
    assert invoice.deliveries.get().channel == "email"


@pytest.mark.django_db(transaction=True)
def test_the_sweep_bills_many_and_leaves_out_the_one_that_is_refused():
    buyer = make.world(vat_id="")
    set_up_ledger(buyer.company)
    good = [make.a_shipment(make.an_order(buyer)) for _number in range(3)]
    bad = make.a_shipment(make.an_order(buyer, REVERSE_CHARGE))
    report = due.run_due([buyer.company])
    assert report.done["shipment billed"] == 3
    assert [(one["work"], one["pk"]) for one in report.failures] == [("shipment billed", bad.pk)]
    numbers = [Invoice.objects.get(shipment=one).number for one in good]
    assert len({*numbers}) == 3
    assert list(shipments_awaiting_invoice(buyer.company)) == [bad]
