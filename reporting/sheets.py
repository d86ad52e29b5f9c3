"""A report as a sheet: columns, rows with links to what they sum, totals; for page and export."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.functional import Promise

Text = str | Promise
Value = str | int | Decimal | object


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``is_amount`` right-aligned with two places, ``is_number`` right-aligned;
    ``is_currency`` holds the ISO code of the row's amounts; ``places`` are a number's decimals."""

    label: Text
    is_amount: bool = False
    is_number: bool = False
    is_currency: bool = False
    places: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and where it leads. No value (None) is a dash on the page, empty in a file.

    A report has thousands of cells and a page shows some of them: ``url`` may be what makes it.
    """

    value: Value
    url: str | Callable[[], str] = ""

    @property
    def address(self) -> str:
        """Where it leads; empty for nowhere."""
        return self.url if isinstance(self.url, str) else self.url()


@dataclass(slots=True)
class Sheet:
    """A report's table."""

    columns: Sequence[Column]
    rows: list[list[Cell]] = field(default_factory=list)
    totals: list[list[Cell]] = field(default_factory=list)

    def add_totals(self, label: Text) -> None:
        """Sum every amount column per currency, which stands in the column ``is_currency``."""
        at = next(n for n, column in enumerate(self.columns) if column.is_currency)
        sums: dict[str, list[Decimal]] = {}
        for row in self.rows:
            found = sums.setdefault(str(row[at].value), [Decimal(0)] * len(self.columns))
            for n, column in enumerate(self.columns):
                if column.is_amount:
                    found[n] += Decimal(str(row[n].value))
        for currency, amounts in sorted(sums.items()):
            pairs = zip(amounts, self.columns, strict=True)
            cells = [Cell(amount if column.is_amount else None) for amount, column in pairs]
            cells[0], cells[at] = Cell(label), Cell(currency)
            self.totals.append(cells)

    def header(self) -> list[str]:
        """Column labels, for files."""
        return [str(column.label) for column in self.columns]

    def values(self) -> Iterable[list[Value]]:
        """Rows and totals as plain values, for files."""
        for row in [*self.rows, *self.totals]:
            yield [cell.value for cell in row]

    def sort(self, sorting: "Sorting") -> None:
        """Order the rows by a column; rows without a value come last."""
        if sorting.at is None or sorting.at >= len(self.columns):
            return
        at = sorting.at
        known = [row for row in self.rows if row[at].value is not None]
        known.sort(key=lambda row: _sortable(row[at].value), reverse=sorting.is_down)
        self.rows = known + [row for row in self.rows if row[at].value is None]

    def add_shares(self, label: Text, of: int) -> None:
        """A column with each row's percentage of the total, which stands in column ``of``."""
        at = next((n for n, c in enumerate(self.columns) if c.is_currency), None)
        totals = {
            str(row[at].value) if at is not None else "": row[of].value for row in self.totals
        }
        self.columns = [*self.columns, Column(label, is_number=True, places=1)]
        for row in [*self.rows, *self.totals]:
            total = totals.get(str(row[at].value) if at is not None else "")
            row.append(Cell(_share(row[of].value, total)))


def _share(part: Value, total: Value) -> Decimal | None:
    if not isinstance(part, Decimal) or not isinstance(total, Decimal) or not total:
        return None
    return (part * 100 / total).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def _sortable(value: Value) -> tuple[int, Any]:
    """Numbers and days by size, words without regard to case."""
    return (0, value) if isinstance(value, int | Decimal | date) else (1, str(value).casefold())


@dataclass(frozen=True, slots=True)
class Head:
    """How a column's head sorts: the address that does it, and the order it has now."""

    url: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class Sorting:
    """By which column, and whether downwards; ``query`` is the rest of the address."""

    at: int | None = None
    is_down: bool = False
    query: str = ""

    def of(self, column: int) -> Head:
        """The head of a column: a second click turns the order round."""
        is_at = column == self.at
        wanted = f"sort={'' if is_at and self.is_down else '-'}{column}"
        url = f"?{self.query}&{wanted}" if self.query else f"?{wanted}"
        if not is_at:
            return Head(url)
        return Head(url, "descending" if self.is_down else "ascending")
