"""Rows pasted from a spreadsheet or a mail: article, quantity, perhaps a price, one per line."""

import re

from django.utils.translation import gettext as _

from core.typed_values import local_number
from o2c.errors import InvalidInput
from orders.draft import LineDraft
from orders.readers.columns import fields_of
from orders.readers.values import not_negative, positive

MAX_LINES = 500
_NUMERIC = re.compile(r"[+\-\u2212]?[\d.,'\s\u00a0\u202f]*\d", re.ASCII)


def read_pasted(text: str) -> list[LineDraft]:
    """Lines of pasted text; cells apart by tab, else semicolon, else two blanks.

    Without headings the first cell is the article and the first number after it the quantity; a
    second number is the price. Raises ``InvalidInput`` naming the row that can't be read.
    """
    rows = [_cells(line) for line in text.splitlines() if line.strip()]
    if not rows:
        raise InvalidInput(
            "paste.empty", _("Nothing was pasted. Copy rows with article and quantity.")
        )
    if len(rows) > MAX_LINES:
        raise InvalidInput(
            "paste.long",
            _("%(found)s rows were pasted; at most %(most)s at once. Use the import for more.")
            % {"found": len(rows), "most": MAX_LINES},
        )
    columns = fields_of(rows[0])
    if "quantity" in columns and "article" in columns:
        return [_by_heading(row, columns, number) for number, row in enumerate(rows[1:], start=2)]
    return [_by_place(row, number) for number, row in enumerate(rows, start=1)]


def _cells(line: str) -> list[str]:
    for separator in ("\t", ";"):
        if separator in line:
            return [cell.strip() for cell in line.split(separator)]
    return [cell.strip() for cell in re.split(r"\s{2,}", line.strip())]


def _by_heading(row: list[str], columns: dict[str, int], number: int) -> LineDraft:
    def cell(field: str) -> str:
        index = columns.get(field, len(row))
        return row[index] if index < len(row) else ""

    return _line(number, cell("article"), cell("quantity"), cell("price"))


def _by_place(row: list[str], number: int) -> LineDraft:
    numbers = [cell for cell in row[1:] if _NUMERIC.fullmatch(cell)]
    quantity = numbers[0] if numbers else next((cell for cell in row[1:] if cell), "1")
    return _line(number, row[0], quantity, numbers[1] if len(numbers) > 1 else "")


def _line(number: int, article: str, quantity: str, price: str) -> LineDraft:
    place = _("row %(row)s") % {"row": number}
    what = _("row %(row)s, quantity") % {"row": number}
    price_what = _("row %(row)s, price") % {"row": number}
    if not article:
        raise InvalidInput("paste.article", _("%(place)s: no article is named.") % {"place": place})
    return LineDraft(
        article=article,
        quantity=positive(local_number(quantity, what=what), what=what),
        unit_price=not_negative(local_number(price, what=price_what), what=price_what)
        if price
        else None,
        place=place,
    )
