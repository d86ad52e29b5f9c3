"""The verbs and lookups of catalog: products, price lists, the price and the VAT of a sale."""

from catalog.services.price_lists import (
    PriceDraft,
    create_price_list,
    end_price,
    set_price,
    set_price_list_active,
)
from catalog.services.pricing import FoundPrice, PriceRequest, price_for, prices_for
from catalog.services.products import ProductDraft, change_product, create_product
from catalog.services.vat import VatRequest, VatTreatment, vat_for, vats_for

__all__ = [
    "FoundPrice",
    "PriceDraft",
    "PriceRequest",
    "ProductDraft",
    "VatRequest",
    "VatTreatment",
    "change_product",
    "create_price_list",
    "create_product",
    "end_price",
    "price_for",
    "prices_for",
    "set_price",
    "set_price_list_active",
    "vat_for",
    "vats_for",
]
