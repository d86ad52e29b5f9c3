"""What a text typed into the search may mean: numbers, amounts, an IBAN, words. No database."""

import re
from dataclasses import dataclass
from decimal import Decimal

_CURRENCY = re.compile(r"^(?:EUR|SEK|€|kr)\s*|\s*(?:EUR|SEK|€|kr)$", re.IGNORECASE)
_AMOUNT = re.compile(r"\d{1,3}(?:([.,])\d{3})*(?:[.,]\d{2})?|\d{1,12}(?:[.,]\d{1,2})?", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}([.,]\d{3})+", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u202f'’]")
MOST_LETTERS = 100
LEAST_DEEP = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """The readings of a text.

    ``compact`` is it without spaces in capitals, as numbers are kept; ``digits`` only when it has
    nothing else; ``amounts`` every sum of money it may be in any of our languages.
    """

    text: str
    compact: str
    digits: str
    amounts: tuple[Decimal, ...]

    @property
    def is_deep(self) -> bool:
        """Whether it is long enough to be looked for in the middle of texts."""
        return len(self.text) >= LEAST_DEEP and not self.is_money

    @property
    def is_money(self) -> bool:
        """Whether it can hardly be anything but an amount: it has a fraction."""
        return bool(self.amounts) and not self.digits


def read(typed: str) -> Asked:
    """Read what was typed; of a very long text the beginning."""
    text = " ".join(typed.split())[:MOST_LETTERS]
    compact = _SPACES.sub("", text).upper()
    digits = compact if compact.isascii() and compact.isdigit() else ""
    return Asked(text, compact, digits, _amounts(text))


def _amounts(text: str) -> tuple[Decimal, ...]:
    """1.190,00 and 1,190.00 and 1 190,00 are one sum; 1.190 is two: with thousands, or not."""
    plain = _SPACES.sub("", _CURRENCY.sub("", text))
    if not _AMOUNT.fullmatch(plain):
        return ()
    whole, _dot, cents = plain.replace(",", ".").rpartition(".")
    if _THOUSANDS.fullmatch(plain):
        return (Decimal(re.sub("[.,]", "", plain)),)
    if not whole:
        return (Decimal(cents),)
    return (Decimal(f"{whole.replace('.', '')}.{cents}"),)


def like(text: str) -> str:
    """The text as LIKE sees only itself."""
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
