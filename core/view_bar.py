"""Saved views above a list: which there are, which is shown, what of it was changed since."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.models import SavedView
from core.requests import Request, row_number
from core.services import Look, change_view, choose_look, drop_view, save_view
from core.tables import LinkColumn, Table, TickColumn


@dataclass(frozen=True, slots=True)
class ViewLink:
    """A saved view as drawn among the tabs."""

    label: str
    url: str
    is_current: bool
    shared_by: str = ""


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column a person may show or hide."""

    name: str
    label: str
    is_shown: bool


class ViewBar:
    """The saved views of one list for one person; ``keys`` are the filters a view keeps.

    One statement, and none where the list has no name of its own (``place``).
    """

    def __init__(self, request: Request, place: str, keys: Sequence[str]) -> None:
        self.request, self.place, self.keys = request, place, (*keys, "sort")

    @cached_property
    def _rows(self) -> list[SavedView]:
        if not self.place:
            return []
        views = SavedView.objects.seen_by(self.request.user).select_related("owner")
        return list(views.filter(company=self.request.company, place=self.place).order_by("name"))

    @cached_property
    def current(self) -> SavedView | None:
        """The view asked for by ``?view=``, when the person may see it."""
        wanted = row_number(self.request.GET.get("view", ""))
        return next((view for view in self._rows if view.pk == wanted and view.name), None)

    @cached_property
    def _look(self) -> SavedView | None:
        own = (view for view in self._rows if not view.name)
        return self.current or next((v for v in own if v.owner_id == self.request.user.pk), None)

    @property
    def is_compact(self) -> bool:
        """Whether rows are shown close together."""
        return self._look is not None and self._look.is_compact

    @property
    def is_own(self) -> bool:
        """Whether the view shown is the person's, so that it can be changed."""
        return self.current is not None and self.current.owner_id == self.request.user.pk

    @property
    def may_drop(self) -> bool:
        """Whether the person may remove the view shown."""
        user, company = self.request.user, self.request.company
        return self.is_own or (self.current is not None and user.may("core.manage", company.pk))

    @property
    def is_changed(self) -> bool:
        """Whether filter or order are no longer those the view keeps."""
        return self.current is not None and self.current.query != self.query

    @cached_property
    def query(self) -> str:
        """Filter and order of now, always written alike."""
        return _plain(self.request.GET, self.keys)

    def links(self) -> list[ViewLink]:
        """The named views; another person's carries their name."""
        return [
            ViewLink(
                view.name,
                f"?{view.query}&view={view.pk}" if view.query else f"?view={view.pk}",
                view == self.current and not self.is_changed,
                "" if view.owner_id == self.request.user.pk else str(view.owner),
            )
            for view in self._rows
            if view.name
        ]

    def arrange(self, table: Table) -> list[ColumnChoice]:
        """Show the columns chosen; returns what there is to choose from."""
        chosen = set(self._look.columns) if self._look else set()
        choices = []
        for column in table.columns.columns.values():
            if isinstance(column.column, LinkColumn | TickColumn) or not column.header:
                continue
            if chosen:
                arrange = table.columns.show if column.name in chosen else table.columns.hide
                arrange(column.name)
            choices.append(ColumnChoice(column.name, str(column.header), column.visible))
        return choices

    # --- what the person does -------------------------------------------------------------------
    def answer(self, table_class: type[Table]) -> HttpResponse:
        """Do what was posted (``act``) and show the list again."""
        post, user = self.request.POST, self.request.user
        look = self._asked(table_class)
        match post.get("act"):
            case "save_view":
                company = self.request.company
                name, is_shared = post.get("name", ""), post.get("is_shared") == "1"
                kept = save_view(company, self.place, name, look, is_shared=is_shared, by=user)
                messages.success(self.request, _("View “%(name)s” is saved.") % {"name": kept})
                return self._show(kept)
            case "change_view":
                kept = change_view(row_number(post.get("view", "")), look, by=user)
                messages.success(self.request, _("View “%(name)s” is changed.") % {"name": kept})
                return self._show(kept)
            case "drop_view":
                drop_view(row_number(post.get("view", "")), by=user)
                messages.success(self.request, _("The view is removed."))
            case "look":
                if self.is_own and self.current is not None:
                    change_view(self.current.pk, look, by=user)
                    return self._show(self.current)
                choose_look(self.request.company, self.place, look, by=user)
        return redirect(f"{self.request.path}?{self.query}" if self.query else self.request.path)

    def _show(self, view: SavedView) -> HttpResponse:
        query = f"{self.query}&" if self.query else ""
        return redirect(f"{self.request.path}?{query}view={view.pk}")

    def _asked(self, table_class: type[Table]) -> Look:
        """What is to be kept: columns as posted, or those shown now."""
        post, look = self.request.POST, self._look
        known = set(table_class.base_columns)
        if post.get("act") == "look":
            columns = [name for name in post.getlist("column") if name in known]
            return Look(self.query, columns, post.get("density") == "compact")
        return Look(self.query, look.columns if look else [], self.is_compact)


def _plain(asked: QueryDict, keys: Sequence[str]) -> str:
    kept = QueryDict(mutable=True)
    for key in sorted(set(keys)):
        for value in asked.getlist(key):
            if value:
                kept.appendlist(key, value)
    return kept.urlencode()
