"""Mandates: entered by one, checked by another, ended; what the database holds."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from core.models import Event
from core.models.company import validate_creditor_identifier
from core.roles import Role
from customers import services
from customers.models import Mandate
from customers.rules import check_mandate_reference
from customers.services import MandateDraft
from o2c.errors import BusinessError, Conflict, InvalidInput, PermissionMissing
from tests import make

pytestmark = pytest.mark.django_db

IBAN = "DE89 3704 0044 0532 0130 00"


@pytest.fixture
def clerk(company):
    return make.user_with(Role.AR_ACCOUNTANT, company)


@pytest.fixture
def second(company):
    return make.user_with(Role.FINANCE_MANAGER, company)


@pytest.fixture
def customer(company):
    return make.customer(company)


def entered(customer, by, **values) -> Mandate:
    draft = MandateDraft(**{"iban": IBAN, "signed_on": make.DAY} | values)
    return services.enter_mandate(customer.pk, draft, by=by, on=make.DAY)


def in_use(customer, clerk, second, **values) -> Mandate:
    mandate = entered(customer, clerk, **values)
    return services.activate_mandate(mandate.pk, by=second, on=make.DAY)


def test_one_enters_another_puts_it_to_use(customer, clerk, second):
    mandate = entered(customer, clerk, holder="  Ada  Krause ")
    assert (mandate.state, mandate.reference) == ("draft", f"{customer.number}-1")
    assert (mandate.iban, mandate.bic) == ("DE89370400440532013000", "COBADEFFXXX")
    assert mandate.holder == "Ada Krause"
    with pytest.raises(BusinessError, match="somebody else"):
        services.activate_mandate(mandate.pk, by=clerk, on=make.DAY)
    mandate = services.activate_mandate(mandate.pk, by=second, on=make.DAY)
    assert (mandate.state, mandate.next_sequence) == ("active", "FRST")
    names = list(Event.objects.about(customer).values_list("name", flat=True))
    assert {"customer.mandate_entered", "customer.mandate_activated"} <= set(names)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"iban": "DE89370400440532013001"}, "customer.iban"),
        ({"signed_on": make.DAY + timedelta(days=1)}, "mandate.signed_on"),
        ({"reference": "Müller 1"}, "mandate.reference"),
        ({"reference": "x" * 36}, "mandate.reference"),
        ({"reference": "/1"}, "mandate.reference"),
    ],
)
def test_what_does_not_stand_on_a_paper_is_refused(customer, clerk, values, code):
    with pytest.raises(InvalidInput) as refused:
        entered(customer, clerk, **values)
    assert refused.value.code == code


def test_a_consumer_signs_core_only(company, clerk):
    person = make.customer(company, is_business=False)
    with pytest.raises(InvalidInput, match="B2B"):
        entered(person, clerk, scheme="B2B")
    assert entered(person, clerk).scheme == "CORE"


def test_a_reference_is_given_once_and_one_mandate_is_in_use(customer, clerk, second):
    in_use(customer, clerk, second, reference="M-1")
    with pytest.raises(Conflict, match="M-1"):
        entered(customer, clerk, reference="M-1")
    other = entered(customer, clerk, reference="M-2")
    with pytest.raises(Conflict, match="revoke it first"):
        services.activate_mandate(other.pk, by=second, on=make.DAY)


def test_suspended_and_revoked_with_a_reason(customer, clerk, second):
    mandate = in_use(customer, clerk, second)
    with pytest.raises(InvalidInput, match="reason"):
        services.suspend_mandate(mandate.pk, reason=" ", by=clerk, on=make.DAY)
    services.suspend_mandate(mandate.pk, reason="Account closed", by=clerk, on=make.DAY)
    assert services.activate_mandate(mandate.pk, by=second, on=make.DAY).state == "active"
    services.revoke_mandate(mandate.pk, reason="Letter of today", by=clerk, on=make.DAY)
    with pytest.raises(Conflict, match="revoked"):
        services.activate_mandate(mandate.pk, by=second, on=make.DAY)


def test_void_after_36_months_without_use(company, customer, clerk, second):
    mandate = in_use(customer, clerk, second, signed_on=date(2023, 3, 2))
    assert services.expire_mandates(company, by=make.SET_UP, on=make.DAY) == 0
    later = make.DAY + timedelta(days=1)
    assert not Mandate.objects.usable(later).exists()
    assert services.expire_mandates(company, by=make.SET_UP, on=later) == 1
    mandate.refresh_from_db()
    assert mandate.state == "expired"


def test_strangers_and_reps_may_not(customer, company):
    rep = make.user_with(Role.SALES_REP, company)
    with pytest.raises(PermissionMissing):
        entered(customer, rep)


def test_the_database_holds_what_the_verbs_promise(customer, clerk, second):
    mandate = in_use(customer, clerk, second)
    rows = Mandate.objects.filter(pk=mandate.pk)
    for change in (
        {"iban": "DE02120300000000202051"},
        {"signed_on": date(2020, 1, 1)},
        {"reference": "other"},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(activated_by=clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="revoked", reason="")
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
    rows.update(state="revoked", reason="over")
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(state="active")


def test_the_creditor_identifier_is_proved():
    validate_creditor_identifier("DE98ZZZ09999999999")
    validate_creditor_identifier("DE98ABC09999999999")
    for wrong in ("DE97ZZZ09999999999", "98ZZZ09999999999", "DE98ZZZ0999999999A"):
        with pytest.raises(ValidationError):
            validate_creditor_identifier(wrong)


def test_a_reference_keeps_its_signs():
    assert check_mandate_reference(" A/1:(2).,'+?-  b ") == "A/1:(2).,'+?- b"


def test_pages_enter_check_and_revoke(as_role, customer):
    clerk, second = as_role(Role.AR_ACCOUNTANT), as_role(Role.FINANCE_MANAGER)
    new = reverse("customers:new_mandate", args=[customer.pk])
    assert clerk.post(new, {"iban": "DE1", "scheme": "CORE"}).status_code == 422
    sent = {"iban": IBAN, "scheme": "CORE", "signed_on": "2026-03-02", "reference": "M-7"}
    assert clerk.post(new, sent).status_code == 302
    mandate = Mandate.objects.get()
    activate = reverse("customers:activate_mandate", args=[mandate.pk])
    panel = reverse("customers:mandate_panel", args=[customer.pk])
    assert activate not in clerk.get(panel).content.decode()
    assert activate in second.get(panel).content.decode()
    assert second.post(activate).status_code == 302
    listed = clerk.get(reverse("customers:mandates")).content.decode()
    assert "M-7" in listed
    assert "DE89370400440532013000" not in listed
    revoke = reverse("customers:revoke_mandate", args=[mandate.pk])
    assert clerk.post(revoke, {"reason": "Letter"}).status_code == 302
    mandate.refresh_from_db()
    assert (mandate.state, mandate.reason) == ("revoked", "Letter")
