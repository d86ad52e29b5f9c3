"""Figures read as Babel writes them, and pages stand where ``reverse`` says, only sooner."""

from decimal import Decimal

from babel.numbers import format_decimal
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core import formats
from core.addresses import page_of


@given(
    value=st.decimals(-(10**14), 10**14, places=7),
    language=st.sampled_from(["en", "de", "sv"]),
    least=st.integers(0, 2),
    more=st.integers(0, 4),
)
def test_figures_are_those_of_babel(value: Decimal, language: str, least: int, more: int) -> None:
    most = least + more
    pattern = "#,##0" + ("." + "0" * least + "#" * more if most else "")
    with translation.override(language):
        written = format_decimal(value, format=pattern, locale=language)
        assert formats.figure(value, least=least, most=most) == written.replace("-", "−")


def test_the_page_of_a_document_is_where_reverse_says() -> None:
    assert page_of("invoicing:detail", 42) == reverse("invoicing:detail", args=[42])
