"""Make the files of an issued document once: e-invoice XML, and the PDF that carries it."""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.models import StoredDocument
from core.services import atomic_verb, record_event, store_document
from invoicing.einvoice import build_cii
from invoicing.models import Invoice, InvoiceState
from invoicing.pdf import invoice_pdf
from invoicing.services.facts import facts_of
from invoicing.services.freeze import freeze
from o2c.errors import Conflict


def produce_documents(pk: int, *, by: Actor, on: date) -> Invoice:
    """Render and store XML and PDF of an issued invoice; again returns what is stored.

    Rendering happens outside any lock. Should two workers render at once, both make the same
    bytes and one of them is kept. Raises: Conflict for a draft.
    """
    invoice = _with_everything(pk)
    if invoice.pdf_id is not None:
        return invoice
    if invoice.state == InvoiceState.DRAFT:
        raise Conflict(
            "invoice.not_issued",
            _("%(number)s has no documents yet: issue it first.") % {"number": invoice},
        )
    facts = facts_of(invoice)
    # Here the PDF carries the files itself, so that they are in it once.
    xml = build_cii(replace(facts, files=()))
    pdf = invoice_pdf(facts, xml, sender=invoice.seller)
    return _keep(pk, xml, pdf, by=by, on=on)


def preview_pdf(pk: int, *, on: date) -> bytes:
    """The letter of a draft as it would be issued on a day, marked as a draft; stores nothing."""
    invoice = _with_everything(pk)
    (parts,) = freeze([invoice], on=on)
    facts = facts_of(invoice, parts=parts)
    return invoice_pdf(facts, None, sender=invoice.seller, mark=gettext_lazy("Draft"))


@atomic_verb
def _keep(pk: int, xml: bytes, pdf: bytes, *, by: Actor, on: date) -> Invoice:
    invoice = Invoice.objects.for_update().get(pk=pk)
    if invoice.pdf_id is not None:
        return invoice
    invoice.xml = _store(invoice, xml, "xml", "application/xml")
    invoice.pdf = _store(invoice, pdf, "pdf", "application/pdf")
    invoice.save(update_fields=["xml", "pdf"])
    record_event(
        "invoice.documents_produced",
        invoice,
        by=by,
        on=on,
        correlation=invoice.correlation,
        pdf_sha256=invoice.pdf.sha256,
        xml_sha256=invoice.xml.sha256,
    )
    return invoice


def _store(invoice: Invoice, content: bytes, extension: str, content_type: str) -> StoredDocument:
    return store_document(
        content,
        company_id=invoice.company_id,
        kind=f"{invoice.kind}_{extension}",
        filename=f"{invoice.number}.{extension}",
        content_type=content_type,
        subject=invoice,
    )


def _with_everything(pk: int) -> Invoice:
    return (
        Invoice.objects.select_related(
            "company", "customer", "order", "payment_terms", "shipment", "corrects"
        )
        .prefetch_related("lines__order_line", "vat_rows", "instalments", "files__document")
        .get(pk=pk)
    )
