"""SIE 4 files, read back with a small parser after the format's description."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest

from o2c.errors import InvalidInput
from receivables.models import BooksSetting, JournalEntry
from receivables.services import export_books
from tests.receivables.books import (
    END,
    START,
    balances,
    customer_sums,
    german,
    ledger_sums,
    summed,
    swedish,
)
from tests.receivables.make import DAY, ROBOT

pytestmark = pytest.mark.django_db
_FIELD = re.compile(r'\s*("(?:[^"\\]|\\.)*"|\{[^}]*\}|[^\s{}]+|[{}])')
NEW_YEAR = date(2026, 1, 1)


@dataclass
class Sie:
    """A parsed file: single labels, balances by label, verifications."""

    labels: dict[str, list[list[str]]] = field(default_factory=dict)
    verifications: list[tuple[list[str], list[list[str]]]] = field(default_factory=list)

    def sums(self, label: str) -> dict[str, Decimal]:
        """Account -> amount of #IB, #UB or #RES of year 0."""
        rows = self.labels.get(label, [])
        assert {row[0] for row in rows} <= {"0"}
        return {account: Decimal(amount) for _year, account, amount in rows}

    def moved(self) -> dict[str, Decimal]:
        """Account -> sum of its transactions."""
        return summed(
            (row[0], Decimal(row[2])) for _head, rows in self.verifications for row in rows
        )


def fields_of(line: str) -> Iterator[str]:
    for found in _FIELD.findall(line):
        yield re.sub(r"\\(.)", r"\1", found[1:-1]) if found.startswith('"') else found


def parsed(content: bytes) -> Sie:
    sie, is_inside = Sie(), False
    for line in content.decode("cp437").split("\r\n"):
        label, *values = list(fields_of(line)) or [""]
        if label == "{":
            is_inside = True
        elif label == "}":
            is_inside = False
            assert sum(Decimal(row[2]) for row in sie.verifications[-1][1]) == 0
        elif label == "#VER":
            assert not is_inside
            sie.verifications.append((values, []))
        elif label == "#TRANS":
            assert is_inside
            sie.verifications[-1][1].append(values)
        elif label:
            sie.labels.setdefault(label.removeprefix("#"), []).append(values)
    return sie


@pytest.fixture
def company():
    return swedish()


def exported(company, start=START, end=END) -> Sie:
    made = export_books(company, form="sie", start=start, end=end, by=ROBOT, on=DAY)
    return parsed(made.document.read())


def test_the_head_says_what_it_is(company) -> None:
    labels = exported(company).labels
    assert list(labels)[:5] == ["FLAGGA", "PROGRAM", "FORMAT", "GEN", "SIETYP"]
    assert labels["FORMAT"] == [["PC8"]]
    assert labels["SIETYP"] == [["4"]]
    assert labels["ORGNR"] == [["556703-7485"]]
    assert labels["RAR"] == [["0", "20260101", "20261231"], ["-1", "20250101", "20251231"]]
    assert labels["OMFATTN"] == [["20260331"]]
    assert ["8", "Kund"] in labels["DIM"]


def test_verifications_are_the_ledger_and_ascend(company) -> None:
    sie = exported(company)
    assert sie.moved() == ledger_sums(company)
    numbers = [int(head[1]) for head, _rows in sie.verifications]
    entries = JournalEntry.objects.filter(company=company, posted_on__range=(START, END))
    assert numbers == sorted(entries.values_list("pk", flat=True))
    assert {account for _head, rows in sie.verifications for account, *_ in rows} <= {
        row[0] for row in sie.labels["KONTO"]
    }


def test_balances_are_those_of_the_ledger(company) -> None:
    sie = exported(company)
    closing = balances(company, END)
    sheet = {number: amount for number, amount in closing.items() if number[0] in "12"}
    assert sie.sums("UB") == sheet
    assert sie.sums("RES") == {
        number: amount
        for number, amount in ledger_sums(company, NEW_YEAR, END).items()
        if number not in sheet and number[0] not in "12"
    }


def test_opening_and_verifications_of_a_year_make_its_closing(company) -> None:
    BooksSetting.objects.create(company=company, year_start_month=3)
    sie = exported(company, START, date(2027, 2, 28))
    assert sie.labels["RAR"][0] == ["0", "20260301", "20270228"]
    assert "OMFATTN" not in sie.labels
    assert sie.sums("IB")
    opening, moved, closing = sie.sums("IB"), sie.moved(), sie.sums("UB")
    for account in {*opening, *closing}:
        assert opening.get(account, 0) + moved.get(account, 0) == closing.get(account, 0)


def test_customers_are_objects_of_their_dimension(company) -> None:
    sie = exported(company)
    found = summed(
        (list(fields_of(row[1].strip("{}")))[1], Decimal(row[2]))
        for _head, rows in sie.verifications
        for row in rows
        if row[0] == "1510"
    )
    assert found == customer_sums(company, START, END)
    names = {number: name for _dimension, number, name in sie.labels["OBJEKT"]}
    assert set(found) <= set(names)
    assert 'Lódz "Möbel" & Söhne; <GmbH>' in names.values()


def test_text_is_one_line_and_its_quotes_come_back(company) -> None:
    texts = [head[3] for head, _rows in exported(company).verifications]
    assert 'Schlussrechnung "mit" Anzahlung' in texts


def test_one_fiscal_year_and_swedish_accounts_only(company) -> None:
    with pytest.raises(InvalidInput, match="one fiscal year"):
        exported(company, date(2025, 12, 1), END)
    with pytest.raises(InvalidInput, match="Swedish"):
        exported(german())
