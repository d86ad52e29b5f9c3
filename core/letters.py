"""Letters: every PDF that leaves the house, from one family of templates.

A room writes a template that extends ``letters/base.html`` and fills ``{% block body %}``::

    {% extends "letters/base.html" %}{% load i18n letters %}
    {% block body %}
      <table class="lines">…{{ line.net_amount|figure }}…{{ line.quantity|quantity }}…</table>
    {% endblock %}

and renders it with the frozen facts of its document::

    pdf = render_letter(
        "orders/confirmation_letter.html",
        {"order": order, "lines": lines},
        letter=Letter(
            sender=company.snapshot(),
            recipient=address_lines(name=customer.name, **address.snapshot()),
            title=format_lazy("{} {}", _("Order confirmation"), order.number),
            facts=((_("Date"), order.ordered_on), (_("Customer no."), customer.number)),
            on=order.ordered_on,
        ),
        language=customer.language,
    )

Labels may be lazy translations: they are spoken in the letter's language, not the worker's. Dates
in ``facts`` are written out; empty facts are left out. Equal input gives equal bytes, because the
dates in the file are the letter's own. The file is PDF/A-3u by construction (no validator ran).
"""

import gc
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_interval
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from lxml import etree
from weasyprint import CSS, HTML, Attachment
from weasyprint.html import UA
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from core.letter_fonts import font_faces
from core.logos import logo_of

STYLESHEET = Path(settings.BASE_DIR) / "templates/letters/letter.css"
# What fits the address zone (80 x 27.3 mm) at the normal size of type.
WINDOW_LINES, WINDOW_CHARACTERS = 6, 40
# Countries that fold once, into C5 with the window on the right.
RIGHT_WINDOW = frozenset({"SE"})
# Characters no font has a glyph for; PDF/A allows no text without one.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Rules that style a part of every element on the chance that it has a footnote or a list's mark.
_FOR_NOTES_AND_LISTS = re.compile(r"^::(?:marker|(?:foot)?note-[a-z]+) \{.*\}\n", re.MULTILINE)
_VARIANT: dict[str, Any] = {"pdf_variant": "pdf/a-3u", "pdf_tags": True}
# Font maps of Pango are not safe to share between threads; each keeps its own, warm.
_threads = threading.local()


class LetterFetcher(URLFetcher):
    """Lets a letter load nothing but data: URLs; anything else ends the rendering."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The bytes inside a data: URL; refuses files and network."""
        if not url.startswith("data:"):
            raise FatalURLFetchingError(f"A letter may not load {url[:80]}")
        return super().fetch(url, headers)


class LetterPage(HTML):
    """A letter's HTML, laid out without WeasyPrint's own rules for footnotes and marks of lists.

    Letters have neither, and those rules cost a fourteenth of laying one out. Should a later
    WeasyPrint ask for its rules in another way, letters take longer and look the same.
    """

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [_own_rules()]


