"""SEPA mandates: entered by one person, put to use by another, suspended, revoked, void in time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company, User
from core.services import atomic_verb, record_event
from customers.models import Customer, Mandate
from customers.rules import check_iban, check_mandate_reference, masked_iban
from o2c.errors import BusinessError, Conflict, InvalidInput

RIGHT = "customers.change_bank_details"


@dataclass(frozen=True, slots=True)
class MandateDraft:
    """What stands on the signed paper; without a reference one is made from the number."""

    iban: str
    signed_on: date
    bic: str = ""
    holder: str = ""
    reference: str = ""
    scheme: str = Mandate.Scheme.CORE


@atomic_verb
def enter_mandate(customer_pk: int, data: MandateDraft, *, by: Actor, on: date) -> Mandate:
    """Write a mandate down; somebody else checks it and puts it to use.

    Raises: PermissionMissing; InvalidInput naming IBAN, BIC, reference, day or scheme; Conflict
    for a reference that is taken.
    """
    checked = check_iban(data.iban, data.bic)
    customer = Customer.objects.for_update().get(pk=customer_pk)
    require(by, RIGHT, customer.company_id)
    _check(customer, data, on)
    mandate = Mandate.objects.create(
        company_id=customer.company_id,
        customer=customer,
        reference=_reference(customer, data),
        scheme=data.scheme,
        iban=checked.iban,
        bic=checked.bic[:11],
        holder=(" ".join(data.holder.split()) or customer.name)[:70],
        signed_on=data.signed_on,
        entered_by_id=by.actor_id if by.actor_kind == "user" else None,
        entered_by_name=by.actor_name,
    )
    _tell("entered", mandate, by=by, on=on, iban=checked.iban, masked=masked_iban(checked.iban))
    return mandate


@atomic_verb
def activate_mandate(pk: int, *, by: User, on: date) -> Mandate:
    """Put a mandate to use, or to use again, after a look at the signed paper.

    Raises: PermissionMissing; BusinessError for the person who entered it; Conflict when another
    mandate of the customer is in use, or this one is at its end or was not used for 36 months.
    """
    mandate = _locked(pk, by)
    if mandate.entered_by_id == by.pk:
        raise BusinessError(
            "mandate.four_eyes", _("You entered this mandate: somebody else must check it.")
        )
    if mandate.state not in (Mandate.State.DRAFT, Mandate.State.SUSPENDED):
        raise _ended(mandate)
    _check_free(mandate, on)
    mandate.to_active() if mandate.state == Mandate.State.DRAFT else mandate.to_resumed()
    mandate.activated_by, mandate.reason = by, ""
    mandate.save()
    _tell("activated", mandate, by=by, on=on)
    return mandate


@atomic_verb
def suspend_mandate(pk: int, *, reason: str, by: Actor, on: date) -> Mandate:
    """Collect nothing from it until somebody else puts it to use again.

    Raises: PermissionMissing; InvalidInput without a reason; Conflict when it is not in use.
    """
    mandate = _locked(pk, by)
    if mandate.state != Mandate.State.ACTIVE:
        raise _ended(mandate)
    mandate.to_suspended()
    return _end(mandate, "suspended", reason, by=by, on=on)


@atomic_verb
def revoke_mandate(pk: int, *, reason: str, by: Actor, on: date) -> Mandate:
    """End a mandate for good.

    Raises: PermissionMissing; InvalidInput without a reason; Conflict when it is at its end.
    """
    mandate = _locked(pk, by)
    if mandate.state in (Mandate.State.REVOKED, Mandate.State.EXPIRED):
        raise _ended(mandate)
    mandate.to_revoked()
    return _end(mandate, "revoked", reason, by=by, on=on)


@atomic_verb
def expire_mandates(company: Company, *, by: Actor, on: date) -> int:
    """End what was not collected from for 36 months; returns how many."""
    live = Mandate.objects.filter(company=company, state__in=["active", "suspended"])
    void = live.unused(on).for_update()
    found = list(void.select_related("customer"))
    for mandate in found:
        mandate.to_expired()
        mandate.save()
        _tell("expired", mandate, by=by, on=on)
    return len(found)


def note_mandate_use(pks: Iterable[int], *, on: date) -> None:
    """Keep when mandates were last collected from: 36 months count from there."""
    Mandate.objects.filter(pk__in=list(pks)).update(last_used_on=on)


def _check(customer: Customer, data: MandateDraft, on: date) -> None:
    if data.signed_on > on:
        raise InvalidInput(
            "mandate.signed_on",
            _("A mandate can't be signed after today, %(day)s.") % {"day": on.isoformat()},
            field="signed_on",
        )
    if data.scheme == Mandate.Scheme.B2B and not customer.is_business:
        raise InvalidInput(
            "mandate.scheme",
            _("%(customer)s is a consumer: the B2B scheme is for businesses only. Use Core.")
            % {"customer": customer},
            field="scheme",
        )


def _reference(customer: Customer, data: MandateDraft) -> str:
    """As told, else the customer's number and a count."""
    count = Mandate.objects.filter(customer=customer).count() + 1
    reference = check_mandate_reference(data.reference or f"{customer.number}-{count}")
    if Mandate.objects.filter(company=customer.company_id, reference=reference).exists():
        raise Conflict(
            "mandate.reference_taken",
            _("A mandate %(reference)s exists already: each has a reference of its own.")
            % {"reference": reference},
            field="reference",
        )
    return reference


def _check_free(mandate: Mandate, on: date) -> None:
    mine = Mandate.objects.filter(customer=mandate.customer_id)
    other = mine.filter(state=Mandate.State.ACTIVE).first()
    if other:
        raise Conflict(
            "mandate.other_in_use",
            _("Mandate %(reference)s of this customer is in use: revoke it first.")
            % {"reference": other.reference},
        )
    if mine.filter(pk=mandate.pk).unused(on).exists():
        raise Conflict(
            "mandate.unused",
            _(
                "Mandate %(reference)s was not used for 36 months and is void:"
                " have a new one signed."
            )
            % {"reference": mandate.reference},
        )


def _locked(pk: int, by: Actor) -> Mandate:
    mandate = Mandate.objects.for_update().select_related("customer").get(pk=pk)
    require(by, RIGHT, mandate.company_id)
    return mandate


def _ended(mandate: Mandate) -> Conflict:
    return Conflict(
        "mandate.state",
        _("Mandate %(reference)s is “%(state)s”. Look again.")
        % {"reference": mandate.reference, "state": mandate.get_state_display()},
    )


def _end(mandate: Mandate, name: str, reason: str, *, by: Actor, on: date) -> Mandate:
    if not reason.strip():
        raise InvalidInput("mandate.reason", _("Give a reason: it is kept."), field="reason")
    mandate.reason = " ".join(reason.split())[:200]
    mandate.save()
    _tell(name, mandate, by=by, on=on, reason=mandate.reason)
    return mandate


def _tell(name: str, mandate: Mandate, *, by: Actor, on: date, **payload: Any) -> None:
    customer = mandate.customer
    record_event(
        f"customer.mandate_{name}",
        customer,
        by=by,
        on=on,
        label=customer.number,
        mandate=mandate.reference,
        **payload,
    )
