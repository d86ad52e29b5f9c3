"""The verbs of customers: done, refused, twice, beside themselves, and what the database holds."""

import dataclasses
from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from core.models import Event
from core.services.companies import close_company
from customers import services
from customers.models import Address, Customer, CustomerBankAccount, PaymentTerms, PaymentTermsPart
from customers.rules import TermsPart
from customers.services import AddressDraft, ContactDraft, CustomerDraft
from o2c.errors import BusinessError, Conflict, InvalidInput, PermissionMissing
from tests import make
from tests.core.threads import beside_itself

pytestmark = pytest.mark.django_db

WHEN = {"by": make.SET_UP, "on": make.DAY}


def changed(customer: Customer, **values: object) -> Customer:
    draft = dataclasses.replace(CustomerDraft.of(customer), **values)
    return services.change_customer(customer.pk, draft, **WHEN)


def assert_refused(act: Callable[[], object], match: str | None = None) -> None:
    """The act fails at the latest when its transaction would commit."""

    def to_the_end() -> None:
        with transaction.atomic():
            act()
            connection.check_constraints()

    with pytest.raises(IntegrityError, match=match):
        to_the_end()


def names_of(customer) -> list[str]:
    return [event.name for event in Event.objects.about(customer)]


def test_customers_are_numbered_in_a_row(company):
    numbers = [make.customer(company).number for _ in range(3)]
    assert numbers == ["C-00001", "C-00002", "C-00003"]


def test_a_refused_customer_takes_no_number_and_leaves_nothing(company):
    terms = make.payment_terms(company)
    with pytest.raises(InvalidInput, match="street"), transaction.atomic():
        services.create_customer(
            company,
            CustomerDraft("Acme", "DE", "de", "EUR", terms),
            addresses=[AddressDraft("billing", "", "1", "Kiel", "DE")],
            **WHEN,
        )
    assert make.customer(company).number == "C-00001"
    assert Customer.objects.filter(company=company).count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"country": "Germany"}, "country"),
        ({"currency": "JPY"}, "currency"),
        ({"language": "fr"}, "language"),
        ({"vat_id": "DE1"}, "vat_id"),
    ],
)
def test_what_is_wrong_is_named(company, values, field):
    customer = make.customer(company)
    with pytest.raises(InvalidInput) as refused:
        changed(customer, **values)
    assert refused.value.field == field


def test_nothing_is_entered_in_a_closed_company(company):
    terms = make.payment_terms(company)
    close_company(company, by=make.SET_UP)
    company.refresh_from_db()
    with pytest.raises(Conflict, match="closed"):
        services.create_customer(company, CustomerDraft("Acme", "DE", "de", "EUR", terms), **WHEN)


def test_terms_parent_and_rep_belong_to_the_company(company):
    other = make.company_se()
    customer = make.customer(company)
    for values in (
        {"payment_terms": make.payment_terms(other)},
        {"group_parent": make.customer(other)},
        {"group_parent": customer},
        {"sales_rep": make.user_with("sales_rep", other)},
    ):
        with pytest.raises(InvalidInput):
            changed(customer, **values)


def test_groups_have_one_level(company):
    head, member, third = (make.customer(company) for _ in range(3))
    changed(member, group_parent=head)
    with pytest.raises(InvalidInput):
        changed(third, group_parent=member)
    with pytest.raises(InvalidInput):
        changed(head, group_parent=third)


def test_a_change_lists_old_and_new_and_nothing_changed_is_no_event(company):
    customer = make.customer(company, "Acme")
    changed(customer, name="Acme AG", note="pays with PO only")
    event = Event.objects.about(customer).first()
    assert event.name == "customer.changed"
    assert event.payload["changed"]["name"] == {"old": "Acme", "new": "Acme AG"}
    customer.refresh_from_db()
    before = names_of(customer)
    changed(customer)
    assert names_of(customer) == before
    assert customer.version == 2


def test_an_old_version_is_refused(company):
    customer = make.customer(company)
    draft = dataclasses.replace(CustomerDraft.of(customer), name="First")
    services.change_customer(customer.pk, draft, version=1, **WHEN)
    with pytest.raises(Conflict):
        services.change_customer(customer.pk, draft, version=1, **WHEN)


