"""Tells bank files apart by their content and hands them to the right reader."""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from typing import IO

from django.utils.translation import gettext as _

from o2c.errors import InvalidInput
from receivables.bankfiles import camt, csv_entries, mt940
from receivables.bankfiles.csv_entries import CsvProfile
from receivables.bankfiles.csv_table import Table, table
from receivables.bankfiles.facts import (
    EntryMark,
    Marked,
    ParsedEntry,
    ParsedFile,
    ParsedStatement,
    Part,
    WholeFile,
    WholeStatement,
)

KEPT = 5_000
"""Entries of a file that are held whole; of a longer one only marks are."""
_XML_STARTS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\x00", b"\xfe\xff\x00<", b"\x00<\x00")
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
_START = 4096
_MT940 = re.compile(rb"(?:^|\n):(?:20|25|60F|61):")
CSV = "csv"
CsvReader = Callable[[Table], CsvProfile]
"""How the table of a bank's CSV is read."""


def read(content: bytes) -> WholeFile:
    """The statements in a bank file, complete and closing, with all that is told.

    Raises ``InvalidInput``: nothing that can be read, an intraday or notification file (camt.052,
    camt.054, MT942), no entries, broken chain, unreadable amount, date, currency or text.
    """
    kind, parts = _reader(io.BytesIO(content))
    entries: list[ParsedEntry] = []
    statements: list[WholeStatement] = []
    for part in parts:
        if isinstance(part, ParsedEntry):
            entries.append(part)
        else:
            statements.append(_whole(part, entries))
            entries = []
    _require_entries(statements)
    return WholeFile(kind, tuple(statements))


def outline(source: IO[bytes], *, csv: CsvReader | None = None) -> ParsedFile:
    """``read`` for a file of any length: of its entries only what they are recognised by.

    The entries of a short file, and of any CSV, are held whole, so that it needs no second reading.
    ``csv`` says how a table is read, or raises ``InvalidInput``.
    """
    kind, parts = _reader(source, csv)
    entries: list[Marked] = []
    statements: list[ParsedStatement] = []
    count = 0
    for part in parts:
        if isinstance(part, ParsedEntry):
            count += 1
            entries.append(part if count <= KEPT or kind == CSV else _mark(part))
        else:
            statements.append(replace(part, entries=tuple(entries)))
            entries = []
    _require_entries(statements)
    return ParsedFile(kind, tuple(statements))


def entries_of(source: IO[bytes], parsed: ParsedFile) -> Iterator[tuple[int, int, ParsedEntry]]:
    """(statement, place in it, entry) of a file whose ``outline`` is known, from its beginning.

    Raises ``RuntimeError`` when the file is not the one that was read before.
    """
    held = [mark for statement in parsed.statements for mark in statement.entries]
    if all(isinstance(mark, ParsedEntry) for mark in held):
        places = _places(parsed)
        for (at, place), mark in zip(places, held, strict=True):
            assert isinstance(mark, ParsedEntry)
            yield at, place, mark
        return
    again = (part for part in _reader(source)[1] if isinstance(part, ParsedEntry))
    for (at, place), mark, entry in zip(_places(parsed), held, again, strict=True):
        if mark.content_key != entry.content_key:
            raise RuntimeError("The bank file changed while it was read.")
        yield at, place, entry


def _places(parsed: ParsedFile) -> Iterator[tuple[int, int]]:
    for at, statement in enumerate(parsed.statements):
        for place in range(len(statement.entries)):
            yield at, place


def _mark(entry: ParsedEntry) -> EntryMark:
    return EntryMark(
        entry.line,
        entry.booked_on,
        entry.amount,
        entry.batch,
        entry.content_key,
        entry.bank_reference,
    )


def _whole(statement: ParsedStatement, entries: Sequence[ParsedEntry]) -> WholeStatement:
    told = {field.name: getattr(statement, field.name) for field in fields(statement)}
    return WholeStatement(**{**told, "entries": tuple(entries)})


def _reader(source: IO[bytes], csv: CsvReader | None = None) -> tuple[str, Iterator[Part]]:
    """The kind of a file by its first bytes, and its parts."""
    source.seek(0)
    start = source.read(_START).lstrip()
    if not start and not _has_text(source):
        raise InvalidInput(
            "bankfile.empty", _("The file is empty. Fetch it from the bank once more.")
        )
    if start.startswith(_ARCHIVES):
        raise InvalidInput("bankfile.archive", _("This is an archive; unpack it first."))
    source.seek(0)
    if start.startswith(_XML_STARTS):
        return "camt.053", camt.parts(source)
    if csv and not _MT940.search(start):
        found = table(source.read())
        source.seek(0)
        if found:
            return CSV, csv_entries.parts(found, csv(found))
    return "mt940", mt940.parts(source)


def _has_text(source: IO[bytes]) -> bool:
    while piece := source.read(1 << 20):
        if piece.strip():
            return True
    return False


def _require_entries(statements: Sequence[ParsedStatement]) -> None:
    if not any(statement.entries for statement in statements):
        raise InvalidInput(
            "bankfile.no_entries",
            _("The file holds %(count)d statements but no booked entry.")
            % {"count": len(statements)},
        )
