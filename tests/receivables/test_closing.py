"""Closing: by area, soft and hard, and reopening by two people."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

import receivables.services as receivables
from core.models import Company, Event, Notification, User
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from receivables.models import (
    BankEntry,
    BooksClosing,
    JournalEntry,
    LatePosting,
    Reopening,
)
from receivables.rules.areas import area_of
from tests import make
from tests.receivables.make import DAY, ROBOT, camt, entry, imported, invoice, item, ledger
from tests.receivables.make import paid as received

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=40)


@pytest.fixture
def company() -> Company:
    return ledger()


@pytest.fixture
def manager(company) -> User:
    return make.user_with("finance_manager", company)


@pytest.fixture
def clerk(company) -> User:
    return make.user_with("ar_accountant", company)


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def closed(company: Company, until: date = DAY, **fields: Any) -> BooksClosing:
    return receivables.close_books(company, until=until, by=ROBOT, on=LATER, **fields)


def posted(company: Company, source_key: str, on: date = DAY) -> JournalEntry:
    return JournalEntry.objects.create(
        company=company, posted_on=on, text="x", source_key=source_key
    )


# --- areas -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "source_key", ["invoice:7", "bank:1:2026:a:1", "match:1:0", "undo:3", "opening:1:2", "x", ""]
)
def test_the_database_and_the_rules_name_the_same_area(source_key) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT receivables_area_of(%s)", [source_key])
        assert cursor.fetchone()[0] == area_of(source_key)


def test_a_closed_area_leaves_the_others_open(company) -> None:
    closed(company, area="invoicing")
    customer = make.customer(company)
    with pytest.raises(Conflict, match="closed until"):
        receivables.book_invoice(invoice(customer), by=ROBOT)
    assert received(company, "50.00", "danke").entry.posted_on == DAY


def test_a_closed_bank_refuses_the_statement_whole(company) -> None:
    closed(company, area="bank")
    file = imported(company, camt(entry("50.00", "danke")))
    assert file.state == "refused"
    assert "closed until" in file.message
    assert item(make.customer(company)).entry.posted_on == DAY


@pytest.mark.parametrize(
    ("area", "source_key", "is_refused"),
    [
        ("all", "match:1:0", True),
        ("bank", "bank:1:a", True),
        ("bank", "invoice:1", False),
        ("invoicing", "invoice:1", True),
        ("receivables", "match:1:0", True),
        ("receivables", "bank:1:a", False),
    ],
)
def test_the_database_holds_each_area(company, area, source_key, is_refused) -> None:
    BooksClosing.objects.create(company=company, area=area, closed_until=DAY, closed_by_name="x")
    if is_refused:
        with pytest.raises(IntegrityError, match="closed until"), transaction.atomic():
            posted(company, source_key)
    else:
        with transaction.atomic():
            posted(company, source_key)
            transaction.set_rollback(True)
    assert not JournalEntry.objects.exists()


# --- soft ------------------------------------------------------------------------------------
def test_a_soft_closing_lets_the_act_that_says_why(company, manager) -> None:
    closed(company, strength="soft")
    document = invoice(make.customer(company))
    with pytest.raises(Conflict, match="closed until"):
        receivables.book_invoice(document, by=ROBOT)
    with transaction.atomic():
        receivables.post_late(
            company, area="invoicing", reason="Late delivery note", by=manager, on=LATER
        )
        assert receivables.book_invoice(document, by=ROBOT).posted_on == DAY
    late = LatePosting.objects.get()
    assert (late.posted_by, late.reason) == (manager, "Late delivery note")
    assert Event.objects.get(name="books.posted_late").payload["reason"] == "Late delivery note"


@pytest.mark.django_db(transaction=True)
def test_a_late_posting_lets_its_own_act_only(company, manager) -> None:
    closed(company, strength="soft")
    receivables.post_late(company, area="all", reason="Once", by=manager, on=LATER)
    with pytest.raises(Conflict, match="closed until"):
        receivables.book_invoice(invoice(make.customer(company)), by=ROBOT)
    with pytest.raises(IntegrityError, match="closed until"):
        posted(company, "match:1:0")


def test_a_late_posting_opens_its_area_and_no_hard_closing(company, manager) -> None:
    closed(company, strength="soft")
    receivables.post_late(company, area="bank", reason="Statement", by=manager, on=LATER)
    with pytest.raises(IntegrityError, match="closed until"), transaction.atomic():
        posted(company, "match:1:0")
    closed(company, area="bank")
    with pytest.raises(IntegrityError, match="closed until"), transaction.atomic():
        posted(company, "bank:1:a")


def test_posting_late_takes_the_right_and_a_reason(company, manager, clerk) -> None:
    with pytest.raises(PermissionMissing):
        receivables.post_late(company, area="all", reason="x", by=clerk, on=LATER)
    with pytest.raises(InvalidInput, match="reason"):
        receivables.post_late(company, area="all", reason=" ", by=manager, on=LATER)
    with pytest.raises(InvalidInput, match="person"):
        receivables.post_late(company, area="all", reason="x", by=ROBOT, on=LATER)


def test_matches_go_to_the_first_day_open_to_them(company) -> None:
    """Soft or hard, a payment of closed days is matched; its posting waits for an open day."""
    customer = make.customer(company)
    waiting = received(company, "50.00", "danke")
    closed(company, strength="soft", area="receivables")
    match = receivables.match_entry(
        waiting.pk, shares=(), customer_id=customer.pk, by=ROBOT, on=LATER
    )
    assert match.entry.posted_on == DAY + timedelta(days=1)


# --- reopening -------------------------------------------------------------------------------
def proposed(company: Company, by: User, until: date = DAY - timedelta(days=5)) -> Reopening:
    return receivables.propose_reopening(
        company, area="all", strength="hard", until=until, reason="Invoice lost", by=by, on=LATER
    )


def test_two_people_reopen(company, manager, clerk) -> None:
    closed(company)
    asked = proposed(company, clerk)
    with pytest.raises(IntegrityError, match="closed until"), transaction.atomic():
        posted(company, "match:1:0")
    receivables.decide_reopening(asked.pk, is_approved=True, by=manager, on=LATER)
    now = BooksClosing.objects.latest()
    assert (now.closed_until, now.reopening, now.reason) == (
        DAY - timedelta(days=5),
        asked,
        "Invoice lost",
    )
    assert item(make.customer(company)).entry.posted_on == DAY
    with pytest.raises(Conflict, match="decided already"):
        receivables.decide_reopening(asked.pk, is_approved=True, by=manager, on=LATER)


def test_those_who_may_decide_are_led_to_where_they_can(company, manager, clerk) -> None:
    closed(company)
    proposed(company, clerk)
    notice = Notification.objects.get(user=manager)
    page = browser_of(manager).get(notice.url)
    assert [asked.reason for asked in page.context["reopenings"]] == ["Invoice lost"]
    assert not Notification.objects.filter(user=clerk).exists()


def test_what_closings_stand_on_cant_be_emptied(company) -> None:
    closed(company)
    for table in (
        "booksclosing",
        "booksclosing, receivables_reopening",
        "proofrun",
        "ledgerbalance",
        "ledgerbalance, receivables_ledgerlist",
        "provisionrate",
    ):
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE receivables_{table}")
    assert BooksClosing.objects.exists()


def test_nobody_decides_on_their_own_proposal(company, manager) -> None:
    closed(company)
    asked = proposed(company, manager)
    for is_approved in (True, False):
        with pytest.raises(Conflict, match="somebody else"):
            receivables.decide_reopening(asked.pk, is_approved=is_approved, by=manager, on=LATER)
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        Reopening.objects.filter(pk=asked.pk).update(
            state="approved", decided_by=manager, decided_at=datetime.now(tz=ZoneInfo("UTC"))
        )


def test_the_database_wants_two_people_to_go_back(company, manager, clerk) -> None:
    closed(company)
    earlier = DAY - timedelta(days=5)
    row = {"company": company, "closed_until": earlier, "closed_by_name": "x"}
    with pytest.raises(IntegrityError, match="two people"), transaction.atomic():
        BooksClosing.objects.create(**row)
    asked = proposed(company, clerk)
    with pytest.raises(IntegrityError, match="two people"), transaction.atomic():
        BooksClosing.objects.create(**row, reopening=asked)
    receivables.decide_reopening(asked.pk, is_approved=True, by=manager, on=LATER)
    closed(company)
    with pytest.raises(IntegrityError), transaction.atomic():  # a reopening is used once
        BooksClosing.objects.create(**row, reopening=asked)


def test_a_reopening_is_for_something_closed_with_a_reason_and_once(company, clerk) -> None:
    with pytest.raises(Conflict, match="nothing to reopen"):
        proposed(company, clerk)
    closed(company)
    with pytest.raises(Conflict, match="nothing to reopen"):
        proposed(company, clerk, until=DAY)
    with pytest.raises(InvalidInput, match="reason"):
        receivables.propose_reopening(
            company, area="all", strength="hard", until=DAY, reason="", by=clerk, on=LATER
        )
    proposed(company, clerk)
    with pytest.raises(Conflict, match="waits"):
        proposed(company, clerk)


def test_rejected_stays_closed(company, manager, clerk) -> None:
    closed(company)
    asked = proposed(company, clerk)
    receivables.decide_reopening(asked.pk, is_approved=False, by=manager, on=LATER)
    assert BooksClosing.objects.get().closed_until == DAY
    assert proposed(company, clerk).state == "proposed"


def test_a_late_statement_goes_into_a_soft_month_with_a_reason(company, manager, clerk) -> None:
    month_end = company.today().replace(day=1) - timedelta(days=1)
    words: dict[str, Any] = {"by": ROBOT, "on": company.today()}
    receivables.close_books(company, until=month_end, strength="soft", **words)
    row = entry("5.00", "danke", on=month_end)
    content, url = camt(row, opening="0.00", on=month_end), reverse("receivables:upload")

    def sent(**fields: str) -> dict[str, Any]:
        return {"file": SimpleUploadedFile("late.xml", content), **fields}

    assert "late_reason" not in browser_of(clerk).get(url).context["form"].fields
    browser_of(clerk).post(url, sent())
    assert not BankEntry.objects.exists()
    browser_of(manager).post(url, sent(late_reason="Bank was late"))
    assert BankEntry.objects.get().entry.posted_on == month_end
    assert LatePosting.objects.get().posted_by == manager


def test_a_reopening_is_proposed_from_its_page(company, clerk) -> None:
    closed(company)
    sent = {"until": "2026-02-01", "area": "all", "strength": "hard", "reason": ""}
    url = reverse("receivables:propose_reopening")
    assert browser_of(clerk).post(url, sent).status_code == 422
    assert browser_of(clerk).post(url, {**sent, "reason": "Late"}).status_code == 302
    page = browser_of(clerk).get(reverse("receivables:cockpit"))
    assert "somebody else must decide" in page.content.decode()
