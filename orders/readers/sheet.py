"""CSV and XLSX order files: a heading row, then one row per wanted article.

Rows with the same customer and order number are one order. A row that leaves both blank belongs
to the order above it, as people write such lists by hand.
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _

from core.sheets import SheetRow as Row
from core.sheets import cells_of
from core.typed_values import day, local_number
from o2c.errors import BusinessError, InvalidInput
from orders.draft import BuyerDraft, ChargeDraft, LineDraft, OrderDraft
from orders.readers.columns import fields_of
from orders.readers.values import not_negative, positive

_NEEDED = ("customer", "quantity")
_HEADING_ROWS = 10

T = TypeVar("T")


def read_sheet(rows: list[list[str]], filename: str) -> list[OrderDraft]:
    """Group the rows of a sheet into order drafts, in the order of the file.

    Raises ``InvalidInput`` when there is no heading row with customer, article and quantity; it
    names the headings that were found.
    """
    body = _body(rows, filename)
    groups: dict[tuple[str, str], list[Row]] = {}
    key = ("", "")
    for row in body:
        given = (row.text("customer"), row.text("po_number"))
        key = _key(given, key)
        groups.setdefault(key, []).append(row)
    if not groups:
        raise InvalidInput(
            "orders.no_rows",
            _("“%(file)s” has a heading row but no rows below it.") % {"file": filename},
            field="file",
        )
    return [_order(customer, po, group) for (customer, po), group in groups.items()]


def _key(given: tuple[str, str], above: tuple[str, str]) -> tuple[str, str]:
    """A row that names neither, or only the same customer again, continues the order above."""
    customer, po_number = given
    if not customer and not po_number:
        return above
    return (customer or above[0], po_number)


def _body(rows: list[list[str]], filename: str) -> list[Row]:
    for index, headings in enumerate(rows[:_HEADING_ROWS]):
        columns = fields_of(headings)
        if _is_heading(columns):
            names = {field: headings[column] for field, column in columns.items()}
            return [
                Row(number, cells_of(row, columns), names)
                for number, row in enumerate(rows[index + 1 :], start=index + 2)
                if any(row)
            ]
    found = ", ".join(f"“{cell[:30]}”" for row in rows[:1] for cell in row if cell) or "–"
    raise InvalidInput(
        "orders.headings",
        _("“%(file)s” has no heading row with customer, article and quantity. Found: %(found)s. "
          "Name the columns e.g. “Customer”, “PO number”, “Article”, “Quantity”, “Price”, "
          "“Requested date” (German and Swedish names work too).")
        % {"file": filename, "found": found},
        field="file",
    )  # fmt: skip


def _is_heading(columns: dict[str, int]) -> bool:
    has_article = bool({"article", "gtin", "name"} & columns.keys())
    return has_article and all(field in columns for field in _NEEDED)


def _order(customer: str, po_number: str, rows: list[Row]) -> OrderDraft:
    problems: list[str] = []
    lines = [line for row in rows if (line := _line(row, problems)) is not None]
    currencies = {row.text("currency").upper() for row in rows if row.text("currency")}
    if len(currencies) > 1:
        problems.append(
            _("rows %(first)s–%(last)s: one order has one currency; found %(found)s.")
            % {
                "first": rows[0].number,
                "last": rows[-1].number,
                "found": ", ".join(sorted(currencies)),
            }
        )
    return OrderDraft(
        buyer=BuyerDraft(text=customer),
        po_number=po_number,
        currency=min(currencies, default=""),
        requested_on=min((line.requested_on for line in lines if line.requested_on), default=None),
        note="\n".join(dict.fromkeys(row.text("note") for row in rows if row.text("note"))),
        channel="file",
        lines=tuple(lines),
        charges=tuple(_charges(rows, problems)),
        source_label=po_number or _("rows from %(row)s") % {"row": rows[0].number},
        problems=tuple(problems),
    )


def _charges(rows: list[Row], problems: list[str]) -> Iterator[ChargeDraft]:
    """Freight, packing and discount of the order: said once, or the same on each of its rows."""
    for field, code in (("freight", "FC"), ("packing", "PC")):
        if amount := _once(rows, field, _price, problems):
            yield ChargeDraft(reason_code=code, amount=amount)
    if rate := _once(rows, "order_discount", _rate, problems):
        yield ChargeDraft(reason_code="95", rate=rate)


def _once(
    rows: list[Row], field: str, reader: Callable[[str, str], Decimal], problems: list[str]
) -> Decimal | None:
    noted = len(problems)
    said = [(row, _read(row, field, reader, problems)) for row in rows if row.text(field)]
    values = {value for _row, value in said}
    if len(values) > 1 and len(problems) == noted:
        problems.append(
            _("%(where)s: one order has one such value; found %(found)s.")
            % {
                "where": said[0][0].where(field),
                "found": ", ".join(dict.fromkeys(row.text(field) for row, _value in said)),
            }
        )
    return said[0][1] if said and len(problems) == noted else None


def _line(row: Row, problems: list[str]) -> LineDraft | None:
    """The row as a line, or None with its problems noted: all of them, not the first only."""
    noted = len(problems)
    quantity = _read(row, "quantity", _quantity, problems)
    price = _read(row, "price", _price, problems) if row.text("price") else None
    discount = _read(row, "discount", _rate, problems) if row.text("discount") else Decimal(0)
    wanted = _read(row, "requested_on", _day, problems) if row.text("requested_on") else None
    if not (row.text("article") or row.text("gtin") or row.text("name")):
        problems.append(_("%(where)s: no article is named.") % {"where": row.where("article")})
    if len(problems) > noted or quantity is None:
        return None
    return LineDraft(
        article=row.text("article"),
        gtin=row.text("gtin"),
        name=row.text("name"),
        quantity=quantity,
        unit=row.text("unit"),
        unit_price=price,
        discount_rate=discount or Decimal(0),
        requested_on=wanted,
        place=_("row %(row)s") % {"row": row.number},
    )


def _read(row: Row, field: str, reader: Callable[[str, str], T], problems: list[str]) -> T | None:
    try:
        return reader(row.text(field), row.where(field))
    except BusinessError as problem:
        problems.append(problem.message)
        return None


def _quantity(text: str, where: str) -> Decimal:
    if not text:
        raise InvalidInput("quantity.missing", _("%(where)s: it is empty.") % {"where": where})
    return positive(local_number(text, what=where), what=where)


def _price(text: str, where: str) -> Decimal:
    return not_negative(local_number(text, what=where), what=where)


def _rate(text: str, where: str) -> Decimal:
    percent = not_negative(local_number(text.removesuffix("%"), what=where), what=where)
    if percent > 100:
        raise InvalidInput(
            "discount.over",
            _("%(where)s: a discount of %(percent)s %% is more than 100 %%.")
            % {"where": where, "percent": percent},
        )
    return percent / 100


def _day(text: str, where: str) -> date:
    return day(text, what=where)
