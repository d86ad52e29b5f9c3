"""Activate, pause, resume and end: what is charged and what is not, by days."""

from datetime import date

import pytest

import invoicing.services as services
from invoicing.models import Subscription
from o2c import due
from o2c.errors import Conflict, InvalidInput
from tests.invoicing.subscriptions import BEFORE, JOB, START, a_draft, a_line, active, bill, nets

pytestmark = pytest.mark.django_db


def pause(subscription: Subscription, first_on: date, reason: str = "Umbau") -> Subscription:
    return services.pause_subscription(
        subscription.pk, first_on=first_on, reason=reason, by=JOB, on=first_on
    )


def resume(subscription: Subscription, first_on: date) -> Subscription:
    return services.resume_subscription(subscription.pk, first_on=first_on, by=JOB, on=first_on)


def end(subscription: Subscription, ends_on: date, on: date = START, **fields) -> Subscription:
    reason = fields.pop("reason", "Gekündigt")
    return services.end_subscription(
        subscription.pk, ends_on=ends_on, reason=reason, by=JOB, on=on, **fields
    )


def test_one_without_lines_is_not_activated_and_again_changes_nothing():
    subscription = a_draft()
    with pytest.raises(Conflict, match="add a line"):
        services.activate_subscription(subscription.pk, by=JOB, on=BEFORE)
    a_line(subscription)
    for _time in range(2):
        found = services.activate_subscription(subscription.pk, by=JOB, on=BEFORE)
    assert (found.state, found.next_bill_on) == ("active", START)


def test_periods_past_are_billed_first_one_by_one():
    subscription = active()
    for _sweep in range(4):
        due.run_due([subscription.company], on=date(2026, 3, 10))
    assert [days for days, _net in nets(subscription)] == [
        "01.01.26–31.01.26",
        "01.02.26–28.02.26",
        "01.03.26–31.03.26",
    ]


def test_a_pause_in_arrears_bills_the_days_before_it_and_after():
    subscription = active("310", is_in_advance=False)
    bill(subscription, date(2026, 2, 1))
    paused = pause(subscription, date(2026, 2, 15))
    assert (paused.state, paused.next_bill_on) == ("paused", date(2026, 3, 1))
    bill(subscription, date(2026, 3, 1))
    paused.refresh_from_db()
    assert paused.next_bill_on is None
    resumed = resume(subscription, date(2026, 3, 22))
    assert (resumed.state, resumed.next_bill_on) == ("active", date(2026, 4, 1))
    bill(subscription, date(2026, 4, 1))
    assert [net for _days, net in nets(subscription)] == [310, 155, 100]


def test_a_pause_over_whole_periods_leaves_them_out():
    subscription = active("310")
    bill(subscription, START)
    pause(subscription, date(2026, 2, 1))
    assert not services.subscriptions_awaiting_billing(
        subscription.company, on=date(2026, 12, 31)
    ).exists()
    resume(subscription, date(2026, 5, 22))
    assert bill(subscription, date(2026, 5, 22)).net_amount == 100
    assert [days for days, _net in nets(subscription)] == ["01.01.26–31.01.26", "01.05.26–31.05.26"]


def test_billed_days_are_neither_paused_nor_resumed():
    subscription = active()
    bill(subscription, START)
    with pytest.raises(InvalidInput, match="1 Feb 2026"):
        pause(subscription, date(2026, 1, 31))
    with pytest.raises(InvalidInput, match="why"):
        pause(subscription, date(2026, 2, 1), reason=" ")
    pause(subscription, date(2026, 2, 10))
    with pytest.raises(Conflict):
        pause(subscription, date(2026, 2, 20))


def test_a_pause_that_is_taken_back_before_it_begins_is_gone():
    subscription = active()
    pause(subscription, date(2026, 3, 1))
    resume(subscription, date(2026, 2, 1))
    assert not subscription.pauses.exists()
    with pytest.raises(Conflict):
        resume(subscription, date(2026, 4, 1))


def test_the_last_period_is_charged_by_days_and_then_it_has_ended():
    subscription = active("310")
    end(subscription, date(2026, 2, 14))
    bill(subscription, START)
    assert bill(subscription, date(2026, 2, 1)).net_amount == 155
    subscription.refresh_from_db()
    assert (subscription.state, subscription.next_bill_on) == ("ended", None)
    with pytest.raises(Conflict, match="ended"):
        end(subscription, date(2026, 12, 31))
    with pytest.raises(Conflict, match="ended"):
        a_line(subscription)


def test_the_end_may_be_moved_but_not_into_billed_days():
    subscription = active()
    bill(subscription, START)
    end(subscription, date(2026, 6, 30))
    assert end(subscription, date(2026, 9, 30)).ends_on == date(2026, 9, 30)
    with pytest.raises(InvalidInput):
        end(subscription, date(2026, 1, 30))
    assert end(subscription, date(2026, 1, 31)).state == "ended"


def test_notice_is_kept_unless_it_is_waived():
    subscription = active(notice_months=3)
    with pytest.raises(InvalidInput, match="1 Apr 2026"):
        end(subscription, date(2026, 3, 31))
    assert end(subscription, date(2026, 3, 31), is_short_notice=True).ends_on == date(2026, 3, 31)


def test_a_draft_is_withdrawn_with_a_reason():
    subscription = a_draft()
    with pytest.raises(InvalidInput):
        end(subscription, START, reason="")
    assert end(subscription, START).state == "ended"
    assert subscription.invoices.count() == 0


def test_a_paused_one_with_an_end_ends_when_resumed_too_late():
    subscription = active()
    end(subscription, date(2026, 3, 31))
    bill(subscription, START)
    paused = pause(subscription, date(2026, 2, 1))
    assert paused.state == "paused"
    assert resume(subscription, date(2026, 4, 1)).state == "ended"
