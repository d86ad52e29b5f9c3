"""Why a customer paid less: guessed from what the shortage equals and what the payer wrote.

Pure: the service looks up the figures and hands them in. An amount is evidence when it equals the
shortage to the cent; words are evidence of what the customer says, not that it is true. Where two
amounts fit, only words decide between them; where words and amount disagree, nobody knows.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from o2c.money import ZERO, cents

CENTS = Decimal("0.05")
"""A shortage up to this is rounding, not a deduction; a discount worked out otherwise too."""
USUAL_DISCOUNTS = tuple(Decimal(percent) / 100 for percent in (1, 2, 3, 4, 5))
_CHANCE = Decimal("0.02")
_CENT = Decimal("0.01")

# Beginnings of words, as payers in five languages write them.
_WORDS = {
    "discount": ("skont", "kassarabatt", "kasserabat", "korting", "escompte"),
    "freight": ("fracht", "versandkost", "freight", "shipping", "frakt", "porto", "lieferkosten",
                "vracht", "spedition"),
    "price": ("preis", "price", "pris", "prijs", "kondition"),
    "quantity": ("fehlmenge", "mindermenge", "fehlt", "fehlend", "fehlte", "missing",
                 "short deliver", "saknas", "saknad", "manko", "ontbre"),
    "quality": ("mangel", "mängel", "maengel", "beschädig", "beschaedig", "bruch", "defekt",
                "damage", "defect", "broken", "skadad", "skada", "trasig",
                "reklamation", "retour", "retur", "return"),
    "delivery": ("verspät", "verspaet", "verzug", "nicht geliefert", "late deliver", "not deliver",
                 "försen", "forsen", "ej lever"),
    "other": ("bonus", "rückvergüt", "rueckverguet", "werbekosten", "wkz", "marketing"),
}  # fmt: skip
_PART_WORDS = ("teilzahlung", "rate", "ratenzahlung", "abschlag", "akonto", "anzahlung", "a conto",
               "part payment", "instalment", "installment", "delbetalning", "avbetalning",
               "deelbetaling", "acompte", "restzahlung")  # fmt: skip
_SEPARATORS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Part:
    """A figure of the invoice that a shortage may equal: gross, with the words that explain it."""

    reason: str
    code: str
    amount: Decimal
    told: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the invoice: ``unit_gross`` is what one unit costs with VAT (not rounded)."""

    position: int
    description: str
    quantity: Decimal
    unit_gross: Decimal


@dataclass(frozen=True, slots=True)
class Shortage:
    """What is open of an item after a payment, and all that may explain it.

    ``discount_amount`` as offered until ``discount_until``; ``value_on`` is the money's value day.
    ``parts``: charges, agreed prices, undelivered goods. ``text``: the payer's words.
    """

    amount: Decimal
    item_amount: Decimal
    value_on: date
    discount_amount: Decimal = ZERO
    discount_until: date | None = None
    parts: Sequence[Part] = ()
    lines: Sequence[Line] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest reason, how sure (``both``, ``amount``, ``words`` or nothing), and why."""

    reason: str
    sureness: str
    evidence: tuple[dict[str, str], ...]

    @property
    def is_proved(self) -> bool:
        """Whether the amount itself tells it."""
        return self.sureness in ("both", "amount")


def guess(shortage: Shortage) -> Guess:
    """The reason that the evidence carries, never surer than that."""
    amounts = _amounts(shortage)
    words = _words(shortage.text)
    by_amount = {part.reason for part in amounts}
    by_word = set(words)
    agreed = by_amount & by_word
    told = tuple(_evidence(part) for part in amounts)
    told += tuple({"code": "word", "word": word, "reason": why} for why, word in words.items())
    if len(agreed) == 1:
        return Guess(agreed.pop(), "both", told)
    if len(by_amount) == 1 and not by_word:
        return Guess(by_amount.pop(), "amount", told)
    if len(by_word) == 1 and not by_amount:
        return Guess(by_word.pop(), "words", told)
    return Guess("unknown", "", told)


def is_deduction(shortage: Shortage, found: Guess, *, part_rate: Decimal) -> bool:
    """Whether a shortage is a deduction at all, not cents and not a payment in part.

    A part is what the words call one, or a rest beyond ``part_rate`` that nothing explains: it
    stays due and is reminded, else who pays one euro would have stopped the reminders.
    """
    if shortage.amount <= CENTS:
        return False
    if found.is_proved:
        return True
    if any(_has(shortage.text, word) for word in _PART_WORDS):
        return False
    return found.reason != "unknown" or shortage.amount <= shortage.item_amount * part_rate


def _amounts(shortage: Shortage) -> list[Part]:
    """What the shortage equals; a multiple of units only where nothing else does."""
    found = [*_discounts(shortage)]
    found += [part for part in shortage.parts if part.amount == shortage.amount]
    return found or _units(shortage)


def _discounts(shortage: Shortage) -> Iterable[Part]:
    """The discount offered, but late; or a usual percentage that nobody offered."""
    offered, until = shortage.discount_amount, shortage.discount_until
    if offered and until:
        if abs(offered - shortage.amount) <= CENTS and shortage.value_on > until:
            told = {
                "offered": str(offered),
                "until": str(until),
                "value_on": str(shortage.value_on),
                "days": str((shortage.value_on - until).days),
            }
            yield Part("discount", "late_discount", shortage.amount, told)
        return
    for rate in USUAL_DISCOUNTS:
        if cents(shortage.item_amount * rate) == shortage.amount:
            told = {"rate": str(rate), "of": str(shortage.item_amount)}
            yield Part("discount", "no_discount", shortage.amount, told)


def _units(shortage: Shortage) -> list[Part]:
    """The one line of which whole units cost just the shortage.

    Not where so many multiples exist that one would fit by chance in more than 2 of 100 cases.
    """
    lines = [line for line in shortage.lines if line.unit_gross > 0 and line.quantity > 1]
    tried = sum(
        (min(line.quantity, shortage.amount // line.unit_gross) for line in lines), Decimal(0)
    )
    if tried * _CENT > shortage.amount * _CHANCE:
        return []
    found = []
    for line in lines:
        count = (shortage.amount / line.unit_gross).quantize(Decimal(1))
        if 0 < count < line.quantity and cents(count * line.unit_gross) == shortage.amount:
            told = {
                "count": str(count),
                "quantity": f"{line.quantity.normalize():f}",
                "unit": str(cents(line.unit_gross)),
                "line": line.description,
            }
            found.append(Part("quantity", "units", shortage.amount, told))
    return found if len(found) == 1 else []


def _words(text: str) -> dict[str, str]:
    """Reason -> the word of the text that says so."""
    return {
        reason: word
        for reason, words in _WORDS.items()
        for word in [next((word for word in words if _has(text, word, is_start=True)), "")]
        if word
    }


def _has(text: str, word: str, *, is_start: bool = False) -> bool:
    """Whether a word (or a word that starts so) stands in the text; never a part within a word."""
    plain = _SEPARATORS.sub(" ", text.lower())
    end = "" if is_start else r"(?![^\W\d_])"
    return re.search(rf"(?<![^\W\d_]){re.escape(word)}{end}", plain) is not None


def _evidence(part: Part) -> dict[str, str]:
    return {"code": part.code, "reason": part.reason, "amount": str(part.amount), **part.told}
