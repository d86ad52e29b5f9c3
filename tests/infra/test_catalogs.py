"""Texts are found in Python and templates, and a missing or wrong translation is named."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from core import catalogs

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _later, pgettext as spoken

D = _later("Payment")
E = spoken("of a day", "Today")
A = _("Order")
B = ngettext("%(n)s line", "%(n)s lines", 2)
C = pgettext_lazy("of a page", "Next")
"""
TEMPLATE = """{% load i18n %}
<ul>
    {% if x %}
  <li title="{% translate 'Hint' %}">{% trans "May" context "month" %}
      {% blocktranslate trimmed count n=rows %}
        One row of {{ name }}
      {% plural %}
        {{ n }} rows of {{ name }}
      {% endblocktranslate %}
    {% endif %}
</ul>
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    (tmp_path / "room").mkdir()
    (tmp_path / "room/views.py").write_text(CODE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/page.html").write_text(TEMPLATE)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_x.py").write_text('_("Not for people")')
    return tmp_path


def test_every_way_to_write_a_text_is_found(base):
    found = {(m.context, m.id) for m in catalogs.extract(base) if m.id}
    assert found == {
        (None, "Order"),
        (None, ("%(n)s line", "%(n)s lines")),
        ("of a page", "Next"),
        (None, "Payment"),
        ("of a day", "Today"),
        (None, "Hint"),
        ("month", "May"),
        (None, ("One row of %(name)s", "%(n)s rows of %(name)s")),
    }


def test_a_text_is_missing_until_it_is_translated_with_the_same_placeholders(base):
    extracted = catalogs.extract(base)
    path = catalogs.update(base, "de", extracted)
    assert len(catalogs.missing(base, "de", extracted)) == 8
    _translate(path, wrong=True)
    assert [fault for fault in catalogs.missing(base, "de", extracted) if "%(n)s line" in fault]
    _translate(path, wrong=False)
    assert catalogs.missing(base, "de", extracted) == []


def test_an_update_keeps_what_is_translated_and_drops_what_is_no_longer_used(base):
    path = catalogs.update(base, "de", catalogs.extract(base))
    _translate(path, wrong=False)
    (base / "room/views.py").write_text('_("Order")\n_("Invoice")\n')
    catalogs.update(base, "de", catalogs.extract(base))
    known = catalogs.read(base, "de")
    assert known.get("Order").string == "Order (de)"
    assert known.get("Invoice").string == ""
    assert known.get("Next", "of a page") is None


def test_a_catalog_is_compiled_whole(base):
    path = catalogs.update(base, "de", catalogs.extract(base))
    assert catalogs.compile_all(base) == [path.with_suffix(".mo")]
    assert not list(path.parent.glob("*.new"))


def _translate(path: Path, *, wrong: bool) -> None:
    with path.open("rb") as file:
        catalog = read_po(file, locale="de")
    for message in catalog:
        if isinstance(message.id, tuple):
            message.string = ("%(wrong)s", "%(wrong)s") if wrong else message.id
        elif message.id:
            message.string = f"{message.id} (de)"
    with path.open("wb") as file:
        write_po(file, catalog)
