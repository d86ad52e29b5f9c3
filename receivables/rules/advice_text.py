"""Remittance advice as text: which lines name a document with an amount, and what they come to.

A printed list has a line a document: its number, dates, the gross amount, the discount, what is
paid. The amount paid stands last; a gross amount and a discount before it are believed when they
come to it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from o2c.money import ZERO
from receivables.rules.tokens import Sureness, tokens

_AMOUNT = re.compile(
    r"(?<![\w.,/-])(?P<sign>[-+\u2212]?)\s?"
    r"(?P<number>\d{1,3}(?:[.,' \u00a0]\d{3})+[.,]\d{2}|\d+[.,]\d{2})"
    r"(?P<behind>-?)(?![\d.,/]|-\d)"
)
_TOTAL = re.compile(
    r"\b(total|sum|summe|gesamt\w*|zahlbetrag|zahlungsbetrag|amount paid|payment amount|"
    r"(ü|ue)berweisungsbetrag|auszahlungsbetrag|totalt|summa|att betala|betalt belopp|"
    r"totaal|razem)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line with amounts: what it may name, and the amounts from left to right."""

    text: str
    names: tuple[str, ...]
    amounts: tuple[Decimal, ...]

    @property
    def amount(self) -> Decimal:
        """What is paid: the last amount."""
        return self.amounts[-1]

    @property
    def discount(self) -> Decimal:
        """What is deducted: an amount before the last that makes up the gap to the gross."""
        paid, before = self.amounts[-1], self.amounts[:-1]
        for place, gross in enumerate(before):
            for taken in map(abs, before[place + 1 :]):
                if taken and gross - taken == paid:
                    return taken
        return ZERO


@dataclass(frozen=True, slots=True)
class ToldText:
    """Lines that may name documents, and the total the text speaks of (None: it does not)."""

    lines: tuple[ToldLine, ...]
    total: Decimal | None


def read_text(lines: Iterable[str]) -> ToldText:
    """Read the lines of a printed advice; ``names`` are whole tokens of each line."""
    told: list[ToldLine] = []
    total: Decimal | None = None
    for line in lines:
        amounts = tuple(_amounts(line))
        if not amounts:
            continue
        if _TOTAL.search(line):
            total = amounts[-1]
            continue
        told.append(ToldLine(" ".join(line.split())[:200], _names(line), amounts))
    return ToldText(tuple(told), total)


def _names(line: str) -> tuple[str, ...]:
    """Whole tokens of a line, the longest first; amounts do not count."""
    found = tokens([_AMOUNT.sub(" ", line)])
    whole = [token for token, sureness in found.items() if sureness == Sureness.WHOLE]
    return tuple(sorted(whole, key=lambda token: (-len(token), token)))


def _amounts(line: str) -> Iterable[Decimal]:
    for found in _AMOUNT.finditer(line):
        digits = re.sub(r"\D", "", found["number"])
        value = Decimal(digits[:-2] + "." + digits[-2:])
        is_negative = found["sign"] in ("-", "\u2212") or found["behind"] == "-"
        yield -value if is_negative else value


def adds_up(amounts: Sequence[Decimal], total: Decimal) -> bool:
    """Whether lines come to the total, and to something."""
    return total > 0 and sum(amounts, ZERO) == total
