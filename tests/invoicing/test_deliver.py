"""Delivery: once by itself, again only with a reason, blocked in sight."""

import pytest

from core.models import Notification, OutboundMessage
from core.services import send_message
from invoicing.models import Channel, Format, Invoice, InvoiceDelivery
from invoicing.services import (
    Rung,
    credit_in_full,
    deliver,
    resend,
    set_routes,
    time_out_deliveries,
)
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from tests import make as kernel
from tests.core.mailbox import mail_server
from tests.core.threads import beside_itself
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY

pytestmark = pytest.mark.django_db


def test_the_mail_goes_to_the_invoice_contact_in_the_customers_language(settings):
    invoice = make.a_documented_invoice(make.world(email="ap@kunde.example"))
    delivery = deliver(invoice.pk, by=JOB, on=TODAY)
    assert (delivery.channel, delivery.recipient) == ("email", "ap@kunde.example")
    assert delivery.content_sha256 == invoice.pdf.sha256
    assert not Invoice.objects.awaiting_delivery().exists()
    with mail_server(settings) as mailbox:
        send_message(delivery.message_id)
    (mail,) = mailbox.mails
    assert mail["to"] == "ap@kunde.example"
    assert invoice.number in mail["subject"]
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename() == f"{invoice.number}.pdf"
    assert attachment.get_content() == invoice.pdf.read()


def test_twice_sends_once():
    invoice = make.a_documented_invoice(make.world())
    first = deliver(invoice.pk, by=JOB, on=TODAY)
    assert deliver(invoice.pk, by=JOB, on=TODAY) == first
    assert OutboundMessage.objects.filter(kind="invoice").count() == 1


def test_nothing_goes_out_before_the_documents_exist():
    invoice = make.an_invoice(make.world())
    assert deliver(invoice.pk, by=JOB, on=TODAY) is None
    assert not InvoiceDelivery.objects.exists()
    with pytest.raises(Conflict, match="being made"):
        resend(invoice.pk, reason="lost", by=JOB, on=TODAY)


def test_without_a_contact_it_goes_by_letter():
    invoice = make.a_documented_invoice(make.world(email=""))
    delivery = deliver(invoice.pk, by=JOB, on=TODAY)
    assert (delivery.channel, delivery.recipient) == ("letter", "10115 Berlin")
    assert delivery.content_sha256 == invoice.pdf.sha256


def nowhere():
    """An invoice to somebody without contact and address."""
    buyer = make.world(email="")
    invoice = make.a_documented_invoice(buyer)
    set_routes(buyer.pk, [Rung(Channel.EMAIL, Format.PDF)], by=JOB, on=TODAY)
    return invoice


def test_where_nothing_leads_it_is_blocked_and_people_are_told():
    invoice = nowhere()
    clerk = kernel.user_with("billing", invoice.company)
    delivery = deliver(invoice.pk, by=JOB, on=TODAY)
    assert (delivery.channel, delivery.state) == ("blocked", "parked")
    assert "contact" in delivery.last_error
    assert time_out_deliveries(invoice.company_id, by=JOB, on=TODAY) == 1
    assert Notification.objects.get(user=clerk).url == invoice.get_absolute_url()
    assert not Invoice.objects.awaiting_delivery().exists()


def test_a_blocked_one_goes_out_when_somebody_gives_an_address():
    invoice = nowhere()
    blocked = deliver(invoice.pk, by=JOB, on=TODAY)
    clerk = kernel.user_with("billing", invoice.company)
    with pytest.raises(InvalidInput, match="contact"):
        resend(invoice.pk, reason="now", by=clerk, on=TODAY)
    again = resend(invoice.pk, reason="now", to="ap@kunde.example", by=clerk, on=TODAY)
    assert (again.channel, again.recipient, again.repeat) == ("email", "ap@kunde.example", 0)
    blocked.refresh_from_db()
    assert blocked.closed_at is not None


def test_again_needs_a_reason_and_makes_its_own_mail():
    invoice = make.a_documented_invoice(make.world())
    first = deliver(invoice.pk, by=JOB, on=TODAY)
    with pytest.raises(InvalidInput, match="why"):
        resend(invoice.pk, reason="", by=JOB, on=TODAY)
    again = resend(invoice.pk, reason="Mailbox was full", by=JOB, on=TODAY)
    assert again.repeat == 1
    assert again.message_id != first.message_id


def test_the_warehouse_may_not_send():
    invoice = make.a_documented_invoice(make.world())
    worker = kernel.user_with("warehouse", invoice.company)
    with pytest.raises(PermissionMissing):
        resend(invoice.pk, reason="x", by=worker, on=TODAY)


@pytest.mark.django_db(transaction=True)
def test_ten_workers_at_once_send_one_mail():
    invoice = make.a_documented_invoice(make.world())
    beside_itself(lambda _n: deliver(invoice.pk, by=JOB, on=TODAY), threads=10)
    assert InvoiceDelivery.objects.count() == 1
    assert OutboundMessage.objects.count() == 1


def test_what_failed_for_an_invoice_that_is_taken_back_is_history():
    invoice = nowhere()
    blocked = deliver(invoice.pk, by=JOB, on=TODAY)
    credit_in_full(invoice.pk, reason="not ours", by=JOB, on=TODAY)
    blocked.refresh_from_db()
    assert blocked.closed_at is not None
    assert time_out_deliveries(invoice.company_id, by=JOB, on=TODAY) == 0
