"""Reads one untrusted sheet in a process of its own; ``core.safe_sheets`` starts it.

The file comes on standard input, its kind (``xlsx``, ``csv`` or ``pdf``) as the first argument, and
one JSON object goes to standard output: ``{"rows": [[...]]}`` or ``{"error": code, ...}``. With the
second argument ``long`` it is one JSON list a row and the object ``{"end": true}`` or the error
after the last, and the limits are wider: for lists of whole ledgers. The limits are the kernel's:
a file that needs more memory, time or output than a sheet of orders or payments ever does ends
this process, not the web server. Imports neither Django nor the suite.
"""

import csv
import io
import json
import resource
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

MEMORY_BYTES = 640 * 1024 * 1024
CPU_SECONDS = 10
OUTPUT_BYTES = 48 * 1024 * 1024
LONG_CPU_SECONDS = 120
LONG_OUTPUT_BYTES = 256 * 1024 * 1024

MAX_ROWS = 50_000
MAX_LONG_ROWS = 500_000
MAX_COLUMNS = 200
MAX_CELL_CHARACTERS = 32_767
MAX_MEMBERS = 400
MAX_PAGES = 60
MAX_INFLATED_BYTES = 64 * 1024 * 1024
MAX_LONG_INFLATED_BYTES = 256 * 1024 * 1024
CHUNK_BYTES = 256 * 1024

# A sheet has no use for a document type; one that brings it wants entities expanded.
_DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))
_DELIMITERS = ";,\t|"
_SNIFFED_LINES = 20


class Refused(Exception):
    """The file breaks a limit; ``code`` and ``facts`` tell the parent which."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.answer = {"error": code, **facts}


def limit_process(*, is_long: bool = False) -> None:
    """Hand the limits to the kernel before a single byte of the file is looked at."""
    seconds = LONG_CPU_SECONDS if is_long else CPU_SECONDS
    output = LONG_OUTPUT_BYTES if is_long else OUTPUT_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


# --- XLSX -------------------------------------------------------------------------------------
def check_archive(content: bytes, most: int = MAX_INFLATED_BYTES) -> None:
    """Inflate every member once, counting what really comes out: headers lie about sizes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise Refused("members", found=len(members), most=MAX_MEMBERS)
        if not any(member.filename == "xl/workbook.xml" for member in members):
            raise Refused("not_a_workbook")
        inflated = 0
        for member in members:
            inflated = _inflate(archive, member, inflated, most)


def _inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo, inflated: int, most: int) -> int:
    tail = b""
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            inflated += len(chunk)
            if inflated > most:
                raise Refused("inflated", most=most // 1024 // 1024)
            seen = tail + chunk
            if any(doctype in seen for doctype in _DOCTYPES):
                raise Refused("doctype", member=member.filename[:80])
            tail = seen[-20:]
    return inflated


def workbook_rows(content: bytes, most: int = MAX_INFLATED_BYTES) -> Iterator[list[str]]:
    """Rows of the first sheet as text; the stated dimension is not believed."""
    import openpyxl  # here: text, which is most of what comes, does without its third of a second

    check_archive(content, most)
    book = openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=True, keep_links=False
    )
    if not book.worksheets:
        raise Refused("not_a_workbook")
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    for row in sheet.iter_rows(values_only=True):
        yield [cell_text(value) for value in row]


def cell_text(value: Any) -> str:
    """A typed cell as files write it: ISO dates, plain decimals without exponent.

    A typed number with exactly three decimals gets a fourth: as text ``1.125`` could as well mean
    one thousand one hundred and twenty-five, and here it is known that it doesn't.
    """
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            plain = format(Decimal(repr(value)), "f")
            whole, _, decimals = plain.partition(".")
            return whole if decimals == "0" else plain + ("0" if len(decimals) == 3 else "")
        case datetime():
            return (value.date() if value.time() == time.min else value).isoformat()
        case date() | time():
            return value.isoformat()
        case _:
            return str(value).strip()


# --- CSV --------------------------------------------------------------------------------------
def text_rows(content: bytes) -> Iterator[list[str]]:
    """Rows of a delimited text file, whatever encoding and delimiter an office program chose."""
    text = decoded(content)
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    # The Windows line end must reach the reader as it is: newline="" keeps quoted breaks whole.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        for row in reader:
            yield [cell.strip() for cell in row]
    except csv.Error:
        raise Refused("cell", row=reader.line_num, most=MAX_CELL_CHARACTERS)


