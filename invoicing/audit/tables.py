"""The tables of an audit export: documents and their VAT, described as auditors' software reads it.

The description is ``index.xml`` of the German "Beschreibungsstandard für die
Datenträgerüberlassung" (GDPdU, DTD of 1 September 2004): per table its file, its separators and
its columns in their order. Other countries' auditors get the same files; the description does no
harm there.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

from lxml import etree

from core.exports import csv_text
from core.models import Company, StoredDocument
from invoicing.models import Invoice

DTD = "gdpdu-01-09-2004.dtd"
INDEX, VAT, FILES = "index.csv", "vat.csv", "files.csv"
DELIMITER, RECORD_END = ";", "\r\n"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it means, and "text", "date", "amount" or "count"."""

    name: str
    meaning: str
    kind: str = "text"


INDEX_COLUMNS = (
    Column("number", "number of the document"),
    Column("kind", "invoice, deposit or credit_note"),
    Column("state", "issued or cancelled"),
    Column("issued_on", "date of the document", "date"),
    Column("delivered_on", "date of supply", "date"),
    Column("customer_number", "customer's number"),
    Column("customer_name", "customer's name on the document"),
    Column("customer_vat_id", "customer's VAT id on the document"),
    Column("po_number", "customer's order number, or numbers of a collective invoice"),
    Column("currency", "ISO 4217"),
    Column("net_amount", "net", "amount"),
    Column("vat_amount", "VAT", "amount"),
    Column("gross_amount", "net with VAT; credit notes carry positive amounts", "amount"),
    Column("deposit_amount", "deposits taken off", "amount"),
    Column("corrects", "number of the document a credit note corrects"),
    Column("pdf_file", "file as sent"),
    Column("pdf_sha256", "its SHA-256"),
    Column("xml_file", "e-invoice as sent"),
    Column("xml_sha256", "its SHA-256"),
)
VAT_COLUMNS = (
    Column("number", "number of the document"),
    Column("vat_category", "UNTDID 5305"),
    Column("vat_rate", "percent", "amount"),
    Column("net_amount", "net", "amount"),
    Column("vat_amount", "VAT", "amount"),
)


FILE_COLUMNS = (
    Column("number", "number of the document"),
    Column("kind", "what the file is: as issued, or in the form that was sent"),
    Column("file", "path in this folder"),
    Column("bytes", "size", "count"),
    Column("sha256", "its SHA-256"),
)


def csv_line(cells: Iterable[object]) -> str:
    """One record: decimal comma, dates as 31.12.2026, every text quoted."""
    line = StringIO()
    csv.writer(
        line, delimiter=DELIMITER, lineterminator=RECORD_END, quoting=csv.QUOTE_ALL
    ).writerow([_cell(cell) for cell in cells])
    return line.getvalue()


def index_row(
    invoice: Invoice, pdf_file: str, xml_file: str, *, po_numbers: Iterable[str]
) -> list[object]:
    """The document's row of the index; a collective invoice has an order number for each order."""
    pdf, xml = _stored(invoice.pdf), _stored(invoice.xml)
    return [
        invoice.number, invoice.kind, invoice.state, invoice.issued_on, invoice.delivered_on,
        invoice.buyer.get("number", ""), invoice.buyer.get("name", ""),
        invoice.buyer.get("vat_id", ""), ", ".join(po_numbers), invoice.currency,
        invoice.net_amount, invoice.vat_amount, invoice.gross_amount, invoice.deposit_amount,
        invoice.corrects.number if invoice.corrects else "",
        pdf_file, pdf.sha256, xml_file, xml.sha256,
    ]  # fmt: skip


def vat_rows(invoice: Invoice) -> Iterator[list[object]]:
    """The document's rows of the VAT table."""
    for row in invoice.vat_rows.all():
        rate = (row.vat_rate * 100).quantize(Decimal("0.01"))
        yield [invoice.number, row.vat_category, rate, row.net_amount, row.vat_amount]


def description(company: Company, start: date, end: date) -> bytes:
    """``index.xml``: what the tables are and how to read them."""
    root = etree.Element("DataSet")
    _add(root, "Version", "1.0")
    supplier = etree.SubElement(root, "DataSupplier")
    _add(supplier, "Name", company.name)
    _add(supplier, "Location", f"{company.postcode} {company.city}, {company.country}")
    _add(supplier, "Comment", f"{start.isoformat()} - {end.isoformat()}")
    media = etree.SubElement(root, "Media")
    _add(media, "Name", "o2c")
    _table(media, INDEX, "documents", INDEX_COLUMNS, (start, end))
    _table(media, VAT, "vat", VAT_COLUMNS, (start, end))
    _table(media, FILES, "files", FILE_COLUMNS, (start, end))
    doctype = f'<!DOCTYPE DataSet SYSTEM "{DTD}">'
    text: bytes = etree.tostring(
        root, xml_declaration=True, encoding="UTF-8", pretty_print=True, doctype=doctype
    )
    return text


def _table(
    media: Any, file: str, name: str, columns: Iterable[Column], period: tuple[date, date]
) -> None:
    table = etree.SubElement(media, "Table")
    _add(table, "URL", file)
    _add(table, "Name", name)
    span = etree.SubElement(etree.SubElement(table, "Validity"), "Range")
    for tag, day in zip(("From", "To"), period, strict=True):
        _add(span, tag, _cell(day))
    etree.SubElement(table, "UTF8")
    _add(table, "DecimalSymbol", ",")
    _add(table, "DigitGroupingSymbol", ".")
    # The first record holds the names of the columns.
    _add(etree.SubElement(table, "Range"), "From", "2")
    records = etree.SubElement(table, "VariableLength")
    _add(records, "ColumnDelimiter", DELIMITER)
    _add(records, "RecordDelimiter", RECORD_END)
    _add(records, "TextEncapsulator", '"')
    for column in columns:
        _column(records, column)


def _column(records: Any, column: Column) -> None:
    element = etree.SubElement(records, "VariableColumn")
    _add(element, "Name", column.name)
    _add(element, "Description", column.meaning)
    if column.kind == "amount":
        _add(etree.SubElement(element, "Numeric"), "Accuracy", "2")
    elif column.kind == "count":
        etree.SubElement(element, "Numeric")
    elif column.kind == "date":
        _add(etree.SubElement(element, "Date"), "Format", "DD.MM.YYYY")
    else:
        etree.SubElement(element, "AlphaNumeric")


def _add(parent: Any, tag: str, text: str) -> None:
    etree.SubElement(parent, tag).text = text


def _cell(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    return csv_text(value)


def _stored(document: StoredDocument | None) -> StoredDocument:
    assert document is not None
    return document
