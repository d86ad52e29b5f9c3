"""Letters to print: the letters of a day in one file, in postal order, with a page before each.

Three steps, each of which may be done again: collect (the batch and its letters, in one
transaction), print (the file, outside of any), hand over (a person says that it is at the post).
"""

import csv
import io
import os
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pypdf import PdfReader, PdfWriter

from core.actors import Actor, require
from core.letters import Letter, address_lines, render_letter
from core.models import Company, User
from core.services import atomic_verb, record_event, store_document
from invoicing.models import InvoiceDelivery, LetterBatch
from invoicing.services.deliver_receipts import hand_over_locked
from o2c.errors import Conflict

SEPARATOR = "invoicing/letter_separator.html"
MOST = 500
"""Letters in one batch: more are another batch."""


def companies_with_letters(company: Company, *, on: date) -> models.QuerySet[Company]:
    """The company, when letters of days before ``on`` lie in no batch."""
    midnight = datetime.combine(on, time(), tzinfo=ZoneInfo(company.time_zone))
    letters = InvoiceDelivery.objects.filter(company=models.OuterRef("pk"))
    letters = letters.letters_waiting().filter(created_at__lt=midnight)
    return Company.objects.filter(models.Exists(letters), pk=company.pk)


def batches_to_print(company: Company) -> models.QuerySet[LetterBatch]:
    """Collected, but without their file."""
    return LetterBatch.objects.filter(company=company, pdf=None)


@atomic_verb
def collect_letters(company_pk: int, *, by: Actor, on: date) -> LetterBatch | None:
    """Put the letters that wait into a batch; None without any. Raises PermissionMissing."""
    require(by, "invoicing.send", company_pk)
    waiting = InvoiceDelivery.objects.filter(company=company_pk).letters_waiting()
    letters = list(waiting.for_update().values_list("pk", flat=True)[:MOST])
    if not letters:
        return None
    batch = LetterBatch.objects.create(
        company_id=company_pk, collected_on=on, letter_count=len(letters)
    )
    InvoiceDelivery.objects.filter(pk__in=letters).update(batch=batch)
    record_event("letters.collected", batch, by=by, on=on, letters=len(letters))
    return batch


def print_batch(pk: int) -> LetterBatch:
    """Make the file of a batch and its list, once, and lay both into the folder of the printer."""
    batch = LetterBatch.objects.select_related("company", "pdf", "manifest").get(pk=pk)
    if batch.pdf_id is None:
        letters = in_postal_order(batch)
        content, pages = _bound(batch, letters)
        batch = _keep(pk, content, _manifest(letters, pages), sum(pages))
    _lay_out(batch)
    return batch


def in_postal_order(batch: LetterBatch) -> list[InvoiceDelivery]:
    """The letters of a batch by country (our own first), postcode and name."""
    rows = batch.letters.select_related("invoice", "document", "company")
    home = batch.company.country

    def place(row: InvoiceDelivery) -> tuple[bool, str, str, str, int]:
        buyer = row.invoice.buyer
        country = str(buyer.get("country", ""))
        return country != home, country, buyer.get("postcode", ""), buyer.get("name", ""), row.pk

    return sorted(rows, key=place)


def _bound(batch: LetterBatch, letters: Sequence[InvoiceDelivery]) -> tuple[bytes, list[int]]:
    """All letters behind their separator pages, and how many pages each has."""
    read = [PdfReader(io.BytesIO(_content(row))) for row in letters]
    pages = [len(reader.pages) for reader in read]
    separators = PdfReader(io.BytesIO(_separators(batch, letters, pages)))
    writer = PdfWriter()
    for number, reader in enumerate(read):
        writer.add_page(separators.pages[number])
        for page in reader.pages:
            writer.add_page(page)
    writer.metadata = {"/Title": str(batch)}
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue(), pages


def _content(row: InvoiceDelivery) -> bytes:
    assert row.document is not None
    return row.document.read()


