"""Letters: same bytes twice, in the reader's language, and nothing loaded from outside."""

import io
import re
from datetime import date
from decimal import Decimal

import pypdf
import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from weasyprint import CSS, HTML
from weasyprint.html import UA
from weasyprint.urls import FatalURLFetchingError

from core.letters import (
    _FOR_NOTES_AND_LISTS,
    STYLESHEET,
    Letter,
    LetterFetcher,
    LetterPage,
    address_lines,
    render_letter,
)
from tests.core.threads import beside_itself

TEMPLATES = STYLESHEET.parents[1]
SENDER = {
    "name": "Nordwind Handel GmbH",
    "street": "Speicherstraße 1",
    "postcode": "20457",
    "city": "Hamburg",
    "country": "DE",
    "contact_email": "rechnung@nordwind.example",
    "vat_id": "DE136695976",
    "iban": "DE89370400440532013000",
    "bic": "COBADEFFXXX",
}


def a_letter(**changes):
    values = {
        "sender": SENDER,
        "recipient": ["Müller & Söhne GmbH", "Hauptstraße 5", "10115 Berlin"],
        "title": _("Invoice"),
        "on": date(2026, 11, 22),
        "facts": ((_("Date"), date(2026, 11, 22)), ("Empty", "")),
        **changes,
    }
    return Letter(**values)


def render(language="en", **changes):
    return render_letter("letters/base.html", {}, letter=a_letter(**changes), language=language)


def text_of(pdf):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_equal_letters_are_equal_bytes():
    assert render() == render()


def test_rules_that_no_letter_needs_are_left_out_and_change_nothing():
    assert len(_FOR_NOTES_AND_LISTS.findall(UA)) == 6
    html = render_to_string("letters/base.html", {"letter": a_letter(), "facts": [("Date", "1")]})
    css = CSS(string=STYLESHEET.read_text())
    whole, short = (kind(string=html).write_pdf(stylesheets=[css]) for kind in (HTML, LetterPage))
    assert short == whole
    letters = [*TEMPLATES.glob("*/*letter*.html"), *TEMPLATES.glob("letters/*.html")]
    assert len(letters) > 4
    assert [path for path in letters if re.search("<(ul|ol|li)[ >]", path.read_text())] == []


def test_threads_make_the_same_letter():
    assert set(beside_itself(lambda _n: render(), threads=4)) == {render()}


@pytest.mark.parametrize(
    ("language", "day"), [("en", "22 November 2026"), ("de", "22. November 2026")]
)
def test_it_names_both_sides_and_dates_in_words(language, day):
    text = text_of(render(language))
    for words in (
        "Nordwind Handel GmbH",
        "Müller & Söhne GmbH",
        day,
        "DE89 3704 0044 0532 0130 00",
    ):
        assert words in text
    assert "Empty" not in text


def test_what_people_write_is_text_not_markup():
    assert "<b>Evil</b>" in text_of(render(recipient=["<b>Evil</b>"]))


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://127.0.0.1/", "https://example.org/x.png", "x.png"]
)
def test_nothing_is_loaded_from_outside(url):
    with pytest.raises(FatalURLFetchingError):
        LetterFetcher().fetch(url)


def test_a_data_url_may_be_loaded():
    assert LetterFetcher().fetch("data:text/plain,hello").read() == b"hello"


def test_the_country_stands_in_capitals_only_abroad():
    place = {"name": "A", "street": "B 1", "postcode": "1", "city": "C", "country": "SE"}
    assert address_lines(**place, home_country="DE", language="de")[-1] == "SCHWEDEN"
    assert address_lines(**place, home_country="SE", language="sv")[-1] == "1 C"


@pytest.mark.parametrize(
    ("language", "printed"),
    [
        ("en", "1,234.50 −1 19\N{NO-BREAK SPACE}% pc"),
        ("de", "1.234,50 −1 19\N{NO-BREAK SPACE}% Stk"),
    ],
)
def test_figures_read_as_the_language_writes_them(language, printed):
    template = Template(
        "{% load letters %}{{ a|figure }} {{ q|quantity }} {{ r|rate }} {{ u|unit }}"
    )
    values = {"a": Decimal("1234.5"), "q": Decimal("-1.000"), "r": Decimal("0.19"), "u": "C62"}
    with translation.override(language):
        assert template.render(Context(values)) == printed
