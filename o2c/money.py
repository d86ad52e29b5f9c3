"""Amounts, rounding, VAT and splits: the only arithmetic with money in the suite.

Everything is ``Decimal``. Amounts carry two places, unit prices up to six, rates are fractions
(``0.19``, not 19). Rounding is half away from zero and happens once, at the line net; VAT is
computed per (category, rate) on the summed nets, never per line (EN 16931, BR-CO-17). Every
other place - PDF, XML, ledger, reports - prints the figures stored here from.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from o2c.errors import InvalidInput

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
MAX_AMOUNT = Decimal("9999999999999999.99")

# Currencies with other than two minor digits are refused until the ledger carries them.
CURRENCIES = frozenset({"EUR", "SEK", "USD", "GBP", "CHF", "DKK", "NOK", "PLN", "CZK"})

_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,16}(?:\.\d{1,6})?", re.ASCII)


def cents(amount: Decimal | int) -> Decimal:
    """Round to two places, half away from zero (0.005 -> 0.01, -0.005 -> -0.01)."""
    return Decimal(amount).quantize(CENT, rounding=ROUND_HALF_UP)


def number(text: str, *, what: str = "number") -> Decimal:
    """Read a plain decimal number as files and APIs write it: ``-1234.50``.

    Refuses what ``Decimal`` would take silently: exponents, underscores, full-width digits,
    blanks, NaN and infinity. Raises ``InvalidInput`` naming ``what`` and the text.
    """
    if not _PLAIN_NUMBER.fullmatch(text):
        raise InvalidInput(
            "number.unreadable", f"{what}: “{text[:40]}” is not a plain number like 1234.50."
        )
    return Decimal(text)


def line_net(
    quantity: Decimal,
    unit_price: Decimal,
    *,
    discount_rate: Decimal = ZERO,
    base_quantity: Decimal = Decimal(1),
) -> Decimal:
    """Net amount of a line: round(quantity x price / base quantity, 2) less the rounded discount.

    The discount is a line allowance (BT-136) with an amount of its own, so that an e-invoice can
    print both and still close: net = round(gross) - round(gross x discount rate).
    """
    gross = cents(quantity * unit_price / base_quantity)
    return gross - line_discount(gross, discount_rate)


def line_discount(gross: Decimal, discount_rate: Decimal) -> Decimal:
    """The allowance amount on a line's rounded gross amount."""
    return cents(gross * discount_rate)


@dataclass(frozen=True, slots=True)
class TaxableLine:
    """What VAT needs to know of a line: its net amount, VAT category code and rate."""

    net_amount: Decimal
    vat_category: str
    vat_rate: Decimal


@dataclass(frozen=True, slots=True)
class VatRow:
    """One row of the VAT table (BG-23): taxable amount and tax of one category and rate."""

    vat_category: str
    vat_rate: Decimal
    net_amount: Decimal
    vat_amount: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """A document's totals; gross is net plus VAT, always."""

    net_amount: Decimal
    vat_amount: Decimal
    gross_amount: Decimal
    vat_rows: tuple[VatRow, ...]


def totals(lines: Iterable[TaxableLine]) -> Totals:
    """Sum a document: VAT per (category, rate) on the summed nets, each rounded once.

    Rows come ordered by category and descending rate, so equal documents print alike.
    """
    nets: dict[tuple[str, Decimal], Decimal] = {}
    for line in lines:
        key = (line.vat_category, line.vat_rate.normalize())
        nets[key] = nets.get(key, ZERO) + line.net_amount
    rows = tuple(
        VatRow(category, rate, net, cents(net * rate))
        for (category, rate), net in sorted(nets.items(), key=lambda row: (row[0][0], -row[0][1]))
    )
    net = sum((row.net_amount for row in rows), ZERO)
    vat = sum((row.vat_amount for row in rows), ZERO)
    return Totals(net, vat, net + vat, rows)


def split(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Split an amount in proportion to weights so that the parts sum to it exactly.

    Largest remainder: every part is cut to the cent, the cents left go to the largest cut-offs,
    earlier parts first. Weights may be negative as long as their sum is not zero (a document
    with a credited line); all-zero weights split evenly. An empty list of weights is refused.
    """
    if not weights:
        raise ValueError("split needs at least one weight")
    total = sum(weights, Decimal(0))
    if total == 0:
        weights, total = [Decimal(1)] * len(weights), Decimal(len(weights))
    exact = [amount * weight / total for weight in weights]
    parts = [share.quantize(CENT, rounding=ROUND_DOWN) for share in exact]
    left = amount - sum(parts, ZERO)
    step = CENT if left > 0 else -CENT
    order = sorted(
        range(len(parts)),
        key=lambda i: (exact[i] - parts[i]) * (1 if step > 0 else -1),
        reverse=True,
    )
    for turn in range(int(abs(left) / CENT)):
        parts[order[turn % len(parts)]] += step
    return parts
