"""Bank files: pure readers from bytes to facts; they know no database and no company.

``read(content)`` looks at the content (never at the name), picks the reader and hands back a
``ParsedFile``. Everything that is wrong ends in ``InvalidInput`` with the line named, so that a
caller can be sure: what comes back is complete, in one currency a statement, and closes
(opening balance + entries = closing balance).

A file of any length is read twice: ``outline(source)`` checks all of it and keeps what its entries
are recognised by, ``entries_of(source, outline)`` hands out the entries one by one.
"""

from receivables.bankfiles.facts import (
    EntryMark,
    Marked,
    ParsedEntry,
    ParsedFile,
    ParsedStatement,
    WholeFile,
    WholeStatement,
)
from receivables.bankfiles.reading import entries_of, outline, read

__all__ = [
    "EntryMark",
    "Marked",
    "ParsedEntry",
    "ParsedFile",
    "ParsedStatement",
    "WholeFile",
    "WholeStatement",
    "entries_of",
    "outline",
    "read",
]
