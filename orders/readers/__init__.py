"""Files and pasted text to order drafts; the type is told by the content, never by the name."""

from core.safe_sheets import read_rows
from orders.draft import OrderDraft
from orders.readers.pasted import read_pasted
from orders.readers.sheet import read_sheet
from orders.readers.ubl import read_ubl

__all__ = ["read_orders", "read_pasted", "read_sheet", "read_ubl"]

_XML_STARTS = (b"<", b"\xff\xfe<\x00", b"\xfe\xff\x00<")


def read_orders(content: bytes, filename: str) -> list[OrderDraft]:
    """Every order in a file: UBL 2.1 Order XML, or CSV/XLSX with a heading row.

    Raises ``InvalidInput`` when the file as a whole can't be read; a row that can't is a problem
    of its own order (``OrderDraft.problems``).
    """
    head = content[:256].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(_XML_STARTS):
        return [read_ubl(content, filename)]
    return read_sheet(read_rows(content, filename), filename)
