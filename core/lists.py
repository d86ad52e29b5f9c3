"""The base of every list page: filter, sort, page, totals, export, one fragment, few queries.

A room declares what it lists; ``docs/front.md`` has a copyable example. Public names of sorts and
filters map by hand; what is not declared is ignored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from django_tables2.columns.base import BoundColumn

from core.actors import require
from core.bulk import BulkAct, preview_or_start
from core.exports import csv_response, xlsx_response
from core.filters import Chip, FilterSet
from core.ordering import in_company
from core.requests import Request
from core.rows import ExportCell
from core.tables import MoneyColumn, Table
from core.tabs import Tab, TabLink, tab_links
from core.view_bar import ViewBar

Text = str | Promise
PAGE_SIZES = (50, 25, 100, 200)
COUNT_UP_TO = 10_000


@dataclass(frozen=True, slots=True)
class Action:
    """A button: ``Action(_("New order"), reverse("orders:new"), "plus", right="...")``."""

    label: Text
    url: str
    icon: str = ""
    right: str = ""
    is_primary: bool = True
    confirm: Text = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """What the list says on first use: what it is for, and how it fills."""

    title: Text
    text: Text = ""
    icon: str = "inbox"
    action_url: str = ""
    action_label: Text = ""


@dataclass(frozen=True, slots=True)
class Total:
    """Sums over the whole filter in one currency; ``amounts`` by column name."""

    currency: str
    amounts: dict[str, Any]


class ListView(LoginRequiredMixin, View):
    """Shows ``get_queryset()`` as a table.

    ``right`` is required in the chosen company. ``sorts`` maps public names (the column's name)
    to order_by fields; ``totals`` names the money columns to sum per ``currency_field``.
    """

    request: Request
    right: ClassVar[str]
    title: ClassVar[Text]
    table_class: ClassVar[type[Table]]
    filterset_class: ClassVar[type[FilterSet] | None] = None
    sorts: ClassVar[Mapping[str, Sequence[str]]] = {}
    default_sort: ClassVar[str] = ""
    tabs: ClassVar[Sequence[Tab]] = ()
    totals: ClassVar[Sequence[str]] = ()
    currency_field: ClassVar[str] = "currency"
    empty: ClassVar[Empty] = Empty(_("Nothing here yet"))
    help_text: ClassVar[Text] = ""
    export_name: ClassVar[str] = ""
    search_placeholder: ClassVar[Text] = _("Search this list")
    template_name: ClassVar[str] = "list.html"
    fragment_name: ClassVar[str] = "list.html#list"

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """The view function; it tells its right, as decorated views do."""
        view = super().as_view(**initkwargs)
        view.right = cls.right  # type: ignore[attr-defined]
        return view

    # --- what a room overrides ------------------------------------------------------------------
    def get_queryset(self) -> QuerySet[Any]:
        """All rows the actor may see here; start with ``Model.objects.visible_to(...)``."""
        raise NotImplementedError

    def actions(self) -> Sequence[Action]:
        """Buttons of the header; those whose right is missing are left out."""
        return ()

    def bulk_actions(self) -> Sequence[Action]:
        """Buttons for ticked rows (needs a ``TickColumn``); each posts ``selected`` to its url."""
        return ()

    def bulk_acts(self) -> Sequence[BulkAct]:
        """Acts on ticked rows with a preview, done by a job (needs a ``TickColumn``)."""
        return ()

    def extra_context(self) -> dict[str, Any]:
        """More names for a room's own template."""
        return {}

    # --- the page -------------------------------------------------------------------------------
    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Rows of companies where the person lacks the right don't exist here."""
        super().setup(request, *args, **kwargs)
        self.request.user.narrow_to(self.right)

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """The page, its fragment for htmx, or the export of exactly what is filtered."""
        require(request.user, self.right, request.company.pk)
        if request.GET.get("export") in ("csv", "xlsx"):
            return self._export(request.GET["export"])
        is_part = bool(request.htmx) and not request.htmx.history_restore_request
        template = self.fragment_name if is_part else self.template_name
        response = render(request, template, {**self._context(), "is_part": is_part})
        patch_vary_headers(response, ["HX-Request"])
        return response

    def post(self, request: Request, **kwargs: Any) -> HttpResponse:
        """What a person does with the list itself: a view kept, columns chosen, many rows acted on.

        Raises: Http404 for an act this list does not offer.
        """
        require(request.user, self.right, request.company.pk)
        kind = request.POST.get("bulk")
        if kind is None:
            return self.view_bar.answer(self.table_class)
        act = next((act for act in self.bulk_acts() if act.kind == kind), None)
        if act is None:
            raise Http404
        return preview_or_start(request, act, self.filtered, title=str(self.title))

    @cached_property
    def view_bar(self) -> ViewBar:
        """The saved views of this list."""
        match = getattr(self.request, "resolver_match", None)
        keys = list(self.filterset_class.base_filters) if self.filterset_class else []
        return ViewBar(self.request, match.view_name if match else "", keys)

    def _context(self) -> dict[str, Any]:
        rows, has_next = self._page_rows()
        table = self.table_class(rows, request=self.request)
        column_choices = self.view_bar.arrange(table)
        table.sort_links = self._sort_links()
        table.show_totals((total.currency, total.amounts) for total in self._totals())
        chips = self.filterset.chips() if self.filterset else []
        return {
            "view": self,
            "table": table,
            "filterset": self.filterset,
            "filter_fields": [f for f in self.filterset.form if f.name != "q"]
            if self.filterset
            else [],
            "chips": chips,
            "problems": self.filterset.problems() if self.filterset else [],
            "tab_links": self._tab_links(),
            "header_actions": self._allowed(self.actions()),
            "bulk_actions": self._allowed(self.bulk_actions()),
            "bulk_acts": self._permitted(self.bulk_acts()),
            "view_bar": self.view_bar,
            "view_links": self.view_bar.links(),
            "column_choices": column_choices,
            "page_sizes": sorted(PAGE_SIZES),
            "loosened": [] if rows else self._loosened(chips),
            "pager": self._pager(len(rows), has_next),
            "query_sort": self.request.GET.get("sort", ""),
            "is_filtered": bool(chips),
            **self.extra_context(),
        }

    @cached_property
    def filterset(self) -> FilterSet | None:
        """The bound filter set, or None where the list has no filters."""
        if self.filterset_class is None:
            return None
        return self.filterset_class(
            self.request.GET, queryset=self.get_queryset(), request=self.request
        )

    @cached_property
    def filtered(self) -> QuerySet[Any]:
        """The rows of the whole filter, unordered."""
        rows: QuerySet[Any] = self.filterset.qs if self.filterset else self.get_queryset()
        return rows

    def ordered(self) -> QuerySet[Any]:
        """The rows in the order chosen; the primary key breaks ties, so pages never overlap."""
        sign = "-" if self.sort.startswith("-") else ""
        names = self.sorts.get(self.sort.lstrip("-"), ())
        fields = [_signed(name, sign) for name in names]
        rows = in_company(self.filtered, names, self.request.company)
        return rows.order_by(*fields, f"{sign or ''}pk" if fields else "-pk")

    @cached_property
    def sort(self) -> str:
        """The sort asked for, when declared; else the default."""
        asked = self.request.GET.get("sort", "")
        return asked if asked.lstrip("-") in self.sorts else self.default_sort

    @cached_property
    def page(self) -> int:
        """Page asked for, from 1; none lies beyond ``COUNT_UP_TO`` rows: a database walks to it."""
        asked = self.request.GET.get("page", "1")
        page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
        return min(max(1, page), self._last_page)

    @property
    def _last_page(self) -> int:
        return max(1, COUNT_UP_TO // self.per_page)

    @cached_property
    def per_page(self) -> int:
        """Rows on a page."""
        asked = self.request.GET.get("per", "")
        return int(asked) if asked in map(str, PAGE_SIZES) else PAGE_SIZES[0]

    @cached_property
    def count(self) -> int:
        """Rows of the filter, counted up to ``COUNT_UP_TO`` + 1 so that no list ever waits."""
        return self.filtered.order_by().values("pk")[: COUNT_UP_TO + 1].count()

    def _page_rows(self) -> tuple[list[Any], bool]:
        """The page's rows, and whether more follow; a last page needs no counting."""
        start = (self.page - 1) * self.per_page
        rows = self._rows_from(start)
        if (rows or self.page == 1) and len(rows) <= self.per_page:
            self.__dict__["count"] = start + len(rows)
        has_next = len(rows) > self.per_page and self.page < self._last_page
        return rows[: self.per_page], has_next

    def _rows_from(self, start: int) -> list[Any]:
        """A page and one row more. Later pages are walked to by keys alone, then fetched."""
        end = start + self.per_page + 1
        if not start:
            return list(self.ordered()[:end])
        keys = list(self.ordered().values_list("pk", flat=True)[start:end])
        rows = {row.pk: row for row in self.filtered.order_by().filter(pk__in=keys)}
        return [rows[key] for key in keys if key in rows]

    def _pager(self, shown: int, has_next: bool) -> dict[str, Any]:
        start = (self.page - 1) * self.per_page
        return {
            "first": start + 1 if shown else 0,
            "last": start + shown,
            "count": min(self.count, COUNT_UP_TO),
            "is_more": self.count > COUNT_UP_TO,
            "is_end": self.count > COUNT_UP_TO and self.page == self._last_page,
            "previous": self._query(page=str(self.page - 1)) if self.page > 1 else "",
            "next": self._query(page=str(self.page + 1)) if has_next else "",
            "page": self.page,
        }

    def _totals(self) -> list[Total]:
        """One sum per currency over the whole filter, by SQL; left out above ``COUNT_UP_TO``."""
        if not self.totals or not self.count or self.count > COUNT_UP_TO:
            return []
        sums = {f"total_{name}": Sum(name) for name in self.totals}
        rows = self.filtered.order_by().values(self.currency_field).annotate(**sums)
        return [
            Total(row[self.currency_field], {name: row[f"total_{name}"] for name in self.totals})
            for row in rows.order_by(self.currency_field)
        ]

    def _sort_links(self) -> dict[str, tuple[str, str]]:
        """Column name -> (querystring, "ascending"/"descending"/"")."""
        current = self.sort.lstrip("-")
        links = {}
        for name in self.sorts:
            is_up = name == current and not self.sort.startswith("-")
            state = "" if name != current else "ascending" if is_up else "descending"
            links[name] = (self._query(sort=f"-{name}" if is_up else name, page=None), state)
        return links

    def _tab_links(self) -> list[TabLink]:
        if self.filterset_class is None:
            return []
        rows, is_view = self.get_queryset(), self.view_bar.current is not None
        return tab_links(self.tabs, self.filterset_class, rows, self.request, is_view=is_view)

    def _loosened(self, chips: Sequence[Chip]) -> list[tuple[Chip, int]]:
        """With nothing to show: each filter with the rows there would be without it."""
        if self.filterset_class is None or not 1 < len(chips) < 6:
            return []
        found = []
        for chip in chips:
            rest = self.filterset_class(
                QueryDict(chip.query), queryset=self.get_queryset(), request=self.request
            ).qs
            found.append((chip, rest.order_by().values("pk")[:COUNT_UP_TO].count()))
        return [(chip, count) for chip, count in found if count]

    def _permitted(self, acts: Sequence[BulkAct]) -> list[BulkAct]:
        user, company = self.request.user, self.request.company
        return [act for act in acts if user.may(act.right, company.pk)]

    def _allowed(self, actions: Sequence[Action]) -> list[Action]:
        user, company = self.request.user, self.request.company
        return [a for a in actions if not a.right or user.may(a.right, company.pk)]

    def _query(self, **changes: str | None) -> str:
        query = self.request.GET.copy()
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return query.urlencode()

    # --- export ---------------------------------------------------------------------------------
    def _export(self, kind: str) -> HttpResponseBase:
        table = self.table_class([], request=self.request)
        self.view_bar.arrange(table)
        columns = [column for column in table.columns if not column.column.exclude_from_export]
        records = self.ordered().iterator(chunk_size=2000)
        name = f"{self.export_name or slugify(str(self.title)) or 'list'}.{kind}"
        write = csv_response if kind == "csv" else xlsx_response
        cells = [ExportCell(table, column) for column in columns]
        rows = (_export_row(record, cells) for record in records)
        return write(name, _export_header(columns), rows)


def _export_header(columns: Sequence[BoundColumn]) -> list[str]:
    """Column titles; each amount is followed by its currency."""
    header = []
    for column in columns:
        header.append(str(column.header))
        if isinstance(column.column, MoneyColumn):
            header.append(gettext("Currency"))
    return header


def _export_row(record: Any, cells: Sequence[ExportCell]) -> list[Any]:
    values = []
    for cell in cells:
        values.append(cell.value(record))
        if isinstance(cell.bound.column, MoneyColumn):
            values.append(cell.bound.column.currency_of(record))
    return values


def _signed(name: str, sign: str) -> str:
    return name[1:] if sign and name.startswith("-") else f"{sign}{name}"
