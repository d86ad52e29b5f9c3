"""What matches teach of payers: shown, forgotten, remembered, un-learned, never used meanwhile."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import receivables.services as receivables
from core.models import Company, Event
from customers.models import Customer
from o2c.errors import Conflict, PermissionMissing
from receivables.models import BankEntry, BankMatch, OpenItem, PayerAlias
from receivables.services.cases import Case
from receivables.services.lookups import cases_of
from receivables.services.matching import _settlement, _still_true
from tests import make
from tests.receivables.make import DAY, ROBOT, item, ledger, paid

pytestmark = pytest.mark.django_db

PAYER, IBAN = "Muttergesellschaft SE", "DE02120300000000202051"


@pytest.fixture
def company() -> Company:
    return ledger()


@pytest.fixture
def customer(company: Company) -> Customer:
    return make.customer(company, "Käufer AG")


def _left(found: OpenItem) -> Decimal:
    found.refresh_from_db()
    return found.outstanding_amount


def _taught(customer: Customer, amount: str = "119.00") -> BankMatch:
    """A person says whose a payment of the parent is."""
    waiting = paid(customer.company, amount, "danke", name=PAYER, iban=IBAN)
    owed = item(customer, amount)
    shares = [receivables.ShareDraft(owed.pk, Decimal(amount))]
    clerk = make.user_with("ar_accountant", customer.company)
    return receivables.match_entry(waiting.pk, shares=shares, by=clerk, on=DAY)


def _pays(customer: Customer, amount: str) -> bool:
    """Whether a further payment of the parent is matched by itself."""
    owed = item(customer, amount)
    paid(customer.company, amount, "danke", name=PAYER, iban=IBAN)
    return _left(owed) == 0


def _known() -> set[str]:
    return set(PayerAlias.objects.in_use().values_list("value", flat=True))


def test_what_is_forgotten_is_not_used_until_a_person_teaches_it_anew(
    company: Company, customer: Customer
) -> None:
    clerk = make.user_with("ar_accountant", company)
    made = _taught(customer)
    assert _pays(customer, "59.50")
    uses = PayerAlias.objects.filter(learned_from=made).with_uses()
    assert sorted(uses.values_list("kind", "used_count")) == [("iban", 1), ("name", 1)]
    for alias in PayerAlias.objects.all():
        with pytest.raises(PermissionMissing):
            receivables.forget_payer(alias.pk, by=make.user_with("collector", company), on=DAY)
        for _twice in range(2):
            receivables.forget_payer(alias.pk, by=clerk, on=DAY)
    assert Event.objects.filter(name="customer.payer_forgotten").count() == 2
    assert not _pays(customer, "35.70")
    # neither number, amount and name by itself, which teaches accounts else
    named = item(customer, "23.80")
    paid(company, "23.80", named.document_number, name="Käufer AG", iban=IBAN)
    assert _left(named) == 0
    assert IBAN not in _known()
    receivables.remember_payer(PayerAlias.objects.get(kind="iban", value=IBAN).pk, by=clerk, on=DAY)
    assert IBAN in _known()
    again = _taught(customer, "47.60")
    assert PayerAlias.objects.get(kind="name", value="MUTTERGESELLSCHAFT").learned_from == again
    assert _pays(customer, "71.40")


def test_undoing_unlearns_what_only_this_match_taught(company: Company, customer: Customer) -> None:
    clerk = make.user_with("ar_accountant", company)
    other = make.customer(company, "Ganz andere KG")
    first, second, wrong = _taught(customer), _taught(customer, "59.50"), _taught(other, "83.30")
    assert not _pays(customer, "35.70")  # it could be the other's
    receivables.undo_match(wrong.pk, by=clerk, on=DAY)
    assert set(PayerAlias.objects.values_list("customer", flat=True)) == {customer.pk}
    told = Event.objects.get(name="bank_entry.unlearned").payload["what"]
    assert set(told.split(", ")) == {IBAN, "MUTTERGESELLSCHAFT"}
    receivables.undo_match(first.pk, by=clerk, on=DAY)
    assert set(PayerAlias.objects.values_list("learned_from", flat=True)) == {second.pk}
    receivables.undo_match(second.pk, by=clerk, on=DAY)
    assert not PayerAlias.objects.exists()


def test_a_matching_that_runs_does_not_book_what_is_forgotten_meanwhile(
    company: Company, customer: Customer
) -> None:
    clerk = make.user_with("ar_accountant", company)
    made = _taught(customer)
    waiting = _waits_then_owed(customer)
    case: Case = cases_of(company, [waiting])[0]
    outcome = case.decide()
    assert outcome.verdict == "auto"
    decided = _settlement(case, outcome.proposals[0], "auto")
    assert _still_true([decided]) == [decided]
    receivables.forget_payer(PayerAlias.objects.get(kind="iban").pk, by=clerk, on=DAY)
    assert _still_true([decided]) == []
    alias = PayerAlias.objects.get(kind="iban")
    receivables.undo_match(made.pk, by=clerk, on=DAY)
    with pytest.raises(Conflict, match="undone"):
        receivables.remember_payer(alias.pk, by=clerk, on=DAY)


def _waits_then_owed(customer: Customer) -> BankEntry:
    """A payment that came before what it pays."""
    waiting = paid(customer.company, "59.50", "danke", name=PAYER, iban=IBAN)
    item(customer, "59.50")
    return waiting


def test_pages_show_what_was_learned_and_forget_it(
    company: Company, customer: Customer, client: Client
) -> None:
    made = _taught(customer)
    clerk = make.user_with("ar_accountant", company)
    alias = PayerAlias.objects.get(kind="iban")
    client.force_login(clerk)
    for url in (
        reverse("receivables:learned"),
        reverse("receivables:learned_panel", args=[customer.pk]),
        made.bank_entry.get_absolute_url(),
    ):
        assert IBAN in client.get(url).content.decode()
    act: dict[str, Any] = {"HTTP_REFERER": "http://testserver/customers/"}
    answer = client.post(reverse("receivables:forget", args=[alias.pk]), **act)
    assert (answer.status_code, answer["Location"]) == (302, "/customers/")
    shown = client.get(reverse("receivables:learned") + "?state=forgotten").content.decode()
    assert IBAN in shown
    assert "MUTTERGESELLSCHAFT" not in shown
    client.post(reverse("receivables:remember", args=[alias.pk]))
    assert IBAN in _known()


def test_rows_of_before_are_shown_without_their_decision(
    company: Company, customer: Customer
) -> None:
    PayerAlias.objects.create(company=company, customer=customer, kind="name", value="ALT")
    alias = PayerAlias.objects.get()
    receivables.forget_payer(alias.pk, by=ROBOT, on=DAY)
    receivables.remember_payer(alias.pk, by=ROBOT, on=DAY)
    assert _known() == {"ALT"}
