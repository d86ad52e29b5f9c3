"""Notes on customers: what is kept, what is refused, what a promise pauses."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.models import Event
from core.roles import Role
from customers import services
from customers.services import NoteDraft
from dunning.models import DunningHold
from dunning.rules import Step, next_reminder
from o2c import flow
from o2c.errors import InvalidInput, PermissionMissing
from tests import make
from tests.make import DAY

STEPS = (Step(1, 5, 10), Step(2, 5, 10))


@pytest.mark.django_db
def test_a_promise_pauses_reminders_up_to_its_day(company):
    customer = make.customer(company)
    collector = make.user_with(Role.COLLECTOR, company)
    until = DAY + timedelta(days=4)
    draft = NoteDraft(outcome="promise", promised_on=until, promised_amount=Decimal(80))
    note = flow.log_contact(customer.pk, draft, is_pausing=True, by=collector, on=DAY)
    assert (note.promised_amount, note.promised_on) == (80, until)
    assert DunningHold.objects.get(customer=customer).until == until
    assert Event.objects.about(customer).filter(name="customer.noted").exists()


@pytest.mark.django_db
def test_who_may_not_pause_keeps_nothing_of_a_pausing_promise(company):
    customer = make.customer(company)
    rep = make.user_with(Role.SALES_REP, company)
    draft = NoteDraft(outcome="promise", promised_on=DAY)
    with pytest.raises(PermissionMissing):
        flow.log_contact(customer.pk, draft, is_pausing=True, by=rep, on=DAY)
    assert not customer.notes.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (NoteDraft(), "text"),
        (NoteDraft(outcome="promise"), "promised_on"),
        (NoteDraft(outcome="promise", promised_on=DAY - timedelta(days=1)), "promised_on"),
        (
            NoteDraft(outcome="promise", promised_on=DAY, promised_amount=Decimal(0)),
            "promised_amount",
        ),
    ],
)
def test_a_note_that_says_nothing_is_refused_beside_its_field(company, draft, field):
    customer = make.customer(company)
    with pytest.raises(InvalidInput) as refused:
        services.log_note(customer.pk, draft, by=make.user_with(Role.SALES_REP, company), on=DAY)
    assert refused.value.field == field


@pytest.mark.django_db
def test_a_contact_of_another_customer_is_refused(company):
    customer, other = make.customer(company), make.customer(company)
    stranger = other.contacts.get()
    with pytest.raises(InvalidInput):
        services.log_note(
            customer.pk,
            NoteDraft(outcome="reached", contact_id=stranger.pk),
            by=make.user_with(Role.SALES_REP, company),
            on=DAY,
        )


@pytest.mark.django_db
def test_a_step_is_done_once(company):
    customer, rep = make.customer(company), make.user_with(Role.SALES_REP, company)
    note = services.log_note(customer.pk, NoteDraft(text="Offer", next_step="Call"), by=rep, on=DAY)
    services.finish_step(note.pk, by=rep, on=DAY)
    services.finish_step(note.pk, by=rep, on=DAY)
    assert Event.objects.about(customer).filter(name="customer.step_done").count() == 1


def test_the_next_reminder_waits_for_lateness_and_for_the_one_before():
    assert next_reminder(DAY, 0, None, STEPS) == (DAY + timedelta(days=5), 1)
    reminded = DAY + timedelta(days=9)
    assert next_reminder(DAY, 1, reminded, STEPS) == (DAY + timedelta(days=19), 2)
    assert next_reminder(DAY, 2, reminded, STEPS) is None
