"""A report as a sheet: columns, rows with links to what they sum, totals; for page and export."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.functional import Promise

Text = str | Promise
Value = str | int | Decimal | object


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``is_amount`` right-aligned with two places, ``is_number`` right-aligned."""

    label: Text
    is_amount: bool = False
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and where it leads."""

    value: Value
    url: str = ""


@dataclass(slots=True)
class Sheet:
    """A report's table."""

    columns: Sequence[Column]
    rows: list[list[Cell]] = field(default_factory=list)
    totals: list[list[Cell]] = field(default_factory=list)

    def header(self) -> list[str]:
        """Column labels, for files."""
        return [str(column.label) for column in self.columns]

    def values(self) -> Iterable[list[Value]]:
        """Rows and totals as plain values, for files."""
        for row in [*self.rows, *self.totals]:
            yield [cell.value for cell in row]
