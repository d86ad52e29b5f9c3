"""Our own table body says cell by cell what django-tables2 says."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.template import Context, Template
from django_tables2.rows import BoundRows

from core.models import OutboundMessage, User
from core.rows import ExportCell
from core.tables import Column, DayColumn, LinkColumn, MoneyColumn, NumberColumn, Table


class Row:
    """A document as a list shows it."""

    def __init__(self, number: str, owner: object = None, amount: Decimal | None = None) -> None:
        self.number, self.owner, self.amount = number, owner, amount
        self.currency, self.pieces, self.on = "EUR", 1234, date(2026, 11, 26)

    def get_absolute_url(self) -> str:
        return f"/rows/{self.number}"


class RowTable(Table):
    """Every kind of column."""

    number = LinkColumn()
    plain_link = Column(accessor="owner__name", linkify=lambda record: f"/o/{record.number}")
    no_link = Column(accessor="number", linkify=lambda record: None)
    state = Column(accessor="owner__state")
    amount = MoneyColumn(word="credit")
    pieces = NumberColumn()
    on = DayColumn()
    nothing = Column(accessor="no_such_thing")
    figure = Column(accessor="pieces")
    said = Column(accessor="number")

    def render_said(self, value: str, record: Row, bound_column: object) -> str:
        return f"{value}<{record.pieces}>"


ROWS = [
    Row("A<1>", User(name="Ada & Co"), Decimal("-1190.00")),
    Row("B2"),
]


@pytest.mark.parametrize("row", ROWS, ids=["full", "empty"])
def test_each_cell_reads_as_django_tables2_renders_it(row):
    table = RowTable([row])
    ours = re.findall(r"<td [^>]*>(.*?)</td>", table.body, re.DOTALL)
    theirs = [
        Template("{{ cell }}").render(Context({"cell": cell}))
        for _column, cell in next(iter(BoundRows([row], table))).items()
    ]
    assert ours == theirs


@pytest.mark.parametrize("row", ROWS, ids=["full", "empty"])
def test_each_figure_is_exported_as_django_tables2_does(row):
    table = RowTable([row])
    theirs = next(iter(BoundRows([row], table)))
    for column in table.columns:
        assert ExportCell(table, column).value(row) == theirs.get_cell_value(column.name)


def test_words_of_choices_are_shown_not_their_codes():
    row = Row("C3", OutboundMessage(state="parked"))
    assert f">{row.owner.get_state_display()}<" in RowTable([row]).body
    assert ">parked<" not in RowTable([row]).body


def test_a_row_leads_to_its_page_and_markup_is_text():
    body = RowTable([ROWS[0]]).body
    assert 'data-href="/rows/A&lt;1&gt;"' in body
    assert "A<1>" not in body
