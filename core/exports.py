"""Tables out as CSV and XLSX: text can't become a formula, negative amounts stay numbers."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from django.http import FileResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from o2c.errors import InvalidInput

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX_ROWS = 1_048_575
XLSX_TEXT = 32_767

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Row = Sequence[object]


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_text(value: object) -> str:
    """One CSV cell: numbers plain, dates ISO, text that a spreadsheet would run prefixed by '."""
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case Decimal():
            return format(value, "f")
        case int() | float():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds")
        case date():
            return value.isoformat()
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def csv_lines(header: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    """The file line by line, UTF-8 with a byte order mark (Excel needs it), every cell quoted."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield b"\xef\xbb\xbf" + writer.writerow([csv_text(cell) for cell in header]).encode()
    for row in rows:
        yield writer.writerow([csv_text(cell) for cell in row]).encode()


def csv_response(filename: str, header: Row, rows: Iterable[Row]) -> StreamingHttpResponse:
    """A CSV download, streamed; give ``rows`` as an iterator over the whole filtered set."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def xlsx_response(filename: str, header: Row, rows: Iterable[Row]) -> FileResponse:
    """An XLSX download, written row by row to a file that vanishes when it is sent.

    Raises InvalidInput beyond the million rows a sheet can hold.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, value) for value in header])
    for count, row in enumerate(rows, 1):
        if count > XLSX_ROWS:
            raise InvalidInput(
                "export.too_long", _("A sheet holds 1,048,575 rows: filter more, or take CSV.")
            )
        sheet.append([_cell(sheet, value) for value in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=filename, content_type=XLSX_TYPE)


def _cell(sheet: WriteOnlyWorksheet, value: object) -> WriteOnlyCell:
    """A typed cell; whatever is not a number or date is text and never a formula."""
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        cell = WriteOnlyCell(sheet, value=value)
        if isinstance(value, Decimal):
            cell.number_format = "#,##0.00" if value.as_tuple().exponent == -2 else "General"
        return cell
    if isinstance(value, datetime):
        value = value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, date):
        return WriteOnlyCell(sheet, value=value)
    text = "" if value is None else str(value)
    if isinstance(value, bool):
        text = csv_text(value)
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text)[:XLSX_TEXT])
    cell.data_type = "s"
    return cell