def decoded(content: bytes) -> str:
    """UTF-8 with or without mark, UTF-16 with mark, else Windows-1252; other bytes are refused."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _decoded_as(content, "utf-16")
    if b"\0" in content:
        raise Refused("binary")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decoded_as(content, "cp1252")


def _decoded_as(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as problem:
        raise Refused("encoding", byte=content[problem.start], at=problem.start)


def delimiter_of(text: str) -> str:
    """The delimiter under which the first lines split most, and most alike."""
    lines = [line for line in text[:65_536].splitlines() if line.strip()][:_SNIFFED_LINES]

    def score(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        except csv.Error:
            return (0, 0)
        common = max(set(widths), key=widths.count, default=1)
        return (widths.count(common) if common > 1 else 0, common)

    return max(_DELIMITERS, key=score)


# --- PDF ----------------------------------------------------------------------------------------
def pdf_lines(content: bytes) -> Iterator[list[str]]:
    """The lines of a document's text, top to bottom, columns apart by blanks: one cell a row."""
    import pypdf  # here, as above

    reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Refused("locked")
    if len(reader.pages) > MAX_PAGES:
        raise Refused("pages", found=len(reader.pages), most=MAX_PAGES)
    for page in reader.pages:
        for line in page.extract_text(extraction_mode="layout").splitlines():
            yield [line.strip()]


# --- Both -------------------------------------------------------------------------------------
def limited(rows: Iterable[list[str]], most: int = MAX_ROWS) -> Iterator[list[str]]:
    """Cap rows, columns and cells; empty columns at the end of a row and rows at the end go."""
    empty = 0
    for index, row in enumerate(rows, start=1):
        if index > most:
            raise Refused("rows", most=most)
        while row and not row[-1]:
            row.pop()
        if len(row) > MAX_COLUMNS:
            raise Refused("columns", row=index, found=len(row), most=MAX_COLUMNS)
        if any(len(cell) > MAX_CELL_CHARACTERS for cell in row):
            raise Refused("cell", row=index, most=MAX_CELL_CHARACTERS)
        if not row:
            empty += 1
            continue
        for _gap in range(empty):
            yield []
        empty = 0
        yield row


def answer(content: bytes, kind: str) -> dict[str, Any]:
    """The rows, or the code of what is wrong with the file."""
    rows: list[Any] = []
    wrong = _read(content, kind, rows.append)
    return wrong or {"rows": rows}


def write_rows(content: bytes, kind: str, write: Callable[[str], Any]) -> dict[str, Any]:
    """Write row by row; the answer is how it ended."""
    wrong = _read(content, kind, lambda row: write(json.dumps(row) + "\n"), is_long=True)
    return wrong or {"end": True}


def _read(
    content: bytes, kind: str, take: Callable[[Any], Any], *, is_long: bool = False
) -> dict[str, Any]:
    """Hand out row by row; what is wrong with the file, or nothing."""
    try:
        for row in _limited_rows(content, kind, is_long=is_long):
            take(row)
    except Refused as refused:
        return refused.answer
    except MemoryError:
        return {"error": "heavy"}
    except Exception as problem:  # a stranger's file may break its parser in any way
        return {"error": "broken", "detail": type(problem).__name__}
    return {}


def _limited_rows(content: bytes, kind: str, *, is_long: bool) -> Iterable[Any]:
    if kind == "pdf":
        found = pdf_lines(content)
    elif kind != "xlsx":
        found = text_rows(content)
    elif is_long:
        found = workbook_rows(content, MAX_LONG_INFLATED_BYTES)
    else:
        found = workbook_rows(content)
    return limited(found, MAX_LONG_ROWS) if is_long else limited(found)


def main() -> None:
    """Read standard input under the limits and answer on standard output."""
    is_long = sys.argv[2:] == ["long"]
    limit_process(is_long=is_long)
    content, kind = sys.stdin.buffer.read(), sys.argv[1]
    if is_long:
        sys.stdout.write(json.dumps(write_rows(content, kind, sys.stdout.write)))
    else:
        sys.stdout.write(json.dumps(answer(content, kind)))


if __name__ == "__main__":
    main()
