"""Elements of a UBL document and their text."""

from typing import Any

NS = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


def text(element: Any, path: str) -> str:
    """The text at a path without needless blanks; empty where there is none."""
    found = element.find(path, NS)
    return "" if found is None else clean(found.text)


def clean(words: str | None) -> str:
    """Words with single blanks between them."""
    return " ".join((words or "").split())
