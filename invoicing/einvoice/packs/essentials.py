"""What must be there for an XML to be written at all; the rules of EN 16931 that say so."""

from django.utils.translation import gettext_noop as noop

from invoicing.einvoice.packs.rule import Rule, has
from invoicing.einvoice.rule_texts import TEXTS
from invoicing.einvoice.terms import Terms


def _each_line_has(key: str) -> object:
    return lambda terms: all(line.get(key) for line in terms.get("BG-25", []))


def _ends_after_start(terms: Terms, start: str, end: str) -> bool:
    return start not in terms or end not in terms or terms[start] <= terms[end]


def _known(rule: str, holds: object) -> Rule:
    sentence, field = TEXTS[rule]
    return Rule(rule, sentence, field, holds)  # type: ignore[arg-type]


RULES = [
    _known("BR-02", has("BT-1")),
    _known("BR-05", has("BT-5")),
    _known("BR-06", has("BG-4", "name")),
    _known("BR-07", has("BG-7", "name")),
    _known("BR-16", has("BG-25")),
    _known("BR-21", _each_line_has("BT-126")),
    _known("BR-22", _each_line_has("BT-129")),
    _known("BR-23", _each_line_has("BT-130")),
    _known("BR-25", _each_line_has("BT-153")),
    _known("BR-CO-18", has("BG-23")),
    Rule(
        "BR-29",
        noop("The period of the invoice ends before it begins."),
        "period_to",
        lambda terms: _ends_after_start(terms, "BT-73", "BT-74"),
    ),
    Rule(
        "BR-30",
        noop("The period of a line ends before it begins."),
        "order.lines",
        lambda terms: all(
            _ends_after_start(line, "BT-134", "BT-135") for line in terms.get("BG-25", [])
        ),
    ),
]
