"""Invoices by Peppol, over HTTP to a real access point that behaves well and otherwise."""

import pytest

from core.models import Event, Notification
from invoicing.access_point.client import read_status
from invoicing.models import InvoiceDelivery
from invoicing.services import resend, send_delivery, settle_delivery
from invoicing.services.deliver_send import SENDING, apply_status
from tests import make as kernel
from tests.core.mailbox import mail_server
from tests.invoicing.deliveries import (
    ADDRESS,
    a_peppol_invoice,
    access_point,
    hours_pass,
    mails_of,
    planned,
    sweep,
    ways,
)
from tests.invoicing.make import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def point(settings):
    with access_point(settings) as running:
        yield running


def clerk_of(invoice):
    return kernel.user_with("billing", invoice.company)


def test_it_is_handed_over_once_and_its_receipt_is_asked_for(point):
    invoice = a_peppol_invoice()
    delivery = planned(invoice)
    assert (delivery.channel, delivery.recipient) == ("peppol", ADDRESS)
    sweep(invoice)
    sweep(invoice)
    hours_pass(2)
    sweep(invoice)
    assert ways(invoice) == [("peppol", "done", "accepted")]
    (taken,) = point.documents.values()
    assert (taken.sent, taken.number, taken.recipient) == (1, invoice.number, ADDRESS)
    assert taken.sha256 == delivery.content_sha256
    delivery.refresh_from_db()
    assert delivery.remote_id == taken.id
    assert delivery.closed_at is not None


def test_without_an_access_point_it_goes_by_mail(settings):
    assert settings.ACCESS_POINT_URL == ""
    assert planned(a_peppol_invoice()).channel == "email"


def test_a_receipt_that_does_not_come_is_told_and_nothing_is_sent_again(point):
    point.behave("slowly")
    invoice = a_peppol_invoice()
    clerk, worker = clerk_of(invoice), kernel.user_with("warehouse", invoice.company)
    planned(invoice)
    sweep(invoice)
    assert ways(invoice) == [("peppol", "done", "awaited")]
    assert not Notification.objects.exists()
    hours_pass(25)
    sweep(invoice)
    sweep(invoice)
    assert ways(invoice) == [("peppol", "done", "awaited")]
    notice = Notification.objects.get(user=clerk)
    assert "no receipt came in time" in notice.body
    assert not Notification.objects.filter(user=worker).exists()
    hours_pass(25)
    sweep(invoice)
    assert Notification.objects.filter(user=clerk).count() == 2, "told again each day"
    point.answer(next(iter(point.documents)), "delivered")
    hours_pass(2)
    sweep(invoice)
    assert ways(invoice) == [("peppol", "done", "accepted")]
    assert [taken.sent for taken in point.documents.values()] == [1]


def test_a_refused_document_is_a_case_with_its_rule(point):
    point.behave("refuses")
    invoice = a_peppol_invoice()
    clerk = clerk_of(invoice)
    planned(invoice)
    sweep(invoice)
    sweep(invoice)
    assert ways(invoice) == [("peppol", "parked", "rejected")]
    delivery = InvoiceDelivery.objects.get()
    assert delivery.findings[0]["rule"] == "BR-AE-02"
    assert InvoiceDelivery.objects.to_settle().get() == delivery
    assert Notification.objects.get(user=clerk).url == delivery.get_absolute_url()


def test_a_late_rejection_opens_what_was_closed(point):
    invoice = a_peppol_invoice()
    clerk = clerk_of(invoice)
    planned(invoice)
    sweep(invoice)
    hours_pass(2)
    sweep(invoice)
    assert ways(invoice) == [("peppol", "done", "accepted")]
    key = next(iter(point.documents))
    point.answer(key, "rejected")
    assert apply_status(key, read_status(point.shown(key)), by=SENDING)
    assert not apply_status(key, read_status(point.shown(key)), by=SENDING), "twice is once"
    sweep(invoice)
    assert ways(invoice) == [("peppol", "done", "rejected")]
    assert InvoiceDelivery.objects.to_settle().count() == 1
    assert Notification.objects.filter(user=clerk).count() == 1
    assert Event.objects.filter(name="invoice.delivery_rejected").count() == 1


