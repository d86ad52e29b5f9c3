"""What a company lets the matcher do, and trying it on past payments before it is saved."""

import json
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

import receivables.services as receivables
from core.models import Company, Event, Job
from customers.models import Customer
from o2c.errors import InvalidInput, PermissionMissing
from receivables.models import Backtest, BankMatch, JournalEntry, OpenItem
from tests import make
from tests.receivables.make import DAY, ROBOT, item, ledger, paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return ledger()


@pytest.fixture
def customer(company: Company) -> Customer:
    return make.customer(company, "Käufer AG")


def _left(found: OpenItem) -> Decimal:
    found.refresh_from_db()
    return found.outstanding_amount


def _set(company: Company, *pairs: str) -> None:
    leeway = receivables.changed(receivables.leeway_of(company), list(pairs))
    today = company.today()
    manager = make.user_with("finance_manager", company)
    receivables.set_leeway(company, leeway, valid_from=today, by=manager, on=today)


def test_a_fee_and_more_cents_are_closed_only_where_the_company_says_so(
    company: Company, customer: Customer
) -> None:
    first, second = item(customer, "119.00"), item(customer, "59.50")
    paid(company, "114.00", first.document_number, name="Käufer AG")
    assert _left(first) == 5  # a part, as ever
    _set(company, "charges=5.00", "rounding=0.10")
    fee = item(customer, "238.00")
    paid(company, "233.00", fee.document_number, name="Käufer AG")
    assert _left(fee) == 0
    match = BankMatch.objects.get(payment_item__amount=Decimal("-233.00"))
    assert {"code": "charges", "value": "5.00"} in match.evidence
    paid(company, "59.40", second.document_number, name="Käufer AG")
    assert _left(second) == 0
    small, strange = item(customer, "35.70"), item(customer, "238.00")
    paid(company, "31.70", small.document_number, name="Käufer AG")
    assert _left(small) == 4  # more than a tenth is a part
    paid(company, "233.00", strange.document_number, name="Jemand")
    assert _left(strange) == 238  # number alone


def test_kinds_that_are_held_wait_for_a_person(company: Company, customer: Customer) -> None:
    _set(company, "held=reference,part")
    assert Event.objects.get(name="matching.set").payload["held"] == "part, reference"
    found = item(customer, "119.00")
    waiting = paid(company, "119.00", found.document_number, name="Käufer AG")
    assert _left(found) == 119
    assert receivables.propose(waiting).outcome.proposals[0].is_sure
    _set(company, "held=")
    second = item(customer, "59.50")
    paid(company, "59.50", second.document_number, name="Käufer AG")
    assert _left(second) == 0


def test_settings_out_of_range_are_refused(company: Company) -> None:
    for pair in ("rounding=1.01", "charges=25.01", "charges=-1", "held=magic", "luck=1"):
        with pytest.raises(InvalidInput):
            _set(company, pair)
    usual, today = receivables.USUAL, company.today()
    with pytest.raises(PermissionMissing):
        receivables.set_leeway(
            company, usual, valid_from=today, by=make.user_with("ar_accountant", company), on=today
        )
    with pytest.raises(InvalidInput, match="today"):
        receivables.set_leeway(
            company, usual, valid_from=today - timedelta(days=1), by=ROBOT, on=today
        )


def _year(company: Company, customer: Customer) -> None:
    """By number; a fee that a person closed; one that a person took for a part; one undone."""
    clerk = make.user_with("ar_accountant", company)
    plain, fee, part, wrong = (item(customer, "119.00") for _each in range(4))
    paid(company, "119.00", plain.document_number, name="Käufer AG")
    receivables.set_leeway(
        company,
        receivables.changed(receivables.USUAL, ["held=part"]),
        valid_from=company.today(),
        by=ROBOT,
        on=company.today(),
    )
    asked = {}
    for number, found in enumerate((fee, part), start=1):
        day = DAY + timedelta(days=number)
        asked[found.pk] = paid(company, "114.00", found.document_number, name="Käufer AG", on=day)
    share = receivables.ShareDraft(fee.pk, Decimal(114), closing=Decimal(5), closing_as="charges")
    receivables.match_entry(asked[fee.pk].pk, shares=[share], by=clerk, on=DAY)
    share = receivables.ShareDraft(part.pk, Decimal(114))
    receivables.match_entry(asked[part.pk].pk, shares=[share], by=clerk, on=DAY)
    paid(company, "119.00", wrong.document_number, name="Käufer AG", on=DAY + timedelta(days=3))
    made = BankMatch.objects.get(bank_entry__booking_on=DAY + timedelta(days=3))
    receivables.undo_match(made.pk, by=clerk, on=DAY + timedelta(days=4))


def test_a_back_test_counts_more_fewer_and_wrong_and_writes_nothing(
    company: Company, customer: Customer
) -> None:
    _year(company, customer)
    before = JournalEntry.objects.count(), BankMatch.objects.count(), Event.objects.count()
    out = StringIO()
    period = {"start": "2026-03-01", "end": "2026-03-31", "stdout": out}
    call_command("backtest_matching", json=True, pairs=["charges=5.00", "held="], **period)
    told = json.loads(out.getvalue())
    assert before == (
        JournalEntry.objects.count(), BankMatch.objects.count(), Event.objects.count()
    )  # fmt: skip
    assert (told["payments"], told["now"], told["wrong_now"]) == (4, 2, 1)
    assert (told["then"], told["more"], told["fewer"], told["wrong_then"]) == (4, 2, 0, 2)
    assert [(row["what"], row["is_wrong"]) for row in told["rows"]] == [
        ("more", False), ("more", True), ("same", True)
    ]  # fmt: skip
    out.truncate(out.seek(0))
    call_command("backtest_matching", pairs=["held=reference,part"], **period)
    assert "fewer: 2" in out.getvalue()


def test_the_page_tries_first_and_saves_what_was_tried(
    company: Company, customer: Customer, client: Client
) -> None:
    found = item(customer, "119.00")
    paid(company, "119.00", found.document_number, name="Käufer AG")
    client.force_login(make.user_with("finance_manager", company))
    url = reverse("receivables:matching_settings")
    assert "0.05" in client.get(url).content.decode()
    assert client.post(url, {"rounding": "2", "charges": "0", "token": "a"}).status_code == 422
    sent = {"rounding": "0.10", "charges": "5.00", "held": ["reference"], "token": "b"}
    for _twice in range(2):
        assert client.post(url, sent).status_code == 302
    job = Job.objects.get(kind="receivables.backtest")
    tally = receivables.backtest(
        company, receivables.changed(receivables.USUAL, ["held=reference"]), DAY, DAY
    )
    run = receivables.keep_backtest(
        company, receivables.changed(receivables.USUAL, ["held=reference"]), DAY, DAY, tally,
        by=job.started_by or ROBOT,
    )  # fmt: skip
    shown = client.get(run.get_absolute_url()).content.decode()
    assert f"P-{BankMatch.objects.get().bank_entry_id}" in shown
    assert client.post(reverse("receivables:save_settings", args=[run.pk])).status_code == 302
    assert receivables.leeway_of(company).held == {"reference"}
    assert str(Backtest.objects.get().counts["fewer"]) == "1"
