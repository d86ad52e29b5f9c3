"""Columns and the base of every list: one look, money and dates right, exports from raw values."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import django_tables2
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_tables2 import Column
from django_tables2.utils import A

from core.rows import body_of
from core.templatetags import o2c as tags

__all__ = ["A", "BadgeColumn", "Column", "DayColumn", "LinkColumn", "MomentColumn", "MoneyColumn"]
__all__ += ["NumberColumn", "Table", "TickColumn"]


class TotalCell(NamedTuple):
    """One cell of the totals line."""

    text: Any
    is_number: bool
    width: int = 1


class LinkColumn(Column):
    """The row's name as a link to its page; the first column of every list.

    Takes the record's ``get_absolute_url()``; another address: ``linkify=`` as in django-tables2.
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("linkify", True)
        attrs = {"a": {"class": "o2c-row-link"}, "td": {"class": "o2c-key"}}
        super().__init__(**{"attrs": attrs, **options})


class MoneyColumn(Column):
    """An amount, right-aligned, with the ISO code of the row's ``currency``.

    ``currency`` is where the code is read: an accessor (``"currency"``, ``"order.currency"``), or
    a fixed code in capitals. ``word`` stands beside a negative amount ("credit").
    """

    def __init__(
        self, *, currency: str = "currency", word: str | Promise = "", **options: Any
    ) -> None:
        self.currency, self.word = currency, word
        attrs = {"td": {"class": "o2c-num"}, "th": {"class": "o2c-num"}}
        super().__init__(**{"attrs": attrs, **options})

    def currency_of(self, record: Any) -> str:
        """ISO code of the row."""
        if len(self.currency) == 3 and self.currency.isupper():
            return self.currency
        return str(A(self.currency.replace(".", "__")).resolve(record, quiet=True) or "")

    def render(self, value: Any, record: Any) -> str:
        """The amount as shown."""
        return tags.money(value, self.currency_of(record), str(self.word))

    def value(self, value: Any) -> Any:
        """The amount as exported: the figure itself."""
        return value


class NumberColumn(Column):
    """A quantity or count, right-aligned."""

    def __init__(self, *, most: int = 3, **options: Any) -> None:
        self.most = most
        attrs = {"td": {"class": "o2c-num"}, "th": {"class": "o2c-num"}}
        super().__init__(**{"attrs": attrs, **options})

    def render(self, value: Any) -> str:
        """The figure as shown."""
        return tags.number(value, 0, self.most)

    def value(self, value: Any) -> Any:
        """The figure itself."""
        return value


class DayColumn(Column):
    """A date: 22 Nov 2026; exported as ISO date."""

    def render(self, value: Any) -> str:
        """The date as shown."""
        return tags.day(value)

    def value(self, value: Any) -> Any:
        """The date itself."""
        return value


class MomentColumn(Column):
    """A date and time; exported as ISO."""

    def render(self, value: Any) -> str:
        """The moment as shown."""
        return tags.moment(value)

    def value(self, value: Any) -> Any:
        """The moment itself."""
        return value


class BadgeColumn(Column):
    """The state of the record as badge (``core.badges``); ``of`` computes another one.

    ``of`` takes the record and returns (family, word): a derived state such as overdue.
    """

    def __init__(
        self, *, of: Callable[[Any], tuple[str, str]] | None = None, **options: Any
    ) -> None:
        self.of = of
        super().__init__(**{"verbose_name": _("State"), "empty_values": (), **options})

    def render(self, record: Any, bound_column: Any) -> str:
        """The badge."""
        if self.of:
            family, word = self.of(record)
            return tags.state_badge(word, family, word)
        return tags.badge(record, str(bound_column.accessor))

    def value(self, record: Any, bound_column: Any) -> str:
        """The word."""
        if self.of:
            return str(self.of(record)[1])
        words = getattr(record, f"get_{bound_column.accessor}_display", None)
        return str(words() if words else bound_column.accessor.resolve(record))


class TickColumn(Column):
    """A box to select the row, for bulk acts: posted as ``selected`` with the row's key.

    ``amount`` and ``currency`` name the attributes that are summed as rows are ticked.
    """

    def __init__(self, *, amount: str = "", currency: str = "currency", **options: Any) -> None:
        self.amount, self.currency = amount, currency
        super().__init__(
            **{
                "verbose_name": "",
                "accessor": "pk",
                "orderable": False,
                "exclude_from_export": True,
                "attrs": {"td": {"class": "o2c-tick"}, "th": {"class": "o2c-tick"}},
                **options,
            }
        )

    def render(self, value: Any, record: Any) -> str:
        """The box."""
        if not self.amount:
            return tags.tick(value, str(record))
        amount = A(self.amount).resolve(record, quiet=True)
        currency = A(self.currency).resolve(record, quiet=True)
        return tags.tick(value, str(record), amount, str(currency or ""))


class Table(django_tables2.Table):
    """Base of all tables: rendered by ``tables/table.html``; sorted by the list, not by tables2."""

    keyboard = True
    caption = ""

    def __init__(self, data: Any, **options: Any) -> None:
        self.sort_links: dict[str, tuple[str, str]] = {}
        self.total_cells: list[list[TotalCell]] = []
        options.setdefault("template_name", "tables/table.html")
        options.setdefault("row_attrs", {"data-href": _url_of})
        super().__init__(data, orderable=False, **options)
        self._name_columns()

    def _name_columns(self) -> None:
        """Head each column without a title of its own with its field's name, in the reader's
        language; django-tables2 does so for querysets only, and our rows come as lists."""
        model = getattr(self._meta, "model", None)
        if model is None:
            return
        for column in self.columns:
            field = column.accessor.get_field(model)
            if column.column.verbose_name is None and hasattr(field, "verbose_name"):
                column.column.verbose_name = capfirst(str(field.verbose_name))

    @property
    def body(self) -> str:
        """The rows as HTML."""
        return body_of(self)

    def show_totals(self, totals: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Put one line per currency under the table: (currency, {column name: amount})."""
        names = [column.name for column in self.columns]
        for currency, amounts in totals:
            cells = [TotalCell(_cell(amounts, name, currency), name in amounts) for name in names]
            width = next((at for at, cell in enumerate(cells) if cell.is_number), len(cells))
            lead = [TotalCell(_("Total, whole filter"), False, width)] if width else []
            self.total_cells.append([*lead, *cells[width:]])


def _cell(amounts: Mapping[str, Any], name: str, currency: str) -> str:
    return tags.money(amounts[name], currency) if name in amounts else ""


def _url_of(record: Any) -> str | None:
    url = getattr(record, "get_absolute_url", None)
    return str(url()) if url else None