@dataclass(frozen=True, slots=True)
class Letter:
    """What every letter has: who writes, to whom, what about, on which day.

    ``sender`` is ``Company.snapshot()``, ``recipient`` the lines for the window (at most seven),
    ``facts`` label and value pairs for the block beside it. ``on`` dates the file too.
    """

    sender: Mapping[str, Any]
    recipient: Sequence[str]
    title: object
    on: date
    facts: Sequence[tuple[object, object]] = ()
    mark: object = ""

    @property
    def has_right_window(self) -> bool:
        """Whether the window of the sender's envelopes is on the right, as in Sweden."""
        return self.sender.get("country") in RIGHT_WINDOW

    @property
    def is_tight(self) -> bool:
        """Whether the address needs small type to stay inside the window (long names, ship-to)."""
        lines = sum(-(-len(line) // WINDOW_CHARACTERS) for line in self.recipient)
        return lines > WINDOW_LINES


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file inside the PDF, as hybrid e-invoices carry their XML."""

    name: str
    content: bytes
    relationship: str = "Alternative"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Extras:
    """Files inside the PDF and RDF descriptions for its XMP metadata."""

    enclosures: Sequence[Enclosure] = field(default=())
    rdf: Sequence[bytes] = field(default=())


def render_letter(
    template: str,
    context: Mapping[str, Any],
    *,
    letter: Letter,
    language: str,
    extras: Extras = Extras(),  # noqa: B008 - frozen
) -> bytes:
    """The letter as PDF bytes in the given language; equal input gives equal bytes.

    Raises ``FatalURLFetchingError`` when the template points anywhere outside itself.
    """
    with translation.override(language), _uncollected():
        return _laid_out(template, context, letter, language, extras)


def _laid_out(
    template: str, context: Mapping[str, Any], letter: Letter, language: str, extras: Extras
) -> bytes:
    """The letter's bytes; what it was laid out with is gone when they are returned."""
    facts = [(str(label), _spoken(value, language)) for label, value in letter.facts if value]
    html = render_to_string(
        template,
        {
            **context,
            "letter": letter,
            "facts": facts,
            "language": language,
            "logo": logo_of(letter.sender),
        },
    )
    document = LetterPage(string=_CONTROLS.sub("", html), url_fetcher=LetterFetcher()).render(
        stylesheets=[_stylesheet()], font_config=_font_config(), **_VARIANT
    )
    _complete_metadata(document.metadata, str(letter.title), letter, extras.rdf)
    attachments = [_attachment(enclosure, letter.on) for enclosure in extras.enclosures]
    pdf: bytes = document.write_pdf(attachments=attachments, **_VARIANT)
    return pdf


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection while a letter is laid out: a seventh of its time.

    A letter is some hundred thousand objects that live until it is written; looking through them
    again and again finds nothing. They must be out of reach when collection goes on again, or it
    finds them all alive, keeps them as old and comes back to them later: a twentieth more.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def address_lines(  # noqa: PLR0913 - the parts of an address
    *,
    name: str,
    street: str,
    postcode: str,
    city: str,
    country: str,
    extra: str = "",
    home_country: str = "",
    language: str = "en",
    **_unused: object,
) -> list[str]:
    """Window lines of an address snapshot; the country in capitals when it is abroad (DIN 5008)."""
    lines = [name, extra, street, f"{postcode} {city}".strip()]
    if country and country != home_country:
        lines.append(country_name(country, language).upper())
    return [line for line in lines if line]


def country_name(country: str, language: str) -> str:
    """Name of an ISO 3166 country in the language, or the code when it has none."""
    return str(Locale.parse(language).territories.get(country, country))


def long_day(day: date, language: str) -> str:
    """A date written so that nobody swaps day and month: 22 Nov 2026, 22. November 2026."""
    if language == "en":
        return format_date(day, "d MMMM yyyy", locale="en")
    return format_date(day, "long", locale=language)


def long_period(start: date, end: date, language: str) -> str:
    """From a day to a day, no longer than need be: 1–30 Nov 2026, 1.–30. Nov. 2026."""
    locale = "en_GB" if language == "en" else language
    return format_interval(start, end, "yMMMMd", locale=locale)


def _spoken(value: object, language: str) -> str:
    return long_day(value, language) if isinstance(value, date) else str(value)


@lru_cache(maxsize=1)
def _own_rules() -> CSS:
    return CSS(string=_FOR_NOTES_AND_LISTS.sub("", UA), url_fetcher=LetterFetcher())


def _stylesheet() -> CSS:
    """The look, read once a thread: its type is loaded into the thread's own map of fonts."""
    if not hasattr(_threads, "stylesheet"):
        rules = font_faces() + STYLESHEET.read_text(encoding="utf-8")
        _threads.stylesheet = CSS(
            string=rules, url_fetcher=LetterFetcher(), font_config=_font_config()
        )
    return _threads.stylesheet


def _font_config() -> FontConfiguration:
    if not hasattr(_threads, "fonts"):
        _threads.fonts = FontConfiguration()
    return _threads.fonts


def _attachment(enclosure: Enclosure, on: date) -> Attachment:
    at = datetime.combine(on, time(), tzinfo=UTC)
    return Attachment(
        string=enclosure.content,
        name=enclosure.name,
        description=enclosure.description,
        relationship=enclosure.relationship,
        created=at,
        modified=at,
    )


def _complete_metadata(metadata: Any, title: str, letter: Letter, rdf: Sequence[bytes]) -> None:
    """Fix title, author and dates, and put further descriptions inside rdf:RDF.

    WeasyPrint writes its own ``xmp_metadata`` after the closing rdf:RDF, where readers and PDF/A
    do not look; so the generator of this one document is wrapped.
    """
    metadata.title, metadata.authors = title, [str(letter.sender.get("name", ""))]
    metadata.generator = "o2c"
    metadata.created = metadata.modified = f"{letter.on.isoformat()}T00:00:00Z"
    metadata.generate_rdf_metadata = partial(_with_rdf, metadata.generate_rdf_metadata, rdf)


def _with_rdf(generate: Any, rdf: Sequence[bytes], *args: Any) -> bytes:
    root = etree.fromstring(generate(*args))
    for description in rdf:
        root.extend(list(etree.fromstring(description)))
    xml: bytes = etree.tostring(root, encoding="utf-8")
    return xml
