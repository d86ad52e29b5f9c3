"""Write the documents of a company and a period into a folder, whole and with constant memory."""

import hashlib
import json
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, Self

from django.core.files.storage import default_storage
from django.utils import translation
from django.utils.translation import gettext as _

from core.models import Company, StoredDocument
from invoicing.audit.tables import (
    FILE_COLUMNS,
    FILES,
    INDEX,
    INDEX_COLUMNS,
    VAT,
    VAT_COLUMNS,
    csv_line,
    description,
    index_row,
    vat_rows,
)
from invoicing.collected import po_numbers_of
from invoicing.models import Invoice
from o2c.errors import Conflict, InvalidInput

SUMS, FACTS, README = "SHA256SUMS", "export.json", "README.txt"
CHUNK = 200
_UNSAFE = re.compile(r"[^0-9A-Za-z._-]+")


@dataclass(slots=True)
class Exported:
    """What was written: so many documents and files, net by currency, the hash of the hash list."""

    company: str
    folder: str
    count: int = 0
    files: int = 0
    net_amounts: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    sums_sha256: str = ""


def export_documents(
    company: Company,
    start: date,
    end: date,
    folder: Path,
    *,
    produce: Callable[[Invoice], Invoice],
) -> Exported:
    """Every issued document of the days from ``start`` to ``end``, with index and hashes.

    ``produce`` makes the files of a document that has none yet. Raises: InvalidInput for a folder
    with something in it; Conflict when a stored file is lost or was changed.
    """
    _require_empty(folder)
    result = Exported(company.code, str(folder))
    with Book(folder) as book:
        for chunk in _chunks(_issued(company, start, end)):
            others, po_numbers = _other_files(chunk), po_numbers_of(chunk)
            for invoice in chunk:
                whole = invoice if invoice.pdf and invoice.xml else produce(invoice)
                book.enter(whole, others.get(invoice.pk, []), po_numbers[invoice.pk], result)
        book.close_tables()
        _describe(folder, company, start, end, result)
        for name in (INDEX, VAT, FILES, "index.xml", FACTS, README):
            book.list_file(name, hash_of(folder / name))
    result.sums_sha256 = hash_of(folder / SUMS)
    return result


class Book:
    """The tables and the list of hashes while they are written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sums = (folder / SUMS).open("w", encoding="utf-8", newline="\n")
        self.tables = {
            name: (folder / name).open("w", encoding="utf-8", newline="")
            for name in (INDEX, VAT, FILES)
        }
        heads = {INDEX: INDEX_COLUMNS, VAT: VAT_COLUMNS, FILES: FILE_COLUMNS}
        for name, columns in heads.items():
            self.tables[name].write(csv_line(column.name for column in columns))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close_tables()
        self.sums.close()

    def enter(
        self,
        invoice: Invoice,
        others: Iterable[StoredDocument],
        po_numbers: Iterable[str],
        result: Exported,
    ) -> None:
        """Copy a document's files and write its rows."""
        assert invoice.pdf is not None
        assert invoice.xml is not None
        paths = [self._copied(invoice, stored, result) for stored in (invoice.pdf, invoice.xml)]
        for stored in others:
            if stored.pk not in (invoice.pdf_id, invoice.xml_id):
                self._copied(invoice, stored, result)
        self.tables[INDEX].write(csv_line(index_row(invoice, *paths, po_numbers=po_numbers)))
        self.tables[VAT].writelines(csv_line(row) for row in vat_rows(invoice))
        _count(result, invoice)

    def list_file(self, name: str, sha256: str) -> None:
        """One line of the list of hashes."""
        self.sums.write(f"{sha256}  {name}\n")

    def close_tables(self) -> None:
        """Have what was written on disk, so that it can be hashed."""
        for table in self.tables.values():
            table.close()

    def _copied(self, invoice: Invoice, stored: StoredDocument, result: Exported) -> str:
        name = _copied(self.folder, invoice, stored)
        self.list_file(name, stored.sha256)
        row = (invoice.number, stored.kind, name, stored.size, stored.sha256)
        self.tables[FILES].write(csv_line(row))
        result.files += 1
        return name


