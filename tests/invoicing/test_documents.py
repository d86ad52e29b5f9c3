"""Documents: stored once, and every figure of the row is in XML and PDF."""

import io
import re
from decimal import Decimal

import pypdf
import pytest
from lxml import etree

from core.letters import long_day
from invoicing.einvoice import failing_rules
from invoicing.models import Invoice
from invoicing.services import preview_pdf, produce_documents
from o2c.errors import Conflict
from tests.core.threads import beside_itself
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY, Wanted

pytestmark = pytest.mark.django_db
RAM = {"ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"}
WORLDS = [("DE", "0.19", "de"), ("SE", "0.25", "sv"), ("DE", "0.07", "en")]


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", "\n".join(page.extract_text() for page in pages))


def value(xml, name: str) -> Decimal:
    return Decimal(xml.findtext(f".//ram:{name}", namespaces=RAM))


def printed(amount: Decimal, language: str) -> str:
    text = f"{amount:,.2f}"
    swap = {"de": str.maketrans(",.", ".,"), "sv": str.maketrans({",": " ", ".": ","})}
    return text.translate(swap.get(language, {}))


@pytest.mark.parametrize(("country", "rate", "language"), WORLDS)
def test_row_xml_and_pdf_agree(country, rate, language):
    buyer = make.world(country, language=language)
    lines = Wanted("40", "86.00", "0.05", vat_rate=rate), Wanted("3.333", "1.005", vat_rate=rate)
    invoice = make.a_documented_invoice(buyer, *lines)
    xml = etree.fromstring(invoice.xml.read())
    invoice = Invoice.objects.get(pk=invoice.pk)
    nets = xml.findall(".//ram:IncludedSupplyChainTradeLineItem//ram:LineTotalAmount", RAM)
    assert [Decimal(net.text) for net in nets] == [line.net_amount for line in invoice.lines.all()]
    assert value(xml, "TaxBasisTotalAmount") == invoice.net_amount
    assert value(xml, "TaxTotalAmount") == invoice.vat_amount
    assert value(xml, "GrandTotalAmount") == value(xml, "DuePayableAmount") == invoice.gross_amount
    assert xml.findtext(".//ram:PaymentReference", namespaces=RAM) == invoice.payment_reference
    text = text_of(invoice.pdf.read())
    for amount in (invoice.net_amount, invoice.vat_amount, invoice.gross_amount):
        assert printed(amount, language) in text
    assert invoice.number in text
    assert long_day(invoice.due_on, language) in text
    assert invoice.customer.name in text
    assert invoice.payment_reference in text.replace(" ", "")


def test_the_pdf_carries_the_stored_xml():
    invoice = make.a_documented_invoice(make.world())
    pdf = pypdf.PdfReader(io.BytesIO(invoice.pdf.read()))
    assert pdf.attachments["factur-x.xml"] == [invoice.xml.read()]
    assert failing_rules(invoice.xml.read()) == []


def test_twice_stores_once():
    invoice = make.a_documented_invoice(make.world())
    again = produce_documents(invoice.pk, by=JOB, on=TODAY)
    assert (again.pdf_id, again.xml_id) == (invoice.pdf_id, invoice.xml_id)
    assert not Invoice.objects.awaiting_documents().exists()


def test_a_draft_has_a_preview_but_no_documents():
    draft = make.a_draft(make.world())
    with pytest.raises(Conflict, match="issue it first"):
        produce_documents(draft.pk, by=JOB, on=TODAY)
    preview = preview_pdf(draft.pk, on=TODAY)
    assert printed(draft.gross_amount, "de") in text_of(preview)
    draft.refresh_from_db()
    assert (draft.issued_on, draft.instalments.count()) == (None, 0)


@pytest.mark.django_db(transaction=True)
def test_five_workers_at_once_store_once():
    invoice = make.an_invoice(make.world())
    results = beside_itself(
        lambda _n: produce_documents(invoice.pk, by=JOB, on=TODAY).pdf_id, threads=5
    )
    assert len(set(results)) == 1, results
