"""The file that goes to the buyer, in the format the channel asks for."""

import hashlib

from core.models import StoredDocument
from core.services import store_document
from invoicing.models import Format, Invoice
from invoicing.services.export import einvoice_of

_STORED = (Format.ZUGFERD, Format.PDF)
"""What was made when the invoice was issued: the PDF, with the e-invoice inside."""


def document_for(invoice: Invoice, wanted: Format) -> tuple[bytes, str]:
    """Bytes and content type of an issued document in a format.

    Raises: FormUnfit with each rule of the format that the document breaks.
    """
    if wanted in _STORED:
        assert invoice.pdf is not None, "documents are made before they are sent"
        return invoice.pdf.read(), invoice.pdf.content_type
    return einvoice_of(invoice, wanted), "application/xml"


def file_for(invoice: Invoice, wanted: Format) -> StoredDocument:
    """The stored file of an issued document in a format: these bytes are what is sent.

    The same bytes are stored once. Raises: FormUnfit.
    """
    if wanted in _STORED:
        assert invoice.pdf is not None, "documents are made before they are sent"
        return invoice.pdf
    content, content_type = document_for(invoice, wanted)
    known = StoredDocument.objects.about(invoice)
    found = known.filter(sha256=hashlib.sha256(content).hexdigest()).first()
    return found or store_document(
        content,
        company_id=invoice.company_id,
        kind=f"{invoice.kind}_{wanted}",
        filename=f"{invoice.number}.xml",
        content_type=content_type,
        subject=invoice,
    )
