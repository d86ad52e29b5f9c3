"""Numbers of ours that a payer cut: the beginning is missing, or the last digit."""

import re
from collections.abc import Collection, Iterable, Sequence

from receivables.rules.facts import Item
from receivables.rules.near import ends_so, is_year
from receivables.rules.tokens import normalise

_SHORTEST, _SHORTEST_BEGINNING = 3, 4
_DIGITS = re.compile(r"\d+")


def cuts(document: str, number: str) -> str:
    """How a written number cuts the document's: ``ends``, ``begins``, or not at all (empty)."""
    digits = "".join(_DIGITS.findall(document))
    is_bare = number.isdigit()
    if is_bare and len(number) >= _SHORTEST and ends_so(document, number):
        return "ends"
    whole = digits if is_bare else normalise(document)
    return "begins" if number == whole[:-1] and len(number) >= _SHORTEST_BEGINNING else ""


def written_of(tokens: Iterable[str], endings: Collection[str]) -> list[str]:
    """What may be a cut number in a text, the longest first; no years."""
    bare = {text for text in (*tokens, *endings) if any(sign.isdigit() for sign in text)}
    told = {text for text in bare if len(text) >= _SHORTEST and not is_year(text)}
    return sorted(told, key=lambda text: (-len(text), text))


def cut_in(documents: Sequence[str], written: Sequence[str]) -> frozenset[str]:
    """How a text cut the numbers of all these documents; nothing if one is written in full."""
    kinds: set[str] = set()
    for document in documents:
        digits = "".join(_DIGITS.findall(document))
        found = {cuts(document, number) for number in written} - {""}
        if not found or {normalise(document), digits} & set(written):
            return frozenset()
        kinds |= found
    return frozenset(kinds)


def is_statement(chosen: Collection[int], items: Iterable[Item]) -> bool:
    """Whether the chosen are two items or more, and all of the debits due up to their last day."""
    debits = [item for item in items if item.outstanding > 0]
    picked = [item for item in debits if item.pk in chosen]
    if len(picked) < 2:
        return False
    last = max(item.due_on for item in picked)
    return all(item.pk in chosen for item in debits if item.due_on <= last)
