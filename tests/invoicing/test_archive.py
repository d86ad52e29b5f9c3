"""The archive: found by what people know, opened as stored, and who did is on record."""

import re

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from core.models import Event
from invoicing.retention import retention_of
from invoicing.services import deliver
from receivables.services import set_up_ledger
from tests import make as kernel
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY, Wanted

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer():
    made = make.world()
    set_up_ledger(made.company)
    return made


@pytest.fixture
def auditor(client, buyer):
    person = kernel.user_with("auditor", buyer.company)
    client.force_login(person)
    return person


def found(client, query):
    page = client.get(reverse("invoicing:archive"), {"q": query})
    assert page.status_code == 200
    return [row.record.pk for row in page.context["table"].rows]


def test_it_is_found_by_number_customer_order_and_amount(client, auditor, buyer):
    other = make.a_documented_invoice(buyer, Wanted("1", "7.00"), po_number="ZZ-9")
    invoice = make.a_documented_invoice(buyer, Wanted("10", "86.00"), po_number="PO-4711-X")
    assert found(client, "") == [invoice.pk, other.pk]
    for known in (invoice.number, "4711", "1,023.40", "1023.40", f"{buyer.name.split()[0]} 4711"):
        assert found(client, known) == [invoice.pk], known
    assert found(client, "1,023.41") == []


def test_drafts_and_what_is_not_stored_yet_are_not_in_it(client, auditor, buyer):
    make.a_draft(buyer)
    make.an_invoice(buyer)
    assert found(client, "") == []


def test_opening_a_file_is_on_record_once_a_day(client, auditor, buyer):
    invoice = make.a_documented_invoice(buyer)
    for name, pk in (("core:document", invoice.pdf_id), ("invoicing:preview", invoice.pk)):
        answer = client.get(reverse(name, args=[pk]))
        assert b"".join(answer) == invoice.pdf.read()
    seen = Event.objects.filter(name="document.viewed")
    assert [(event.actor_id, event.subject_id) for event in seen] == [(auditor.pk, invoice.pdf_id)]
    page = client.get(reverse("invoicing:archive"))
    assert str(auditor) in page.text
    client.get(reverse("core:document", args=[invoice.xml_id]))
    assert seen.all().count() == 2


def test_the_page_tells_where_it_went_and_how_long_it_stays(client, auditor, buyer):
    invoice = make.a_documented_invoice(buyer)
    deliver(invoice.pk, by=JOB, on=TODAY)
    page = client.get(reverse("invoicing:archived", args=[invoice.pk])).text
    delivery = invoice.deliveries.get()
    assert delivery.recipient in page
    assert re.search(r"Sent by</dt><dd>\s*[^<–]*billing", page)
    assert "31 Dec 2034" in page
    assert "as stored" in page


def test_a_changed_file_is_told(client, auditor, buyer):
    invoice = make.a_documented_invoice(buyer)
    with default_storage.open(invoice.pdf.storage_key, "wb") as file:
        file.write(b"%PDF other")
    assert "lost or changed" in client.get(reverse("invoicing:archived", args=[invoice.pk])).text
    assert client.get(reverse("core:document", args=[invoice.pdf_id])).status_code == 409
    assert not Event.objects.filter(name="document.viewed").exists()


def test_years_come_from_the_country_and_unknown_ones_say_so():
    assert (retention_of("DE").years, retention_of("SE").years) == (8, 7)
    assert retention_of("FR").is_confirmed is False
    assert str(retention_of("SE").keep_until(TODAY)) == "2033-12-31"