def hash_of(path: Path) -> str:
    """SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _require_empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise InvalidInput(
            "audit.folder_not_empty",
            _("“%(folder)s” is not empty: name a new folder.") % {"folder": folder},
        )


def _issued(company: Company, start: date, end: date) -> Iterator[Invoice]:
    rows = Invoice.objects.issued().filter(company=company, issued_on__range=(start, end))
    rows = rows.select_related("corrects", "pdf", "xml").prefetch_related("vat_rows")
    return rows.order_by("issued_on", "pk").iterator(chunk_size=CHUNK)


def _chunks(rows: Iterator[Invoice]) -> Iterator[list[Invoice]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _other_files(invoices: list[Invoice]) -> dict[int, list[StoredDocument]]:
    """All files kept of the documents, by document: also those in the form a buyer asked for."""
    found: dict[int, list[StoredDocument]] = defaultdict(list)
    # scope: files of one company's documents
    files = StoredDocument.objects.filter(
        subject_type=Invoice._meta.label_lower, subject_id__in=[one.pk for one in invoices]
    )
    for file in files.order_by("pk"):
        found[file.subject_id or 0].append(file)
    return found


def _copied(folder: Path, invoice: Invoice, stored: StoredDocument) -> str:
    """Copy a stored file under the document's number; its path in the folder.

    Files beyond PDF and XML, and numbers that differ only in signs no file name has, get the key.
    """
    assert invoice.issued_on is not None
    number = _UNSAFE.sub("-", invoice.number or "")
    month, end = f"{invoice.issued_on:%Y-%m}", "pdf" if "pdf" in stored.content_type else "xml"
    name = f"{month}/{number}.{end}"
    target = folder / name
    target.parent.mkdir(exist_ok=True)
    if target.exists():
        name = f"{month}/{number}-{stored.pk}.{end}"
        target = folder / name
    try:
        with default_storage.open(stored.storage_key, "rb") as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy)
    except FileNotFoundError:
        target.write_bytes(b"")
    if hash_of(target) != stored.sha256:
        raise Conflict(
            "document.damaged",
            _("The stored file “%(name)s” is lost or was changed: restore it from the backup.")
            % {"name": stored.filename},
        )
    return name


def _count(result: Exported, invoice: Invoice) -> None:
    result.count += 1
    sign = -1 if invoice.is_credit_note else 1
    result.net_amounts[invoice.currency] += sign * invoice.net_amount


def _describe(folder: Path, company: Company, start: date, end: date, result: Exported) -> None:
    (folder / "index.xml").write_bytes(description(company, start, end))
    facts: dict[str, Any] = {
        "company": company.name,
        "from": start.isoformat(),
        "to": end.isoformat(),
        "documents": result.count,
        "files": result.files,
        "net_amounts": {code: str(net) for code, net in sorted(result.net_amounts.items())},
    }
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    (folder / FACTS).write_text(text, encoding="utf-8")
    with translation.override(company.language):
        (folder / README).write_text(_readme(facts), encoding="utf-8")


def _readme(facts: dict[str, Any]) -> str:
    return (
        _(
            "Issued documents of %(company)s, %(from)s to %(to)s\n"
            "\n"
            "%(documents)s documents (%(files)s files): invoices, deposit invoices and credit notes"
            " as they were sent.\n"
            "\n"
            "index.csv    one row per document, with its files and their SHA-256\n"
            "vat.csv      the VAT of each document by category and rate\n"
            "files.csv    every file, also e-invoices in the form a buyer asked for\n"
            "index.xml    description of these tables (GDPdU, gdpdu-01-09-2004.dtd)\n"
            "export.json  number of documents and files, net by currency\n"
            "SHA256SUMS   hash of every file; check with: sha256sum -c SHA256SUMS\n"
            "\n"
            "Amounts have a decimal comma, dates are day.month.year, text is UTF-8. Text that a"
            " spreadsheet would run as a formula begins with an apostrophe.\n"
        )
        % facts
    )
