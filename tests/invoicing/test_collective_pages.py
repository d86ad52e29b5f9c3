"""Pages and papers of a collective invoice: which deliveries and orders it bills, and where."""

import io
import re
from datetime import date

import pypdf
import pytest
from django.urls import reverse

import receivables.services as receivables
from fulfillment.models import Shipment
from invoicing.audit.export import export_documents
from invoicing.einvoice import build_cii
from invoicing.models import Invoice
from invoicing.pdf import invoice_pdf
from invoicing.pdf.positions import groups_of
from invoicing.services import draft_bills, produce_documents
from invoicing.services.facts import facts_of
from o2c import answers, flow
from tests import make as base
from tests.invoicing import make
from tests.invoicing.make import JOB

pytestmark = pytest.mark.django_db
EARLY, LATE, ISSUED = date(2026, 11, 3), date(2026, 11, 20), date(2026, 12, 1)


@pytest.fixture
def gone():
    """Two deliveries of a month, each of an order of its own."""
    buyer = make.world(language="de")
    receivables.set_up_ledger(buyer.company)
    orders = [
        make.an_order(buyer, billing_policy="month", po_number=number)
        for number in ("B-4711", "B-4712")
    ]
    made = [
        make.a_shipment(order, on=day) for order, day in zip(orders, (EARLY, LATE), strict=True)
    ]
    return [Shipment.objects.get(pk=one.pk) for one in made]


def drafted(gone) -> Invoice:
    (draft,) = draft_bills([[one.pk for one in gone]], by=JOB, on=ISSUED)
    return Invoice.objects.get(pk=draft.pk)


def issued(gone) -> Invoice:
    (invoice,) = flow.bill_customer(gone[0].order.customer_id, by=JOB, on=ISSUED)
    return Invoice.objects.get(pk=invoice.pk)


def page_of(client, gone, url, role="billing") -> str:
    client.force_login(base.user_with(role, gone[0].company))
    answer = client.get(url)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize("make_one", [drafted, issued])
def test_its_page_names_each_delivery_with_its_order(client, gone, make_one):
    text = page_of(client, gone, make_one(gone).get_absolute_url())
    assert "2 deliveries invoiced" in text
    for one in gone:
        row = re.search(rf"<tr>(?:(?!</tr>).)*{one.number}.*?</tr>", text)
        assert row
        assert one.get_absolute_url() in row[0]
        assert one.order.get_absolute_url() in row[0]
        assert one.order.po_number in row[0]
        assert "860.00" in row[0]


def test_an_invoice_of_one_delivery_has_no_such_table(client, gone):
    other = make.a_draft(gone[0].order.customer)
    assert "deliveries invoiced" not in page_of(client, gone, other.get_absolute_url())


def test_once_credited_its_deliveries_can_be_invoiced_again(client, gone):
    invoice = issued(gone)
    flow.credit_invoice(invoice.pk, reason="wrong", by=JOB, on=ISSUED)
    again = reverse("invoicing:bill_again", args=[invoice.pk])
    assert again in page_of(client, gone, invoice.get_absolute_url())
    answer = client.post(again)
    draft = Invoice.objects.latest("pk")
    assert (draft.kind, draft.net_amount, draft.number) == ("invoice", invoice.net_amount, None)
    assert answer.url == draft.get_absolute_url()
    assert client.post(again).url == draft.get_absolute_url(), "once"


def test_its_draft_says_which_orders_lack_their_number(client, gone):
    customer = gone[0].order.customer
    customer.is_po_number_required = True
    customer.save()
    gone[1].order.po_number = ""
    gone[1].order.save()
    text = page_of(client, gone, drafted(gone).get_absolute_url())
    assert reverse("invoicing:enter_order_number", args=[gone[1].order_id]) in text
    assert reverse("invoicing:enter_order_number", args=[gone[0].order_id]) not in text


