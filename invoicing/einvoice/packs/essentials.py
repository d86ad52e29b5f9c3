"""What must be there for an XML to be written at all; the rules of EN 16931 that say so."""

from invoicing.einvoice.packs.rule import Rule, Test, figure, has
from invoicing.einvoice.rule_texts import TEXTS
from invoicing.einvoice.terms import Terms
from o2c.money import CURRENCIES


def _says_when_due(terms: Terms) -> bool:
    return figure(terms["BT-115"]) <= 0 or "BT-9" in terms or "BT-20" in terms


def _each_has(group: str, key: str) -> Test:
    return lambda terms: all(one.get(key) for one in terms.get(group, []))


def _ends_after_start(terms: Terms, start: str, end: str) -> bool:
    return start not in terms or end not in terms or terms[start] <= terms[end]


def _known(rule: str, holds: Test) -> Rule:
    sentence, field = TEXTS[rule]
    return Rule(rule, sentence, field, holds)


def _of_list(rule: str, key: str) -> Rule:
    """A currency must be one that the suite's money knows; factur-x stumbles over others."""
    return _known(rule, lambda terms: key not in terms or terms[key] in CURRENCIES)


RULES = [
    _known("BR-02", has("BT-1")),
    _known("BR-05", has("BT-5")),
    _of_list("BR-CL-04", "BT-5"),
    _of_list("BR-CL-05", "BT-6"),
    _known("BR-06", has("BG-4", "name")),
    _known("BR-07", has("BG-7", "name")),
    _known("BR-16", has("BG-25")),
    _known("BR-21", _each_has("BG-25", "BT-126")),
    _known("BR-22", _each_has("BG-25", "BT-129")),
    _known("BR-23", _each_has("BG-25", "BT-130")),
    _known("BR-25", _each_has("BG-25", "BT-153")),
    _known("BR-CO-04", _each_has("BG-25", "BT-151")),
    _known("BR-CO-18", has("BG-23")),
    # A rule of the standard that its published rules no longer ask.
    _known("BR-CO-25", _says_when_due),
    _known("BR-47", _each_has("BG-23", "BT-118")),
    _known("BR-52", _each_has("BG-24", "BT-122")),
    _known("BR-55", _each_has("BG-3", "BT-25")),
    _known("BR-29", lambda terms: _ends_after_start(terms, "BT-73", "BT-74")),
    _known(
        "BR-30",
        lambda terms: all(
            _ends_after_start(line, "BT-134", "BT-135") for line in terms.get("BG-25", [])
        ),
    ),
]
