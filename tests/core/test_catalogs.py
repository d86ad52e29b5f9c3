"""A language lacks a text when it is empty, only fuzzy, or names other values than the source."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from django.core.management import CommandError, call_command

from core.catalogs import TRANSLATED, catalog_path, extract, missing, update

SOURCE = '''"""Words."""

from django.utils.translation import gettext, ngettext

gettext("Order %(number)s")
ngettext("%(n)s row", "%(n)s rows", 2)
'''
FULL: dict[str | tuple[str, str], str | tuple[str, str]] = {
    "Order %(number)s": "Order %(number)s!",
    ("%(n)s row", "%(n)s rows"): ("%(n)s rad", "%(n)s rader"),
}


@pytest.fixture
def base(tmp_path: Path) -> Path:
    (tmp_path / "words.py").write_text(SOURCE)
    return tmp_path


def write(base: Path, language: str, texts: dict, *, flags: tuple[str, ...] = ()) -> None:
    catalog = Catalog(locale=language)
    for key, text in texts.items():
        catalog.add(key, text, flags=("python-format", *flags))
    path = catalog_path(base, language)
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, catalog)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_full_catalog_lacks_nothing_and_an_update_leaves_it_full(base, language):
    write(base, language, FULL)
    assert missing(base, language, extract(base)) == []
    update(base, language, extract(base))
    assert missing(base, language, extract(base)) == []


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize(
    ("change", "flags", "fault"),
    [
        ({"Order %(number)s": ""}, (), "words.py: no {} text for 'Order %(number)s'"),
        ({("%(n)s row", "%(n)s rows"): ("%(n)s rad", "")}, (), "words.py: no {} text for ('%(n)s"),
        ({}, ("fuzzy",), "words.py: only a fuzzy {} text for 'Order"),
        ({"Order %(number)s": "Order %(nummer)s"}, (), "words.py: unknown named placeholder"),
    ],
)
def test_what_is_empty_fuzzy_or_names_something_else_is_named(base, language, change, flags, fault):
    write(base, language, FULL | change, flags=flags)
    faults = missing(base, language, extract(base))
    assert any(found.startswith(fault.format(language)) for found in faults), faults


@pytest.mark.parametrize("language", TRANSLATED)
def test_without_a_catalog_every_text_is_missing(base, language):
    assert len(missing(base, language, extract(base))) == len(FULL)


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_check_fails_on_a_text_that_one_language_lacks(base, language, settings, capsys):
    settings.BASE_DIR = base
    for each in TRANSLATED:
        write(base, each, FULL)
    call_command("extract_texts", "--check")
    path = catalog_path(base, language)
    path.write_text(path.read_text().replace("Order %(number)s!", ""))
    with pytest.raises(CommandError, match="1 texts are missing"):
        call_command("extract_texts", "--check")
    assert f"no {language} text for 'Order %(number)s'" in capsys.readouterr().err
