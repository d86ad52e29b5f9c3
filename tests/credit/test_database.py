"""What the database itself refuses, whatever the code above it does."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from core.roles import Role
from credit.models import CreditAccount, CreditDecision, CreditHold, LimitChange
from tests.credit.make import held, set_limit
from tests.world import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world()


def refused(sql: str, *params: object) -> None:
    """Run it past the ORM; it must not go through."""
    with (
        pytest.raises((IntegrityError, DatabaseError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, params)


def test_a_decision_stays(here: World) -> None:
    decision = held(here).decision
    refused("UPDATE credit_creditdecision SET outcome = 'pass' WHERE id = %s", decision.pk)
    refused("DELETE FROM credit_creditdecision WHERE id = %s", decision.pk)
    refused("TRUNCATE credit_creditdecision CASCADE")
    assert CreditDecision.objects.get(pk=decision.pk).outcome == "hold"


def test_a_limit_moves_only_to_its_newest_approval(here: World) -> None:
    set_limit(here, here.customer, "5000")
    account = CreditAccount.objects.get(customer=here.customer)
    refused("UPDATE credit_creditaccount SET limit_amount = 6000 WHERE id = %s", account.pk)
    refused("UPDATE credit_creditaccount SET limit_amount = 10000 WHERE id = %s", account.pk)


def test_a_limit_is_decided_by_somebody_else(here: World) -> None:
    change = LimitChange.objects.get()
    assert change.proposed_by == here.by(Role.CREDIT_MANAGER)
    refused("UPDATE credit_limitchange SET new_amount = 1 WHERE id = %s", change.pk)
    insert = (
        "INSERT INTO credit_limitchange (company_id, account_id, old_amount, new_amount, reason,"
        " state, proposed_by_id, proposed_at, decided_by_id, decided_at)"
        " VALUES (%s, %s, 0, 1, 'x', 'approved', %s, now(), %s, now())"
    )
    me = here.by(Role.CREDIT_MANAGER).pk
    refused(insert, here.company.pk, change.account_id, me, me)
    refused(insert, here.company.pk, change.account_id, me, None)


def test_a_hold_is_released_by_somebody_else_with_a_reason(here: World) -> None:
    hold = held(here)
    release = (
        "UPDATE credit_credithold SET state = 'released', reason = %s, decided_by_id = %s,"
        " decided_at = now() WHERE id = %s"
    )
    rep, manager = here.by(Role.SALES_REP).pk, here.by(Role.CREDIT_MANAGER).pk
    assert hold.requested_by_id == rep
    refused(release, "mine", rep, hold.pk)
    refused(release, "", manager, hold.pk)
    refused(release, "nobody", None, hold.pk)
    refused("UPDATE credit_credithold SET requested_by_id = NULL WHERE id = %s", hold.pk)
    refused("DELETE FROM credit_credithold WHERE id = %s", hold.pk)
    with connection.cursor() as cursor:
        cursor.execute(release, ["fine", manager, hold.pk])
    refused("UPDATE credit_credithold SET reason = 'other' WHERE id = %s", hold.pk)
    assert CreditHold.objects.get(pk=hold.pk).state == "released"
