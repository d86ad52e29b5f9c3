"""Create and change customers; one who no longer buys is deactivated, never deleted."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company, Membership, NumberSeries
from core.services import record_event, take_number
from core.services.companies import require_open
from customers.models import Customer
from customers.rules import (
    check_country,
    check_currency,
    check_name,
    check_registration_number,
    check_vat_id,
)
from customers.services.addresses import new_address
from customers.services.contacts import new_contact
from customers.services.drafts import AddressDraft, ContactDraft, CustomerDraft
from customers.services.words import changes_in_words
from o2c.errors import Conflict, InvalidInput, NotFound


def create_customer(
    company: Company,
    data: CustomerDraft,
    *,
    by: Actor,
    on: date,
    addresses: Sequence[AddressDraft] = (),
    contacts: Sequence[ContactDraft] = (),
) -> Customer:
    """Open a debtor with the next number of the company's series.

    The first address of a kind becomes its default. Raises: InvalidInput naming the value that
    is wrong; Conflict when the company is closed.
    """
    require(by, "customers.change", company.pk)
    require_open(company)
    with transaction.atomic():
        _lock_group(data.group_parent)
        values = _checked(data, company_id=company.pk)
        number = take_number(company.pk, NumberSeries.Kind.CUSTOMER, on=on)
        customer = Customer.objects.create(company=company, number=number, **values)
        for address in addresses:
            new_address(customer, address)
        for contact in contacts:
            new_contact(customer, contact)
        record_event(
            "customer.created",
            customer,
            by=by,
            on=on,
            label=number,
            values=_for_event(values),
        )
    return customer


def change_customer(
    pk: int, data: CustomerDraft, *, by: Actor, on: date, version: int | None = None
) -> Customer:
    """Take over what differs; the event lists each field's old and new value.

    ``version`` is the one the person saw; None skips that check. Issued documents keep what they
    froze. Raises: Conflict when somebody changed the customer meanwhile; InvalidInput as for a
    new customer.
    """
    with transaction.atomic():
        _lock_group(data.group_parent, pk)
        customer = locked_customer(pk)
        require(by, "customers.change", customer.company_id)
        _check_version(customer, version)
        values = _checked(data, company_id=customer.company_id, pk=pk)
        changed = {
            field: (getattr(customer, field), value)
            for field, value in values.items()
            if getattr(customer, field) != value
        }
        if changed:
            _write(customer, {field: new for field, (_old, new) in changed.items()})
            record_event(
                "customer.changed",
                customer,
                by=by,
                on=on,
                label=customer.number,
                what=changes_in_words(Customer, changed),
                changed={
                    field: {"old": _plain(old), "new": _plain(new)}
                    for field, (old, new) in changed.items()
                },
            )
    return customer


def set_customer_active(pk: int, *, is_active: bool, by: Actor, on: date) -> Customer:
    """Take a customer out of business or back; what he owes and his documents stay."""
    with transaction.atomic():
        customer = locked_customer(pk)
        require(by, "customers.change", customer.company_id)
        if customer.is_active != is_active:
            _write(customer, {"is_active": is_active})
            name = "customer.reactivated" if is_active else "customer.deactivated"
            record_event(name, customer, by=by, on=on, label=customer.number)
    return customer


def set_credit_flags(
    customer_pk: int,
    *,
    risk_class: str | None = None,
    is_blocked: bool | None = None,
    delivery_stop_reason: str | None = None,
    by: Actor,
    on: date,
) -> Customer:
    """What credit decides for other rooms to read; None leaves a flag as it is.

    An empty ``delivery_stop_reason`` lifts the stop. Raises: InvalidInput for an unknown class.
    """
    wanted = {
        "risk_class": risk_class,
        "is_blocked": is_blocked,
        "delivery_stop_reason": delivery_stop_reason,
    }
    with transaction.atomic():
        customer = locked_customer(customer_pk)
        require(by, "credit.decide_hold", customer.company_id)
        _check_risk_class(risk_class)
        changed = {
            field: value
            for field, value in wanted.items()
            if value is not None and value != getattr(customer, field)
        }
        if changed:
            old = {field: getattr(customer, field) for field in changed}
            _write(customer, changed)
            record_event(
                "customer.credit_flags_set",
                customer,
                by=by,
                on=on,
                label=customer.number,
                what=changes_in_words(Customer, {f: (old[f], new) for f, new in changed.items()}),
                changed={f: {"old": old[f], "new": new} for f, new in changed.items()},
            )
    return customer


def locked_customer(pk: int) -> Customer:
    """The customer's row, locked until the transaction ends. Raises: NotFound."""
    customer = Customer.objects.for_update().filter(pk=pk).first()
    if customer is None:
        raise NotFound("customer.unknown", _("There is no such customer."))
    return customer


