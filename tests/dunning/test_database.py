"""What the database refuses of dunning, whatever the code above it does."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from core.roles import Role
from tests import make
from tests.dunning.make import LATE, approved, late, lender, proposed, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return lender()


def refused(sql: str, *params: object) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_nobody_approves_their_own_run_and_nobody_means_nobody(company) -> None:
    late(make.customer(company))
    run = proposed(company)
    boss = make.user_with(Role.FINANCE_MANAGER, company)
    refused(
        "UPDATE dunning_dunningrun SET proposed_by_id = %s, approved_by_id = %s, state = 'approved'"
        " WHERE id = %s",
        boss.pk,
        boss.pk,
        run.pk,
    )
    refused("UPDATE dunning_dunningrun SET state = 'approved' WHERE id = %s", run.pk)
    refused("UPDATE dunning_dunningnotice SET state = 'written' WHERE run_id = %s", run.pk)
    refused("DELETE FROM dunning_dunningrun WHERE id = %s", run.pk)


def test_nothing_is_added_to_an_approved_run(company) -> None:
    late(make.customer(company))
    more = late(make.customer(company))
    run = approved(company)
    notice = run.notices.all()[0]
    refused(
        "INSERT INTO dunning_dunningnoticeitem (notice_id, item_id, level, amount, days_overdue,"
        " is_live) VALUES (%s, %s, 2, 1, 1, true)",
        notice.pk,
        more.pk,
    )
    refused("UPDATE dunning_dunningrun SET content_hash = 'x' WHERE id = %s", run.pk)
    refused("UPDATE dunning_dunningrun SET approved_by_id = NULL WHERE id = %s", run.pk)


def test_an_item_is_reminded_once_per_level(company) -> None:
    item = late(make.customer(company))
    written(company)
    other = make.customer(company)
    late(other)
    notice = proposed(company, on=LATE).notices.get()
    refused(
        "INSERT INTO dunning_dunningnoticeitem (notice_id, item_id, level, amount, days_overdue,"
        " is_live) VALUES (%s, %s, 1, 1, 1, true)",
        notice.pk,
        item.pk,
    )


def test_what_was_written_stays(company) -> None:
    late(make.customer(company))
    (notice,) = written(company)
    refused("UPDATE dunning_dunningnotice SET amount = 1 WHERE id = %s", notice.pk)
    refused("UPDATE dunning_dunningnoticeitem SET amount = 1 WHERE notice_id = %s", notice.pk)
    refused("DELETE FROM dunning_dunningnoticeitem WHERE notice_id = %s", notice.pk)
    refused("UPDATE dunning_dunningrun SET run_on = '2020-01-01' WHERE id = %s", notice.run_id)
