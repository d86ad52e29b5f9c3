"""Tells bank files apart by their content and hands them to the right reader."""

from django.utils.translation import gettext as _

from o2c.errors import InvalidInput
from receivables.bankfiles import camt, mt940
from receivables.bankfiles.facts import ParsedFile

_XML_STARTS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\x00", b"\xfe\xff\x00<", b"\x00<\x00")
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")


def read(content: bytes) -> ParsedFile:
    """The statements in a bank file, complete and closing.

    Raises ``InvalidInput``: nothing that can be read, an intraday or notification file (camt.052,
    camt.054, MT942), no entries, broken chain, unreadable amount, date, currency or text.
    """
    if not content.strip():
        raise InvalidInput(
            "bankfile.empty", _("The file is empty. Fetch it from the bank once more.")
        )
    start = content[:64].lstrip()
    if start.startswith(_ARCHIVES):
        raise InvalidInput("bankfile.archive", _("This is an archive; unpack it first."))
    parsed = camt.read(content) if start.startswith(_XML_STARTS) else mt940.read(content)
    if not any(statement.entries for statement in parsed.statements):
        raise InvalidInput(
            "bankfile.no_entries",
            _("The file holds %(count)d statements but no booked entry.")
            % {"count": len(parsed.statements)},
        )
    return parsed
