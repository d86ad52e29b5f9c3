"""Tags that draw a report's sheet."""

from collections.abc import Iterable
from datetime import date

from django import template

from core import formats
from reporting.sheets import Cell, Column, Sheet

register = template.Library()


@register.filter
def with_columns(row: list[Cell], sheet: Sheet) -> Iterable[tuple[Cell, Column]]:
    """A row's cells with their columns."""
    return zip(row, sheet.columns, strict=True)


@register.simple_tag
def plain(value: object) -> str:
    """A value as text; dates in words."""
    return formats.day(value) if isinstance(value, date) else str(value)
