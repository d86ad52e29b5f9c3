"""Pure rules of orders: amounts, what a complete order has, units that mean the same."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from o2c.money import MAX_AMOUNT, line_net

MAX_QUANTITY = Decimal("999999999999.999")
THOUSANDTH = Decimal("0.001")

# Codes and words that buyers' systems send for the same unit (UN/ECE Rec 20 codes as key).
UNIT_NAMES = {
    "C62": "C62 H87 EA PCE PC PCS NAR ST STK STÜCK ST. STCK PIECE PIECES STYCK PCS. EACH UNIT",
    "KGM": "KGM KG",
    "GRM": "GRM G",
    "MTR": "MTR M METER",
    "LTR": "LTR L LITER",
    "HUR": "HUR H STD STUNDE HOUR TIM",
    "MTK": "MTK M2 M² QM",
}
_CODE_OF_UNIT = {name: code for code, names in UNIT_NAMES.items() for name in names.split()}


@dataclass(frozen=True, slots=True)
class Figures:
    """What a line's amount comes from: quantity still wanted, net unit price, discount, VAT."""

    quantity: Decimal
    unit_price: Decimal
    discount_rate: Decimal
    vat_category: str
    vat_rate: Decimal

    @property
    def net_amount(self) -> Decimal:
        """Net of the line, rounded once."""
        return line_net(self.quantity, self.unit_price, discount_rate=self.discount_rate)


def unit_code(text: str) -> str:
    """The UN/ECE code a unit's code or word stands for; unknown ones stay as they are."""
    plain = text.strip().upper()
    return _CODE_OF_UNIT.get(plain, plain)


def fits(quantity: Decimal, unit_price: Decimal) -> bool:
    """Whether quantity and amount fit the books: at most three decimals, no giants."""
    return (
        0 < quantity <= MAX_QUANTITY
        and quantity == quantity.quantize(THOUSANDTH)
        and quantity * unit_price < MAX_AMOUNT / 1000
    )


def promised_on(wanted: date | None, *, on: date) -> date:
    """The day promised to the customer: the one wanted, but never a day that has passed."""
    return max(wanted, on) if wanted else on
