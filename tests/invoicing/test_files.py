"""Files that go with an invoice: what may, how much, and that they arrive in every form."""

import base64
import io
import os
import zipfile

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from core.models import Event, OutboundMessage
from core.roles import Role
from invoicing.einvoice import PROFILES, build_xml, findings
from invoicing.models import Invoice, InvoiceFile
from invoicing.services import (
    attach_file,
    deliver,
    facts_of,
    issue,
    preview_pdf,
    produce_documents,
    remove_file,
)
from o2c.errors import Conflict, InvalidInput
from tests import make as builders
from tests.invoicing import make
from tests.invoicing.make import JOB, TODAY

pytestmark = pytest.mark.django_db
MIB = 1024**2
PDF = b"%PDF-1.7\n"
BIG = PDF + os.urandom(3 * MIB)
BUYER = {
    "endpoint_scheme": "9930",
    "endpoint_id": "DE129273398",
    "buyer_reference": "04011000-1234512345-06",
}


def archive(**members: str) -> bytes:
    """A ZIP file with members (``__`` stands for a slash), stored as they are."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for name, text in members.items():
            target.writestr(name.replace("__", "/"), text)
    return packed.getvalue()


ODS = archive(mimetype="application/vnd.oasis.opendocument.spreadsheet", content="<x/>")
GOOD = {
    "proof.pdf": PDF,
    "photo.png": b"\x89PNG\r\n\x1a\n\x00",
    "photo.JPG": b"\xff\xd8\xff\xe0\x00",
    "hours.csv": b"Tag;Stunden\nMontag;8\n",
    "hours.xlsx": archive(xl__workbook="", **{"xl/workbook.xml": "<x/>"}),
    "hours.ods": ODS,
}
BAD = {
    "run.exe": b"MZ",
    "page.html": b"<html>",
    "no-ending": PDF,
    "renamed.pdf": b"MZ\x90",
    "renamed.png": PDF,
    "renamed.csv": b"\x00\x01",
    "page.csv": b"<script>",
    "letter.xlsx": archive(word__document="x"),
    "macro.xlsx": archive(**{"xl/workbook.xml": "<x/>", "xl/vbaProject.bin": "x"}),
    "broken.xlsx": b"PK\x03\x04 broken",
    "letter.ods": archive(mimetype="application/vnd.oasis.opendocument.text"),
}


def attached(draft: Invoice, content: bytes = PDF, filename: str = "proof.pdf") -> InvoiceFile:
    """A file put on a draft."""
    return attach_file(draft.pk, content, filename=filename, description="Proof", by=JOB, on=TODAY)


@pytest.mark.parametrize("filename", GOOD)
def test_what_buyers_take_may_be_attached(filename: str) -> None:
    draft = make.a_draft(make.world())
    file = attached(draft, GOOD[filename], filename)
    (told,) = facts_of(Invoice.objects.get(pk=draft.pk), on=TODAY).files
    assert (told.name, told.content, told.description) == (filename, GOOD[filename], "Proof")
    assert told.content_type == file.document.content_type


@pytest.mark.parametrize("filename", BAD)
def test_everything_else_is_refused_by_what_it_holds(filename: str) -> None:
    draft = make.a_draft(make.world())
    with pytest.raises(InvalidInput, match=filename) as refused:
        attached(draft, BAD[filename], filename)
    assert refused.value.code == "file.type"


def test_five_megabytes_each_ten_in_all() -> None:
    draft = make.a_draft(make.world())
    with pytest.raises(InvalidInput) as refused:
        attached(draft, PDF + b"x" * 5 * MIB)
    assert refused.value.code == "file.too_large"
    half = PDF + b"x" * (5 * MIB - len(PDF))
    attached(draft, half, "one.pdf")
    attached(draft, half, "two.pdf")
    with pytest.raises(InvalidInput) as refused:
        attached(draft, PDF, "three.pdf")
    assert refused.value.code == "file.too_much"


@pytest.mark.parametrize("filename", ["proof.pdf", "PROOF.PDF"])
def test_a_name_is_on_it_once(filename: str) -> None:
    draft = make.a_draft(make.world())
    attached(draft)
    with pytest.raises(Conflict) as refused:
        attached(draft, PDF, filename)
    assert refused.value.code == "file.twice"


def test_taken_off_it_is_gone_and_both_are_told() -> None:
    draft = make.a_draft(make.world())
    file = attached(draft)
    for _again in range(2):
        remove_file(draft.pk, file.pk, by=JOB, on=TODAY)
    assert facts_of(Invoice.objects.get(pk=draft.pk), on=TODAY).files == ()
    told = Event.objects.about(draft).filter(name__startswith="invoice.file")
    assert {one.name for one in told} == {"invoice.file_attached", "invoice.file_removed"}


def test_an_issued_invoice_keeps_what_it_has() -> None:
    draft = make.a_draft(make.world())
    file = attached(draft)
    issue(draft.pk, by=JOB, on=TODAY)
    with pytest.raises(Conflict):
        attached(draft, PDF, "late.pdf")
    with pytest.raises(Conflict):
        remove_file(draft.pk, file.pk, by=JOB, on=TODAY)
    with pytest.raises(IntegrityError, match="refused"), transaction.atomic():
        InvoiceFile.objects.filter(pk=file.pk).delete()


def test_three_megabytes_arrive_in_every_form_and_in_the_mail() -> None:
    draft = make.a_draft(make.world(**BUYER))
    attached(draft, BIG, "foto.pdf")
    assert preview_pdf(draft.pk, on=TODAY).startswith(b"%PDF")
    invoice = produce_documents(issue(draft.pk, by=JOB, on=TODAY).pk, by=JOB, on=TODAY)
    facts, encoded = facts_of(invoice), base64.b64encode(BIG)
    for form in ("cii", "xrechnung-cii", "xrechnung-ubl", "peppol"):
        assert findings(facts, PROFILES[form]) == [], form
        assert encoded in build_xml(facts, PROFILES[form]).replace(b"\n", b""), form
    assert invoice.pdf is not None
    inside = pypdf.PdfReader(io.BytesIO(invoice.pdf.read())).attachments
    assert set(inside) == {"factur-x.xml", "foto.pdf"}
    assert inside["foto.pdf"] == [BIG]


def test_a_mail_with_the_pdf_has_the_file_beside_it() -> None:
    draft = make.a_draft(make.world())
    attached(draft)
    invoice = produce_documents(issue(draft.pk, by=JOB, on=TODAY).pk, by=JOB, on=TODAY)
    deliver(invoice.pk, by=JOB, on=TODAY)
    mail = OutboundMessage.objects.get(about_id=invoice.pk)
    names = [one.filename for one in mail.attachments.order_by("pk")]
    assert sorted(names) == sorted([f"{invoice.number}.pdf", "proof.pdf"])


def test_the_page_adds_lists_and_removes() -> None:
    buyer = make.world()
    draft = make.a_draft(buyer)
    client = Client()
    client.force_login(builders.user_with(Role.BILLING, buyer.company, language="en"))
    url = reverse("invoicing:attach", args=[draft.pk])
    assert client.get(url).status_code == 200
    wrong = client.post(url, {"file": SimpleUploadedFile("run.exe", b"MZ")})
    assert (wrong.status_code, b"run.exe" in wrong.content) == (422, True)
    sent = client.post(url, {"file": SimpleUploadedFile("proof.pdf", PDF), "description": "Proof"})
    assert sent.status_code == 302
    page = client.get(draft.get_absolute_url()).content.decode()
    assert "proof.pdf" in page
    file = InvoiceFile.objects.get(invoice=draft)
    assert client.get(reverse("core:document", args=[file.document_id])).status_code == 200
    for named in ("", "x", str(file.pk)):
        answer = client.post(reverse("invoicing:remove_file", args=[draft.pk]), {"file": named})
        assert answer.status_code == 302
    assert not InvoiceFile.objects.filter(invoice=draft).exists()
