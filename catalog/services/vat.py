"""Find VAT category, rate and exemption text of a sale: one, or a whole batch at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from catalog.models import Product, VatClass, VatExemption, VatRate
from catalog.rules import EXEMPTION_CODES, VatRuling, vat_category
from core.models import Company
from customers.models import Customer
from o2c.errors import InvalidInput

_NO_RATE = Decimal(0)
_FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class VatRequest:
    """One sale as VAT sees it; ``buyer_country`` is where goods go or a service's buyer sits."""

    seller_country: str
    buyer_country: str
    buyer_vat_id: str
    is_business: bool
    kind: str
    vat_class: str
    language: str
    on: date

    @classmethod
    def of(
        cls,
        product: Product,
        *,
        seller: Company,
        customer: Customer,
        on: date,
        ship_to_country: str = "",
    ) -> "VatRequest":
        """The request for selling a product to a customer, goods going to the given country."""
        is_goods = product.kind == Product.Kind.GOODS
        return cls(
            seller_country=seller.country,
            buyer_country=(ship_to_country if is_goods else "") or customer.country,
            buyer_vat_id=customer.vat_id,
            is_business=customer.is_business,
            kind=product.kind,
            vat_class=product.vat_class,
            language=customer.language,
            on=on,
        )


@dataclass(frozen=True, slots=True)
class VatTreatment:
    """Category (UNCL 5305), rate as a fraction, and the words and code when no VAT is charged."""

    category: str
    rate: Decimal
    exemption_text: str = ""
    exemption_code: str = ""


def vat_for(
    product: Product, *, customer: Customer, on: date, ship_to_country: str = ""
) -> VatTreatment:
    """How VAT falls on one sale by the customer's company. Raises as ``vats_for``."""
    request = VatRequest.of(
        product,
        seller=customer.company,
        customer=customer,
        on=on,
        ship_to_country=ship_to_country,
    )
    return vats_for([request])[0]


def vats_for(requests: Sequence[VatRequest]) -> list[VatTreatment]:
    """How VAT falls on many sales, in order, with two statements at most.

    Raises: InvalidInput when the country pack lacks a rate on the date or an exemption text.
    """
    rulings = [_ruling(request) for request in requests]
    rates = _rates([r for r, ruling in zip(requests, rulings, strict=True) if ruling.needs_rate])
    texts = _texts([r for r, ruling in zip(requests, rulings, strict=True) if ruling.exemption])
    return [
        VatTreatment(
            category=ruling.category,
            rate=_rate(request, rates) if ruling.needs_rate else _NO_RATE,
            exemption_text=_text(request, ruling, texts) if ruling.exemption else "",
            exemption_code=EXEMPTION_CODES.get(ruling.exemption, ""),
        )
        for request, ruling in zip(requests, rulings, strict=True)
    ]


def _ruling(request: VatRequest) -> VatRuling:
    return vat_category(
        request.seller_country,
        request.buyer_country,
        request.buyer_vat_id,
        request.is_business,
        request.kind,
        request.vat_class,
    )


def _rates(requests: Sequence[VatRequest]) -> list[VatRate]:
    if not requests:
        return []
    days = [request.on for request in requests]
    return list(
        VatRate.objects.filter(
            country__in={request.seller_country for request in requests},
            vat_class__in={request.vat_class for request in requests},
            valid__overlap=DateRange(min(days), max(days), "[]"),
        )
    )


def _texts(requests: Sequence[VatRequest]) -> dict[tuple[str, str, str], str]:
    if not requests:
        return {}
    rows = VatExemption.objects.filter(country__in={request.seller_country for request in requests})
    return {(row.country, row.category, row.language): row.text for row in rows}


def _rate(request: VatRequest, rates: Sequence[VatRate]) -> Decimal:
    for rate in rates:
        same = (rate.country, rate.vat_class) == (request.seller_country, request.vat_class)
        if same and request.on in rate.valid:
            return rate.rate
    raise InvalidInput(
        "vat.rate_missing",
        _(
            "There is no VAT rate of %(country)s for “%(vat_class)s” on %(on)s: add it under"
            " VAT rates in the set-up, or choose another VAT class for the product."
        )
        % {
            "country": request.seller_country,
            "vat_class": VatClass(request.vat_class).label,
            "on": request.on,
        },
    )


def _text(request: VatRequest, ruling: VatRuling, texts: dict[tuple[str, str, str], str]) -> str:
    for language in (request.language, _FALLBACK_LANGUAGE):
        text = texts.get((request.seller_country, ruling.exemption, language))
        if text:
            return text
    raise InvalidInput(
        "vat.exemption_text_missing",
        _(
            "%(country)s has no exemption text for VAT category %(category)s in “%(language)s”:"
            " add it under VAT exemption texts in the set-up."
        )
        % {
            "country": request.seller_country,
            "category": ruling.category,
            "language": request.language,
        },
    )
