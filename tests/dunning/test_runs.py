"""Propose, exclude, approve, discard: happy, refused, twice, beside itself."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import disputes.services as disputes
import dunning.services as dunning
from core import formats
from core.models import Event
from core.roles import Role
from dunning.models import DunningNotice, DunningRun
from o2c.errors import BusinessError, Conflict, PermissionMissing
from tests import make
from tests.core.threads import beside_itself
from tests.dunning.make import DAY, LATE, ROBOT, approved, late, lender, proposed, written
from tests.receivables import make as books


@pytest.fixture
def company(db):
    return lender()


@pytest.fixture
def customer(company):
    return make.customer(company)


@pytest.fixture
def boss(company):
    return make.user_with(Role.FINANCE_MANAGER, company)


# --- propose -------------------------------------------------------------------------------------
def test_one_reminder_per_customer_with_all_items(company, customer) -> None:
    late(customer, "100.00")
    late(customer, "19.00")
    late(make.customer(company), "5.00")
    run = proposed(company)
    assert [(n.amount, n.level, n.items.count()) for n in run.notices.all()] == [
        (Decimal("119.00"), 1, 2),
        (Decimal("5.00"), 1, 1),
    ]
    assert Event.objects.filter(name="dunning.proposed").count() == 1


def test_a_new_proposal_replaces_the_old_one(company, customer) -> None:
    late(customer)
    first, second = proposed(company), proposed(company)
    first.refresh_from_db()
    assert (first.state, second.state) == ("discarded", "proposed")
    assert second.notices.count() == 1


def test_an_approved_reminder_on_its_way_is_not_proposed_again(company, customer) -> None:
    """The worker slept overnight: the next morning's proposal leaves its items alone."""
    late(customer)
    approved(company)
    run = proposed(company, on=LATE + timedelta(days=1))
    assert run.notices.count() == 0
    assert [row["reason"] for row in run.left_out] == ["in_flight"]


def test_credits_that_cover_everything_leave_the_customer_out(company, customer) -> None:
    """What was paid and then credited is theirs again: it covers what is late."""
    earlier = books.item(customer, "119.00")
    books.paid(company, "119.00", earlier.document_number)
    late(customer, "119.00")
    note = books.invoice(customer, "119.00", corrects=earlier.invoice)
    books.receivables.book_invoice(note, by=ROBOT)
    run = proposed(company)
    assert run.notices.count() == 0


def test_a_part_disputed_is_not_asked_for(company, customer, boss) -> None:
    item = late(customer, "119.00")
    disputes.open_dispute(item.pk, amount=Decimal("19.00"), reason="price", by=boss, on=LATE)
    assert proposed(company).notices.get().amount == Decimal("100.00")


def test_no_levels_no_run(db) -> None:
    with pytest.raises(BusinessError, match="no dunning levels"):
        proposed(books.ledger())


def test_proposing_needs_the_right(company) -> None:
    with pytest.raises(PermissionMissing):
        dunning.propose(company, by=make.user_with(Role.SALES_REP, company), on=LATE)


def test_a_proposal_takes_as_many_statements_for_one_item_as_for_many(company, customer) -> None:
    late(customer)
    proposed(company)  # the next ones discard the one before
    few = statements(lambda: proposed(company))
    for _ in range(6):
        late(customer)
        late(make.customer(company))
    assert statements(lambda: proposed(company)) <= few


def statements(act) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        act()
    return len(seen)


# --- exclude -------------------------------------------------------------------------------------
def test_a_reminder_left_out_comes_again_next_time(company, customer, boss) -> None:
    late(customer)
    run = proposed(company)
    notice = run.notices.get()
    with pytest.raises(BusinessError, match="reason"):
        dunning.exclude(notice.pk, reason=" ", by=boss, on=LATE)
    dunning.exclude(notice.pk, reason="The boss calls", by=boss, on=LATE)
    with pytest.raises(Conflict, match="left out already"):
        dunning.exclude(notice.pk, reason="again", by=boss, on=LATE)
    assert proposed(company).notices.count() == 1


# --- approve -------------------------------------------------------------------------------------
def test_approval_needs_a_fresh_bank_statement(company, customer, boss) -> None:
    late(customer)
    run = proposed(company)
    with pytest.raises(Conflict, match="No bank statement"):
        dunning.approve(run.pk, by=boss, on=LATE)


@pytest.mark.parametrize(("days_before", "is_fresh"), [(0, True), (3, True), (5, True), (6, False)])
def test_three_business_days_are_allowed(company, customer, boss, days_before, is_fresh) -> None:
    """22 March 2026 is a Sunday: Tuesday the 17th is three business days ago, Monday four."""
    late(customer)
    run = proposed(company)
    day = LATE - timedelta(days=days_before)
    books.imported(company, books.camt(books.entry("1.00", "x", on=day), on=day))
    if is_fresh:
        assert dunning.approve(run.pk, by=boss, on=LATE).state == "approved"
    else:
        with pytest.raises(Conflict, match=formats.day(day)):
            dunning.approve(run.pk, by=boss, on=LATE)


def test_a_refused_file_makes_nothing_fresh(company, customer, boss) -> None:
    late(customer)
    run = proposed(company)
    file = books.imported(
        company, books.camt(books.entry("1.00", "x", on=LATE), on=LATE, closing="9999.00")
    )
    assert file.state == "refused"
    with pytest.raises(Conflict):
        dunning.approve(run.pk, by=boss, on=LATE)


