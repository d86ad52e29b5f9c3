"""What leaves as CSV or XLSX opens as data, never as a formula."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from core.exports import csv_response, csv_text, xlsx_response

HEADER = ["Number", "Customer", "Amount"]
ROWS = [
    ["RE-1", '=HYPERLINK("http://evil")', Decimal("-1190.50")],
    ["RE-2", 'Åsa, "Bolag"\nAB', Decimal("0.10")],
]


def content(response) -> bytes:
    return b"".join(response.streaming_content)


@pytest.mark.parametrize(
    "text", ["=1+1", "+49 40 1", "-5", "@cmd", "\t=1", "\r=1", "  =1", "＝1", "－1", "＠x"]
)
def test_text_that_starts_like_a_formula_is_prefixed(text):
    assert csv_text(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("-1190.50"), "-1190.50"),
        (Decimal("1E+3"), "1000"),
        (-5, "-5"),
        (None, ""),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 9, 0, tzinfo=UTC), "2026-03-02T09:00:00+00:00"),
        ("a\x00b", "ab"),
        ("A-1", "A-1"),
    ],
)
def test_figures_stay_figures_and_dates_are_iso(value, text):
    assert csv_text(value) == text


def test_csv_is_quoted_utf8_with_mark_and_reads_back():
    response = csv_response("x.csv", HEADER, iter(ROWS))
    data = content(response)
    assert data.startswith(b'\xef\xbb\xbf"Number","Customer","Amount"\r\n')
    back = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert back[1] == ["RE-1", '\'=HYPERLINK("http://evil")', "-1190.50"]
    assert back[2][1] == 'Åsa, "Bolag"\nAB'
    assert response["Content-Disposition"] == 'attachment; filename="x.csv"'


def test_xlsx_holds_text_as_text_and_amounts_as_numbers():
    rows = [*ROWS, ["control\x07", date(2026, 3, 2), datetime(2026, 3, 2, 9, tzinfo=UTC)]]
    sheet = load_workbook(io.BytesIO(content(xlsx_response("x.xlsx", HEADER, iter(rows))))).active
    formula, amount = sheet["B2"], sheet["C2"]
    assert (formula.data_type, formula.value) == ("s", '=HYPERLINK("http://evil")')
    assert (amount.data_type, amount.value) == ("n", -1190.5)
    assert sheet["A4"].value == "control"
    assert sheet["B4"].value.date() == date(2026, 3, 2)


def test_a_csv_of_many_rows_is_made_while_it_is_sent():
    taken = []

    def rows():
        for number in range(1000):
            taken.append(number)
            yield [number]

    lines = iter(csv_response("x.csv", ["n"], rows()).streaming_content)
    next(lines)
    next(lines)
    assert len(taken) < 10