def test_a_delivery_names_the_invoice_it_shares(client, gone):
    invoice = issued(gone)
    text = page_of(client, gone, gone[0].get_absolute_url(), "auditor")
    assert f'<a href="{invoice.get_absolute_url()}">{invoice.number}</a>' in text
    assert "with other deliveries" in text


def test_the_timeline_of_an_order_leads_to_it_whoever_may_see_it(client, gone):
    invoice, url = issued(gone), gone[0].order.get_absolute_url()
    link = f'<a href="{invoice.get_absolute_url()}">Put on a collective invoice</a>'
    assert link in page_of(client, gone, url, "auditor")
    text = page_of(client, gone, url, "warehouse")
    assert "Put on a collective invoice" in text
    assert link not in text


def test_its_letter_groups_by_delivery_with_day_and_both_order_numbers(gone):
    invoice = issued(gone)
    facts = facts_of(invoice)
    pdf = invoice_pdf(facts, b"<x/>", sender=invoice.seller)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    text = re.sub(r"\s+", " ", " ".join(pages))
    for one, day in zip(gone, ("3. November 2026", "20. November 2026"), strict=True):
        assert (
            f"Lieferschein {one.number} vom {day} · Ihre Bestellung {one.order.po_number}"
            f" · Unser Auftrag {one.order.number}"
        ) in text
        assert f"Zwischensumme {one.number} 860,00" in text
    note = f"Ihre Bestellung {gone[0].order.po_number}"
    assert note in build_cii(facts).decode()


def test_one_number_for_all_orders_stands_in_the_head_alone(gone):
    for one in gone:
        one.order.po_number = "B-4711"
        one.order.save()
    facts = facts_of(issued(gone))
    assert facts.po_number == "B-4711"
    assert {line.po_number for line in facts.lines} == {""}


@pytest.mark.parametrize("name", ["list", "archive"])
def test_lists_find_it_by_the_numbers_of_each_order(client, gone, name):
    invoice = produce_documents(issued(gone).pk, by=JOB, on=ISSUED)
    other = make.a_draft(gone[0].order.customer, po_number="C-1")
    client.force_login(base.user_with("billing", invoice.company))

    def found(word) -> list[int]:
        page = client.get(reverse(f"invoicing:{name}"), {"q": word})
        return [row.record.pk for row in page.context["table"].rows]

    for one in gone:
        assert found(one.order.po_number) == [invoice.pk]
        assert found(one.order.number) == [invoice.pk]
    assert found(other.order.number) == ([other.pk] if name == "list" else [])


def test_the_audit_export_names_all_its_order_numbers(gone, tmp_path):
    invoice = produce_documents(issued(gone).pk, by=JOB, on=ISSUED)
    export_documents(invoice.company, ISSUED, ISSUED, tmp_path / "a", produce=lambda one: one)
    assert '"B-4711, B-4712"' in (tmp_path / "a" / "index.csv").read_text(encoding="utf-8")


def test_a_number_given_later_bills_nothing_before_its_month_has_ended(gone):
    order = gone[0].order
    order.po_number = ""
    order.save()
    answers.enter_order_number(order.pk, "B-4713", by=JOB, on=LATE)
    assert not Invoice.objects.exists()
    answers.enter_order_number(nameless(order).pk, "B-4714", by=JOB, on=ISSUED)
    assert Invoice.objects.get().lines.count() == len(gone) + 1


def nameless(order):
    """Another delivered order of the customer, without their number."""
    other = make.an_order(order.customer, billing_policy="month", po_number="")
    make.a_shipment(other, on=LATE)
    return other


def test_its_credit_note_groups_as_the_invoice_did(gone):
    invoice = issued(gone)
    note = flow.credit_invoice(invoice.pk, reason="wrong", by=JOB, on=ISSUED)
    groups = groups_of(facts_of(Invoice.objects.get(pk=note.pk)).lines)
    assert [(one.delivery_note_number, one.po_number, one.net_amount) for one in groups] == [
        (one.number, one.order.po_number, one.order.net_amount) for one in gone
    ]
