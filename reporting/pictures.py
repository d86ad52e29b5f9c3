"""A picture: one chart with its definition, its table with the same numbers, its way to the list.

The server makes every figure and every text; ``static/src/o2c/charts.js`` only draws. A mark leads
to the list that sums to it, and so does the same figure in the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core import formats
from reporting.sheets import Cell, Column, Sheet, Text

Unit = Literal["money", "days", "hours", "percent", "count"]
Layout = Literal["columns", "rows", "lines"]
Figure = Decimal | None


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one kind, one per category; None is a gap.

    ``family`` names the colour token, ``families`` one per point instead. ``stack`` puts series on
    top of each other; ``is_hatched`` marks what is expected and not there yet; ``is_line`` draws a
    line among columns; ``labels`` are written at the marks instead of the values.
    """

    label: Text
    values: Sequence[Figure]
    family: str = "blue"
    families: Sequence[str] = ()
    urls: Sequence[str] = ()
    stack: str = ""
    is_hatched: bool = False
    is_line: bool = False
    is_labelled: bool = False
    labels: Sequence[str] = ()

    def url_of(self, index: int) -> str:
        """The list that sums to the figure; nothing where there is none."""
        return self.urls[index] if index < len(self.urls) else ""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn and what stands around it.

    ``headline`` and ``note`` say the result in words; ``more_url`` leads to the report behind it.
    """

    key: str
    title: Text
    definition: Text
    heading: Text
    categories: Sequence[str]
    series: Sequence[Series]
    unit: Unit = "money"
    currency: str = ""
    layout: Layout = "columns"
    headline: str = ""
    note: Text = ""
    more_url: str = ""
    more_label: Text = ""
    empty_text: Text = ""
    has_total: bool = False
    is_tall: bool = False
    extra: Sequence[tuple[Column, Sequence[Any]]] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for row in self.series for value in row.values)

    @property
    def id(self) -> str:
        """Identifies the picture on its page."""
        return f"picture-{self.key}"

    def sheet(self) -> Sheet:
        """The same figures as a table, with the same links."""
        columns = [Column(self.heading), *[self._column(row.label) for row in self.series]]
        sheet = Sheet([*columns, *[column for column, _values in self.extra]])
        for index, category in enumerate(self.categories):
            cells = [Cell(row.values[index], row.url_of(index)) for row in self.series]
            more = [Cell(values[index]) for _column, values in self.extra]
            sheet.rows.append([Cell(category), *cells, *more])
        if self.has_total:
            sheet.totals.append(self._total())
        return sheet

    def _total(self) -> list[Cell]:
        sums = [sum((v or Decimal(0) for v in row.values), Decimal(0)) for row in self.series]
        return [
            Cell(_("Total")),
            *[Cell(total) for total in sums],
            *[Cell(None) for _column in self.extra],
        ]

    def _column(self, label: Text) -> Column:
        if self.unit == "money":
            return Column(f"{label}, {self.currency}" if self.currency else label, is_amount=True)
        places = {"days": 1, "hours": 1, "percent": 1, "count": 0}[self.unit]
        return Column(label, is_number=True, places=places)

    def chart(self) -> dict[str, Any]:
        """What the script needs to draw: plain numbers, and each figure as a reader sees it."""
        return {
            "title": str(self.title),
            "layout": self.layout,
            "unit": self.unit,
            "categories": list(self.categories),
            "description": ": ".join(filter(None, (str(self.title), self.headline))),
            "series": [self._drawn(row) for row in self.series],
        }

    def _drawn(self, row: Series) -> dict[str, Any]:
        return {
            "label": str(row.label),
            "values": [None if value is None else float(value) for value in row.values],
            "texts": [self.words(value) for value in row.values],
            "urls": list(row.urls),
            "family": row.family,
            "families": list(row.families),
            "stack": row.stack,
            "hatched": row.is_hatched,
            "line": row.is_line,
            "labelled": row.is_labelled,
            "labels": list(row.labels),
        }

    def words(self, value: Figure) -> str:
        """A figure as a reader sees it."""
        return words(value, self.unit, self.currency)


def words(value: Figure, unit: Unit, currency: str = "") -> str:
    """A figure with its unit: ``1,190.00 EUR``, ``41.2 d``, ``3.5 h``, ``86 %``, ``7``."""
    if value is None:
        return "–"
    match unit:
        case "money":
            return formats.amount(value, currency)
        case "days":
            return formats.days(value)
        case "hours":
            return formats.hours(value)
        case "percent":
            return formats.figure(value, most=1) + "\N{NO-BREAK SPACE}%"
    return formats.figure(value, most=0)


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure of the moment: what it was a month ago, whether the change is good, its trend.

    ``trend`` are points of a small line, oldest first. ``is_good`` None says the change is neither.
    """

    label: Text
    value: str
    definition: Text
    url: str = ""
    change: str = ""
    is_good: bool | None = None
    trend: Sequence[Figure] = ()
    hint: str = ""

    @property
    def points(self) -> str:
        """The trend as points of an SVG line in a box of 100 by 24."""
        known = [float(value) for value in self.trend if value is not None]
        if len(known) < 2:
            return ""
        low, high = min(known), max(known)
        span = (high - low) or 1.0
        step = 100 / (len(known) - 1)
        return " ".join(
            f"{index * step:.2f},{22 - (value - low) / span * 20:.2f}"
            for index, value in enumerate(known)
        )


def texts(values: Sequence[str | Promise]) -> list[str]:
    """Translated now."""
    return [str(value) for value in values]
