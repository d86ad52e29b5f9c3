"""Which VAT category a sale falls under, and which price wins. Pure: no database, no clock."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from stdnum import ean

from o2c.errors import InvalidInput

# fmt: off
EU_COUNTRIES = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})
# fmt: on
"""Member states by ISO code. Territories outside the VAT area (Canary Islands, Åland, Livigno,
Büsingen and the like) share their state's code and need their own treatment by hand."""

_VAT_PREFIX = {"GR": "EL"}
NORTHERN_IRELAND = "XI"
"""Prefix of Northern Irish VAT ids: goods are traded there as within the EU (Windsor Framework)."""

EXEMPTION_CODES = {
    "AE": "VATEX-EU-AE",
    "K": "VATEX-EU-IC",
    "G": "VATEX-EU-G",
    "O": "VATEX-EU-O",
}
"""VAT category -> code of the CEF VATEX list for BT-121; E has many and needs the text alone."""


@dataclass(frozen=True, slots=True)
class VatRuling:
    """What the rules say of a sale: category, and whether the seller's own rate applies.

    ``exemption`` is the category whose legal text the document must carry, empty for S and Z.
    """

    category: str
    needs_rate: bool
    exemption: str = ""


_TAXED = VatRuling("S", needs_rate=True)
_ZERO = VatRuling("Z", needs_rate=False)


def _untaxed(category: str) -> VatRuling:
    return VatRuling(category, needs_rate=False, exemption=category)


def vat_prefix(country: str) -> str:
    """The two letters a country's VAT ids begin with (Greece: EL)."""
    return _VAT_PREFIX.get(country, country)


def has_foreign_eu_vat_id(vat_id: str, seller_country: str) -> bool:
    """Whether the buyer identified himself with a VAT id of another member state."""
    prefix = vat_id[:2].upper()
    known = {vat_prefix(country) for country in EU_COUNTRIES - {seller_country}}
    return prefix in known | {NORTHERN_IRELAND}


def vat_category(
    seller_country: str,
    buyer_country: str,
    buyer_vat_id: str,
    is_business: bool,
    product_kind: str,
    vat_class: str,
) -> VatRuling:
    """The VAT category (UNCL 5305) of a sale by a seller established in the EU.

    ``buyer_country`` is where the goods go, or where the buyer of a service is established;
    ``product_kind`` is ``goods`` or ``service``. Sources: Directive 2006/112/EC Art. 44 and 45
    (place of services), 138 (intra-community supply), 146 (export), 196 (reverse charge).

    Consumers in other member states get the seller's rate: below the threshold of Art. 59c;
    above it the one-stop shop applies, which this table doesn't know. Without a VAT id of
    another state a business buyer is taxed like a consumer, too.
    """
    if vat_class == "exempt":
        return _untaxed("E")
    if buyer_country == seller_country:
        return _ZERO if vat_class == "zero" else _TAXED
    identified = is_business and has_foreign_eu_vat_id(buyer_vat_id, seller_country)
    if product_kind == "goods":
        return _goods_abroad(buyer_country, buyer_vat_id, identified, vat_class)
    return _service_abroad(buyer_country, is_business, identified, vat_class)


def _goods_abroad(country: str, vat_id: str, identified: bool, vat_class: str) -> VatRuling:
    northern_ireland = country == "GB" and vat_id[:2].upper() == NORTHERN_IRELAND
    if country not in EU_COUNTRIES and not northern_ireland:
        return _untaxed("G")
    if identified:
        return _untaxed("K")
    return _ZERO if vat_class == "zero" else _TAXED


def _service_abroad(country: str, is_business: bool, identified: bool, vat_class: str) -> VatRuling:
    if country in EU_COUNTRIES and identified:
        return _untaxed("AE")
    if country not in EU_COUNTRIES and is_business:
        return _untaxed("O")
    return _ZERO if vat_class == "zero" else _TAXED


@dataclass(frozen=True, slots=True)
class PriceStep:
    """A price that holds on the day: from this quantity on, agreed with the customer or general."""

    min_quantity: Decimal
    unit_price: Decimal
    is_agreement: bool = False


