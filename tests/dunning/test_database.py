"""What the database refuses of dunning, whatever the code above it does."""

import pytest

from core.roles import Role
from tests import make
from tests.dunning.make import LATE, approved, late, lender, proposed, written
from tests.refusing import refusal_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return lender()


def test_nobody_approves_their_own_run_and_nobody_means_nobody(company) -> None:
    late(make.customer(company))
    run = proposed(company)
    boss = make.user_with(Role.FINANCE_MANAGER, company)
    assert "dunning_four_eyes" in refusal_of(
        "UPDATE dunning_dunningrun SET proposed_by_id = %s, approved_by_id = %s, state = 'approved'"
        " WHERE id = %s",
        boss.pk,
        boss.pk,
        run.pk,
    )
    assert "dunning_sent_only_approved" in refusal_of(
        "UPDATE dunning_dunningrun SET state = 'approved' WHERE id = %s", run.pk
    )
    assert "only after somebody approved its run" in refusal_of(
        "UPDATE dunning_dunningnotice SET state = 'written' WHERE run_id = %s", run.pk
    )
    assert "never changed" in refusal_of("DELETE FROM dunning_dunningrun WHERE id = %s", run.pk)


def test_nothing_is_added_to_an_approved_run(company) -> None:
    late(make.customer(company))
    more = late(make.customer(company))
    run = approved(company)
    notice = run.notices.all()[0]
    assert "that was decided on" in refusal_of(
        "INSERT INTO dunning_dunningnoticeitem (notice_id, item_id, level, amount, days_overdue,"
        " is_live) VALUES (%s, %s, 2, 1, 1, true)",
        notice.pk,
        more.pk,
    )
    assert "never changed" in refusal_of(
        "UPDATE dunning_dunningrun SET content_hash = 'x' WHERE id = %s", run.pk
    )
    assert "never changed" in refusal_of(
        "UPDATE dunning_dunningrun SET approved_by_id = NULL WHERE id = %s", run.pk
    )


def test_an_item_is_reminded_once_per_level(company) -> None:
    item = late(make.customer(company))
    written(company)
    other = make.customer(company)
    late(other)
    notice = proposed(company, on=LATE).notices.get()
    assert "dunned_once_per_level" in refusal_of(
        "INSERT INTO dunning_dunningnoticeitem (notice_id, item_id, level, amount, days_overdue,"
        " is_live) VALUES (%s, %s, 1, 1, 1, true)",
        notice.pk,
        item.pk,
    )


def test_what_was_written_stays(company) -> None:
    late(make.customer(company))
    (notice,) = written(company)
    assert "never changed" in refusal_of(
        "UPDATE dunning_dunningnotice SET amount = 1 WHERE id = %s", notice.pk
    )
    assert "stays as it was reminded" in refusal_of(
        "UPDATE dunning_dunningnoticeitem SET amount = 1 WHERE notice_id = %s", notice.pk
    )
    assert "stays as it was reminded" in refusal_of(
        "DELETE FROM dunning_dunningnoticeitem WHERE notice_id = %s", notice.pk
    )
    assert "never changed" in refusal_of(
        "UPDATE dunning_dunningrun SET run_on = '2020-01-01' WHERE id = %s", notice.run_id
    )
