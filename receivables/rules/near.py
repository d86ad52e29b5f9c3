"""Numbers that are nearly written right: a digit wrong, missing, swapped, or only their end."""

import re

from rapidfuzz.distance import OSA

from receivables.rules.tokens import normalise

_SHORTEST = 5
_DIGITS = re.compile(r"\d+")
_ENDING = re.compile(r"(?<![A-Za-z0-9])\d{2,4}(?![A-Za-z0-9])")


def is_near(token: str, document: str) -> bool:
    """Whether a normalised token may be the document's number with one slip of the pen.

    One sign wrong, missing, too many, or two neighbours swapped; under five signs nothing is near.
    """
    if len(token) < _SHORTEST:
        return False
    whole = normalise(document)
    digits = "".join(_DIGITS.findall(document))
    told = token if not token.isdigit() else token.lstrip("0") or token
    return any(
        OSA.distance(written, key, score_cutoff=1) <= 1
        for written in {token, told}
        for key in {whole, digits, digits.lstrip("0")}
        if len(key) >= _SHORTEST
    )


def is_year(token: str) -> bool:
    """Whether four digits may as well be a year of our time."""
    return len(token) == 4 and token[:2] in ("19", "20")


def is_written(token: str, bare: frozenset[str]) -> bool:
    """Whether a token stands there as a number: long enough, or bare (``endings``) and no year."""
    return len(token) >= _SHORTEST or (token in bare and not is_year(token))


def endings(text: str) -> frozenset[str]:
    """Bare groups of two to four digits: ``RE-2026-00140/141`` has ``141``.

    Both readings of a text that the bank cut are taken.
    """
    uncut = text.replace("\n", "")
    return frozenset([*_ENDING.findall(text), *_ENDING.findall(uncut)])


def ends_so(document: str, ending: str) -> bool:
    """Whether the digits of a number end as a payer wrote it, and there is more before them."""
    digits = "".join(_DIGITS.findall(document))
    return len(digits) > len(ending) and digits.endswith(ending)
