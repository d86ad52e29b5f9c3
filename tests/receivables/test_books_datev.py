"""DATEV booking batches, read back as DATEV's description of the format says."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.models import StoredDocument
from receivables.exports.datev import datev_files
from receivables.exports.facts import (
    AccountFacts,
    Books,
    CompanyFacts,
    DatevFacts,
    EntryFacts,
    LineFacts,
)
from receivables.models import PersonalAccount
from receivables.services import export_books
from tests.receivables.books import (
    END,
    START,
    customer_sums,
    dollars,
    german,
    ledger_sums,
    summed,
)
from tests.receivables.make import DAY, ROBOT

BATCH, DEBTORS = "EXTF_Buchungsstapel_001.csv", "EXTF_Debitoren.csv"
START_OF_TIME = datetime(2026, 1, 1, tzinfo=UTC)


def files_of(document: StoredDocument) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(document.read())) as archive:
        return {name: archive.read(name).decode("cp1252") for name in archive.namelist()}


def cells_of(text: str) -> list[list[str]]:
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    return list(csv.reader(text.split("\r\n")[:-1], delimiter=";", quotechar='"'))


def rows_of(text: str) -> list[dict[str, str]]:
    _header, titles, *rows = cells_of(text)
    return [dict(zip(titles, row, strict=True)) for row in rows]


def decimal(text: str) -> Decimal:
    assert text.count(",") == 1
    assert "." not in text
    assert len(text.partition(",")[2]) == 2
    return Decimal(text.replace(",", "."))


def sums_of(rows: list[dict[str, str]]) -> dict[str, Decimal]:
    pairs = []
    for row in rows:
        sign = {"S": 1, "H": -1}[row["Soll/Haben-Kennzeichen"]]
        amount = decimal(row["Umsatz (ohne Soll/Haben-Kz)"])
        assert amount > 0
        pairs.append((row["Konto"], sign * amount))
        pairs.append((row["Gegenkonto (ohne BU-Schlüssel)"], -sign * amount))
    return summed(pairs)


@pytest.fixture
def company(db):
    return german()


@pytest.fixture
def files(company) -> dict[str, str]:
    made = export_books(company, form="datev", start=START, end=END, by=ROBOT, on=DAY)
    return files_of(made.document)


def test_the_header_says_whose_books_they_are(files) -> None:
    header, titles, *_rows = cells_of(files[BATCH])
    assert header[:5] == ["EXTF", "700", "21", "Buchungsstapel", "13"]
    assert header[10:16] == ["29098", "55003", "20260101", "4", "20260301", "20260331"]
    assert (header[18], header[20], header[21], header[26]) == ("1", "1", "EUR", "03")
    assert (len(header), len(titles)) == (31, 125)
    assert len(header[5]) == 17


def test_every_account_has_the_sum_of_the_ledger(company, files) -> None:
    sums = sums_of(rows_of(files[BATCH]))
    ledger = ledger_sums(company)
    control = ledger.pop("1400")
    debtors = {number: amount for number, amount in sums.items() if len(number) == 5}
    assert {number: sums[number] for number in sums if len(number) == 4} == ledger
    assert sum(debtors.values()) == control
    numbers = dict(PersonalAccount.objects.values_list("customer__number", "number"))
    wanted = customer_sums(company, START, END)
    assert debtors == {str(numbers[number]): amount for number, amount in wanted.items()}


def test_accounts_that_compute_vat_are_told_not_to(files) -> None:
    rows = rows_of(files[BATCH])
    automatic = {"8400", "8300", "8736", "1718"}
    touched = [
        bool(automatic & {row["Konto"], row["Gegenkonto (ohne BU-Schlüssel)"]}) for row in rows
    ]
    assert [row["BU-Schlüssel"] == "40" for row in rows] == touched
    assert True in touched
    assert False in touched


def test_a_row_names_its_document_day_and_due_day(files) -> None:
    row = next(row for row in rows_of(files[BATCH]) if row["Belegfeld 2"])
    assert row["Belegdatum"] == "0203"
    assert row["Belegfeld 1"].startswith("RE-")
    assert row["Fälligkeit"][:4] == row["Belegfeld 2"][:4]
    assert row["Festschreibung"] == "1"
    assert row["WKZ Umsatz"] == "EUR"


def test_texts_keep_to_signs_and_lengths(files) -> None:
    rows = rows_of(files[BATCH])
    assert all(len(row["Buchungstext"]) <= 60 for row in rows)
    assert {row["Belegfeld 1"] for row in rows} >= {"SR/2026-0001a"}
    names = {row["Name (Adressattyp Unternehmen)"] for row in rows_of(files[DEBTORS])}
    assert names == {"Lódz „Möbel“ & Söhne; <GmbH>", "'=HYPERLINK(evil)"}


def test_foreign_money_is_written_as_it_stands_in_the_books(db) -> None:
    company = dollars()
    made = export_books(company, form="datev", start=START, end=END, by=ROBOT, on=DAY)
    rows = rows_of(files_of(made.document)[BATCH])
    assert {row["WKZ Umsatz"] for row in rows} == {"EUR"}
    assert not any(row[name] for row in rows for name in ("Kurs", "Basis-Umsatz"))
    ledger, sums = ledger_sums(company), sums_of(rows)
    assert sums.pop("10000") == ledger.pop("1400")
    assert sums == ledger


def test_debtors_have_their_columns(company, files) -> None:
    header, titles, *rows = cells_of(files[DEBTORS])
    assert header[2:5] == ["16", "Debitoren/Kreditoren", "5"]
    assert {len(titles), *(len(row) for row in rows)} == {254}
    found = {row["Konto"]: row["EU-Land"] + row["EU-UStID"] for row in rows_of(files[DEBTORS])}
    assert sorted(found.values()) == ["", "DE136695976"]


def test_a_debtor_keeps_its_number(company) -> None:
    export_books(company, form="datev", start=START, end=END, by=ROBOT, on=DAY)
    before = list(PersonalAccount.objects.order_by("pk").values_list("customer", "number"))
    export_books(company, form="datev", start=START, end=date(2026, 12, 31), by=ROBOT, on=DAY)
    assert list(PersonalAccount.objects.order_by("pk").values_list("customer", "number")) == before
    assert {number for _customer, number in before} == {10000, 10001}


def books_over(days: list[date], lines: int = 1, **fields: int) -> Books:
    accounts = {
        pk: AccountFacts(pk, f"{8000 + pk}", f"Account {pk}", "bank") for pk in range(lines + 1)
    }
    entries = [
        EntryFacts(
            number, day, START_OF_TIME, "Text", "", due_on=None,
            lines=(
                LineFacts(1, 0, Decimal(lines)),
                *(LineFacts(1 + pk, pk, Decimal(-1)) for pk in range(1, lines + 1)),
            ),
        )
        for number, day in enumerate(days, start=1)
    ]  # fmt: skip
    return Books(
        CompanyFacts("Test", "DE", "EUR", **fields), days[0], days[-1], START_OF_TIME, accounts,
        {}, len(entries), Decimal(0), lambda: iter(entries), lambda: iter(entries),
        DatevFacts(1001, 1),
    )  # fmt: skip


def batches(books: Books) -> list[list[list[str]]]:
    texts = [(name, b"".join(pieces).decode("cp1252")) for name, pieces in datev_files(books)]
    return [cells_of(text) for name, text in texts if name != DEBTORS]


def test_each_fiscal_year_has_a_batch_of_its_own() -> None:
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1)]
    found = batches(books_over(days, year_start_month=4))
    assert [(batch[0][12], batch[0][14], batch[0][15], len(batch) - 2) for batch in found] == [
        ("20250401", "20260331", "20260331", 1),
        ("20260401", "20260401", "20270331", 2),
        ("20270401", "20270401", "20270401", 1),
    ]


def test_no_batch_has_more_rows_than_datev_takes() -> None:
    found = batches(books_over([DAY] * 34, lines=3000))
    assert [len(batch) - 2 for batch in found] == [99_000, 3_000]
