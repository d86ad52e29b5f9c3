"""Write the documents of a company and a period into a folder, whole and with constant memory."""

import hashlib
import json
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.core.files.storage import default_storage
from django.utils import translation
from django.utils.translation import gettext as _

from core.models import Company, StoredDocument
from invoicing.audit.tables import (
    INDEX,
    INDEX_COLUMNS,
    VAT,
    VAT_COLUMNS,
    csv_line,
    description,
    index_row,
    vat_rows,
)
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
    with (
        (folder / SUMS).open("w", encoding="utf-8", newline="\n") as sums,
        (folder / INDEX).open("w", encoding="utf-8", newline="") as index,
        (folder / VAT).open("w", encoding="utf-8", newline="") as vat,
    ):
        index.write(csv_line(column.name for column in INDEX_COLUMNS))
        vat.write(csv_line(column.name for column in VAT_COLUMNS))
        for invoice in _issued(company, start, end):
            whole = invoice if invoice.pdf and invoice.xml else produce(invoice)
            files = [_copied(folder, whole, kind, sums) for kind in ("pdf", "xml")]
            index.write(csv_line(index_row(whole, *files)))
            vat.writelines(csv_line(row) for row in vat_rows(whole))
            _count(result, whole)
        index.flush()
        vat.flush()
        _describe(folder, company, start, end, result)
        for name in (INDEX, VAT, "index.xml", FACTS, README):
            sums.write(f"{hash_of(folder / name)}  {name}\n")
    result.sums_sha256 = hash_of(folder / SUMS)
    return result


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


def _copied(folder: Path, invoice: Invoice, kind: str, sums: IO[str]) -> str:
    """Copy a stored file under the document's number; its path in the folder."""
    stored: StoredDocument = getattr(invoice, kind)
    assert invoice.issued_on is not None
    number = _UNSAFE.sub("-", invoice.number or "")
    name = f"{invoice.issued_on:%Y-%m}/{number}.{kind}"
    target = folder / name
    target.parent.mkdir(exist_ok=True)
    if target.exists():
        name = f"{invoice.issued_on:%Y-%m}/{number}-{invoice.pk}.{kind}"
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
    sums.write(f"{stored.sha256}  {name}\n")
    return name


def _count(result: Exported, invoice: Invoice) -> None:
    result.count += 1
    result.files += 2
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
            "index.xml    description of both tables (GDPdU, gdpdu-01-09-2004.dtd)\n"
            "export.json  number of documents and files, net by currency\n"
            "SHA256SUMS   hash of every file; check with: sha256sum -c SHA256SUMS\n"
            "\n"
            "Amounts have a decimal comma, dates are day.month.year, text is UTF-8. Text that a"
            " spreadsheet would run as a formula begins with an apostrophe.\n"
        )
        % facts
    )
