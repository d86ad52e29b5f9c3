"""What changed between two runs, and since a proposal."""

from datetime import timedelta
from decimal import Decimal

import pytest

import dunning.services as dunning
import receivables.services as receivables
from core.models import OutboundMessage
from dunning import comparing
from receivables.models import BankEntry
from tests import make
from tests.dunning.make import LATE, ROBOT, late, lender, proposed, written
from tests.receivables.make import paid

pytestmark = pytest.mark.django_db
SECOND = LATE + timedelta(days=16)


@pytest.fixture
def company():
    return lender()


def kinds(company) -> dict[str, tuple[str, str]]:
    """Customer -> what the second run says of them and why."""
    run = proposed(company, on=SECOND)
    before = comparing.run_before(run)
    assert before
    found = comparing.changes(run, before, on=SECOND)
    return {change.customer.name: (change.kind, change.why) for change in found}


def test_climbs_new_and_paid(company) -> None:
    late(make.customer(company, "Climbs AG"))
    item = late(make.customer(company, "Pays AG"))
    written(company)
    OutboundMessage.objects.update(state="done")
    paid(company, "119.00", item.document_number)
    late(make.customer(company, "New AG"))
    assert kinds(company) == {
        "Climbs AG": ("climbs", ""),
        "New AG": ("new", ""),
        "Pays AG": ("out", "paid"),
    }


def test_out_because_of_a_pause_or_a_wait(company) -> None:
    customer = make.customer(company, "Paused AG")
    late(customer)
    late(make.customer(company, "Waits AG"))
    written(company)
    by = make.user_with("collector", company)
    until = SECOND + timedelta(days=3)
    dunning.hold(customer, until=until, reason="Talks", by=by, on=SECOND)
    run = proposed(company, on=LATE + timedelta(days=1))
    before = comparing.run_before(run)
    assert before
    found = comparing.changes(run, before, on=LATE + timedelta(days=1))
    assert {row.customer.name: row.why for row in found} == {
        "Paused AG": "hold",
        "Waits AG": "waits",
    }


def test_a_run_does_not_look_at_discarded_ones_or_other_companies(company) -> None:
    late(make.customer(company))
    other = lender()
    late(make.customer(other))
    written(other)
    dunning.discard(proposed(company).pk, by=ROBOT, on=LATE)
    assert comparing.run_before(proposed(company)) is None


def test_paid_since_the_proposal(company) -> None:
    item = late(make.customer(company), "200.00")
    run = proposed(company)
    assert comparing.paid_since(run) == {}
    paid(company, "50.00", "x")
    by = make.user_with("ar_accountant", company)
    entry = company_entry(company)
    share = receivables.ShareDraft(item.pk, Decimal("50.00"))
    receivables.match_entry(entry, shares=[share], by=by, on=LATE)
    assert comparing.paid_since(run) == {run.notices.get().pk: Decimal("50.00")}


def company_entry(company) -> int:
    """The payment that waits."""
    return BankEntry.objects.get(company=company, is_settled=False).pk


def test_addresses_are_those_the_letters_use(company) -> None:
    people = [make.customer(company) for _ in range(3)]
    people[1].contacts.update(receives_reminders=False)
    people[1].contacts.create(name="R", email="ap@x.example", receives_reminders=True)
    people[2].contacts.update(is_active=False)
    wanted = {customer.pk: dunning.reminder_address(customer) for customer in people}
    found = comparing.addresses(customer.pk for customer in people)
    assert found == {pk: email for pk, email in wanted.items() if email}
    assert found[people[1].pk] == "ap@x.example"
