"""Checks of ids and numbers, and due dates."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules import (
    TermsPart,
    bank_name_of,
    check_discount,
    check_iban,
    check_parts,
    check_registration_number,
    check_vat_id,
    discount_until,
    due_dates,
    masked_iban,
)
from o2c.errors import InvalidInput


@pytest.mark.parametrize(
    ("typed", "country", "stored"),
    [
        ("DE136695976", "DE", "DE136695976"),
        (" de 136 695 976 ", "DE", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("SE556012579001", "SE", "SE556012579001"),
        ("556012-579001", "SE", "SE556012579001"),
        ("ATU13585627", "AT", "ATU13585627"),
        ("U13585627", "AT", "ATU13585627"),
        ("094259216", "GR", "EL094259216"),
        ("DE136695976", "FR", "DE136695976"),
        ("CHE-107.787.577 MWST", "CH", "CHE107787577MWST"),
        ("XI366303068", "GB", "XI366303068"),
        ("", "DE", ""),
    ],
)
def test_vat_ids_come_out_in_one_form(typed, country, stored):
    assert check_vat_id(typed, country) == stored


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("DE136695977", "DE"),
        ("DE13669597", "DE"),
        ("SE556012579002", "SE"),
        ("12345", "SE"),
        ("XI123", "GB"),
        ("U13585628", "AT"),
    ],
)
def test_a_wrong_vat_id_is_named_with_its_field(typed, country):
    with pytest.raises(InvalidInput, match=typed) as refused:
        check_vat_id(typed, country)
    assert refused.value.field == "vat_id"


@pytest.mark.parametrize(
    ("typed", "country", "stored"),
    [
        ("556012-5790", "SE", "5560125790"),
        ("165560125790", "SE", "5560125790"),
        ("HRB 12345", "DE", "HRB 12345"),
        ("988 077 917", "NO", "988077917"),
        ("", "SE", ""),
    ],
)
def test_registration_numbers(typed, country, stored):
    assert check_registration_number(typed, country) == stored


@pytest.mark.parametrize("typed", ["556012-5791", "5560", "abc"])
def test_a_wrong_swedish_organisation_number_is_refused(typed):
    with pytest.raises(InvalidInput, match=typed):
        check_registration_number(typed, "SE")


def test_an_iban_tells_its_bank():
    checked = check_iban("de89 3704 0044 0532 0130 00")
    assert (checked.iban, checked.bic) == ("DE89370400440532013000", "COBADEFFXXX")
    assert checked.bank_name == bank_name_of(checked.iban) == "Commerzbank"
    assert masked_iban(checked.iban) == "DE…3000"


@pytest.mark.parametrize(
    ("iban", "bic", "field"),
    [
        ("DE89370400440532013001", "", "iban"),
        ("DE8937040044", "", "iban"),
        ("not an iban", "", "iban"),
        ("DE89370400440532013000", "XX", "bic"),
    ],
)
def test_wrong_account_data_is_refused_at_its_field(iban, bic, field):
    with pytest.raises(InvalidInput) as refused:
        check_iban(iban, bic)
    assert refused.value.field == field


parts = st.lists(
    st.builds(TermsPart, st.decimals("0.000001", "1", places=6), st.integers(0, 365)),
    min_size=1,
    max_size=6,
)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(parts, days)
def test_each_share_falls_due_its_days_after_the_invoice(rows, issued_on):
    found = due_dates(rows, issued_on)
    assert [share for share, _day in found] == [part.share for part in rows]
    assert [(due - issued_on).days for _share, due in found] == [part.due_days for part in rows]


@given(parts)
def test_only_parts_that_sum_to_the_whole_pass(rows):
    if sum(part.share for part in rows) == 1:
        check_parts(rows)
    else:
        with pytest.raises(InvalidInput):
            check_parts(rows)


@given(st.integers(1, 20))
def test_a_whole_cut_in_equal_parts_passes_with_the_rest_on_the_last(count):
    share = (Decimal(1) / count).quantize(Decimal("0.000001"), rounding="ROUND_DOWN")
    rows = [TermsPart(share, 30 * n) for n in range(count)]
    rows[-1] = TermsPart(1 - share * (count - 1), 30 * count)
    check_parts(rows)


def test_no_parts_and_a_part_of_nothing_are_refused():
    for rows in ([], [TermsPart(Decimal(1), 0), TermsPart(Decimal(0), 30)]):
        with pytest.raises(InvalidInput):
            check_parts(rows)


def test_discount_needs_its_days_and_a_possible_rate():
    check_discount(0, Decimal(0))
    check_discount(14, Decimal("0.02"))
    for row in ((0, Decimal("0.02")), (14, Decimal(1)), (14, Decimal("-0.01"))):
        with pytest.raises(InvalidInput):
            check_discount(*row)


@given(days, st.integers(1, 365))
def test_the_discount_ends_inclusive_on_its_last_day(issued_on, within):
    last = discount_until(within, Decimal("0.02"), issued_on)
    assert last == issued_on + timedelta(days=within)
    assert discount_until(within, Decimal(0), issued_on) is None
