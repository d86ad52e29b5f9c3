"""Invoices by mail on a real SMTP server: a day without it, returned mails, what they set off."""

from email.message import EmailMessage

import pytest
from django.db import connection
from django.utils import timezone

from core.models import Notification, OutboundMessage
from core.services import leases, settle_message
from invoicing.models import Channel, Format, InvoiceDelivery
from invoicing.services import Rung, einvoice_of, read_bounces, resend, set_routes
from tests import make as kernel
from tests.core.mailbox import mail_server
from tests.invoicing import make
from tests.invoicing.deliveries import hours_pass, mails_of, planned, sweep, ways
from tests.invoicing.make import JOB, TODAY

pytestmark = pytest.mark.django_db


def returned(mail: EmailMessage, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    """What a mail server sends back: a delivery status notification (RFC 3464)."""
    return "\r\n".join(
        [
            "From: MAILER-DAEMON@mx.kunde.example",
            "To: no-reply@o2c.example",
            "Subject: Undelivered Mail Returned to Sender",
            "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="edge"',
            "",
            "--edge",
            "Content-Type: text/plain; charset=utf-8",
            "",
            "Die Nachricht konnte nicht zugestellt werden.",
            "--edge",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; mx.kunde.example",
            "",
            f"Final-Recipient: rfc822; {mail['to']}",
            f"Action: {action}",
            f"Status: {status}",
            "Diagnostic-Code: smtp; 550 5.1.1 user unknown",
            "",
            "--edge",
            "Content-Type: text/rfc822-headers",
            "",
            f"Message-ID: {mail['Message-ID']}",
            f"Subject: {mail['Subject']}",
            "",
            "--edge--",
            "",
        ]
    ).encode()


@pytest.fixture
def box(tmp_path, settings):
    """The folder where returned mails lie."""
    settings.BOUNCES_URL = f"eml:{tmp_path}"
    return tmp_path


def sent(invoice, settings) -> EmailMessage:
    planned(invoice)
    with mail_server(settings) as mailbox:
        sweep(invoice)
    (mail,) = mails_of(mailbox, invoice)
    return mail


def test_a_mail_nobody_returns_has_arrived(settings):
    invoice = make.a_documented_invoice(make.world())
    sent(invoice, settings)
    assert ways(invoice) == [("email", "done", "awaited")]
    hours_pass(49)
    sweep(invoice)
    assert ways(invoice) == [("email", "done", "assumed")]
    assert not InvoiceDelivery.objects.open().exists()
    assert not Notification.objects.exists()


def test_without_the_server_for_a_day_it_is_told_and_goes_out_once_when_it_is_back(settings):
    with mail_server(settings):
        pass  # its port is free again: nobody listens
    invoice = make.a_documented_invoice(make.world())
    clerk = kernel.user_with("billing", invoice.company)
    planned(invoice)
    for _hour in range(24):
        sweep(invoice)
        hours_pass(1)
    assert ways(invoice) == [("email", "pending", "")]
    assert invoice.state == "issued"
    assert "No connection" in invoice.deliveries.get().last_error
    told = Notification.objects.filter(user=clerk, title__contains=invoice.number)
    assert told.filter(url__contains="/deliveries/").exists()
    with mail_server(settings) as mailbox:
        sweep(invoice)
        sweep(invoice)
    assert len(mails_of(mailbox, invoice)) == 1
    assert ways(invoice) == [("email", "done", "awaited")]


def test_a_returned_mail_is_noted_with_its_reason_and_a_letter_follows(box, settings):
    invoice = make.a_documented_invoice(make.world(email="weg@kunde.example"))
    clerk = kernel.user_with("billing", invoice.company)
    mail = sent(invoice, settings)
    (box / "1.eml").write_bytes(returned(mail))
    sweep(invoice)
    assert ways(invoice) == [("email", "done", "bounced"), ("letter", "pending", "")]
    first = invoice.deliveries.order_by("pk")[0]
    assert first.receipt_text == "weg@kunde.example 5.1.1 550 5.1.1 user unknown"
    assert "user unknown" in Notification.objects.get(user=clerk).body
    assert [path.name for path in (box / "taken").iterdir()] == ["1.eml"]


def test_the_same_return_twice_is_one(box, settings):
    invoice = make.a_documented_invoice(make.world())
    mail = sent(invoice, settings)
    for name in ("1.eml", "2.eml"):
        (box / name).write_bytes(returned(mail))
    assert read_bounces() == 1
    sweep(invoice)
    assert [channel for channel, _state, _receipt in ways(invoice)] == ["email", "letter"]


def test_a_return_after_the_time_out_counts(box, settings):
    invoice = make.a_documented_invoice(make.world())
    mail = sent(invoice, settings)
    hours_pass(49)
    sweep(invoice)
    (box / "late.eml").write_bytes(returned(mail))
    sweep(invoice)
    assert ways(invoice) == [("email", "done", "bounced"), ("letter", "pending", "")]


@pytest.mark.parametrize(
    "content",
    [b"Subject: out of office\r\n\r\nBack on Monday", b"\xff\x00 no mail at all", b""],
)
def test_what_is_no_return_changes_nothing(box, settings, content):
    invoice = make.a_documented_invoice(make.world())
    sent(invoice, settings)
    (box / "x.eml").write_bytes(content)
    assert read_bounces() == 0
    assert ways(invoice) == [("email", "done", "awaited")]
    assert not list(box.glob("*.eml"))


def test_a_delay_is_no_return(box, settings):
    invoice = make.a_documented_invoice(make.world())
    mail = sent(invoice, settings)
    (box / "x.eml").write_bytes(returned(mail, action="delayed", status="4.2.2"))
    assert read_bounces() == 0


def test_a_maildir_is_read_too(tmp_path, settings):
    settings.BOUNCES_URL = f"maildir:{tmp_path / 'box'}"
    invoice = make.a_documented_invoice(make.world())
    mail = sent(invoice, settings)
    assert read_bounces() == 0
    (tmp_path / "box/new/1.host").write_bytes(returned(mail))
    assert read_bounces() == 1
    assert read_bounces() == 0
    assert not list((tmp_path / "box/new").iterdir())


def test_a_refused_address_takes_the_next_way_and_its_mail_is_given_up(settings):
    invoice = make.a_documented_invoice(make.world())
    planned(invoice)
    with mail_server(settings) as mailbox:
        mailbox.recipient_answer = "550 no such user"
        sweep(invoice)
    sweep(invoice)
    assert ways(invoice) == [("email", "parked", ""), ("letter", "pending", "")]
    assert OutboundMessage.objects.get(kind="invoice").state == "cancelled"


def test_a_copy_that_somebody_sent_is_left_to_them(settings):
    invoice = make.a_documented_invoice(make.world())
    clerk = kernel.user_with("billing", invoice.company)
    with mail_server(settings) as mailbox:
        planned(invoice)
        sweep(invoice)
        mailbox.recipient_answer = "550 no such user"
        resend(invoice.pk, reason="Copy", to="typo@kunde.example", by=clerk, on=TODAY)
        sweep(invoice)
        sweep(invoice)
    assert ways(invoice) == [("email", "done", "awaited"), ("email", "parked", "")]
    assert InvoiceDelivery.objects.to_settle().count() == 1


def test_an_uncertain_mail_is_settled_once_for_mail_and_delivery(settings):
    invoice = make.a_documented_invoice(make.world())
    clerk = kernel.user_with("billing", invoice.company)
    planned(invoice)
    leases.claim(OutboundMessage.objects.due(timezone.now()))  # then: kill -9
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_outboundmessage SET lease_until = now() - interval '1 minute'")
    with mail_server(settings) as mailbox:
        sweep(invoice)
        sweep(invoice)
    assert mails_of(mailbox, invoice) == []
    assert ways(invoice) == [("email", "uncertain", "")]
    assert InvoiceDelivery.objects.to_settle().count() == 1
    settle_message(OutboundMessage.objects.get(kind="invoice").pk, was_sent=True, by=clerk)
    assert ways(invoice) == [("email", "done", "awaited")]


def test_the_customers_channels_say_what_is_attached(settings):
    buyer = make.world(buyer_reference="04011000-1234512345-06")
    wanted = [Rung(Channel.EMAIL, Format.XRECHNUNG_UBL, "xml@kunde.example", 5)]
    set_routes(buyer.pk, wanted, by=JOB, on=TODAY)
    invoice = make.a_documented_invoice(buyer)
    mail = sent(invoice, settings)
    assert mail["to"] == "xml@kunde.example"
    (attachment,) = mail.iter_attachments()
    assert attachment.get_content_type() == "application/xml"
    assert attachment.get_content() == einvoice_of(invoice, "xrechnung-ubl")
    assert "XML" in mail.get_body(("plain",)).get_content()


def test_what_does_not_fit_the_format_says_which_rule_and_goes_the_next_way():
    buyer = make.world(buyer_reference="")
    invoice = make.a_documented_invoice(buyer)
    wanted = [Rung(Channel.EMAIL, Format.XRECHNUNG_UBL), Rung(Channel.LETTER, Format.PDF)]
    set_routes(buyer.pk, wanted, by=JOB, on=TODAY)
    clerk = kernel.user_with("billing", invoice.company)
    failed = planned(invoice)
    assert failed.findings[0]["rule"] == "BR-DE-15"
    sweep(invoice)
    assert ways(invoice) == [("email", "parked", ""), ("letter", "pending", "")]
    assert "BR-DE-15" in Notification.objects.get(user=clerk).body
    assert OutboundMessage.objects.filter(kind="invoice").count() == 0
