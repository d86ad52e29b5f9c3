"""Due work: what a missed push left behind is found, done once, and a failure stops nothing."""

import pytest

import fulfillment.services as fulfillment
from core.models import OutboundMessage
from core.roles import Role
from invoicing.models import Invoice, InvoiceDelivery
from o2c import due
from receivables.models import JournalEntry
from tests.world import MONDAY, world

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_sweep_bills_books_prints_and_writes_the_mail_once() -> None:
    here = world()
    order = here.submitted("1")
    fulfillment.dispatch(
        here.picked(order).pk,
        carrier="DHL",
        tracking_number="1",
        by=here.by(Role.WAREHOUSE),
        on=MONDAY,
    )
    assert not Invoice.objects.exists()

    report = due.run_due([here.company], on=MONDAY)
    assert report.failures == []
    invoice = Invoice.objects.get()
    assert invoice.pdf is not None
    assert invoice.pdf.read().startswith(b"%PDF")
    assert JournalEntry.objects.count() == 1

    due.run_due([here.company], on=MONDAY)
    assert Invoice.objects.count() == InvoiceDelivery.objects.count() == 1
    assert JournalEntry.objects.count() == 1
    assert OutboundMessage.objects.filter(kind__contains="invoice").count() == 1
