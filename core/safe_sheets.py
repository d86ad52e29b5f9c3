"""Sheets of strangers: XLSX and CSV files to rows of text, read in a child process with limits.

A 4 KB workbook can ask for 2 GB, a 250 KB one for half a minute. So the file is parsed by
``core/sheet_child.py`` in a process of its own whose memory, processor time and output the kernel
caps. What comes back is plain: a list of rows of stripped strings, dates as ISO dates, numbers
without exponent. Everything that is wrong with a file is an ``InvalidInput`` that names the file,
what was found and what to do.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from o2c.errors import InvalidInput

_CHILD = Path(__file__).with_name("sheet_child.py")
_WALL_SECONDS = 45
_LONG_WALL_SECONDS = 300
_LAST_LINE = 4096
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
    "locked": _("“%(file)s” has a password. Save it without one, and choose it again."),
    "pages": _("“%(file)s” has %(found)s pages; at most %(most)s are read. Split it."),
    "no_text": _(
        "“%(file)s” holds no text, only pictures: it was scanned. Ask for the list as CSV, Excel"
        " or as the PDF that the program wrote."
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


def read_lines(content: bytes, filename: str) -> list[str]:
    """The lines of text in a PDF, read in the child process as sheets are.

    Raises ``InvalidInput`` for a file that is damaged, locked, has too many pages, breaks a limit,
    or holds pictures only.
    """
    answer = _ask_child(content, "pdf")
    if "rows" not in answer:
        raise _refusal(filename, answer)
    lines = [row[0] for row in answer["rows"] if row]
    if not lines:
        raise _refusal(filename, {"error": "no_text"})
    return lines


def stream_rows(content: bytes, filename: str) -> Iterator[list[str]]:
    """As ``read_rows``, but one row after the other and up to half a million of them.

    The whole file has been read in the child when the first row comes; a file that can't be read
    is refused before any row, so nothing is taken of half a file.
    """
    if not content.strip():
        raise _refusal(filename, {"error": "empty"})
    kind = _kind_of(content, filename)
    with tempfile.TemporaryFile() as answer:
        if _run_child(content, [kind, "long"], answer, seconds=_LONG_WALL_SECONDS):
            raise _refusal(filename, {"error": "heavy"})
        _require_end(answer, filename)
        answer.seek(0)
        is_empty = True
        for line in answer:
            if line.startswith(b"["):
                is_empty = False
                yield json.loads(line)
        if is_empty:
            raise _refusal(filename, {"error": "empty"})


def _require_end(answer: IO[bytes], filename: str) -> None:
    """The last line says whether all rows are there, or what stopped them."""
    size = answer.seek(0, os.SEEK_END)
    answer.seek(max(0, size - _LAST_LINE))
    last = json.loads(answer.read().rsplit(b"\n", 1)[-1])
    if "end" not in last:
        raise _refusal(filename, last)


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
    with tempfile.TemporaryFile() as answer:
        if _run_child(content, [kind], answer, seconds=_WALL_SECONDS):
            return {"error": "heavy"}
        answer.seek(0)
        found: dict[str, Any] = json.loads(answer.read())
        return found


def _run_child(content: bytes, arguments: list[str], answer: IO[bytes], *, seconds: int) -> int:
    """Run the child; files instead of pipes, so that a flood meets the kernel's limit, not us.

    Returns its exit code: not 0 when a limit ended it.
    """
    with tempfile.TemporaryFile() as question:
        question.write(content)
        question.seek(0)
        try:
            done = subprocess.run(  # noqa: S603 - our own script, no shell
                [sys.executable, "-I", str(_CHILD), *arguments],
                stdin=question,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                check=False,
                env={"OPENPYXL_LXML": "False"},
            )
        except subprocess.TimeoutExpired:
            return 1
        return done.returncode


def _refusal(filename: str, answer: dict[str, Any]) -> InvalidInput:
    """The child's code in words: which file, what was found, what to do."""
    code = str(answer["error"])
    words = _WORDS.get(code, _WORDS["broken"])
    facts = {"file": filename[:80] or _("the file"), **answer}
    return InvalidInput(f"sheet.{code}", str(words) % facts, field="file")
