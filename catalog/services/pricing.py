"""Find the price of a product for a customer: one sale, or a whole batch in one statement."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.models import Price, Product
from catalog.rules import PriceStep, best_step
from customers.models import Customer


@dataclass(frozen=True, slots=True)
class PriceRequest:
    """What is sold to whom: quantity in the product's unit, ISO currency, business date."""

    product_id: int
    customer_id: int
    currency: str
    quantity: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class FoundPrice:
    """A net unit price and how it came about: ``agreement`` or ``list``, and a note for people."""

    unit_price: Decimal
    source: str
    note: str = ""


def price_for(
    product: Product, *, customer: Customer, quantity: Decimal, on: date, currency: str = ""
) -> FoundPrice | None:
    """The unit price for one sale, in the customer's currency unless another is named.

    None when neither the customer's agreement nor the general list has a price for this quantity
    in this currency on this date.
    """
    wanted = currency or customer.currency
    return prices_for([PriceRequest(product.pk, customer.pk, wanted, quantity, on)])[0]


def prices_for(requests: Sequence[PriceRequest]) -> list[FoundPrice | None]:
    """Prices for many sales, also of several customers and days, with a single statement.

    The result has one entry per request, in order. An agreement with the customer goes before
    the general list; within each, the greatest break not above the quantity counts.
    """
    if not requests:
        return []
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in _candidates(requests):
        rows[row["product_id"]].append(row)
    return [_found(request, rows[request.product_id]) for request in requests]


def _candidates(requests: Sequence[PriceRequest]) -> Any:
    days = [request.on for request in requests]
    customers = {request.customer_id for request in requests}
    return Price.objects.filter(
        Q(price_list__customer=None) | Q(price_list__customer__in=customers),
        product__in={request.product_id for request in requests},
        price_list__currency__in={request.currency for request in requests},
        price_list__is_active=True,
        valid__overlap=DateRange(min(days), max(days), "[]"),
    ).values(
        "product_id",
        "min_quantity",
        "unit_price",
        "valid",
        "price_list__currency",
        "price_list__customer_id",
        "price_list__name",
    )


def _found(request: PriceRequest, rows: list[dict[str, Any]]) -> FoundPrice | None:
    names = {row["price_list__customer_id"]: row["price_list__name"] for row in rows}
    step = best_step([_step(row) for row in rows if _fits(row, request)], request.quantity)
    if step is None:
        return None
    name = names[request.customer_id if step.is_agreement else None]
    note = _("%(list)s, from %(quantity)s") if step.min_quantity > 1 else "%(list)s"
    return FoundPrice(
        unit_price=step.unit_price,
        source="agreement" if step.is_agreement else "list",
        note=note % {"list": name, "quantity": f"{step.min_quantity.normalize():f}"},
    )


def _fits(row: dict[str, Any], request: PriceRequest) -> bool:
    return (
        row["price_list__currency"] == request.currency
        and row["price_list__customer_id"] in (None, request.customer_id)
        and request.on in row["valid"]
    )


def _step(row: dict[str, Any]) -> PriceStep:
    return PriceStep(
        min_quantity=row["min_quantity"],
        unit_price=row["unit_price"],
        is_agreement=row["price_list__customer_id"] is not None,
    )
