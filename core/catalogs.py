"""Message catalogs with Babel alone: no GNU gettext tools are needed.

``locale/<language>/LC_MESSAGES/django.po`` is what people edit; the compiled ``.mo`` beside it is
made at set-up and never committed.
"""

import ast
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

TRANSLATED = ("de", "sv")
"""Languages besides English; a text that is missing or fuzzy in one of them is an error."""

_KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_NO_SOURCES = {".venv", "node_modules", "tests", "scripts", "migrations", "staticfiles"}


def extract(base: Path) -> Catalog:
    """Every text of Python files and templates below ``base``, as an empty catalog."""
    catalog = Catalog(project="o2c", charset="utf-8")
    for path in _sources(base):
        place = path.relative_to(base).as_posix()
        for line, function, texts, comments in _texts(path):
            context, key = _split(function, texts)
            if key and key[0]:
                catalog.add(key if len(key) > 1 else key[0], context=context,
                            locations=[(place, line)], auto_comments=comments)  # fmt: skip
    return catalog


def update(base: Path, language: str, extracted: Catalog) -> Path:
    """Bring a language's catalog up to date: new texts come empty, texts no longer used go."""
    path = catalog_path(base, language)
    known = read(base, language)
    made = known.creation_date
    known.update(extracted, no_fuzzy_matching=True)
    known.creation_date = made  # a date that moves with each text makes every merge a conflict
    known.obsolete.clear()
    _order(known)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, known, width=100, include_lineno=False)
    return path


def _order(catalog: Catalog) -> None:
    """By file and text, so that a line added to a file moves no other text in the catalog."""
    texts = [message for message in catalog if message.id]
    for message in texts:
        message.locations = [(place, 0) for place in sorted({at for at, _ in message.locations})]
    texts.sort(key=lambda text: (text.locations[:1], str(text.id), text.context or ""))
    for message in texts:
        catalog.delete(message.id, message.context)
    for message in texts:
        catalog[message.id] = message


def missing(base: Path, language: str, extracted: Catalog) -> list[str]:
    """Texts that a language lacks, has only fuzzily, or has with other placeholders, in words."""
    known, faults = read(base, language), []
    for message in extracted:
        if not message.id:
            continue
        own = known.get(message.id, message.context)
        place = message.locations[0][0] if message.locations else ""
        if own is None or not _is_filled(own):
            faults.append(f"{place}: no {language} text for {message.id!r}")
        elif own.fuzzy:
            faults.append(f"{place}: only a fuzzy {language} text for {message.id!r}")
        else:
            faults += [f"{place}: {error} in {message.id!r}" for error in own.check(known)]
    return faults


def compile_all(base: Path) -> list[Path]:
    """Write the ``.mo`` of each catalog; returns what was written."""
    written = []
    for source in sorted((base / "locale").glob("*/LC_MESSAGES/*.po")):
        language = source.parent.parent.name
        target = source.with_suffix(".mo")
        draft = target.with_suffix(".new")
        with source.open("rb") as file, draft.open("wb") as output:
            write_mo(output, read_po(file, locale=language, domain=source.stem))
        draft.replace(target)
        written.append(target)
    return written


def catalog_path(base: Path, language: str) -> Path:
    """Where a language's texts are."""
    return base / "locale" / language / "LC_MESSAGES" / "django.po"


def read(base: Path, language: str) -> Catalog:
    """A language's catalog as it is; empty if there is none."""
    path = catalog_path(base, language)
    if not path.exists():
        return Catalog(locale=language, project="o2c", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _sources(base: Path) -> Iterator[Path]:
    for path in sorted(base.rglob("*")):
        parts = path.relative_to(base).parts
        if path.suffix not in {".py", ".html", ".txt"} or any(
            part in _NO_SOURCES or part.startswith(".") for part in parts
        ):
            continue
        if path.suffix == ".py" or "templates" in parts:
            yield path


def _texts(path: Path) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Line, function, text arguments and translators' comments of each call in a file."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Gives gettext calls among filler; without indentation it reads as Python.
        source = "\n".join(
            line.lstrip() for line in templatize(source, origin=str(path)).splitlines()
        )
    names = _own_names(source) if path.suffix == ".py" else {}
    keywords = _KEYWORDS | {own: _KEYWORDS[name] for own, name in names.items()}
    found: Any = extract_python(
        io.BytesIO(source.encode()),
        keywords,
        ["Translators:"],
        {"encoding": "utf-8"},
    )
    for line, function, texts, comments in found:
        yield line, names.get(function, function), texts, comments


def _own_names(source: str) -> dict[str, str]:
    """What a module calls Django's translating functions, where it names them anew."""
    imported = (
        alias
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
    )
    return {one.asname: one.name for one in imported if one.asname and one.name in _KEYWORDS}


def _split(function: str, texts: Any) -> tuple[str | None, tuple[str, ...]]:
    """Context and message key (singular, or singular and plural) of one call's texts."""
    words = texts if isinstance(texts, tuple) else (texts,)
    context = None
    for position in _KEYWORDS[function] or (1,):
        if isinstance(position, tuple):
            context = words[position[0] - 1]
    wanted = [p for p in _KEYWORDS[function] or (1,) if isinstance(p, int)]
    key = tuple(words[p - 1] for p in wanted if p <= len(words))
    return context, key if all(isinstance(word, str) for word in key) else ()


def _is_filled(message: Message) -> bool:
    texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return bool(texts) and all(texts)
