"""Put files on a draft invoice, and take them off again while it is one."""

from datetime import date

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.services import atomic_verb, record_event, store_document
from invoicing.attachments import MAX_ALL_BYTES, type_of
from invoicing.models import Invoice, InvoiceFile, InvoiceState
from o2c.errors import Conflict, InvalidInput

RESERVED = "factur-x.xml"


@atomic_verb
def attach_file(
    pk: int, content: bytes, *, filename: str, description: str = "", by: Actor, on: date
) -> InvoiceFile:
    """Put a file on a draft: it goes out inside the e-invoice, in the PDF and with the mail.

    Raises: InvalidInput for another type, a file over 5 MB or more than 10 MB in all; Conflict for
    an issued invoice or a name that is on it already; PermissionMissing.
    """
    invoice = _draft(pk, by=by)
    content_type = type_of(content, filename)
    known = [one.document for one in invoice.files.select_related("document")]
    if sum(one.size for one in known) + len(content) > MAX_ALL_BYTES:
        raise InvalidInput(
            "file.too_much",
            _("With “%(file)s” the invoice would carry more than %(limit)s MB: take one off first.")
            % {"file": filename[:80], "limit": MAX_ALL_BYTES // 1024**2},
            field="file",
        )
    stored = store_document(
        content,
        company_id=invoice.company_id,
        kind="invoice_file",
        filename=filename,
        content_type=content_type,
        subject=invoice,
    )
    if stored.filename.casefold() in {RESERVED, *(one.filename.casefold() for one in known)}:
        raise Conflict(
            "file.twice",
            _("There is a file “%(file)s” on it already: rename this one.")
            % {"file": stored.filename},
            field="file",
        )
    file = InvoiceFile.objects.create(
        invoice=invoice, document=stored, description=description.strip()[:100]
    )
    _record("invoice.file_attached", file, by=by, on=on)
    return file


@atomic_verb
def remove_file(pk: int, file_pk: int, *, by: Actor, on: date) -> None:
    """Take a file off a draft. Again changes nothing. Raises: Conflict; PermissionMissing."""
    invoice = _draft(pk, by=by)
    file = invoice.files.select_related("document").filter(pk=file_pk).first()
    if file is not None:
        _record("invoice.file_removed", file, by=by, on=on)
        file.delete()


def _draft(pk: int, *, by: Actor) -> Invoice:
    invoice = Invoice.objects.for_update().get(pk=pk)
    require(by, "invoicing.issue", invoice.company_id)
    if invoice.state != InvoiceState.DRAFT:
        raise Conflict(
            "invoice.not_a_draft",
            _("%(number)s is issued and never changes: send the file in a mail of its own.")
            % {"number": invoice.number},
        )
    return invoice


def _record(name: str, file: InvoiceFile, *, by: Actor, on: date) -> None:
    record_event(
        name,
        file.invoice,
        by=by,
        on=on,
        correlation=file.invoice.correlation,
        what=file.document.filename,
        sha256=file.document.sha256,
    )
