"""Tags that draw a report's sheet, its pictures and key figures."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.utils.html import conditional_escape, format_html, json_script
from django.utils.safestring import SafeString

from core import formats
from core.templatetags import o2c as tags
from reporting.pictures import KeyFigure, Picture
from reporting.sheets import Cell, Column, Sheet, Sorting

register = template.Library()


@register.simple_tag
def sheet_row(row: list[Cell], sheet: Sheet, is_total: bool = False) -> str:
    """A row's cells; written here and not in a template, since a report has thousands of them."""
    cells = zip(row, sheet.columns, strict=True)
    return SafeString("".join(_cell(cell, column, is_total) for cell, column in cells))


def _cell(cell: Cell, column: Column, is_total: bool) -> str:
    is_figure = column.is_amount or column.is_number
    look = ' class="o2c-num is-nought"' if cell.value == 0 else ' class="o2c-num"'
    words: str = _words(cell.value, column)
    if cell.value is None:
        words = "" if is_total else "–"
    elif cell.url and cell.value:
        words = format_html('<a href="{}">{}</a>', cell.address, words)
    return SafeString(f"<td{look if is_figure else ''}>{conditional_escape(words)}</td>")


def _words(value: Any, column: Column) -> str:
    if value is None:
        return ""
    if column.is_amount:
        return tags.money(value)
    if column.is_number:
        return tags.number(value, column.places)
    return formats.day(value) if isinstance(value, date) else str(value)


@register.simple_tag
def plain(value: object) -> str:
    """A value as text; dates in words."""
    return formats.day(value) if isinstance(value, date) else str(value)


@register.inclusion_tag("partials/picture.html", takes_context=True)
def chart(context: Context, picture: Picture) -> dict[str, Any]:
    """A picture with its definition, its table with the same numbers, its files."""
    return {"picture": picture, "export_url": _export_url(context, picture)}


def _export_url(context: Context, picture: Picture) -> str:
    base = context.get("picture_url", "")
    return f"{base}{'&' if '?' in base else '?'}picture={picture.key}" if base else ""


@register.filter
def chart_data(picture: Picture, element_id: str) -> SafeString:
    """The numbers for the script that draws, as data the browser does not run."""
    return json_script(picture.chart(), f"{element_id}-data")


@register.inclusion_tag("partials/key_figure.html")
def key_figure(figure: KeyFigure) -> dict[str, Any]:
    """A figure of the moment with its change and trend."""
    return {"figure": figure}


@register.inclusion_tag("reporting/sheet.html")
def sheet_table(
    sheet: Sheet, caption: str = "", sorting: Sorting | None = None, limit: int = 0
) -> dict[str, Any]:
    """A sheet as a table; ``limit`` shows only the first rows."""
    rows: Sequence[list[Cell]] = sheet.rows[:limit] if limit else sheet.rows
    heads = [(column, sorting.of(n) if sorting else None) for n, column in enumerate(sheet.columns)]
    return {
        "sheet": sheet,
        "rows": rows,
        "heads": heads,
        "caption": caption,
        "is_dense": len(sheet.columns) > 8,
        "has_rows_keys": sorting is not None,
    }


@register.filter
def difference(proof: tuple[Decimal, Decimal]) -> Decimal:
    """What the items come to, less what the ledger says."""
    return proof[0] - proof[1]


@register.filter
def in_words(amount: Decimal) -> str:
    """An amount as a reader sees it."""
    return formats.amount(amount)


@register.simple_tag(takes_context=True)
def tab_url(context: Context, key: str, name: str = "") -> str:
    """This report with another grouping, the rest of the choice kept."""
    query = context["request"].GET.copy()
    for other in ("export", "picture", "sort", "week", "only"):
        query.pop(other, None)
    query[name or "by"] = key
    return f"?{query.urlencode()}"