def _lock_group(parent: Customer | None, pk: int = 0) -> None:
    """Head and member are locked together, in order, so that no second level slips in between."""
    if parent is not None:
        list(Customer.objects.for_update().filter(pk__in=(pk, parent.pk)).values_list("pk"))


def _write(customer: Customer, values: dict[str, Any]) -> None:
    for field, value in values.items():
        setattr(customer, field, value)
    customer.version += 1
    customer.save(update_fields=[*values, "version"])


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, models.Model) else value


def _for_event(values: dict[str, Any]) -> dict[str, Any]:
    return {field: _plain(value) for field, value in values.items() if value not in ("", None)}


def _checked(data: CustomerDraft, *, company_id: int, pk: int | None = None) -> dict[str, Any]:
    """The draft's values, normalised and proved."""
    values = {field.name: getattr(data, field.name) for field in fields(data)}
    for field, value in values.items():
        if isinstance(value, str):
            values[field] = value.strip()
    country = check_country(data.country)
    _check_language(data.language)
    _check_terms(data, company_id)
    _check_parent(data.group_parent, company_id, pk)
    _check_rep(data, company_id)
    return values | {
        "name": check_name(data.name),
        "country": country,
        "currency": check_currency(data.currency),
        "vat_id": check_vat_id(data.vat_id, country),
        "registration_number": check_registration_number(data.registration_number, country),
    }


def _check_version(customer: Customer, version: int | None) -> None:
    if version is not None and version != customer.version:
        raise Conflict(
            "customer.changed_meanwhile",
            _("Somebody changed %(customer)s meanwhile: look again, then repeat your change.")
            % {"customer": customer},
        )


def _check_language(language: str) -> None:
    known = dict(settings.LANGUAGES)
    if language not in known:
        raise InvalidInput(
            "customer.language",
            _("Documents can't be written in “%(language)s”; use one of %(known)s.")
            % {"language": language, "known": ", ".join(known)},
            field="language",
        )


def _check_terms(data: CustomerDraft, company_id: int) -> None:
    if data.payment_terms.company_id != company_id:
        raise InvalidInput(
            "customer.payment_terms",
            _("The terms “%(terms)s” belong to another company: choose others.")
            % {"terms": data.payment_terms},
            field="payment_terms",
        )


def _check_parent(parent: Customer | None, company_id: int, pk: int | None) -> None:
    """Groups have one level, so that credit can lock parent and member in one fixed order."""
    if parent is None:
        return
    heads = Customer.objects.filter(company=company_id, group_parent=None).exclude(pk=pk or 0)
    has_members = pk is not None and Customer.objects.filter(group_parent=pk).exists()
    if has_members or not heads.filter(pk=parent.pk).exists():
        raise InvalidInput(
            "customer.group_parent",
            _(
                "%(parent)s can't be the group's head here: choose a customer of this company who"
                " belongs to no group, for a customer who heads none."
            )
            % {"parent": parent},
            field="group_parent",
        )


def _check_rep(data: CustomerDraft, company_id: int) -> None:
    rep = data.sales_rep
    if rep and not Membership.objects.filter(user=rep, company=company_id).exists():
        raise InvalidInput(
            "customer.sales_rep",
            _("%(rep)s has no role in this company: choose somebody else, or give them one.")
            % {"rep": rep},
            field="sales_rep",
        )


def _check_risk_class(risk_class: str | None) -> None:
    if risk_class is not None and risk_class not in Customer.RiskClass.values:
        raise InvalidInput(
            "customer.risk_class",
            _("“%(class)s” is no risk class: use A, B, C or D.") % {"class": risk_class},
            field="risk_class",
        )
