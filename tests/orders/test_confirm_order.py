"""confirm_order: one PDF in the customer's language, one mail, however often it is rung."""

import io
from decimal import Decimal
from threading import Barrier, Thread

import pypdf
import pytest
from django.db import connection

from core.models import OutboundMessage, StoredDocument
from orders.draft import ChargeDraft
from orders.models import Order
from orders.services import confirm_order
from tests.orders import make


def run(order):
    return confirm_order(order.pk, by=make.SETUP, on=make.TODAY)


@pytest.mark.django_db
def test_a_released_order_is_confirmed_once():
    at = make.company()
    order = make.released(at, lines=3, po_number="4711")
    assert list(Order.objects.awaiting_confirmation()) == [order]
    assert run(order) is not None
    assert run(order) is None
    order.refresh_from_db()
    assert order.confirmation.read().startswith(b"%PDF")
    message = OutboundMessage.objects.get()
    assert (message.to, message.language) == ("berta@acme.example", "de")
    assert order.number in message.subject
    assert list(message.attachments.all()) == [order.confirmation]
    assert not Order.objects.awaiting_confirmation().exists()


@pytest.mark.django_db
def test_charges_stand_between_lines_and_net_in_the_customers_language():
    at = make.company()
    buyer = make.customer(at, language="de")
    charges = (
        ChargeDraft(reason_code="FC", amount=Decimal("12.50")),
        ChargeDraft(reason_code="95", rate=Decimal("0.03"), text="Herbstrabatt"),
    )
    order = make.released(at, customer=buyer, lines=2, charges=charges)
    run(order)
    order.refresh_from_db()
    pages = pypdf.PdfReader(io.BytesIO(order.confirmation.read())).pages
    text = " ".join(" ".join(page.extract_text().split()) for page in pages)
    for words in ("20,00", "Fracht 12,50", "Herbstrabatt", "3 % auf 20,00", "−0,60", "31,90"):
        assert words in text
    assert text.index("Fracht") < text.index("31,90")


@pytest.mark.django_db
def test_a_draft_is_not_confirmed():
    assert run(make.order(make.company())) is None
    assert not StoredDocument.objects.exists()


@pytest.mark.django_db
def test_without_a_contact_the_document_is_kept_and_nothing_is_mailed():
    at = make.company()
    order = make.released(at)
    order.customer.contacts.all().delete()
    run(order)
    order.refresh_from_db()
    assert order.confirmation is not None
    assert not OutboundMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_beside_itself_one_mail():
    order, start = make.released(make.company()), Barrier(3)

    def work():
        start.wait()
        try:
            run(order)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert OutboundMessage.objects.count() == 1
    assert StoredDocument.objects.count() == 1
