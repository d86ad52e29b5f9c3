"""Positions as a letter prints them: by delivery note, each with the sums before and after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from invoicing.einvoice import FactsLine
from invoicing.einvoice.facts import NOTHING, InvoiceFacts


@dataclass(frozen=True, slots=True)
class Row:
    """A position, and what was carried to it and from it when a page ends there."""

    line: FactsLine
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Group:
    """Positions of one delivery note and order; named when the letter has several of them.

    ``po_number`` is the buyer's number of that order, where the letter has none for all of it.
    """

    delivery_note_number: str
    dispatched_on: date | None
    order_number: str
    po_number: str
    is_named: bool
    rows: tuple[Row, ...]

    @property
    def net_amount(self) -> Decimal:
        """Sum of its positions."""
        return self.rows[-1].after - self.rows[0].before


@dataclass(frozen=True, slots=True)
class TakenOff:
    """A deposit as it is taken off (amounts below zero); its rate when it has several."""

    number: str
    issued_on: date
    vat_rate: Decimal | None
    net_amount: Decimal
    vat_amount: Decimal

    @property
    def gross_amount(self) -> Decimal:
        """Net with VAT."""
        return self.net_amount + self.vat_amount


@dataclass(frozen=True, slots=True)
class Rest:
    """What a final invoice takes off, and the net and VAT that are left."""

    deposits: tuple[TakenOff, ...]
    net_amount: Decimal
    vat_amount: Decimal


def groups_of(lines: Iterable[FactsLine]) -> list[Group]:
    """The positions in their order, cut where delivery note or order change."""
    rows, total = [], NOTHING
    for line in lines:
        rows.append(Row(line, total, total + line.net_amount))
        total += line.net_amount
    parts = [(key, tuple(part)) for key, part in groupby(rows, key=_source)]
    return [Group(*key, is_named=len(parts) > 1, rows=part) for key, part in parts]


def rest_of(facts: InvoiceFacts) -> Rest:
    """The deposits of a final invoice taken off, and what is left."""
    taken = tuple(
        TakenOff(
            number=one.number,
            issued_on=one.issued_on,
            vat_rate=row.vat_rate if len(one.vat_rows) > 1 else None,
            net_amount=-row.net_amount,
            vat_amount=-row.vat_amount,
        )
        for one in facts.deposits
        for row in one.vat_rows
    )
    return Rest(
        taken,
        facts.net_amount + sum((row.net_amount for row in taken), NOTHING),
        facts.vat_amount + sum((row.vat_amount for row in taken), NOTHING),
    )


def _source(row: Row) -> tuple[str, date | None, str, str]:
    line = row.line
    return line.delivery_note_number, line.dispatched_on, line.order_number, line.po_number
