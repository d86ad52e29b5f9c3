"""Sheets with a heading row, read row by row: which column is which, told in any language.

Used by every import. The columns may come in any order and be named in English, German or
Swedish; those nobody knows are told and left out. Rows come one at a time from
``core.safe_sheets``, so that a file of a hundred thousand rows needs no more memory than a small
one.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

from core.safe_sheets import stream_rows
from o2c.errors import InvalidInput

_HEADING_ROWS = 10
MOST_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row with its number in the file and its cells by field."""

    number: int
    cells: dict[str, str]
    headings: dict[str, str]

    def text(self, field: str) -> str:
        """The cell, or nothing."""
        return self.cells.get(field, "")

    def where(self, field: str) -> str:
        """Row and column for a message, with the heading as the file spells it."""
        return _("row %(row)s, column “%(column)s”") % {
            "row": self.number,
            "column": self.headings.get(field, field),
        }


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet whose heading row was understood; ``rows`` can be walked once.

    ``columns``: field -> heading as the file spells it. ``ignored``: headings nobody knows.
    """

    columns: dict[str, str]
    ignored: tuple[str, ...]
    rows: Iterator[SheetRow]


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that can't be taken: its number in the file and a sentence with value and remedy."""

    row: int
    message: str


@dataclass(slots=True)
class ImportReport:
    """What became of a file of rows; with ``is_written`` False nothing of it was taken.

    ``counts`` by outcome (``new``, ``changed``, ``known``). Only the first problems are kept,
    ``problem_count`` counts all.
    """

    columns: dict[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    row_count: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    is_written: bool = True
    notes: list[str] = field(default_factory=list)

    def refuse(self, row: int, message: str) -> None:
        """Note a row that can't be taken."""
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(row, message))

    def count(self, outcome: str, by: int = 1) -> None:
        """Note an outcome."""
        self.counts[outcome] = self.counts.get(outcome, 0) + by

    def as_json(self) -> dict[str, object]:
        """What a command prints."""
        return {
            "imported": self.is_written,
            "rows": self.row_count,
            **self.counts,
            "refused": self.problem_count,
            "columns": self.columns,
            "ignored_columns": list(self.ignored),
            "notes": self.notes,
            "problems": [{"row": one.row, "message": one.message} for one in self.problems],
        }


class NotWritten(Exception):
    """Rolls an import back after its last row was looked at: some rows are wrong."""


def plain(heading: str) -> str:
    """A heading without case, accents, punctuation: ``Artikel-Nr.`` and ``artikelnr`` are one."""
    base = unicodedata.normalize("NFKD", heading.casefold())
    return re.sub(r"[^a-z0-9%]", "", base.encode("ascii", "ignore").decode())


def fields_by_name(fields: Mapping[str, str]) -> dict[str, str]:
    """Plain heading -> field, from field -> headings with commas between them."""
    return {plain(name): field for field, names in fields.items() for name in names.split(",")}


def columns_of(headings: Sequence[str], field_of: Mapping[str, str]) -> dict[str, int]:
    """Which column holds which field; of two headings for one field the first counts."""
    found: dict[str, int] = {}
    for index, heading in enumerate(headings):
        field = field_of.get(plain(heading))
        if field is not None:
            found.setdefault(field, index)
    return found


def cells_of(row: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    """The cells of a row by field; a short row lacks some."""
    return {field: row[column] for field, column in columns.items() if column < len(row)}


def open_sheet(
    content: bytes,
    filename: str,
    *,
    field_of: Mapping[str, str],
    needed: Collection[str],
    example: str,
) -> Sheet:
    """Find the heading row among the first ten and hand out the rows below it.

    ``needed`` are the fields without which no row makes sense, ``example`` a heading row for the
    message. Raises ``InvalidInput`` naming the headings found; errors further down in the file
    come while the rows are walked.
    """
    rows = stream_rows(content, filename)
    head = list(islice(rows, _HEADING_ROWS))
    for index, headings in enumerate(head):
        columns = columns_of(headings, field_of)
        if set(needed) <= columns.keys():
            taken = set(columns.values())
            ignored = [h for place, h in enumerate(headings) if h and place not in taken]
            names = {field: headings[column] for field, column in columns.items()}
            return Sheet(
                names, tuple(ignored), _below(head[index + 1 :], rows, index, columns, names)
            )
    found = ", ".join(f"“{cell[:30]}”" for row in head[:1] for cell in row if cell) or "–"
    raise InvalidInput(
        "sheet.headings",
        _(
            "“%(file)s” has no heading row with all that is needed. Found: %(found)s. Name the"
            " columns e.g. %(example)s (German and Swedish names work too)."
        )
        % {"file": filename[:80], "found": found, "example": example},
        field="file",
    )


def _below(
    head: Sequence[Sequence[str]],
    rest: Iterator[list[str]],
    heading_at: int,
    columns: Mapping[str, int],
    names: dict[str, str],
) -> Iterator[SheetRow]:
    """The rows under the heading that are not empty, numbered as in the file from 1."""
    number = heading_at + 1
    for part in (head, rest):
        for row in part:
            number += 1
            if any(row):
                yield SheetRow(number, cells_of(row, columns), names)
