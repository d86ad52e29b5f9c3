"""Pages: status, statements, and three people: at home, without the right, from elsewhere."""

import pytest
from django.urls import reverse

from core.models import Event
from fulfillment.models import Shipment
from invoicing.models import Invoice, InvoiceState
from invoicing.services import deliver
from receivables.services import set_up_ledger
from tests import make as kernel
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer():
    made = make.world()
    set_up_ledger(made.company)
    return made


@pytest.fixture
def clerk(client, buyer):
    """A billing clerk of the company, logged in."""
    person = kernel.user_with("billing", buyer.company)
    client.force_login(person)
    return person


def url(name, invoice):
    return reverse(f"invoicing:{name}", args=[invoice.pk])


def test_the_list_shows_and_sums_with_credit_notes_negative(client, clerk, buyer):
    invoice = make.an_invoice(buyer)
    page = client.get(reverse("invoicing:list"))
    assert page.status_code == 200
    assert invoice.number in page.content.decode()
    assert "1,023.40" in page.content.decode()


QUERIES = ["state=draft", "q=RE-", "issued_from=2026-01-01", "sort=-signed_amount", "amount_from=5"]


@pytest.mark.parametrize("query", QUERIES)
def test_the_list_filters(client, clerk, buyer, query):
    make.an_invoice(buyer)
    assert client.get(reverse("invoicing:list") + f"?{query}").status_code == 200


def test_the_list_asks_as_often_for_one_row_as_for_many(
    client, clerk, buyer, django_assert_max_num_queries
):
    for _ in range(12):
        make.a_draft(buyer)
    client.get(reverse("invoicing:list"))  # the first page notes the chosen company
    with django_assert_max_num_queries(12):
        client.get(reverse("invoicing:list"))


@pytest.mark.parametrize("rows", [1, 30])
def test_a_document_page_stays_within_25_statements(
    client, clerk, buyer, rows, django_assert_max_num_queries
):
    invoice = make.a_documented_invoice(buyer, *[make.Wanted() for _ in range(rows)])
    deliver(invoice.pk, by=JOB, on=TODAY)
    with django_assert_max_num_queries(25):
        page = client.get(url("detail", invoice))
    assert page.status_code == 200
    assert invoice.payment_reference in page.content.decode()


def test_a_draft_that_would_be_refused_says_why(client, clerk, buyer):
    draft = make.a_draft(
        make.world(vat_id=""), make.Wanted(vat_category="AE", vat_rate="0", vat_note="x")
    )
    client.force_login(kernel.user_with("billing", draft.company))
    page = client.get(url("detail", draft)).content.decode()
    assert "BR-AE-02" in page


def test_the_preview_is_a_pdf_for_drafts_and_invoices(client, clerk, buyer):
    for invoice in (make.a_draft(buyer), make.a_documented_invoice(buyer)):
        answer = client.get(url("preview", invoice))
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")


def test_the_clerk_issues_a_draft(client, clerk, buyer):
    draft = make.a_draft(buyer)
    answer = client.post(url("issue", draft))
    assert answer.status_code == 302
    assert Invoice.objects.get(pk=draft.pk).state == InvoiceState.ISSUED


def test_a_refused_issue_comes_back_with_the_rule(client, clerk, buyer):
    draft = make.a_draft(buyer, make.Wanted(vat_category="E", vat_rate="0", vat_note=""))
    answer = client.post(
        url("issue", draft), HTTP_REFERER=f"http://testserver{url('detail', draft)}"
    )
    assert answer.status_code == 302
    assert "BR-E-10" in client.get(url("detail", draft)).content.decode()


def test_the_clerk_credits_with_a_reason(client, clerk, buyer):
    draft = make.a_draft(buyer)
    client.post(url("issue", draft))
    assert "credit note" in client.get(url("credit", draft)).content.decode().lower()
    assert client.post(url("credit", draft), {"reason": ""}).status_code == 422
    answer = client.post(url("credit", draft), {"reason": "Wrong price"})
    note = Invoice.objects.get(kind="credit_note")
    assert answer["Location"] == note.get_absolute_url()
    again = client.post(url("credit", draft), {"reason": "Again"})
    assert again.status_code == 409
    assert note.number in again.content.decode()


def test_sending_again_asks_why(client, clerk, buyer):
    invoice = make.a_documented_invoice(buyer)
    assert client.post(url("resend", invoice), {"reason": ""}).status_code == 422
    assert client.post(url("resend", invoice), {"reason": "lost"}).status_code == 302
    assert invoice.deliveries.count() == 1


def test_a_draft_is_discarded(client, clerk, buyer):
    draft = make.a_draft(buyer)
    client.post(url("discard", draft))
    assert not Invoice.objects.exists()
    page = client.get(reverse("invoicing:unbilled")).content.decode()
    assert Shipment.objects.get().number in page


def test_unbilled_deliveries_name_their_cause(client, clerk, buyer):
    shipment = make.shipped(buyer)
    Event.objects.create(
        company=buyer.company,
        name="invoice.not_possible",
        subject_type="fulfillment.shipment",
        subject_id=shipment.pk,
        actor_kind="job",
        actor_name="billing",
        effective_on=TODAY,
        payload={"reason": "The customer has no billing address."},
    )
    page = client.get(reverse("invoicing:unbilled")).content.decode()
    assert "The customer has no billing address." in page
    assert "860.00" in page


def test_the_clerk_bills_a_delivery_by_hand(client, clerk, buyer):
    shipment = make.shipped(buyer)
    client.post(reverse("invoicing:bill", args=[shipment.pk]))
    assert Invoice.objects.get(shipment=shipment).state == InvoiceState.ISSUED


PAGES = ["detail", "preview", "credit", "resend"]


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_sees_nothing(client, buyer, name):
    invoice = make.a_documented_invoice(buyer)
    client.force_login(kernel.user_with("billing", kernel.company_de()))
    assert client.get(url(name, invoice)).status_code == 404


@pytest.mark.parametrize("name", [*PAGES, "issue", "discard"])
def test_the_warehouse_is_refused(client, buyer, name):
    invoice = make.a_documented_invoice(buyer)
    client.force_login(kernel.user_with("warehouse", buyer.company))
    answer = (
        client.post(url(name, invoice))
        if name in ("issue", "discard")
        else client.get(url(name, invoice))
    )
    assert answer.status_code == 403


def test_a_rep_reads_but_may_not_credit(client, buyer):
    invoice = make.a_documented_invoice(buyer)
    client.force_login(kernel.user_with("sales_rep", buyer.company))
    assert client.get(url("detail", invoice)).status_code == 200
    assert client.get(url("credit", invoice)).status_code == 403
