"""A customer's addresses; one no longer used is deactivated, since orders may point to it."""

import re
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from stdnum import ean

from core.actors import Actor, require
from core.services import record_event
from customers.models import Address, Customer
from customers.rules import check_country
from customers.services.drafts import AddressDraft
from o2c.errors import InvalidInput


def add_address(customer_pk: int, data: AddressDraft, *, by: Actor, on: date) -> Address:
    """Add an address; the first of its kind, or one marked so, becomes the default.

    Raises: InvalidInput naming what is missing or wrong.
    """
    with transaction.atomic():
        customer = Customer.objects.for_update().get(pk=customer_pk)
        require(by, "customers.change", customer.company_id)
        address = new_address(customer, data)
        record_event(
            "customer.address_added",
            customer,
            by=by,
            on=on,
            label=customer.number,
            address=str(address),
            kind=address.kind,
        )
    return address


def change_address(pk: int, data: AddressDraft, *, by: Actor, on: date) -> Address:
    """Correct an address; documents already issued keep the one they froze."""
    with transaction.atomic():
        customer = Customer.objects.for_update().get(addresses=pk)
        require(by, "customers.change", customer.company_id)
        address = Address.objects.select_related("customer").get(pk=pk)
        values = _checked(data)
        if values["is_default"]:
            _no_other_default(customer, values["kind"], but=pk)
        old = str(address)
        for field, value in values.items():
            setattr(address, field, value)
        address.save(update_fields=[*values])
        record_event(
            "customer.address_changed",
            customer,
            by=by,
            on=on,
            label=customer.number,
            what=f"{old} → {address}",
            changed={"address": {"old": old, "new": str(address)}},
        )
    return address


def deactivate_address(pk: int, *, by: Actor, on: date) -> Address:
    """Stop offering an address for new orders."""
    with transaction.atomic():
        customer = Customer.objects.for_update().get(addresses=pk)
        require(by, "customers.change", customer.company_id)
        address = Address.objects.select_related("customer").get(pk=pk)
        if address.is_active:
            address.is_active = address.is_default = False
            address.save(update_fields=["is_active", "is_default"])
            record_event(
                "customer.address_deactivated",
                customer,
                by=by,
                on=on,
                label=customer.number,
                address=str(address),
            )
    return address


def new_address(customer: Customer, data: AddressDraft) -> Address:
    """The row alone, for verbs that hold the customer's lock and record their own event."""
    values = _checked(data)
    active = customer.addresses.filter(kind=values["kind"], is_active=True)
    if values["is_default"]:
        _no_other_default(customer, values["kind"])
    elif not active.exists():
        values["is_default"] = True
    return Address.objects.create(customer=customer, **values)


def _no_other_default(customer: Customer, kind: str, but: int = 0) -> None:
    defaults = customer.addresses.filter(kind=kind, is_default=True)
    defaults.exclude(pk=but).update(is_default=False)


def _checked(data: AddressDraft) -> dict[str, Any]:
    values = {k: v.strip() if isinstance(v, str) else v for k, v in asdict(data).items()}
    if values["kind"] not in Address.Kind.values:
        raise InvalidInput(
            "address.kind",
            _("“%(kind)s” is no kind of address: use billing or shipping.") % {"kind": data.kind},
            field="kind",
        )
    for field, name in (("street", _("street")), ("postcode", _("postcode")), ("city", _("city"))):
        if not values[field]:
            raise InvalidInput(
                f"address.{field}_missing",
                _("The address needs a value for “%(field)s”.") % {"field": name},
                field=field,
            )
    values["country"] = check_country(data.country)
    values["gln"] = _checked_gln(data.gln)
    return values


def _checked_gln(text: str) -> str:
    compact = re.sub(r"[\s-]", "", text)
    if compact and not (len(compact) == 13 and ean.is_valid(compact)):
        raise InvalidInput(
            "address.gln",
            _("“%(gln)s” is no GLN: it has 13 digits, of which the last is a check digit.")
            % {"gln": text},
            field="gln",
        )
    return compact
