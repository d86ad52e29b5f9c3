"""Figures and dates as letters print them, in the language the letter is written in."""

from datetime import date
from decimal import Decimal

from django import template
from django.utils import translation

from core import formats
from core.letters import country_name, long_day, long_period

register = template.Library()

# UN/ECE units people buy in, as a reader knows them; others print their code.
UNITS = {
    "C62": {"en": "pc", "de": "Stk", "sv": "st"},
    "H87": {"en": "pc", "de": "Stk", "sv": "st"},
    "HUR": {"en": "h", "de": "Std", "sv": "tim"},
    "DAY": {"en": "day", "de": "Tag", "sv": "dag"},
    "KGM": {"en": "kg", "de": "kg", "sv": "kg"},
    "GRM": {"en": "g", "de": "g", "sv": "g"},
    "TNE": {"en": "t", "de": "t", "sv": "t"},
    "MTR": {"en": "m", "de": "m", "sv": "m"},
    "MTK": {"en": "m²", "de": "m²", "sv": "m²"},
    "MTQ": {"en": "m³", "de": "m³", "sv": "m³"},
    "LTR": {"en": "l", "de": "l", "sv": "l"},
    "PR": {"en": "pair", "de": "Paar", "sv": "par"},
    "SET": {"en": "set", "de": "Satz", "sv": "sats"},
    "XBX": {"en": "box", "de": "Karton", "sv": "låda"},
    "XPX": {"en": "pallet", "de": "Palette", "sv": "pall"},
    "LS": {"en": "lump sum", "de": "pauschal", "sv": "klump"},
    "MON": {"en": "month", "de": "Monat", "sv": "månad"},
}


def _language() -> str:
    return translation.get_language() or "en"


@register.filter
def figure(amount: Decimal | None) -> str:
    """An amount with two places and the language's separators; a true minus sign."""
    return "" if amount is None else formats.amount(amount)


@register.filter
def unit_price(price: Decimal) -> str:
    """A unit price: two places, up to six where it has them."""
    return formats.figure(price, least=2)


@register.filter
def quantity(amount: Decimal) -> str:
    """A quantity without needless zeros."""
    return formats.figure(amount, most=3)


@register.filter
def rate(fraction: Decimal) -> str:
    """A fraction as percent: 0.19 becomes 19 %."""
    return formats.percent(fraction)


@register.filter
def day(value: date | None) -> str:
    """A date in words."""
    return "" if value is None else long_day(value, _language())


@register.filter
def until(start: date, end: date) -> str:
    """A period in words: ``{{ line.period_from|until:line.period_to }}``."""
    return long_period(start, end, _language())


@register.filter
def unit(code: str) -> str:
    """A unit of measure as a reader knows it."""
    return UNITS.get(code, {}).get(_language(), code)


@register.filter
def country(code: str) -> str:
    """A country's name."""
    return country_name(code, _language())


@register.filter
def groups(text: str, size: int = 4) -> str:
    """An IBAN or reference in groups of four, as banks print it."""
    plain = text.replace(" ", "")
    return " ".join(plain[start : start + size] for start in range(0, len(plain), size))
