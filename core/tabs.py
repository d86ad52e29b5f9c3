"""Quick filters above a list, with how many rows wait behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

from core.filters import FilterSet
from core.requests import Request
from core.sql import bounded_counts

COUNT_UP_TO = 1_000


@dataclass(frozen=True, slots=True)
class Tab:
    """A quick filter above the list: ``Tab(_("Overdue"), {"overdue": "1"})``.

    ``is_counted`` shows how many rows there are, where few are or an index finds them.
    """

    label: str | Promise
    query: Mapping[str, str] = field(default_factory=dict)
    is_counted: bool = False


@dataclass(frozen=True, slots=True)
class TabLink:
    """A tab as drawn; ``count`` is None where it isn't counted."""

    label: str | Promise
    url: str
    is_current: bool
    count: int | None = None


def tab_links(
    tabs: Sequence[Tab],
    filters: type[FilterSet],
    rows: QuerySet[Any],
    request: Request,
    *,
    is_view: bool,
) -> list[TabLink]:
    """The tabs as links; one statement counts all that are counted. No tab is current while a
    saved view is shown (``is_view``)."""
    now = {k: v for k, v in request.GET.items() if k in filters.base_filters and v}
    counted = [tab for tab in tabs if tab.is_counted]
    sets = [filters(_query(tab), queryset=rows, request=request).qs for tab in counted]
    counts = dict(zip(map(id, counted), bounded_counts(sets, COUNT_UP_TO), strict=True))
    return [
        TabLink(
            tab.label,
            f"?{_query(tab).urlencode()}",
            now == dict(tab.query) and not is_view,
            counts.get(id(tab)),
        )
        for tab in tabs
    ]


def _query(tab: Tab) -> QueryDict:
    query = QueryDict(mutable=True)
    query.update(dict(tab.query))
    return query
