"""Early-payment discount (Skonto): until when, how much, and how it splits over VAT rates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from o2c.money import ZERO, split


@dataclass(frozen=True, slots=True)
class TaxedShare:
    """Net and VAT of one (category, rate) in a document, or in a discount on it."""

    vat_category: str
    vat_rate: Decimal
    net_amount: Decimal
    vat_amount: Decimal


def available_discount(
    discount_amount: Decimal, discount_until: date | None, *, value_on: date, grace_days: int = 0
) -> Decimal:
    """The discount a payment of that value date may take; the last day counts in full."""
    if discount_until is None or discount_amount <= 0:
        return ZERO
    return discount_amount if (value_on - discount_until).days <= grace_days else ZERO


def split_discount(discount: Decimal, shares: Sequence[TaxedShare]) -> list[TaxedShare]:
    """A gross discount over the VAT rows of its invoice, net and VAT, to the cent.

    By largest remainder over the gross per rate, then over net and VAT within each, so that the
    VAT is corrected where it was charged (§ 17 UStG). A document without rows keeps it whole.
    """
    if not shares:
        return [TaxedShare("", ZERO, discount, ZERO)]
    gross = split(discount, [share.net_amount + share.vat_amount for share in shares])
    result = []
    for part, share in zip(gross, shares, strict=True):
        net, vat = (
            split(part, [share.net_amount, share.vat_amount]) if share.vat_amount else (part, ZERO)
        )
        result.append(TaxedShare(share.vat_category, share.vat_rate, net, vat))
    return result
