"""Bank files: pure readers from bytes to facts; they know no database and no company.

``read(content)`` looks at the content (never at the name), picks the reader and hands back a
``ParsedFile``. Everything that is wrong ends in ``InvalidInput`` with the line named, so that a
caller can be sure: what comes back is complete, in one currency a statement, and closes
(opening balance + entries = closing balance).
"""

from receivables.bankfiles.facts import ParsedEntry, ParsedFile, ParsedStatement
from receivables.bankfiles.reading import read

__all__ = ["ParsedEntry", "ParsedFile", "ParsedStatement", "read"]
