"""The page that a buyer's link opens: to whoever holds it, without a login, and to nobody else."""

import logging
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.logs import JsonFormatter
from core.models import SignedLink
from core.roles import Role
from core.services import make_link
from invoicing.models import Invoice, InvoiceDelivery
from o2c import flow
from tests import make as kernel
from tests.invoicing import make
from tests.invoicing.deliveries import a_peppol_invoice, access_point, planned, sweep
from tests.invoicing.make import JOB, TODAY
from tests.invoicing.order_numbers import TO, a_paid_one, an_invoice, asked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_throttle():
    cache.clear()


def path_of(link: SignedLink) -> str:
    parts = urlsplit(link.address())
    return f"{parts.path}?{parts.query}"


def opened(client: Client, link: SignedLink, status: int = 200) -> str:
    answer = client.get(path_of(link))
    assert answer.status_code == status
    return answer.content.decode()


def given(client: Client, link: SignedLink, number: str = "4711"):
    return client.post(path_of(link), {"number": number})


# --- whoever holds the link ----------
def test_a_stranger_with_the_link_sees_which_invoice_and_gives_the_number(client):
    invoice = an_invoice()
    link = asked(invoice)
    page = opened(client, link)
    for fact in (invoice.number, invoice.order.number, invoice.company.name, "1,023.40"):
        assert fact in page
    answer = given(client, link)
    assert answer.url == path_of(link)
    new = Invoice.objects.get(replaces=invoice)
    page = opened(client, link)
    assert "Kim Buyer gave order number" in page
    for fact in ("4711", new.number, invoice.number):
        assert fact in page
    assert 'name="number"' not in page


@pytest.mark.parametrize(
    ("language", "words"), [("de", "Ihre Bestellnummer"), ("sv", "Ert beställningsnummer")]
)
def test_it_speaks_the_buyers_language_whatever_the_browser_says(client, language, words):
    link = asked(an_invoice(language=language))
    page = client.get(path_of(link), headers={"accept-language": "en"}).content.decode()
    assert words in page
    assert f'<html lang="{language}"' in page


def test_opening_changes_nothing_however_often(client):
    """Mail scanners follow links."""
    invoice = an_invoice()
    link = asked(invoice)
    before = SignedLink.objects.values().get()
    for _ in range(3):
        assert client.get(path_of(link)).status_code == 200
        assert client.head(path_of(link)).status_code == 200
    assert SignedLink.objects.values().get() == before
    assert Invoice.objects.count() == 1


def test_given_twice_the_page_is_the_same(client):
    link = asked(an_invoice())
    given(client, link)
    first = opened(client, link)
    again = given(client, link, "0815")
    assert again.status_code == 200
    assert "4711" in again.content.decode()
    assert "0815" not in again.content.decode()
    assert "4711" in first
    assert Invoice.objects.filter(kind="invoice").count() == 2


def test_what_is_no_number_is_told_beside_the_field(client):
    link = asked(an_invoice())
    answer = given(client, link, "  ")
    assert answer.status_code == 422
    answer = given(client, link, "47\u200b11")
    assert answer.status_code == 422
    assert "printed" in answer.content.decode()
    assert Invoice.objects.count() == 1


def test_a_colleague_who_is_logged_in_sees_the_same(client):
    invoice = an_invoice(language="de")
    link = asked(invoice)
    client.force_login(kernel.user_with(Role.WAREHOUSE, kernel.company_se(), language="sv"))
    assert "Ihre Bestellnummer" in opened(client, link)


def test_what_they_typed_is_no_markup(client):
    link = asked(an_invoice())
    given(client, link, "<b>4711</b>")
    assert "&lt;b&gt;4711&lt;/b&gt;" in opened(client, link)


# --- and nobody else ----------
@pytest.mark.parametrize("query", ["", "?key=", "?key=wrong", "?key=%00", "?key=" + "x" * 4000])
def test_without_the_key_there_is_a_page_that_says_what_to_do(client, query):
    asked(an_invoice())
    for ask in (client.get, client.post):
        answer = ask(reverse("order_number") + query)
        assert answer.status_code == 410
        assert "This link is not complete" in answer.content.decode()
    assert Invoice.objects.count() == 1


