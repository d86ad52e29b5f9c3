"""Price lists and their prices: a change of price closes the old range and opens a new one."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from catalog.models import Price, PriceList, Product
from catalog.rules import Span, room_for
from core.actors import Actor, require
from core.models import Company
from core.services import record_event
from customers.models import Customer
from o2c.errors import Conflict, InvalidInput
from o2c.money import CURRENCIES

MAX_UNIT_PRICE = Decimal("999999999.999999")


@dataclass(frozen=True, slots=True)
class PriceDraft:
    """A net unit price from a quantity on; holds from ``starts_on`` until before ``ends_before``.

    ``ends_before`` None means until further notice.
    """

    unit_price: Decimal
    starts_on: date
    min_quantity: Decimal = Decimal(0)
    ends_before: date | None = None


def create_price_list(
    company: Company,
    *,
    name: str,
    currency: str,
    customer: Customer | None = None,
    by: Actor,
    on: date,
) -> PriceList:
    """Open a price list: general, or an agreement with one customer.

    Raises: InvalidInput for an unknown currency or another company's customer; Conflict when the
    name is taken or there is an active list for the same currency (and customer) already.
    """
    require(by, "catalog.change", company.pk)
    _check_list(company, name=name.strip(), currency=currency, customer=customer)
    with transaction.atomic():
        _check_alone(company.pk, currency=currency, customer=customer)
        price_list = PriceList.objects.create(
            company=company, name=name.strip(), currency=currency, customer=customer
        )
        record_event(
            "price_list.created", price_list, by=by, on=on, label=name.strip(), currency=currency
        )
    return price_list


def set_price_list_active(pk: int, *, is_active: bool, by: Actor, on: date) -> PriceList:
    """Take a list out of use or back; its prices stay. Raises: Conflict as for a new list."""
    with transaction.atomic():
        price_list = PriceList.objects.for_update().get(pk=pk)
        require(by, "catalog.change", price_list.company_id)
        if price_list.is_active == is_active:
            return price_list
        if is_active:
            _check_alone(
                price_list.company_id,
                currency=price_list.currency,
                customer=price_list.customer,
            )
        price_list.is_active = is_active
        price_list.save(update_fields=["is_active"])
        record_event("price_list.changed", price_list, by=by, on=on, is_active=is_active)
    return price_list


def set_price(
    price_list_pk: int, product: Product, data: PriceDraft, *, by: Actor, on: date
) -> Price:
    """Let a price hold from a day on; the price until then is closed the day before.

    A price that starts on the very same day is corrected in place. Prices that start later stay,
    and the new one ends where the next begins. Documents keep the price they froze. Raises:
    InvalidInput for a price or quantity below zero, an end before the start, or a product of
    another company.
    """
    with transaction.atomic():
        price_list = PriceList.objects.for_update().get(pk=price_list_pk)
        require(by, "catalog.change", price_list.company_id)
        _check_price(price_list, product, data)
        others = list(
            Price.objects.filter(
                price_list=price_list, product=product, min_quantity=data.min_quantity
            )
        )
        price = _place(price_list, product, data, others)
        record_event(
            "price.set",
            product,
            by=by,
            on=on,
            label=product.number,
            price_list=price_list.name,
            min_quantity=data.min_quantity,
            unit_price=data.unit_price,
            starts_on=data.starts_on,
            ends_before=price.valid.upper,
        )
    return price


def end_price(price_pk: int, *, ends_before: date, by: Actor, on: date) -> None:
    """Stop a price: from ``ends_before`` on it no longer holds; one not begun by then goes."""
    with transaction.atomic():
        price_list = PriceList.objects.for_update().get(prices__pk=price_pk)
        require(by, "catalog.change", price_list.company_id)
        price = Price.objects.select_related("product").get(pk=price_pk)
        _close(price, before=ends_before)
        record_event(
            "price.ended",
            price.product,
            by=by,
            on=on,
            label=price.product.number,
            price_list=price_list.name,
            min_quantity=price.min_quantity,
            unit_price=price.unit_price,
            ends_before=ends_before,
        )


def _place(price_list: PriceList, product: Product, data: PriceDraft, others: list[Price]) -> Price:
    spans = [Span(price.valid.lower, price.valid.upper) for price in others]
    before = room_for(data.starts_on, data.ends_before, spans)
    for price, span in zip(others, spans, strict=True):
        if span.holds_on(data.starts_on):
            _close(price, before=data.starts_on)
    return Price.objects.create(
        price_list=price_list,
        product=product,
        min_quantity=data.min_quantity,
        unit_price=data.unit_price,
        valid=DateRange(data.starts_on, before),
    )


def _close(price: Price, *, before: date) -> None:
    first, last = price.valid.lower, price.valid.upper
    if first is not None and first >= before:
        price.delete()
    elif last is None or last > before:
        price.valid = DateRange(first, before)
        price.save(update_fields=["valid"])


def _check_list(company: Company, *, name: str, currency: str, customer: Customer | None) -> None:
    if not name:
        raise InvalidInput("price_list.name", _("Give the price list a name."), field="name")
    if currency not in CURRENCIES:
        raise InvalidInput(
            "price_list.currency",
            _("o2c has no prices in “%(currency)s”; use one of %(known)s.")
            % {"currency": currency, "known": ", ".join(sorted(CURRENCIES))},
            field="currency",
        )
    if customer is not None and customer.company_id != company.pk:
        raise InvalidInput(
            "price_list.customer",
            _("%(customer)s is no customer of %(company)s.")
            % {"customer": customer, "company": company},
            field="customer",
        )
    if PriceList.objects.filter(company=company, name=name).exists():
        raise Conflict(
            "price_list.name_taken",
            _("There is a price list “%(name)s” already: choose another name.") % {"name": name},
            field="name",
        )


def _check_alone(company_id: int, *, currency: str, customer: Customer | None) -> None:
    other = PriceList.objects.filter(
        company=company_id, currency=currency, customer=customer, is_active=True
    ).first()
    if other is not None:
        raise Conflict(
            "price_list.second",
            _(
                "“%(other)s” is the active list in %(currency)s already: change its prices with a"
                " start date, or deactivate it first."
            )
            % {"other": other.name, "currency": currency},
            field="currency",
        )


def _check_price(price_list: PriceList, product: Product, data: PriceDraft) -> None:
    if product.company_id != price_list.company_id:
        raise InvalidInput(
            "price.product",
            _("%(product)s is not in the catalog of this price list's company.")
            % {"product": product},
            field="product",
        )
    if not 0 <= data.unit_price <= MAX_UNIT_PRICE:
        raise InvalidInput(
            "price.unit_price",
            _("%(price)s is no unit price: use 0 to %(max)s.")
            % {"price": data.unit_price, "max": MAX_UNIT_PRICE},
            field="unit_price",
        )
    if data.min_quantity < 0:
        raise InvalidInput(
            "price.min_quantity",
            _("A price can't begin at the quantity %(quantity)s: use 0 or more.")
            % {"quantity": data.min_quantity},
            field="min_quantity",
        )
    if data.ends_before is not None and data.ends_before <= data.starts_on:
        raise InvalidInput(
            "price.ends_before",
            _("The price would end on %(end)s, before it starts on %(start)s: use a later end.")
            % {"end": data.ends_before, "start": data.starts_on},
            field="ends_before",
        )
