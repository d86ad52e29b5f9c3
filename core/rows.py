"""The body of a table as HTML: what django-tables2 renders, but at a list's speed.

A list shows 50 rows of ten cells. django-tables2 asks the signature of a column's functions, its
attributes and its field anew for each cell, and a template looks up each of them by name. None of
that changes from row to row, so here it is looked up once a column; a cell is then its value, its
column's ``render`` and one escape. Attributes of cells are constants in our tables.
"""

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db.models import Model
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
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


class _Cell:
    """One column's way to write its cell of a record."""

    def __init__(self, table: Any, bound: Any) -> None:
        self.bound, self.accessor = bound, bound.accessor
        attrs = bound.attrs["td"]
        if bound.name == SECOND:
            attrs["class"] = f"{attrs['class'] or ''} o2c-second".strip()
        self.opening = format_html('<td data-label="{}" {}>', bound.header, attrs.as_html())
        attrs["class"] = f"{attrs['class'] or ''} is-empty".strip()
        opening = format_html('<td data-label="{}" {}>', bound.header, attrs.as_html())
        self.empty = f"{opening}{conditional_escape(localize(bound.default))}</td>"
        self.render = _fitted(bound.render, table, bound)
        self.needs_value = bool(bound.column.empty_values) or "value" in _names_of_render(bound)
        self.link = _Link(bound) if bound.link else None

    def html(self, record: Any) -> str:
        """The cell, its value as text, as its column renders it, or as a link.

        A column that renders the record alone, whatever its value, has none looked up.
        """
        value = self._value(record) if self.needs_value else None
        if value in self.bound.column.empty_values:
            return self.empty
        content = self.render(value, record)
        if self.link:
            content = self.link.around(content, record)
        text = content if isinstance(content, str) else localize(content)
        return f"{self.opening}{conditional_escape(text)}</td>"

    def _value(self, record: Any) -> Any:
        """What the accessor finds; the word for it where the field has choices."""
        try:
            owner, name = self.accessor.penultimate(record)
            if isinstance(owner, Model) and _has_choices(type(owner), name):
                return None if getattr(owner, name) is None else choice_word(owner, name)
            return self.accessor.resolve(record)
        except _UNRESOLVABLE:
            return None


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
        return (
            content
            if url is None
            else format_html('<a {}href="{}">{}</a>', self.attrs, url, content)
        )


def _fitted(render: Callable[..., Any], table: Any, bound: Any) -> Callable[[Any, Any], Any]:
    """``render`` called with those of django-tables2's arguments that it names."""
    names = _names_of_render(bound)
    fixed = {"column": bound.column, "bound_column": bound, "table": table}
    fixed = {name: value for name, value in fixed.items() if name in names}
    if "value" in names and "record" in names:
        return lambda value, record: render(value=value, record=record, **fixed)
    if "record" in names:
        return lambda value, record: render(record=record, **fixed)
    return lambda value, record: render(value=value, **fixed)


def _names_of_render(bound: Any) -> frozenset[str]:
    return _names_of(getattr(bound.render, "__func__", bound.render))


@lru_cache(maxsize=1000)
def _names_of(function: Callable[..., Any]) -> frozenset[str]:
    return frozenset(inspect.signature(function).parameters)


@lru_cache(maxsize=1000)
def _has_choices(model: type[Model], name: str) -> bool:
    try:
        return bool(getattr(model._meta.get_field(name), "flatchoices", ()))
    except FieldDoesNotExist:
        return False
