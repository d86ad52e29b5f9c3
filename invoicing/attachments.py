"""What may be attached to an invoice: told by what a file holds, never by its name alone.

Nothing is unpacked or drawn here: the first bytes, and of an archive the list of its members.
"""

import zipfile
from collections.abc import Callable
from io import BytesIO

from django.utils.translation import gettext as _

from o2c.errors import InvalidInput

MAX_BYTES, MAX_ALL_BYTES = 5 * 1024**2, 10 * 1024**2
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OPEN_SHEET = "application/vnd.oasis.opendocument.spreadsheet"
_MIMETYPE_AT = 30  # an OpenDocument file names its type right behind the first header


def type_of(content: bytes, filename: str) -> str:
    """The content type of a PDF, PNG, JPEG, CSV, XLSX or ODS file that invoices may carry.

    Name and content must agree. Raises: InvalidInput naming the file and what may be attached.
    """
    ending = filename.rpartition(".")[2].lower()
    found, is_one = _TYPES.get(ending, ("", _is_none))
    if len(content) > MAX_BYTES:
        raise InvalidInput(
            "file.too_large",
            _("“%(file)s” is larger than %(limit)s MB: attach a smaller one.")
            % {"file": filename[:80], "limit": MAX_BYTES // 1024**2},
            field="file",
        )
    if not found or not is_one(content):
        raise InvalidInput(
            "file.type",
            _("“%(file)s” can't be attached: take a PDF, PNG, JPEG, CSV, XLSX or ODS file.")
            % {"file": filename[:80]},
            field="file",
        )
    return found


def _is_none(_content: bytes) -> bool:
    return False


def _starts(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(beginnings)


def _is_text(content: bytes) -> bool:
    return b"\0" not in content and not content.startswith((b"%PDF", b"PK", b"<"))


def _is_workbook(content: bytes) -> bool:
    """An Excel workbook without macros."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return "xl/workbook.xml" in names and not any("vbaProject" in name for name in names)


def _is_open_sheet(content: bytes) -> bool:
    expected = b"mimetype" + _OPEN_SHEET.encode()
    return content.startswith(b"PK") and content[_MIMETYPE_AT:].startswith(expected)


_TYPES: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "pdf": ("application/pdf", _starts(b"%PDF-")),
    "png": ("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    "jpg": ("image/jpeg", _starts(b"\xff\xd8\xff")),
    "jpeg": ("image/jpeg", _starts(b"\xff\xd8\xff")),
    "csv": ("text/csv", _is_text),
    "xlsx": (_SHEET, _is_workbook),
    "ods": (_OPEN_SHEET, _is_open_sheet),
}