def _separators(
    batch: LetterBatch, letters: Sequence[InvoiceDelivery], pages: Sequence[int]
) -> bytes:
    """One page a letter: which one it is, to whom, how many pages follow."""
    company = batch.company
    sheets = [
        {
            "number": number,
            "invoice": row.invoice.number,
            "address": address_lines(
                **{key: row.invoice.buyer.get(key, "") for key in _ADDRESS},
                home_country=company.country,
                language=company.language,
            ),
            "pages": count,
        }
        for number, (row, count) in enumerate(zip(letters, pages, strict=True), start=1)
    ]
    return render_letter(
        SEPARATOR,
        {"sheets": sheets, "count": len(sheets), "batch": batch},
        letter=Letter(
            sender=company.snapshot(),
            recipient=(),
            title=gettext_lazy("Letters to post"),
            on=batch.collected_on,
        ),
        language=company.language,
    )


_ADDRESS = ("name", "extra", "street", "postcode", "city", "country")


def _manifest(letters: Sequence[InvoiceDelivery], pages: Sequence[int]) -> bytes:
    """The list that travels with the file: letter by letter in the order of the pages."""
    with translation.override(letters[0].company.language):
        return _listed(letters, pages)


def _listed(letters: Sequence[InvoiceDelivery], pages: Sequence[int]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    header = [_("Letter"), _("Invoice"), _("Name"), _("Country"), _("Postcode"), _("City")]
    writer.writerow([*header, _("First page"), _("Pages"), "SHA-256"])
    first = 2
    for number, (row, count) in enumerate(zip(letters, pages, strict=True), start=1):
        buyer = row.invoice.buyer
        names = [str(buyer.get(key, "")) for key in ("name", "country", "postcode", "city")]
        safe = [f"'{name}" if name[:1] in "=+-@\t\r" and name else name for name in names]
        facts = [number, row.invoice.number, *safe, first, count, row.content_sha256]
        writer.writerow(facts)
        first += count + 1
    return out.getvalue().encode("utf-8-sig")


@atomic_verb
def _keep(pk: int, content: bytes, manifest: bytes, pages: int) -> LetterBatch:
    batch = LetterBatch.objects.for_update().select_related("company").get(pk=pk)
    if batch.pdf_id is None:
        name = f"letters-{batch.collected_on}-{batch.pk}"
        for field, data, end, kind in (
            ("pdf", content, "pdf", "application/pdf"),
            ("manifest", manifest, "csv", "text/csv"),
        ):
            stored = store_document(
                data,
                company_id=batch.company_id,
                kind=f"letters_{end}",
                filename=f"{name}.{end}",
                content_type=kind,
                subject=batch,
            )
            setattr(batch, field, stored)
        batch.page_count = pages + batch.letter_count
        batch.save(update_fields=["pdf", "manifest", "page_count"])
    return batch


def _lay_out(batch: LetterBatch) -> None:
    """Both files in the folder of the printer, whole or not at all."""
    folder = Path(settings.LETTER_FOLDER) / batch.company.code
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for stored in (batch.pdf, batch.manifest):
        assert stored is not None
        target = folder / stored.filename
        if not target.exists():
            half = folder / f".{stored.filename}.part"
            half.write_bytes(stored.read())
            os.replace(half, target)


@atomic_verb
def hand_over_batch(pk: int, *, by: Actor, on: date) -> LetterBatch:
    """The batch is at the post: each of its letters has its receipt.

    Raises: Conflict before it is printed or when it was handed over already; PermissionMissing.
    """
    batch = LetterBatch.objects.for_update().get(pk=pk)
    require(by, "invoicing.send", batch.company_id)
    if batch.pdf_id is None or batch.handed_over_at is not None:
        raise Conflict(
            "letters.not_open",
            _("This print batch has no file yet.")
            if batch.pdf_id is None
            else _("This print batch was handed over already."),
        )
    rows = batch.letters.open().on_the_way().for_update()
    letters = list(rows.select_related("invoice__customer", "invoice__company", "message"))
    hand_over_locked(letters, by=by, on=on)
    batch.handed_over_at = timezone.now()
    batch.handed_over_by = by if isinstance(by, User) else None
    batch.save(update_fields=["handed_over_at", "handed_over_by"])
    record_event("letters.handed_over", batch, by=by, on=on, letters=len(letters))
    return batch
