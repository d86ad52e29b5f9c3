"""What the database itself refuses, whatever the code above it does."""

import pytest
from django.db import connection

from core.roles import Role
from credit.models import CreditAccount, CreditDecision, CreditHold, LimitChange
from tests.credit.make import held, set_limit
from tests.refusing import refusal_of
from tests.world import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world()


def test_a_decision_stays(here: World) -> None:
    decision = held(here).decision
    assert "never changed" in refusal_of(
        "UPDATE credit_creditdecision SET outcome = 'pass' WHERE id = %s", decision.pk
    )
    assert "never changed" in refusal_of(
        "DELETE FROM credit_creditdecision WHERE id = %s", decision.pk
    )
    assert "never changed" in refusal_of(
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE credit_creditdecision CASCADE"
    )
    assert CreditDecision.objects.get(pk=decision.pk).outcome == "hold"


def test_a_limit_moves_only_to_its_newest_approval(here: World) -> None:
    set_limit(here, here.customer, "5000")
    account = CreditAccount.objects.get(customer=here.customer)
    assert "was not approved by anybody" in refusal_of(
        "UPDATE credit_creditaccount SET limit_amount = 6000 WHERE id = %s", account.pk
    )
    assert "was not approved by anybody" in refusal_of(
        "UPDATE credit_creditaccount SET limit_amount = 10000 WHERE id = %s", account.pk
    )


def test_a_limit_is_decided_by_somebody_else(here: World) -> None:
    change = LimitChange.objects.get()
    assert change.proposed_by == here.by(Role.CREDIT_MANAGER)
    assert "never changed" in refusal_of(
        "UPDATE credit_limitchange SET new_amount = 1 WHERE id = %s", change.pk
    )
    insert = (
        "INSERT INTO credit_limitchange (company_id, account_id, old_amount, new_amount, reason,"
        " state, proposed_by_id, proposed_at, decided_by_id, decided_at)"
        " VALUES (%s, %s, 0, 1, 'x', 'approved', %s, now(), %s, now())"
    )
    me = here.by(Role.CREDIT_MANAGER).pk
    assert "limit_four_eyes" in refusal_of(insert, here.company.pk, change.account_id, me, me)
    assert "limit_decided_by_somebody" in refusal_of(
        insert, here.company.pk, change.account_id, me, None
    )


def test_a_hold_is_released_by_somebody_else_with_a_reason(here: World) -> None:
    hold = held(here)
    release = (
        "UPDATE credit_credithold SET state = 'released', reason = %s, decided_by_id = %s,"
        " decided_at = now() WHERE id = %s"
    )
    rep, manager = here.by(Role.SALES_REP).pk, here.by(Role.CREDIT_MANAGER).pk
    assert hold.requested_by_id == rep
    assert "credit_hold_four_eyes" in refusal_of(release, "mine", rep, hold.pk)
    assert "credit_decided_with_reason" in refusal_of(release, "", manager, hold.pk)
    assert "credit_decided_with_reason" in refusal_of(release, "nobody", None, hold.pk)
    assert "never changed" in refusal_of(
        "UPDATE credit_credithold SET requested_by_id = NULL WHERE id = %s", hold.pk
    )
    assert "never changed" in refusal_of("DELETE FROM credit_credithold WHERE id = %s", hold.pk)
    with connection.cursor() as cursor:
        cursor.execute(release, ["fine", manager, hold.pk])
    assert "never changed" in refusal_of(
        "UPDATE credit_credithold SET reason = 'other' WHERE id = %s", hold.pk
    )
    assert CreditHold.objects.get(pk=hold.pk).state == "released"
