"""Leaves out of a stylesheet what no page of ours can use (``docs/adr/0050``)."""

import re
from collections.abc import Iterable
from typing import Any

import tinycss2

WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
CLASS = re.compile(r"\.((?:[A-Za-z0-9_-]|\\.)+)")
NESTING = {"media", "supports", "layer", "container"}


def words(texts: Iterable[str]) -> set[str]:
    """Every word that could name a class, wherever it stands: a tag, a string, a comment."""
    found: set[str] = set()
    for text in texts:
        found.update(WORD.findall(text))
    return found


def used_rules(css: str, known: set[str]) -> str:
    """The stylesheet with only the selectors whose classes are all among ``known``.

    Selectors without a class, custom properties, fonts and key frames stay as they are.
    """
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return "".join(_used(rule, known) for rule in rules)


def _used(rule: Any, known: set[str]) -> str:
    if rule.type == "qualified-rule":
        selectors = _kept(tinycss2.serialize(rule.prelude), known)
        return f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}" if selectors else ""
    if rule.type == "at-rule" and rule.content is not None and rule.lower_at_keyword in NESTING:
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        kept = "".join(_used(one, known) for one in inner)
        prelude = tinycss2.serialize(rule.prelude)
        return f"@{rule.at_keyword}{prelude}{{{kept}}}" if kept else ""
    return str(rule.serialize())


def _kept(prelude: str, known: set[str]) -> list[str]:
    """Of a list of selectors those that can match; commas inside of brackets do not part it."""
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(prelude):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and not depth:
            parts.append(prelude[start:at])
            start = at + 1
    parts.append(prelude[start:])
    return [part.strip() for part in parts if _may_match(part, known)]


def _may_match(selector: str, known: set[str]) -> bool:
    """Classes inside of ``:not()`` narrow nothing that must exist, so they are not asked for."""
    asked = re.sub(r":(?:not|where|is)\([^()]*\)", "", selector)
    return all(name.replace("\\", "") in known for name in CLASS.findall(asked))
