"""A number that an order lacks: asked of the buyer or typed, and what waited is invoiced."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

import orders.services as orders
from core.models import Event, Notification, OutboundMessage, SignedLink
from core.roles import Role
from core.services import make_link
from invoicing.models import Invoice
from o2c import answers, due, flow
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from orders.models import Order
from tests import make as kernel
from tests.core.threads import beside_itself
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY
from tests.invoicing.order_numbers import TO, a_stuck_shipment, asked_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_throttle():
    cache.clear()


def path_of(link: SignedLink) -> str:
    parts = urlsplit(link.address())
    return f"{parts.path}?{parts.query}"


def test_what_was_delivered_is_invoiced_when_the_buyer_answers():
    shipment = a_stuck_shipment()
    report = due.run_due([shipment.company], on=TODAY)
    assert "needs their order number" in report.failures[0]["reason"]
    answers.give_order_number(asked_of(shipment.order), "PO 4711", on=TODAY)
    invoice = Invoice.objects.get()
    assert (invoice.state, invoice.po_number) == ("issued", "PO 4711")
    assert invoice.shipment == shipment
    given = Event.objects.get(name="order.po_number_given")
    assert (given.actor_kind, given.actor_name) == ("customer", "Kim Buyer")


def test_a_draft_is_completed_and_goes_out():
    shipment = a_stuck_shipment()
    draft = make.draft_from_shipment(shipment.pk, by=JOB, on=TODAY)
    answers.give_order_number(asked_of(shipment.order), "4711", on=TODAY)
    draft = Invoice.objects.get(pk=draft.pk)
    assert (draft.state, draft.po_number) == ("issued", "4711")
    assert Invoice.objects.count() == 1


def test_before_anything_is_delivered_the_order_keeps_it():
    buyer = make.world(is_po_number_required=True)
    order = make.an_order(buyer, po_number="")
    answers.give_order_number(asked_of(order), "4711", on=TODAY)
    assert Order.objects.get(pk=order.pk).po_number == "4711"
    assert not Invoice.objects.exists()


def test_those_who_bill_and_the_rep_are_told():
    shipment = a_stuck_shipment()
    order = shipment.order
    order.sales_rep = kernel.user_with(Role.SALES_REP, order.company)
    order.save(update_fields=["sales_rep"])
    clerk = kernel.user_with(Role.BILLING, order.company)
    answers.give_order_number(asked_of(order), "4711", on=TODAY)
    told = Notification.objects.all()
    assert {one.user for one in told} == {order.sales_rep, clerk}
    assert all(Invoice.objects.get().number in one.body for one in told)


def test_what_is_still_refused_keeps_the_number_and_tells_why():
    shipment = a_stuck_shipment()
    clerk = kernel.user_with(Role.BILLING, shipment.company)
    link = asked_of(shipment.order)
    company = shipment.company
    company.name = ""  # the rules refuse an invoice of nobody
    company.save(update_fields=["name"])
    answers.give_order_number(link, "4711", on=TODAY)
    assert Order.objects.get().po_number == "4711"
    assert not Invoice.objects.exists()
    assert "no name" in Notification.objects.get(user=clerk).body


def test_given_again_it_stays_as_given_first():
    link = asked_of(a_stuck_shipment().order)
    answers.give_order_number(link, "4711", on=TODAY)
    again = SignedLink.objects.get(pk=link.pk)
    assert answers.give_order_number(again, "0815", on=TODAY).answer == {"number": "4711"}
    assert Order.objects.get().po_number == "4711"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_one():
    link = asked_of(a_stuck_shipment().order)

    def answer(number: int) -> SignedLink:
        mine = SignedLink.objects.get(pk=link.pk)
        return answers.give_order_number(mine, f"PO-{number}", on=TODAY)

    first, second = beside_itself(answer, threads=2)
    assert first.answer == second.answer == {"number": Order.objects.get().po_number}
    assert Invoice.objects.count() == 1


def test_one_that_has_a_number_or_is_cancelled_is_not_asked_for():
    buyer = make.world()
    numbered, cancelled = make.an_order(buyer), make.an_order(buyer, po_number="")
    flow.cancel_order(cancelled.pk, reason="Wrong", by=JOB, on=TODAY)
    for order, why in ((numbered, "already"), (cancelled, "cancelled")):
        with pytest.raises(Conflict, match=why):
            answers.ask_order_number_of(order.pk, to=TO, by=JOB, on=TODAY)
        with pytest.raises(Conflict, match=why):
            orders.set_po_number(order.pk, "1", by=JOB, on=TODAY)


def test_the_warehouse_may_neither_ask_nor_type():
    order = a_stuck_shipment().order
    packer = kernel.user_with(Role.WAREHOUSE, order.company)
    with pytest.raises(PermissionMissing):
        answers.ask_order_number_of(order.pk, to=TO, by=packer, on=TODAY)
    with pytest.raises(PermissionMissing):
        answers.enter_order_number(order.pk, "4711", by=packer, on=TODAY)


def test_a_colleague_who_knows_it_types_it():
    shipment = a_stuck_shipment()
    rep = kernel.user_with(Role.SALES_REP, shipment.company)
    with pytest.raises(InvalidInput):
        answers.enter_order_number(shipment.order_id, " ", by=rep, on=TODAY)
    answers.enter_order_number(shipment.order_id, "4711", by=rep, on=TODAY)
    assert Invoice.objects.get().po_number == "4711"
    assert not Notification.objects.exists()


@pytest.mark.parametrize("language", ["en", "de", "sv"])
def test_the_mail_and_the_page_speak_the_buyers_language(client, language):
    words = {"en": "order number", "de": "Bestellnummer", "sv": "beställningsnummer"}[language]
    order = a_stuck_shipment(language=language).order
    link = asked_of(order)
    mail = OutboundMessage.objects.get(kind="order_number")
    page = client.get(path_of(link)).content.decode()
    for text in (mail.subject, mail.body, page):
        assert words in text
        assert order.number in text or text is mail.subject
    assert client.post(path_of(link), {"number": "4711"}).url == path_of(link)
    page = client.get(path_of(link)).content.decode()
    assert "4711" in page
    assert order.number in page


def test_a_draft_order_that_was_thrown_away_leaves_a_link_to_nothing(client):
    order = a_stuck_shipment().order
    gone = Order(pk=order.pk + 1000, company=order.company)
    late = timezone.now() + timedelta(days=1)
    link = make_link(gone, purpose="order_number", holder="Kim", recipient=TO, expires_at=late)
    assert client.get(path_of(link)).status_code == 410


def test_the_list_of_what_is_not_billed_leads_to_the_order(client):
    shipment = a_stuck_shipment()
    client.force_login(kernel.user_with(Role.BILLING, shipment.company))
    page = client.get(reverse("invoicing:unbilled")).content.decode()
    assert f'href="{shipment.order.get_absolute_url()}"' in page


def test_pages_offer_it_where_it_is_missing(client):
    shipment = a_stuck_shipment()
    draft = make.draft_from_shipment(shipment.pk, by=JOB, on=TODAY)
    client.force_login(kernel.user_with(Role.BILLING, shipment.company))
    ask = reverse("invoicing:ask_order_number_of", args=[shipment.order_id])
    for page in (draft, shipment.order):
        assert ask in client.get(page.get_absolute_url()).content.decode()
    assert client.post(ask, {"to": TO}).url == shipment.order.get_absolute_url()
    assert f"({TO}) was asked" in client.get(shipment.order.get_absolute_url()).content.decode()
    enter = reverse("invoicing:enter_order_number", args=[shipment.order_id])
    assert client.post(enter, {"number": "-"}).status_code == 422
    assert client.post(enter, {"number": "4711"}).status_code == 302
    assert client.post(enter, {"number": "4711"}).status_code == 409
    page = client.get(shipment.order.get_absolute_url()).content.decode()
    assert ask not in page