def test_one_who_is_unknown_there_gets_it_by_mail(point, settings):
    point.behave("unknown", ADDRESS)
    invoice = a_peppol_invoice(email="ap@kunde.example")
    clerk = clerk_of(invoice)
    planned(invoice)
    with mail_server(settings) as mailbox:
        sweep(invoice)
        sweep(invoice)
    assert ways(invoice) == [("peppol", "parked", ""), ("email", "done", "awaited")]
    assert [mail["to"] for mail in mails_of(mailbox, invoice)] == ["ap@kunde.example"]
    assert point.documents == {}
    assert "receives no invoices by Peppol" in Notification.objects.get(user=clerk).body
    assert InvoiceDelivery.objects.to_settle().count() == 0


def test_an_access_point_that_is_away_for_a_day_gets_it_once(point):
    point.behave("down")
    invoice = a_peppol_invoice()
    planned(invoice)
    for _hour in range(23):
        assert sweep(invoice).done["invoice handed to the access point"] == 0
        hours_pass(1)
    assert ways(invoice) == [("peppol", "pending", "")]
    point.behave("well")
    sweep(invoice)
    hours_pass(2)
    sweep(invoice)
    assert ways(invoice) == [("peppol", "done", "accepted")]
    assert [taken.sent for taken in point.documents.values()] == [1]


def test_away_for_longer_than_its_time_out_it_goes_the_next_way(point, settings):
    point.behave("down")
    invoice = a_peppol_invoice()
    planned(invoice)
    sweep(invoice)
    hours_pass(25)
    with mail_server(settings) as mailbox:
        sweep(invoice)
        sweep(invoice)
    assert ways(invoice) == [("peppol", "cancelled", ""), ("email", "done", "awaited")]
    point.behave("well")
    hours_pass(25)
    sweep(invoice)
    assert len(mails_of(mailbox, invoice)) == 1
    assert point.documents == {}


def test_a_lost_answer_is_asked_for_and_the_document_is_not_sent_again(point):
    point.behave("loses-answer")
    invoice = a_peppol_invoice()
    delivery = planned(invoice)
    assert send_delivery(delivery.pk).state == "uncertain"
    assert send_delivery(delivery.pk) is None
    sweep(invoice)
    assert ways(invoice) == [("peppol", "done", "awaited")]
    assert [taken.sent for taken in point.documents.values()] == [1]
    assert not Notification.objects.exists(), "it settled itself"


def test_what_never_came_is_sent_under_the_same_key(point):
    point.behave("drops")
    invoice = a_peppol_invoice()
    delivery = planned(invoice)
    sweep(invoice)
    assert point.documents == {}
    point.behave("well")
    sweep(invoice)
    sweep(invoice)
    hours_pass(2)
    sweep(invoice)
    assert ways(invoice) == [("peppol", "done", "accepted")]
    assert list(point.documents) == [delivery.idempotency_key]
    assert point.documents[delivery.idempotency_key].sent == 1


def test_an_outcome_nobody_tells_stays_uncertain_and_alarms(point):
    point.behave("loses-answer")
    invoice = a_peppol_invoice()
    clerk = clerk_of(invoice)
    planned(invoice)
    send_delivery(InvoiceDelivery.objects.get().pk)
    point.behave("down")
    sweep(invoice)
    assert not Notification.objects.exists()
    hours_pass(1)
    sweep(invoice)
    assert ways(invoice) == [("peppol", "uncertain", "")]
    assert Notification.objects.filter(user=clerk).count() == 1
    with pytest.raises(Exception, match="how you know"):
        settle_delivery(
            InvoiceDelivery.objects.get().pk, has_arrived=True, reason="", by=clerk, on=TODAY
        )
    settle_delivery(
        InvoiceDelivery.objects.get().pk, has_arrived=True, reason="Phoned", by=clerk, on=TODAY
    )
    assert InvoiceDelivery.objects.get().receipt == "accepted"
    assert InvoiceDelivery.objects.to_settle().count() == 0


def test_the_same_content_goes_twice_only_with_a_reason(point):
    invoice = a_peppol_invoice()
    planned(invoice)
    sweep(invoice)
    again = resend(
        invoice.pk, reason="Their system lost it", channel="peppol", by=clerk_of(invoice), on=TODAY
    )
    assert (again.repeat, again.reason) == (1, "Their system lost it")
    sweep(invoice)
    assert len(point.documents) == 2
    assert {taken.sent for taken in point.documents.values()} == {1}
