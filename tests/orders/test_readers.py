"""Order files and pasted text to drafts, without a database."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.typed_values import day, local_number
from o2c.errors import BusinessError, InvalidInput
from orders.readers import read_orders, read_pasted
from tests.orders import make

ORDER = (Path(__file__).parent / "files/order.xml").read_bytes()


def refusal(content, name="order.xml"):
    with pytest.raises(BusinessError) as refused:
        read_orders(content, name)
    return refused.value


# --- UBL --------------------------------------------------------------------------------------
def test_a_peppol_order():
    (draft,) = read_orders(ORDER, "order.xml")
    assert (draft.po_number, draft.currency, draft.channel) == ("PO-4711", "EUR", "xml")
    assert draft.requested_on == date(2026, 12, 1)
    assert draft.buyer.vat_id == "DE811128135"
    assert (draft.buyer.endpoint_scheme, draft.buyer.name) == ("9930", "Acme Anlagenbau GmbH")
    assert draft.ship_to.street == "Kai 7"
    assert draft.seller_vat_id == "DE136695976"
    assert draft.note == "Ring before delivery"
    first, second = draft.lines
    assert (first.article, first.quantity, first.unit) == ("A-100", Decimal(10), "EA")
    assert first.unit_price == Decimal("86.00")
    assert (second.buyer_article, second.gtin) == ("9-77", "4012345678901")
    assert second.unit_price == Decimal("1.72")
    assert not draft.problems


@pytest.mark.parametrize(
    ("old", "new", "code", "named"),
    [
        (b"xsd:Order-2", b"xsd:Invoice-2", "ubl.not_an_order", "Invoice-2"),
        (b"<cbc:ID>PO-4711</cbc:ID>", b"", "ubl.incomplete", "order number"),
        (b"trns:order:3", b"trns:order_response:3", "ubl.profile", "order_response"),
        (
            b"  <cbc:CustomizationID>",
            b"  <cbc:UBLVersionID>2.0</cbc:UBLVersionID><cbc:CustomizationID>",
            "ubl.version",
            "2.0",
        ),
    ],
)
def test_foreign_types_and_versions_are_named(old, new, code, named):
    found = refusal(ORDER.replace(old, new))
    assert found.code == code
    assert named in found.message


def test_bad_xml_is_refused():
    assert refusal(ORDER[:-20]).code.startswith("xml.")
    bomb = b'<!DOCTYPE o [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><o>&b;</o>'
    assert refusal(b'<?xml version="1.0"?>' + bomb).code.startswith("xml.")
    assert refusal(ORDER.replace(b"Ring", b"R\xfcng")).code.startswith("xml.")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (b'"EA">10<', b'"EA">-10<', "line 1, Quantity"),
        (b'"EA">10<', b'"EA">1e5<', "1e5"),
        (b'"EA">10<', b'"EA">1_0<', "1_0"),
        (b'PriceAmount currencyID="EUR">86', b'PriceAmount currencyID="SEK">86', "SEK"),
        (b">86.00</cbc:PriceAmount>", b">-86.00</cbc:PriceAmount>", "line 1, PriceAmount"),
        (b"<cbc:EndDate>2026-12-01", b"<cbc:EndDate>2026-13-01", "2026-13-01"),
    ],
)
def test_what_a_line_can_not_mean_is_a_problem_of_the_order(old, new, named):
    (draft,) = read_orders(ORDER.replace(old, new), "order.xml")
    assert len(draft.problems) == 1
    assert named in draft.problems[0]


# --- Sheets -----------------------------------------------------------------------------------
GERMAN = (
    "Kunde;Bestellnr.;Artikel-Nr.;Menge;Einzelpreis;Liefertermin",
    "C-1;47;A-1;1.190,50;86,00;24.11.2026",
)
ENGLISH = (
    "Customer,PO number,Article,Quantity,Price,Requested date",
    'C-1,47,A-1,"1,190.50",86.00,2026-11-24',
)
SWEDISH = (
    "Kundnummer;Ordernummer;Artikel;Antal;À-pris;Önskat leveransdatum",
    "C-1;47;A-1;1 190,50;86;2026-11-24",
)


@pytest.mark.parametrize("lines", [GERMAN, ENGLISH, SWEDISH])
def test_headings_in_three_languages(lines):
    (draft,) = read_orders(make.csv(*lines), "orders.csv")
    (line,) = draft.lines
    assert (draft.buyer.text, draft.po_number, line.article) == ("C-1", "47", "A-1")
    assert (line.quantity, line.unit_price) == (Decimal("1190.50"), Decimal(86))
    assert line.requested_on == date(2026, 11, 24)


def test_an_xlsx_with_typed_cells():
    content = make.xlsx(
        ["Customer", "PO number", "Article", "Quantity", "Requested date"],
        ["C-1", 4711, "A-1", 2.5, date(2026, 12, 1)],
        [None, None, "A-2", 3, None],
        ["C-2", 4712, "A-1", 1, None],
    )
    first, second = read_orders(content, "orders.xlsx")
    assert (first.po_number, len(first.lines), second.po_number) == ("4711", 2, "4712")
    assert first.lines[0].quantity == Decimal("2.5")
    assert first.requested_on == date(2026, 12, 1)


def test_each_bad_cell_is_named_by_row_and_column_and_only_its_order_suffers():
    bad, good = read_orders(
        make.csv(
            "Customer;PO;Article;Menge;Preis;Date",
            "C-1;1;A-1;-2;;",
            "C-1;1;A-1;1.190;x;03/04/2026",
            "C-2;2;A-1;5;;",
        ),
        "orders.csv",
    )
    assert "row 2, column “Menge”: -2" in bad.problems[0]
    assert "1190 or 1.190" in bad.problems[1]
    assert "row 3, column “Preis”" in bad.problems[2]
    assert not good.problems
    assert len(good.lines) == 1


def test_a_sheet_without_headings_says_what_it_found():
    found = refusal(make.csv("foo;bar", "1;2"), "orders.csv")
    assert found.code == "orders.headings"
    assert "“foo”, “bar”" in found.message


# --- Values -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1190", "1190"), ("1190.5", "1190.5"), ("1190,5", "1190.5"), ("1.190,50", "1190.50"),
        ("1,190.50", "1190.50"), ("1 190,5", "1190.5"), ("1.190.000", "1190000"),
        ("0.125", "0.125"), ("0,125", "0.125"), ("-3", "-3"), ("1'190.50", "1190.50"),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(text, value):
    assert local_number(text, what="x") == Decimal(value)


@pytest.mark.parametrize(
    "text", ["1.190", "12,345", "1e5", "1_000", "１２", "", "NaN", "1.2.3", "--1"]
)
def test_numbers_with_two_readings_or_none(text):
    with pytest.raises(InvalidInput, match="row 4"):
        local_number(text, what="row 4")


def test_dates():
    assert day("24.11.2026", what="x") == day("2026-11-24", what="x") == date(2026, 11, 24)
    assert day("24/11/2026", what="x") == date(2026, 11, 24)
    for text in ("03/04/2026", "31.02.2026", "soon"):
        with pytest.raises(InvalidInput):
            day(text, what="x")


# --- Pasted -----------------------------------------------------------------------------------
def test_pasted_rows():
    lines = read_pasted("A-1\t5\nA-2\tValve\t1.5\t10,00\nA-3;4\nA 4   7\nB-5\n\n")
    assert [(line.article, line.quantity) for line in lines] == [
        ("A-1", Decimal(5)), ("A-2", Decimal("1.5")), ("A-3", Decimal(4)), ("A 4", Decimal(7)),
        ("B-5", Decimal(1)),
    ]  # fmt: skip
    assert lines[1].unit_price == Decimal("10.00")


def test_pasted_rows_with_headings():
    (line,) = read_pasted("Menge\tArtikel\n3\tA-1")
    assert (line.article, line.quantity) == ("A-1", Decimal(3))


@pytest.mark.parametrize("text", ["", "A-1\t-5", "\t5", "A\tB\n" * 501])
def test_pasted_rows_that_are_refused(text):
    with pytest.raises(InvalidInput):
        read_pasted(text)
