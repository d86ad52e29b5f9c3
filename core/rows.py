"""The body of a table as HTML: what django-tables2 renders, but at a list's speed.

A list shows 50 rows of ten cells. django-tables2 asks the signature of a column's functions, its
attributes and its field anew for each cell, and a template looks up each of them by name. None of
that changes from row to row, so here it is looked up once a column; a cell is then its value, its
column's ``render`` and one escape. Attributes of cells are constants in our tables.
"""

import inspect
from collections.abc import Callable
from functools import lru_cache
from html import escape
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db.models import Model
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django_tables2 import Column
from django_tables2.utils import AttributeDict

from core.badges import choice_word

SECOND = "customer"
"""The column that stands under the row's name on a phone, without its title."""

_UNRESOLVABLE = (AttributeError, LookupError, TypeError, ValueError, ObjectDoesNotExist)


def body_of(table: Any) -> SafeString:
    """All rows of a page of a table, ``<tr>`` by ``<tr>``."""
    cells = [_Cell(table, column) for column in table.columns]
    return mark_safe("\n".join(_row(table, cells, record) for record in table.data))  # noqa: S308 - made of escaped parts


def _row(table: Any, cells: "list[_Cell]", record: Any) -> str:
    attrs = {
        name: value(record) if callable(value) else value for name, value in table.row_attrs.items()
    }
    opening = AttributeDict(attrs).as_html()
    return f"<tr {opening}>{''.join(cell.html(record) for cell in cells)}</tr>"


class _Reader:
    """One column's way to read a record: its value, and what one of its functions makes of it."""

    def __init__(self, table: Any, bound: Any, function: Callable[..., Any]) -> None:
        self.bound, self.accessor = bound, bound.accessor
        names = _names_of(getattr(function, "__func__", function))
        self.made = _fitted(function, names, table, bound)
        self.needs_value = bool(bound.column.empty_values) or "value" in names

    def read(self, record: Any) -> Any:
        """The value; None where the function takes the record alone, whatever its value."""
        return self._value(record) if self.needs_value else None

    def _value(self, record: Any) -> Any:
        """What the accessor finds; the word for it where the field has choices."""
        try:
            owner, name = self.accessor.penultimate(record)
            if isinstance(owner, Model) and _has_choices(type(owner), name):
                return None if getattr(owner, name) is None else choice_word(owner, name)
            return self.accessor.resolve(record)
        except _UNRESOLVABLE:
            return None


class ExportCell(_Reader):
    """One column's value for a file: raw figures and dates, no markup."""

    def __init__(self, table: Any, bound: Any) -> None:
        own = getattr(bound.value, "__func__", bound.value)
        super().__init__(table, bound, bound.render if own is Column.value else bound.value)

    def value(self, record: Any) -> Any:
        """The value as exported; None where the record has none."""
        value = self.read(record)
        return None if value in self.bound.column.empty_values else self.made(value, record)


class _Cell(_Reader):
    """One column's way to write its cell of a record."""

    def __init__(self, table: Any, bound: Any) -> None:
        super().__init__(table, bound, bound.render)
        attrs = bound.attrs["td"]
        if bound.name == SECOND:
            attrs["class"] = f"{attrs['class'] or ''} o2c-second".strip()
        self.opening = format_html('<td data-label="{}" {}>', bound.header, attrs.as_html())
        attrs["class"] = f"{attrs['class'] or ''} is-empty".strip()
        opening = format_html('<td data-label="{}" {}>', bound.header, attrs.as_html())
        self.empty = f"{opening}{conditional_escape(localize(bound.default))}</td>"
        self.link = _Link(bound) if bound.link else None

    def html(self, record: Any) -> str:
        """The cell: its value as text, as its column renders it, or as a link."""
        value = self.read(record)
        if value in self.bound.column.empty_values:
            return self.empty
        content = self.made(value, record)
        if self.link:
            content = self.link.around(content, record)
        return f"{self.opening}{_escaped(content)}</td>"


class _Link:
    """The ``<a>`` around a column's content."""

    def __init__(self, bound: Any) -> None:
        self.bound, self.transform = bound, bound.link
        attrs = AttributeDict(bound.link.attrs or {}).as_html()
        self.attrs = SafeString(f"{attrs} " if attrs else "")
        self.own_url = bound.link.url

    def around(self, content: Any, record: Any) -> Any:
        """The content as a link to the record's page; plain where it has none."""
        if self.own_url:
            url = self.own_url(record)
        else:
            url = self.transform.compose_url(record=record, bound_column=self.bound)
        if url is None:
            return content
        return SafeString(f'<a {self.attrs}href="{escape(url)}">{_escaped(content)}</a>')


def _escaped(content: Any) -> str:
    """What ``conditional_escape`` makes of it, without asking first whether a text is lazy."""
    text = content if isinstance(content, str) else localize(content)
    if type(text) is str:
        return escape(text)
    return conditional_escape(text)


def _fitted(
    function: Callable[..., Any], names: frozenset[str], table: Any, bound: Any
) -> Callable[[Any, Any], Any]:
    """``function`` called with those of django-tables2's arguments that it names."""
    fixed = {"column": bound.column, "bound_column": bound, "table": table}
    fixed = {name: value for name, value in fixed.items() if name in names}
    if "value" in names and "record" in names:
        return lambda value, record: function(value=value, record=record, **fixed)
    if "record" in names:
        return lambda value, record: function(record=record, **fixed)
    return lambda value, record: function(value=value, **fixed)


@lru_cache(maxsize=1000)
def _names_of(function: Callable[..., Any]) -> frozenset[str]:
    return frozenset(inspect.signature(function).parameters)


@lru_cache(maxsize=1000)
def _has_choices(model: type[Model], name: str) -> bool:
    try:
        return bool(getattr(model._meta.get_field(name), "flatchoices", ()))
    except FieldDoesNotExist:
        return False
