"""Disputes: open, resolve; refused, twice, beside itself, and what the database refuses."""

from decimal import Decimal

import pytest
from django.utils.translation import override

import disputes.services as disputes
from core.models import Event
from core.roles import Role
from core.sentences import event_sentence
from disputes.models import Dispute
from o2c.errors import BusinessError, Conflict, PermissionMissing
from tests import make
from tests.core.threads import beside_itself
from tests.dunning.make import LATE, late, lender
from tests.refusing import refusal_of


@pytest.fixture
def company(db):
    return lender()


@pytest.fixture
def clerk(company):
    return make.user_with(Role.COLLECTOR, company)


@pytest.fixture
def item(company):
    return late(make.customer(company), "119.00")


def opened(item, clerk, amount: str = "19.00") -> Dispute:
    return disputes.open_dispute(
        item.pk, amount=Decimal(amount), reason="price", note="Too dear", by=clerk, on=LATE
    )


def test_a_dispute_has_an_owner_and_a_clock(item, clerk) -> None:
    dispute = opened(item, clerk)
    assert (dispute.owner, (dispute.answer_by - LATE).days) == (clerk, 10)
    event = Event.objects.get(name="dispute.opened")
    assert (event.payload["amount"], event.payload["reason"]) == ("19.00", "price")


def test_its_reason_reads_in_the_language_of_whoever_looks(item, clerk) -> None:
    with override("de"):
        opened(item, clerk)
    event = Event.objects.get(name="dispute.opened")
    with override("sv"):
        assert event_sentence(event) == "Tvist öppnad: pris"


@pytest.mark.parametrize("amount", ["0", "-1", "119.01", "0.001"])
def test_only_what_is_open_can_be_disputed(item, clerk, amount: str) -> None:
    with pytest.raises(BusinessError) as caught:
        opened(item, clerk, amount)
    assert caught.value.field == "amount"


def test_one_open_dispute_per_item(item, clerk) -> None:
    first = opened(item, clerk)
    with pytest.raises(Conflict):
        opened(item, clerk)
    resolve(first, clerk)
    assert opened(item, clerk).pk != first.pk


def test_rights(item, company) -> None:
    with pytest.raises(PermissionMissing):
        opened(item, make.user_with(Role.SALES_REP, company))
    with pytest.raises(PermissionMissing):
        opened(item, make.user_with(Role.COLLECTOR, make.company_de()))


def resolve(dispute: Dispute, clerk, *, is_accepted: bool = True, resolution: str = "ok") -> None:
    disputes.resolve_dispute(
        dispute.pk, is_accepted=is_accepted, resolution=resolution, by=clerk, on=LATE
    )


@pytest.mark.parametrize(("is_accepted", "state"), [(True, "accepted"), (False, "rejected")])
def test_it_ends_once_with_an_answer(item, clerk, is_accepted: bool, state: str) -> None:
    dispute = opened(item, clerk)
    with pytest.raises(BusinessError, match="how it ends"):
        resolve(dispute, clerk, resolution=" ")
    resolve(dispute, clerk, is_accepted=is_accepted)
    dispute.refresh_from_db()
    assert (dispute.state, dispute.resolved_on) == (state, LATE)
    assert Event.objects.filter(name=f"dispute.{state}").exists()
    with pytest.raises(Conflict):
        resolve(dispute, clerk)


def test_the_database_keeps_what_was_said(item, clerk) -> None:
    dispute = opened(item, clerk)
    assert "never changed" in refusal_of(
        "UPDATE disputes_dispute SET amount = 1 WHERE id = %s", dispute.pk
    )
    assert "dispute_resolved_with_answer" in refusal_of(
        "UPDATE disputes_dispute SET state = 'accepted' WHERE id = %s", dispute.pk
    )
    assert "never changed" in refusal_of("DELETE FROM disputes_dispute WHERE id = %s", dispute.pk)
    resolve(dispute, clerk)
    assert "never changed" in refusal_of(
        "UPDATE disputes_dispute SET resolution = 'other' WHERE id = %s", dispute.pk
    )


@pytest.mark.django_db(transaction=True)
def test_eight_open_and_eight_resolve() -> None:
    company = lender()
    clerk = make.user_with(Role.COLLECTOR, company)
    item = late(make.customer(company), "119.00")
    results = beside_itself(lambda n: opened(item, clerk), threads=8)
    assert sum(isinstance(result, Dispute) for result in results) == 1, results
    dispute = Dispute.objects.get()
    results = beside_itself(lambda n: resolve(dispute, clerk, is_accepted=n % 2 == 0), threads=8)
    assert results.count(None) == 1
