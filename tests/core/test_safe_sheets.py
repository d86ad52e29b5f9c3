"""Untrusted sheets: good ones become rows of text, bad ones a named refusal, none harms us."""

import io
import time
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from core.safe_sheets import read_rows
from o2c.errors import InvalidInput

SHEET = "xl/worksheets/sheet1.xml"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(*rows, far=""):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if far:
        book.active[far] = 1
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_member(content, name, data):
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in source.namelist():
            archive.writestr(member, data if member == name else source.read(member))
    return target.getvalue()


def refusal(content, name="orders.xlsx"):
    with pytest.raises(InvalidInput) as refused:
        read_rows(content, name)
    assert name in refused.value.message
    return refused.value.code


def test_typed_cells_become_plain_text():
    rows = read_rows(workbook(["Müller", 3.0, 1.5, 1e-7, date(2026, 1, 2), True, None]), "x.xlsx")
    assert rows == [["Müller", "3", "1.5", "0.0000001", "2026-01-02", "TRUE"]]


def test_a_typed_number_is_never_taken_for_thousands():
    assert read_rows(workbook([1.125]), "x.xlsx") == [["1.1250"]]


def test_a_formula_without_a_stored_value_is_empty():
    assert read_rows(workbook(["a", "=1+1", "b"]), "x.xlsx") == [["a", "", "b"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_of_office_programs(encoding):
    content = "Kunde;Menge\nMüller;1,5\n".encode(encoding)
    assert read_rows(content, "x.csv") == [["Kunde", "Menge"], ["Müller", "1,5"]]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiters(delimiter):
    text = f'a{delimiter}b\n"1{delimiter}2"{delimiter}3\n'
    assert read_rows(text.encode(), "x.csv") == [["a", "b"], [f"1{delimiter}2", "3"]]


def test_the_bytes_tell_the_type_not_the_name():
    assert read_rows(workbook(["a"]), "misnamed.csv") == [["a"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"  \n", "sheet.empty"),
        (b"\x00\x01binary", "sheet.binary"),
        (b"\x81\x8d\x8f", "sheet.encoding"),
        (b"\xd0\xcf\x11\xe0old", "sheet.old_excel"),
        (b"%PDF-1.7", "sheet.other_type"),
        (b"PK\x03\x04broken", "sheet.broken"),
        (b'"' + b"a" * 40_000, "sheet.cell"),
        (b";" * 300 + b"x\n", "sheet.columns"),
        (b"a\n" * 60_000, "sheet.rows"),
    ],
)
def test_bad_files_are_named(content, code):
    assert refusal(content) == code


def test_far_cells_are_refused():
    assert refusal(workbook(["a"], far="XFD1")) == "sheet.columns"
    assert refusal(workbook(["a"], far="A1048576")) == "sheet.rows"


def test_a_document_type_inside_is_refused():
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    assert refusal(with_member(workbook(["a"]), SHEET, evil)) == "sheet.doctype"


def test_bombs_end_the_child_and_not_us():
    head = b"<worksheet xmlns='" + MAIN + b"'><sheetData>"
    inflated = with_member(workbook(["a"]), SHEET, head + b"<row/>" * 20_000_000)
    started = time.monotonic()
    assert refusal(inflated) == "sheet.inflated"
    assert time.monotonic() - started < 5
    wide = with_member(workbook(["a"]), SHEET, head + b"<row>" + b"<c/>" * 12_000_000)
    assert refusal(wide) in ("sheet.heavy", "sheet.broken")
