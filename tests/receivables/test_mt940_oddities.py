"""Oddities of single banks that public examples show; each file here is made up after them."""

import pytest

from receivables.bankfiles.accounts import is_same_account
from tests.receivables.test_mt940_dialects import only, statement

LINE = ":61:2603020302C10,00NTRFNONREF"


def test_a_time_cut_in_two_is_no_field() -> None:
    first = ":86:106?00KARTENZAHLUNG?109262?20EREF+VZ00000000?24/PL 12-09-2014 T16"
    found = only(statement("1", "EUR", LINE, first, ":26:37 Fo?25lgenr. 007?32Kunde"))
    assert found.payer_name == "Kunde"
    assert "T16:26:37 Folgenr. 007" in found.end_to_end_id


def test_the_thirtieth_of_february_is_the_last_day() -> None:
    found = only(statement("1", "EUR", ":61:2602300302C10,00NTRFNONREF"))
    assert (str(found.value_on), str(found.booked_on)) == ("2026-02-28", "2026-03-02")


def test_details_that_begin_on_the_second_line() -> None:
    found = only(statement("1", "EUR", LINE, ":86:229", "?00BONIFICATION", "?20RE-1", "?32ABC"))
    assert (found.text, found.payer_name) == ("RE-1", "ABC")


def test_triodos_separates_with_another_sign() -> None:
    found = only(
        statement("1", "EUR", LINE, ":86:000>100987654321", ">20RE-1 HUUR >21FEB>310390123456")
    )
    assert found.text == "RE-1 HUUR FEB"


def test_knab_names_the_payer_at_the_end() -> None:
    found = only(
        statement("1", "EUR", LINE, ":86:FACTUUR 2014", "REK: NL91ABNA0417164300/NAAM: PICQER BV")
    )
    assert (found.payer_name, found.payer_iban) == ("PICQER BV", "NL91ABNA0417164300")


def test_a_polish_account_without_its_country() -> None:
    found = only(
        statement(
            "1",
            "PLN",
            LINE,
            ":86:911 COLLECT; Z RACH.: ",
            "61109010140000071219812874; OD: JAN NOWAK; TYT.: RE-1",
        )
    )
    assert found.payer_iban == "PL61109010140000071219812874"


@pytest.mark.parametrize(
    "told",
    [
        "BILLLULLXXX/LU540026121160200600",
        "CCRALULL/LU540026121160200600",
        "LU54 0026 1211 6020 0600",
    ],
)
def test_a_bic_before_the_account(told: str) -> None:
    assert is_same_account("LU540026121160200600", told)
    assert not is_same_account("LU280019400644750000", told)


def test_a_bank_name_before_the_account() -> None:
    assert is_same_account("NL39TRIO0390123456", "TRIODOSBANK/0390123456")
