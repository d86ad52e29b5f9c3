"""The people at a customer and which mails they get."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.services import record_event
from customers.models import Contact, Customer
from customers.rules import check_name
from customers.services.drafts import ContactDraft
from customers.services.words import changes_in_words
from o2c.errors import InvalidInput


def add_contact(customer_pk: int, data: ContactDraft, *, by: Actor, on: date) -> Contact:
    """Add a person. Raises: InvalidInput for a bad address, or mails wanted without one."""
    with transaction.atomic():
        customer = Customer.objects.for_update().get(pk=customer_pk)
        require(by, "customers.change", customer.company_id)
        contact = new_contact(customer, data)
        record_event(
            "customer.contact_added",
            customer,
            by=by,
            on=on,
            label=customer.number,
            contact=contact.name,
            values=asdict(data),
        )
    return contact


def change_contact(pk: int, data: ContactDraft, *, by: Actor, on: date) -> Contact:
    """Correct a person's details or which mails they get."""
    with transaction.atomic():
        customer = Customer.objects.for_update().get(contacts=pk)
        require(by, "customers.change", customer.company_id)
        contact = Contact.objects.get(pk=pk)
        values = _checked(data)
        changed = {
            field: {"old": getattr(contact, field), "new": value}
            for field, value in values.items()
            if getattr(contact, field) != value
        }
        if changed:
            for field in changed:
                setattr(contact, field, values[field])
            contact.save(update_fields=[*changed])
            record_event(
                "customer.contact_changed",
                customer,
                by=by,
                on=on,
                label=customer.number,
                contact=contact.name,
                what=changes_in_words(
                    Contact, {f: (v["old"], v["new"]) for f, v in changed.items()}
                ),
                changed=changed,
            )
    return contact


def deactivate_contact(pk: int, *, by: Actor, on: date) -> Contact:
    """The person has left: no mail goes there any more."""
    with transaction.atomic():
        customer = Customer.objects.for_update().get(contacts=pk)
        require(by, "customers.change", customer.company_id)
        contact = Contact.objects.get(pk=pk)
        if contact.is_active:
            contact.is_active = False
            contact.save(update_fields=["is_active"])
            record_event(
                "customer.contact_deactivated",
                customer,
                by=by,
                on=on,
                label=customer.number,
                contact=contact.name,
            )
    return contact


def new_contact(customer: Customer, data: ContactDraft) -> Contact:
    """The row alone, for verbs that hold the customer's lock and record their own event."""
    return Contact.objects.create(customer=customer, **_checked(data))


def _checked(data: ContactDraft) -> dict[str, Any]:
    values = {k: v.strip() if isinstance(v, str) else v for k, v in asdict(data).items()}
    values["name"] = check_name(data.name)
    mails = data.receives_orders or data.receives_invoices or data.receives_reminders
    if mails and not values["email"]:
        raise InvalidInput(
            "contact.email_missing",
            _("%(name)s is to get mails but has no e-mail address: enter one, or untick them.")
            % {"name": values["name"]},
            field="email",
        )
    _check_email(values["email"])
    return values


def _check_email(email: str) -> None:
    try:
        validate_email(email or "nobody@example.org")
    except ValidationError:
        raise InvalidInput(
            "contact.email",
            _("“%(email)s” is no e-mail address: compare it with the customer's letter.")
            % {"email": email},
            field="email",
        )