@pytest.mark.parametrize("role", ["warehouse", "auditor", "collector"])
def test_without_the_right_nothing_happens(company, role):
    customer, person = make.customer(company), make.user_with(role, company)
    act = {"by": person, "on": make.DAY}
    for verb in (
        lambda: services.change_customer(customer.pk, CustomerDraft.of(customer), **act),
        lambda: services.set_customer_active(customer.pk, is_active=False, **act),
        lambda: services.add_contact(customer.pk, ContactDraft("Lu"), **act),
        lambda: services.add_bank_account(customer.pk, iban="DE89370400440532013000", **act),
    ):
        with pytest.raises(PermissionMissing):
            verb()


def test_a_rep_may_not_change_bank_details_nor_credit_flags(company):
    customer, rep = make.customer(company), make.user_with("sales_rep", company)
    with pytest.raises(PermissionMissing):
        services.add_bank_account(customer.pk, iban="DE89370400440532013000", by=rep, on=make.DAY)
    with pytest.raises(PermissionMissing):
        services.set_credit_flags(customer.pk, is_blocked=False, by=rep, on=make.DAY)


def test_credit_sets_its_flags_and_leaves_the_others(company):
    customer = make.customer(company)
    manager = make.user_with("credit_manager", company)
    act = {"by": manager, "on": make.DAY}
    services.set_credit_flags(customer.pk, is_blocked=True, risk_class="D", **act)
    flagged = services.set_credit_flags(customer.pk, delivery_stop_reason="31 d late", **act)
    assert (flagged.is_blocked, flagged.risk_class) == (True, "D")
    assert flagged.delivery_stop_reason == "31 d late"
    count = len(names_of(customer))
    services.set_credit_flags(customer.pk, is_blocked=True, **act)
    assert len(names_of(customer)) == count
    with pytest.raises(InvalidInput):
        services.set_credit_flags(customer.pk, risk_class="X", **act)


def test_the_first_address_of_a_kind_is_its_default_and_another_can_take_over(company):
    customer = make.customer(company)
    place = AddressDraft("shipping", "Kai 2", "1", "Kiel", "DE", is_default=True)
    added = services.add_address(customer.pk, place, **WHEN)
    shipping = customer.addresses.filter(kind="shipping", is_default=True)
    assert list(shipping) == [added]
    services.deactivate_address(added.pk, **WHEN)
    services.deactivate_address(added.pk, **WHEN)
    assert names_of(customer).count("customer.address_deactivated") == 1


def test_two_defaults_of_a_kind_are_refused_by_the_database(company):
    first = make.customer(company).addresses.get(kind="billing")
    with pytest.raises(IntegrityError, match="address_one_default"), transaction.atomic():
        Address.objects.create(
            customer=first.customer, kind="billing", street="x", postcode="1", city="y",
            country="DE", is_default=True,
        )  # fmt: skip


def test_mails_need_an_address(company):
    customer = make.customer(company)
    with pytest.raises(InvalidInput, match="Lu"):
        services.add_contact(customer.pk, ContactDraft("Lu", receives_invoices=True), **WHEN)
    with pytest.raises(InvalidInput, match="lu@"):
        services.add_contact(customer.pk, ContactDraft("Lu", "lu@"), **WHEN)


def test_a_gln_is_proved(company):
    customer = make.customer(company)
    place = AddressDraft("shipping", "Kai 2", "1", "Kiel", "DE", gln="4012345500004")
    assert services.add_address(customer.pk, place, **WHEN).gln == "4012345500004"
    wrong = dataclasses.replace(place, gln="4012345500005")
    with pytest.raises(InvalidInput, match="4012345500005"):
        services.add_address(customer.pk, wrong, **WHEN)


def test_an_account_shared_by_two_customers_is_a_warning_and_twice_at_one_a_conflict(company):
    first, second = make.customer(company, "Acme"), make.customer(company, "Borg")
    stranger = make.customer(make.company_de())
    iban = "DE89 3704 0044 0532 0130 00"
    assert services.add_bank_account(stranger.pk, iban=iban, **WHEN).warnings == ()
    added = services.add_bank_account(first.pk, iban=iban, **WHEN)
    assert (added.warnings, added.bank_name) == ((), "Commerzbank")
    (warning,) = services.add_bank_account(second.pk, iban=iban, **WHEN).warnings
    assert "Acme" in warning
    with pytest.raises(Conflict):
        services.add_bank_account(first.pk, iban=iban, **WHEN)
    services.remove_bank_account(added.account.pk, **WHEN)
    assert not CustomerBankAccount.objects.filter(customer=first).exists()


