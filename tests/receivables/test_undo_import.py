"""undo_import: nothing of the file stays in the books, and the file can come again."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.urls import reverse

import receivables.services as receivables
from core.actors import PermissionMissing
from core.models import Company, Event
from o2c.errors import Conflict
from receivables.models import (
    BankAccount,
    BankEntry,
    BankFile,
    BankMatch,
    BooksClosing,
    JournalEntry,
    JournalLine,
    OpenItem,
)
from receivables.proof import CHECKS
from receivables.rules.areas import area_of
from tests import make
from tests.receivables.make import DAY, ROBOT, camt, entry, imported, item, ledger
from tests.receivables.test_closing_races import _wait_until_somebody_waits

LATER = DAY + timedelta(days=3)


def proved(company: Company) -> list[str]:
    return [breach for check in CHECKS.values() for breach in check(company)]


def on_the_bank(company: Company) -> Decimal:
    account = BankAccount.objects.get(company=company).ledger_account
    return sum((line.amount for line in JournalLine.objects.filter(account=account)), Decimal(0))


def statement() -> bytes:
    """One payment that matches by itself, one that waits, and money out."""
    return camt(
        entry("119.00", "Rg INV-2026-0001", name="Käufer AG"),
        entry("50.00", "who knows", name="Nobody"),
        entry("-3.00", "fee"),
    )


def booked() -> tuple[Company, OpenItem, BankFile]:
    company = ledger()
    owed = item(make.customer(company, "Käufer AG"), "119.00", number="INV-2026-0001")
    file = imported(company, statement())
    assert (file.new_count, file.matched_count) == (3, 1)
    return company, owed, file


@pytest.mark.django_db
def test_what_the_import_booked_is_reversed_on_its_days() -> None:
    company, owed, file = booked()
    undone = receivables.undo_import(file.pk, by=ROBOT, on=LATER)
    assert (undone.state, undone.undone_by_name) == ("undone", ROBOT.actor_name)
    owed.refresh_from_db()
    assert owed.outstanding_amount == owed.amount
    assert on_the_bank(company) == 0
    reversals = JournalEntry.objects.filter(reverses__isnull=False)
    assert {made.posted_on for made in reversals} == {DAY}
    of_bank = reversals.filter(lines__account=BankAccount.objects.get().ledger_account)
    assert of_bank.count() == 3
    assert {area_of(made.source_key) for made in of_bank} == {"bank"}
    assert not BankEntry.objects.in_books().exists()
    assert not BankEntry.objects.to_match().exists()
    assert not BankMatch.objects.filter(undone_at=None).exists()
    assert Event.objects.filter(name="bank_file.undone").count() == 1
    assert proved(company) == []


@pytest.mark.django_db
def test_the_file_can_be_imported_undone_and_imported_again() -> None:
    company, owed, file = booked()
    for _turn in range(2):
        receivables.undo_import(file.pk, by=ROBOT, on=LATER)
        file = imported(company, statement(), on=LATER)
        assert (file.state, file.new_count, file.matched_count) == ("booked", 3, 1)
        owed.refresh_from_db()
        assert owed.outstanding_amount == 0
        assert on_the_bank(company) == Decimal("166.00")
    assert BankEntry.objects.in_books().count() == 3
    assert BankFile.objects.filter(state="undone").count() == 2
    assert proved(company) == []


@pytest.mark.django_db
def test_twice_is_refused_and_changes_nothing() -> None:
    company, _owed, file = booked()
    receivables.undo_import(file.pk, by=ROBOT, on=LATER)
    before = JournalEntry.objects.count()
    with pytest.raises(Conflict, match="Nothing of this file"):
        receivables.undo_import(file.pk, by=ROBOT, on=LATER)
    assert JournalEntry.objects.count() == before


def _matched_by_hand(company: Company) -> None:
    waiting = BankEntry.objects.get(amount=50)
    payer = make.customer(company, "Somebody")
    receivables.match_entry(waiting.pk, shares=[], customer_id=payer.pk, by=ROBOT, on=DAY)


def _match_undone(_company: Company) -> None:
    receivables.undo_match(BankMatch.objects.get().pk, by=ROBOT, on=DAY)


def _match_unapplied(_company: Company) -> None:
    receivables.unapply_match(BankMatch.objects.get().pk, by=ROBOT, on=DAY)


def _later_statement(company: Company) -> None:
    assert imported(company, camt(entry("7.00"), opening="1166.00", number="2")).state == "booked"


def _closed(company: Company) -> None:
    BooksClosing.objects.create(company=company, closed_until=DAY, closed_by_name="x")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("meanwhile", "words"),
    [
        (_matched_by_hand, "1 of its payments was matched"),
        (_match_undone, "1 of its payments was matched, or unmatched"),
        (_match_unapplied, "was used or changed after the import"),
        (_later_statement, "was imported for the same bank account later"),
        (_closed, "lie in books that are closed until"),
    ],
)
def test_an_import_that_was_used_stays_and_says_why(meanwhile, words: str) -> None:
    company, _owed, file = booked()
    assert receivables.why_not_undone(file) == ""
    meanwhile(company)
    assert words in receivables.why_not_undone(file)
    before = JournalEntry.objects.count()
    with pytest.raises(Conflict, match=words):
        receivables.undo_import(file.pk, by=ROBOT, on=LATER)
    assert JournalEntry.objects.count() == before
    assert BankFile.objects.get(pk=file.pk).state == "booked"
    assert proved(company) == []


@pytest.mark.django_db
def test_who_may_not_reverse_may_not_undo() -> None:
    company, _owed, file = booked()
    with pytest.raises(PermissionMissing):
        receivables.undo_import(file.pk, by=make.user_with("collector", company), on=DAY)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_first", ["match", "undo"])
def test_one_matches_while_the_other_undoes(is_first: str) -> None:
    """Whoever comes first wins whole; the other is told, and the books are right."""
    company, _owed, file = booked()
    waiting = BankEntry.objects.get(amount=50)
    payer = make.customer(company, "Somebody")
    acts = {
        "match": lambda: receivables.match_entry(
            waiting.pk, shares=[], customer_id=payer.pk, by=ROBOT, on=DAY
        ),
        "undo": lambda: receivables.undo_import(file.pk, by=ROBOT, on=DAY),
    }
    told: list[Exception] = []

    def second() -> None:
        try:
            acts[({"match", "undo"} - {is_first}).pop()]()
        except Conflict as error:
            told.append(error)
        finally:
            connection.close()

    other = threading.Thread(target=second)
    try:
        with transaction.atomic():
            acts[is_first]()
            other.start()
            _wait_until_somebody_waits()
    finally:
        other.join()
    assert len(told) == 1
    assert BankFile.objects.get(pk=file.pk).state == {"match": "booked", "undo": "undone"}[is_first]
    assert on_the_bank(company) == {"match": Decimal("166.00"), "undo": Decimal(0)}[is_first]
    assert proved(company) == []


@pytest.mark.django_db
def test_the_page_offers_it_or_says_why_not(client) -> None:
    company, _owed, file = booked()
    client.force_login(make.user_with("ar_accountant", company))
    page = client.get(file.get_absolute_url()).content.decode()
    assert reverse("receivables:undo_import", args=[file.pk]) in page
    _matched_by_hand(company)
    page = client.get(file.get_absolute_url()).content.decode()
    assert reverse("receivables:undo_import", args=[file.pk]) not in page
    assert "can&#x27;t be undone" in page or "can't be undone" in page
    assert "was matched, or unmatched, by a person" in page
