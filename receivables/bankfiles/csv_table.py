"""A bank's CSV as a table: decoded, split, its header found behind what banks write above it."""

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from receivables.bankfiles.csv_columns import guess, plain

_DELIMITERS = ";\t,|"
_LOOKED_AT = 30
_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{8}")


@dataclass(frozen=True, slots=True)
class Table:
    """Header and rows; each row with the line it stands in."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def key(self) -> str:
        """Names the header, whatever its case and signs, so that a saved profile finds it."""
        told = "|".join(plain(cell) for cell in self.header)
        return hashlib.sha256(told.encode()).hexdigest()[:40]


def table(content: bytes) -> Table | None:
    """The table in a file; None if it is none: no line that reads as a header over dated rows."""
    text = _decoded(content)
    if text is None:
        return None
    for delimiter in _DELIMITERS:
        found = _split(text, delimiter)
        if found:
            return found
    return None


def _decoded(content: bytes) -> str | None:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    if b"\0" in content:
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _split(text: str, delimiter: str) -> Table | None:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    lines: list[tuple[int, tuple[str, ...]]] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                lines.append((reader.line_num, tuple(cell.strip() for cell in row)))
    except csv.Error:
        return None
    at = _header(lines)
    if at is None:
        return None
    header = lines[at][1]
    return Table(header, tuple(lines[at + 1 :]))


def _header(lines: Sequence[tuple[int, tuple[str, ...]]]) -> int | None:
    """The place of the first line of names with a dated row below it."""
    for at in range(min(len(lines) - 1, _LOOKED_AT)):
        cells, below = lines[at][1], lines[at + 1][1]
        is_named = len(cells) >= 3 and not any(_DAY.fullmatch(cell) for cell in cells)
        is_dated = abs(len(below) - len(cells)) <= 1 and any(_DAY.fullmatch(c) for c in below)
        if is_named and is_dated and (guess(cells) or sum(map(bool, cells)) >= 3):
            return at
    return None
