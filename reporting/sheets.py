"""A report as a sheet: columns, rows with links to what they sum, totals; for page and export."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

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
    """A value and where it leads. No value (None) is a dash on the page, empty in a file."""

    value: Value
    url: str = ""


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