def test_somebody_may_send_although_the_statement_is_old(company, customer) -> None:
    late(customer)
    run = approved(company)
    event = Event.objects.get(name="dunning.approved")
    assert run.state == "approved"
    assert "No bank statement" in event.payload["although"]
    assert event.payload["hash"] == run.content_hash


def test_approval_is_for_somebody_else_today_and_once(company, customer, boss) -> None:
    late(customer)
    own = dunning.propose(company, by=boss, on=LATE)
    with pytest.raises(BusinessError, match="somebody else"):
        dunning.approve(own.pk, by=boss, on=LATE, although_stale=True)
    run = proposed(company)
    with pytest.raises(BusinessError, match="propose again"):
        dunning.approve(run.pk, by=boss, on=LATE + timedelta(days=1), although_stale=True)
    clerk = make.user_with(Role.COLLECTOR, company)
    with pytest.raises(PermissionMissing):
        dunning.approve(run.pk, by=clerk, on=LATE, although_stale=True)
    dunning.approve(run.pk, by=boss, on=LATE, although_stale=True)
    with pytest.raises(Conflict, match="approved"):
        dunning.approve(run.pk, by=boss, on=LATE, although_stale=True)
    with pytest.raises(Conflict):
        dunning.discard(run.pk, by=boss, on=LATE)


def test_what_changed_since_it_was_seen_is_not_approved(company, customer, boss) -> None:
    late(customer)
    late(make.customer(company))
    run = proposed(company)
    seen = run.content_hash
    dunning.exclude(run.notices.all()[0].pk, reason="x", by=boss, on=LATE)
    with pytest.raises(Conflict, match="changed"):
        dunning.approve(run.pk, by=boss, on=LATE, seen_hash=seen, although_stale=True)


def test_what_changed_past_the_verbs_is_not_approved(company, customer, boss) -> None:
    late(customer)
    run = proposed(company)
    run.notices.get().items.update(amount=1)
    with pytest.raises(Conflict, match="changed"):
        dunning.approve(run.pk, by=boss, on=LATE, although_stale=True)


# --- holds ---------------------------------------------------------------------------------------
def test_holds_by_item_and_customer_until_their_day(company, customer, boss) -> None:
    one = late(customer, "100.00")
    late(customer, "19.00")
    held = dunning.hold(customer, item=one, until=LATE, reason="Promised", by=boss, on=LATE)
    assert proposed(company).notices.get().amount == Decimal("19.00")
    whole = dunning.hold(customer, until=LATE, reason="Talks", by=boss, on=LATE)
    assert proposed(company).notices.count() == 0
    for hold in (held, whole):
        dunning.lift_hold(hold.pk, by=boss, on=LATE)
    assert proposed(company).notices.get().amount == Decimal("119.00")
    with pytest.raises(Conflict):
        dunning.lift_hold(whole.pk, by=boss, on=LATE)


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"reason": " "}, "reason"), ({"until": LATE - timedelta(days=1)}, "until")],
)
def test_holds_that_make_no_sense(company, customer, boss, fields, field) -> None:
    with pytest.raises(BusinessError) as caught:
        dunning.hold(customer, **{"until": LATE, "reason": "x", "by": boss, "on": LATE, **fields})
    assert caught.value.field == field


def test_a_hold_is_for_the_customers_own_items(company, customer, boss) -> None:
    other = late(make.customer(company))
    with pytest.raises(BusinessError, match="another customer"):
        dunning.hold(customer, item=other, until=LATE, reason="x", by=boss, on=LATE)


# --- the days go by ------------------------------------------------------------------------------
def test_levels_climb_one_by_one_and_end(company) -> None:
    """Six days late: level 1; ten days later, at 21 days: level 2; at 41 days: level 3; no more."""
    customer = make.customer(company, email="")
    late(customer)
    due = DAY + timedelta(days=14)
    levels = []
    for days in (6, 16, 21, 30, 41, 90):
        notices = written(company, on=due + timedelta(days=days))
        levels.append(notices[0].level if notices else 0)
    assert levels == [1, 0, 2, 0, 3, 0]


# --- beside itself -------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_ten_proposals_at_once_leave_one() -> None:
    company = lender()
    late(make.customer(company))
    results = beside_itself(lambda n: proposed(company), threads=10)
    assert all(isinstance(result, DunningRun) for result in results), results
    assert DunningRun.objects.filter(state="proposed").count() == 1
    assert DunningNotice.objects.filter(items__is_live=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_approve_and_one_discards_at_once() -> None:
    company = lender()
    late(make.customer(company))
    run = proposed(company)
    bosses = [make.user_with(Role.FINANCE_MANAGER, company) for _ in range(3)]
    acts = [
        lambda: dunning.approve(run.pk, by=bosses[0], on=LATE, although_stale=True),
        lambda: dunning.approve(run.pk, by=bosses[1], on=LATE, although_stale=True),
        lambda: dunning.discard(run.pk, by=bosses[2], on=LATE),
    ]
    results = beside_itself(lambda n: acts[n](), threads=3)
    assert sum(isinstance(result, DunningRun) for result in results) == 1