def best_step(steps: Sequence[PriceStep], quantity: Decimal) -> PriceStep | None:
    """The price for a quantity: an agreement before the list, then the highest break reached."""
    reached = [step for step in steps if step.min_quantity <= quantity]
    return max(reached, key=lambda step: (step.is_agreement, step.min_quantity), default=None)


MAX_ATTRIBUTES, MAX_ATTRIBUTE_LENGTH = 20, 100
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_UNIT = re.compile(r"[A-Z0-9]{2,3}", re.ASCII)


def check_gtin(text: str) -> str:
    """A GTIN (8, 12, 13 or 14 digits) without blanks, its check digit proved; empty stays empty.

    Raises: InvalidInput naming the number.
    """
    compact = re.sub(r"[\s-]", "", text)
    if compact and not ean.is_valid(compact):
        raise InvalidInput(
            "product.gtin",
            _("“%(gtin)s” is no GTIN: its length or check digit is wrong. Compare it.")
            % {"gtin": text},
            field="gtin",
        )
    return compact


def check_country(text: str) -> str:
    """A country's ISO code in capitals; empty stays empty.

    Raises: InvalidInput naming the text.
    """
    code = text.upper()
    if code and not _COUNTRY.fullmatch(code):
        raise InvalidInput(
            "product.origin_country",
            _("“%(country)s” is no country code: use two letters, e.g. DE or SE.")
            % {"country": text},
            field="origin_country",
        )
    return code


def check_attributes(pairs: Sequence[Sequence[str]]) -> list[list[str]]:
    """Attributes as (name, value) pairs, each side given and short enough, in their order.

    Raises: InvalidInput naming the attribute, or how many there may be.
    """
    cleaned = [[part.strip() for part in pair] for pair in pairs]
    if len(cleaned) > MAX_ATTRIBUTES:
        raise InvalidInput(
            "product.attributes",
            _("A product may have %(most)s attributes, not %(count)s.")
            % {"most": MAX_ATTRIBUTES, "count": len(cleaned)},
            field="attributes",
        )
    for pair in cleaned:
        if len(pair) != 2 or not all(pair) or max(map(len, pair)) > MAX_ATTRIBUTE_LENGTH:
            raise InvalidInput(
                "product.attribute",
                _("“%(pair)s”: an attribute reads “name: value”, each up to %(most)s characters.")
                % {"pair": ": ".join(pair)[:80], "most": MAX_ATTRIBUTE_LENGTH},
                field="attributes",
            )
    return cleaned


def check_unit(text: str) -> str:
    """A unit of measure as UN/ECE recommendation 20 codes it, e.g. C62, KGM, HUR.

    Raises: InvalidInput naming the text.
    """
    code = text.strip().upper()
    if not _UNIT.fullmatch(code):
        raise InvalidInput(
            "product.unit",
            _("“%(unit)s” is no UN/ECE unit code: use e.g. C62 (piece), KGM, MTR, LTR or HUR.")
            % {"unit": text},
            field="unit",
        )
    return code


WHOLE_UNITS = frozenset({"C62", "H87", "EA", "PR", "SET", "NPR", "DZN"})
"""Units that are counted and not measured: piece, each, pair, set, dozen."""


def comes_whole(unit: str) -> bool:
    """Whether half of the unit cannot be sold."""
    return unit in WHOLE_UNITS


@dataclass(frozen=True, slots=True)
class Span:
    """A price's days: from the first day on, up to but without the last; None means open."""

    first: date | None
    before: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the day lies in the span."""
        return (self.first is None or self.first <= day) and (
            self.before is None or day < self.before
        )


def room_for(start: date, end: date | None, others: Sequence[Span]) -> date | None:
    """The day before which a price that starts on ``start`` must end; None means it stays open.

    It ends at ``end`` if that is given, at the latest where the next price (of the same list,
    product and break) begins. ``others`` are the prices that exist.
    """
    later = [span.first for span in others if span.first is not None and span.first > start]
    return min([*later, *([end] if end else [])], default=None)