def test_a_replaced_link_points_to_the_newer_one(client):
    invoice = an_invoice()
    old = asked(invoice)
    asked(invoice, to="other@buyer.example")
    assert "newer link" in opened(client, old, 410)
    assert given(client, old).status_code == 410
    assert Invoice.objects.count() == 1


def test_an_expired_link_says_whom_to_write_to(client):
    invoice = an_invoice()
    late = timezone.now() - timedelta(minutes=1)
    link = make_link(invoice, purpose="order_number", holder="Kim", recipient=TO, expires_at=late)
    page = opened(client, link, 410)
    assert "has expired" in page
    assert invoice.company.contact_email in page
    assert given(client, link).status_code == 410
    assert Invoice.objects.count() == 1


def test_what_is_cancelled_meanwhile_is_told_in_plain_words(client):
    invoice = an_invoice()
    link = asked(invoice)
    flow.credit_invoice(invoice.pk, reason="Wrong", by=JOB, on=TODAY)
    assert "cancelled by a credit note" in opened(client, link)
    assert "cancelled by a credit note" in given(client, link).content.decode()
    assert Invoice.objects.filter(kind="invoice").count() == 1


def test_too_many_tries_have_to_wait(client):
    link = asked(an_invoice())
    tries = [given(client, link, "").status_code for _ in range(11)]
    assert tries == [422] * 10 + [429]
    assert given(client, link).status_code == 429
    assert opened(client, link)


def test_a_form_of_another_site_is_refused():
    strict = Client(enforce_csrf_checks=True)
    assert given(strict, asked(an_invoice())).status_code == 403
    assert Invoice.objects.count() == 1


def test_no_cache_keeps_it_and_no_other_site_frames_it(client):
    answer = client.get(path_of(asked(an_invoice())))
    assert answer["Cache-Control"] == "no-store"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


# --- the people who ask ----------
@pytest.fixture
def clerk(client):
    invoice = an_invoice(language="de")
    client.force_login(kernel.user_with(Role.BILLING, invoice.company))
    return invoice


def test_a_clerk_sees_the_page_and_asks(client, clerk):
    url = reverse("invoicing:ask_order_number", args=[clerk.pk])
    assert url in client.get(clerk.get_absolute_url()).content.decode()
    assert TO in client.get(url).content.decode()
    preview = client.get(reverse("invoicing:order_number_preview", args=[clerk.pk]))
    assert "Ihre Bestellnummer" in preview.content.decode()
    assert client.post(url, {"to": "nobody"}).status_code == 422
    assert client.post(url, {"to": TO}).url == clerk.get_absolute_url()
    assert client.post(url, {"to": TO}).status_code == 409
    page = client.get(clerk.get_absolute_url()).content.decode()
    assert f"Kim Buyer ({TO}) was asked" in page
    assert SignedLink.objects.get().key() not in page


def test_nobody_reads_the_link_on_the_page_of_its_mail(client, clerk):
    link = asked(clerk)
    page = client.get(link.message.get_absolute_url()).content.decode()
    assert clerk.number in page
    assert "personal link" in page
    assert link.key() not in page


def test_no_log_line_tells_the_key(client, caplog):
    link = asked(an_invoice())
    with caplog.at_level(logging.DEBUG):
        given(client, link, "")
        given(client, link)
        opened(client, link)
    written = [JsonFormatter().format(record) for record in caplog.records]
    assert any("/answers/order-number" in line for line in written)
    assert not any(link.key() in line for line in written)


def test_a_paid_one_offers_nothing(client):
    invoice = a_paid_one()
    client.force_login(kernel.user_with(Role.BILLING, invoice.company))
    page = client.get(invoice.get_absolute_url()).content.decode()
    assert reverse("invoicing:ask_order_number", args=[invoice.pk]) not in page


def test_a_rejected_delivery_offers_it(client, settings):
    with access_point(settings) as point:
        point.behave("refuses")
        invoice = a_peppol_invoice()
        planned(invoice)
        sweep(invoice)
    client.force_login(kernel.user_with(Role.BILLING, invoice.company))
    url = reverse("invoicing:ask_order_number", args=[invoice.pk])
    for page in (InvoiceDelivery.objects.get(), invoice):
        assert url in client.get(page.get_absolute_url()).content.decode()


def test_another_companys_invoice_is_not_there(client, clerk):
    other = make.an_invoice(make.world())
    url = reverse("invoicing:ask_order_number", args=[other.pk])
    assert client.get(url).status_code == 404