def test_terms_are_created_and_changed(company):
    terms = make.payment_terms(company, ("0.3", 0), ("0.7", 60), discount=(14, "0.02"))
    assert services.parts_of(terms) == (
        TermsPart(Decimal("0.3"), 0),
        TermsPart(Decimal("0.7"), 60),
    )
    draft = dataclasses.replace(services.draft_of(terms), parts=(TermsPart(Decimal(1), 10),))
    services.change_payment_terms(terms.pk, draft, **WHEN)
    assert [part.due_days for part in terms.parts.all()] == [10]
    assert names_of(terms)[0] == "payment_terms.changed"
    with pytest.raises(Conflict, match=terms.code):
        services.create_payment_terms(company, draft, **WHEN)


@pytest.mark.parametrize("shares", [[], ["0.5"], ["0.5", "0.6"], ["0.333333"] * 3])
def test_the_database_refuses_terms_that_are_not_whole(company, shares):
    def act() -> None:
        terms = PaymentTerms.objects.create(company=company, code="X", name="X")
        for position, share in enumerate(shares, start=1):
            PaymentTermsPart.objects.create(
                terms=terms, position=position, share=share, due_days=30
            )

    assert_refused(act, "sum to")


def test_the_database_refuses_to_break_whole_terms(company):
    terms = make.payment_terms(company, ("0.5", 0), ("0.5", 30))
    other = make.payment_terms(company)
    connection.check_constraints()
    for act in (
        lambda: terms.parts.first().delete(),
        lambda: terms.parts.filter(position=1).update(share="0.4"),
        lambda: terms.parts.filter(position=1).update(terms=other, position=9),
    ):
        assert_refused(act)
    with transaction.atomic():
        terms.delete()
        connection.check_constraints()


def test_the_database_ties_a_customer_to_his_company(company):
    customer, other = make.customer(company), make.company_se()
    foreign = {"payment_terms": make.payment_terms(other)}, {"group_parent": make.customer(other)}
    for values in foreign:
        row = Customer.objects.filter(pk=customer.pk)
        assert_refused(partial(row.update, **values))


@pytest.mark.django_db(transaction=True)
def test_ten_customers_entered_at_once_get_ten_numbers():
    company = make.company_de()
    terms = make.payment_terms(company)
    draft = CustomerDraft("Acme", "DE", "de", "EUR", terms)
    beside_itself(lambda _n: services.create_customer(company, draft, **WHEN), threads=10)
    numbers = Customer.objects.filter(company=company).values_list("number", flat=True)
    assert sorted(numbers) == [f"C-{n:05d}" for n in range(1, 11)]


@pytest.mark.django_db(transaction=True)
def test_two_new_defaults_at_once_leave_one():
    customer = make.customer(make.company_de())
    place = AddressDraft("shipping", "Kai 2", "1", "Kiel", "DE", is_default=True)
    beside_itself(lambda _n: services.add_address(customer.pk, place, **WHEN), threads=4)
    assert customer.addresses.filter(kind="shipping", is_default=True).count() == 1
    assert customer.addresses.filter(kind="shipping").count() == 5


@pytest.mark.django_db(transaction=True)
def test_of_many_changes_made_from_the_same_version_one_wins():
    customer = make.customer(make.company_de())

    def change(n: int) -> None:
        draft = dataclasses.replace(CustomerDraft.of(customer), name=f"Name {n}")
        services.change_customer(customer.pk, draft, version=1, **WHEN)

    outcomes = beside_itself(change, threads=5)
    refused = [row for row in outcomes if isinstance(row, BusinessError)]
    customer.refresh_from_db()
    assert (len(refused), customer.version) == (4, 2)


@pytest.mark.django_db(transaction=True)
def test_groups_keep_one_level_when_changed_at_once():
    company = make.company_de()
    ring = [make.customer(company) for _ in range(4)]

    def join_next(n: int) -> None:
        draft = dataclasses.replace(CustomerDraft.of(ring[n]), group_parent=ring[(n + 1) % 4])
        services.change_customer(ring[n].pk, draft, **WHEN)

    outcomes = beside_itself(join_next, threads=4)
    assert all(row is None or isinstance(row, BusinessError) for row in outcomes)
    members = Customer.objects.exclude(group_parent=None)
    assert members.exists()
    assert not members.exclude(group_parent__group_parent=None).exists()
