"""Sheets of strangers: XLSX and CSV files to rows of text, read in a child process with limits.

A 4 KB workbook can ask for 2 GB, a 250 KB one for half a minute. So the file is parsed by
``core/sheet_child.py`` in a process of its own whose memory, processor time and output the kernel
caps. What comes back is plain: a list of rows of stripped strings, dates as ISO dates, numbers
without exponent. Everything that is wrong with a file is an ``InvalidInput`` that names the file,
what was found and what to do.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from o2c.errors import InvalidInput

_CHILD = Path(__file__).with_name("sheet_child.py")
_WALL_SECONDS = 45
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_OTHER_TYPES = {b"%PDF": "PDF", b"<?xml": "XML", b"\x1f\x8b": "gzip", b"\x89PNG": "PNG"}
_WORDS: dict[str, Promise] = {
    "empty": _("“%(file)s” is empty. Choose a file with a heading row and at least one row."),
    "old_excel": _(
        "“%(file)s” is an old or password-protected Excel file. Save it as “Excel workbook"
        " (.xlsx)” without a password, or as CSV, and choose it again."
    ),
    "other_type": _("“%(file)s” is a %(kind)s file, not a sheet. Choose an .xlsx or .csv file."),
    "not_a_workbook": _(
        "“%(file)s” is an archive but not an Excel workbook. Save the sheet as .xlsx or CSV."
    ),
    "members": _(
        "“%(file)s” holds %(found)s parts; a sheet has at most %(most)s. Copy the rows into a"
        " new workbook and save that."
    ),
    "inflated": _(
        "“%(file)s” unpacks to more than %(most)s MiB and is not read. Copy the rows into a"
        " new workbook, or split the file."
    ),
    "doctype": _(
        "“%(file)s” contains a document type declaration (in %(member)s), which no office"
        " program writes; it is not read. Copy the rows into a new workbook."
    ),
    "rows": _("“%(file)s” has more than %(most)s rows. Split it into smaller files."),
    "columns": _(
        "“%(file)s”, row %(row)s has %(found)s columns; at most %(most)s are read. Delete the"
        " columns that are not needed."
    ),
    "cell": _(
        "“%(file)s”, row %(row)s has a cell of more than %(most)s characters. Shorten it, or"
        " close the quotation mark that is open."
    ),
    "encoding": _(
        "“%(file)s” is neither UTF-8 nor Windows-1252 (byte %(byte)s at place %(at)s). Save it"
        " as “CSV UTF-8”."
    ),
    "binary": _("“%(file)s” is not a text file and not an Excel workbook. Choose .xlsx or .csv."),
    "heavy": _(
        "“%(file)s” needs more memory or time than a sheet may and is not read. Copy the rows"
        " into a new workbook and save that."
    ),
    "broken": _(
        "“%(file)s” is damaged and can't be read. Open it in a spreadsheet program, save it"
        " again as .xlsx or CSV, and choose that."
    ),
}


def read_rows(content: bytes, filename: str) -> list[list[str]]:
    """Rows of the first sheet of an XLSX file, or of a CSV or tab-separated text file.

    The type is told by the bytes, never by the name; ``filename`` is only named in errors.
    CSV may be UTF-8, UTF-16 with mark or Windows-1252, delimited by ``; , tab |``. Raises
    ``InvalidInput`` for anything that is no sheet, is damaged or breaks a limit.
    """
    if not content.strip():
        raise _refusal(filename, {"error": "empty"})
    answer = _ask_child(content, _kind_of(content, filename))
    if "rows" not in answer:
        raise _refusal(filename, answer)
    rows: list[list[str]] = answer["rows"]
    if not rows:
        raise _refusal(filename, {"error": "empty"})
    return rows


def _kind_of(content: bytes, filename: str) -> str:
    if content.startswith(_ZIP):
        return "xlsx"
    if content.startswith(_OLE):
        raise _refusal(filename, {"error": "old_excel"})
    for mark, kind in _OTHER_TYPES.items():
        if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(mark):
            raise _refusal(filename, {"error": "other_type", "kind": kind})
    return "csv"


def _ask_child(content: bytes, kind: str) -> dict[str, Any]:
    """Run the child; files instead of pipes, so that a flood meets the kernel's limit, not us."""
    with tempfile.TemporaryFile() as question, tempfile.TemporaryFile() as answer:
        question.write(content)
        question.seek(0)
        try:
            done = subprocess.run(  # noqa: S603 - our own script, no shell
                [sys.executable, "-I", str(_CHILD), kind],
                stdin=question,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                timeout=_WALL_SECONDS,
                check=False,
                env={"OPENPYXL_LXML": "False"},
            )
        except subprocess.TimeoutExpired:
            return {"error": "heavy"}
        if done.returncode != 0:
            return {"error": "heavy"}
        answer.seek(0)
        found: dict[str, Any] = json.loads(answer.read())
        return found


def _refusal(filename: str, answer: dict[str, Any]) -> InvalidInput:
    """The child's code in words: which file, what was found, what to do."""
    code = str(answer["error"])
    words = _WORDS.get(code, _WORDS["broken"])
    facts = {"file": filename[:80] or _("the file"), **answer}
    return InvalidInput(f"sheet.{code}", str(words) % facts, field="file")
