"""Figures and dates typed as people in each language do; what is ambiguous is refused."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core import formats
from core.fields import DayField, MoneyField, PercentField, QuantityField, read_day, read_figure
from core.forms import Form
from o2c.errors import InvalidInput

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "1,190.00", "1190.00"),
        ("en", "1190.5", "1190.5"),
        ("en", "−500", "-500"),
        ("en", "1 190.00", "1190.00"),
        ("en", "1.190,00", None),
        ("en", "1,19", None),
        ("de", "1.190,00", "1190.00"),
        ("de", "1.190", "1190"),
        ("de", "1190,5", "1190.5"),
        ("de", "1,190.00", None),
        ("de", "1190.50", None),
        ("sv", "1 190,00", "1190.00"),
        ("sv", "1\u00a0190,00", "1190.00"),
        ("sv", "1.190,00", None),
        ("en", "1e5", None),
        ("en", "1_000", None),
        ("en", "１２", None),
        ("en", "NaN", None),
        ("en", "+5", None),
        ("en", "", None),
    ],
)
def test_a_figure_is_read_in_the_language_of_the_page(language, text, value):
    with translation.override(language):
        assert read_figure(text) == (None if value is None else Decimal(value))


@given(
    value=st.decimals(min_value=-(10**12), max_value=10**12, places=2),
    language=st.sampled_from(["en", "de", "sv"]),
)
def test_what_we_print_we_can_read(value, language):
    with translation.override(language):
        assert read_figure(formats.amount(value)) == value


def test_money_names_the_value_and_an_example():
    with translation.override("de"), pytest.raises(ValidationError) as refused:
        MoneyField().clean("1,190.00")
    assert "1,190.00" in refused.value.messages[0]
    assert "1.190,00" in refused.value.messages[0]


@pytest.mark.parametrize("text", ["1.005", "12345678901234567.00"])
def test_money_keeps_to_its_digits(text):
    with pytest.raises(ValidationError):
        MoneyField().clean(text)


def test_quantity_is_above_zero_and_percent_becomes_a_rate():
    with pytest.raises(ValidationError):
        QuantityField().clean("0")
    assert QuantityField().clean("0.125") == Decimal("0.125")
    assert PercentField().clean("19") == Decimal("0.19")
    assert PercentField().prepare_value(Decimal("0.19")) == "19"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("22.11", date(2026, 11, 22)),
        ("1.2", date(2027, 2, 1)),
        ("30.9", date(2026, 9, 30)),
        ("22.11.2025", date(2025, 11, 22)),
        ("22 Nov 2026", date(2026, 11, 22)),
        ("2026-11-22", date(2026, 11, 22)),
        ("t", TODAY),
        ("+30", date(2026, 12, 22)),
        ("11/22/2026", None),
        ("31.2.2026", None),
        ("22 Foo", None),
        ("tomorrow", None),
    ],
)
def test_a_day_is_read_as_people_type_it(text, found):
    assert read_day(text, today=TODAY) == found


@pytest.mark.parametrize("language", ["en", "de", "sv"])
@pytest.mark.parametrize("month", range(1, 13))
def test_a_printed_day_reads_back(language, month):
    value = date(2026, month, 7)
    with translation.override(language):
        assert read_day(formats.day(value), today=TODAY) == value


def test_a_wrong_day_names_the_value_and_an_example():
    with pytest.raises(ValidationError) as refused:
        DayField(today=TODAY).clean("11/22")
    assert refused.value.messages == ["“11/22” can't be read as a date. Write it like 22 Nov 2026."]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(date(2026, 11, 22), "22 Nov 2026"), ("2026-11-22", "22 Nov 2026"), ("22.11", "22.11"),
     ("2026-02-30", "2026-02-30"), ("", "")],
)  # fmt: skip
def test_a_day_of_an_address_is_shown_as_people_write_it(value, shown):
    assert DayField().prepare_value(value) == shown


class _Plain(Form):
    rate = forms.DecimalField(max_digits=7, decimal_places=6)
    amount = forms.DecimalField(max_digits=18, decimal_places=2)
    on = forms.DateField()


def test_plain_fields_of_a_form_become_ours():
    fields = _Plain().fields
    assert [type(field) for field in fields.values()] == [PercentField, MoneyField, DayField]


def test_a_refusal_lands_on_its_field_or_on_top():
    form = _Plain({"rate": "1", "amount": "1", "on": "t"})
    form.add_business_error(InvalidInput("x", "Too much.", field="amount"))
    form.add_business_error(InvalidInput("x", "Not today.", field="elsewhere"))
    assert form.errors["amount"] == ["Too much."]
    assert form.non_field_errors() == ["Not today."]
    html = str(form)
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_amount_error"' in html
