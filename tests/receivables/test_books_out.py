"""Handing out the books: kept, repeatable, and the next one says what is new."""

import csv
import hashlib
import io
import json
from datetime import date
from decimal import Decimal
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import DatabaseError, close_old_connections, connection, transaction

import receivables.services as receivables
from core.models import Event, StoredDocument
from core.services import run_job
from customers.models import Customer
from o2c.errors import Conflict, InvalidInput, PermissionMissing
from o2c.jobs import JOBS
from receivables.exports.facts import AccountFacts, Kind
from receivables.models import Account, BooksExport, BooksSetting, PersonalAccount
from tests import make
from tests.receivables.books import END, START, dollars, german, ledger_sums, summed, swedish
from tests.receivables.make import DAY, ROBOT, item, ledger

FORMATS = ("datev", "saft", "saft-no", "csv")


@pytest.fixture
def company(db):
    return german()


def exported(company, form: str = "csv", **fields: object) -> BooksExport:
    made = {"start": START, "end": END, "by": ROBOT, "on": DAY} | fields
    return receivables.export_books(company, form=form, **made)


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_period_again_is_the_same_bytes(company, form: str) -> None:
    first, second = exported(company, form), exported(company, form)
    assert first.document_id == second.document_id
    assert first.sha256 == hashlib.sha256(first.document.read()).hexdigest()
    assert (second.previous, second.added_count) == (first, 0)


@pytest.mark.parametrize("form", FORMATS)
def test_what_comes_after_or_outside_changes_nothing_but_what_is_new_is_told(
    company, form: str
) -> None:
    first = exported(company, form)
    assert not first.later_entries().exists()
    customer = make.customer(company)
    item(customer, "10.00", on=END.replace(month=5))
    assert exported(company, form).sha256 == first.sha256
    late = item(customer, "20.00", on=END, number="SPÄT-1").entry
    assert list(first.later_entries()) == [late]
    second = exported(company, form)
    assert second.sha256 != first.sha256
    assert (second.added_count, second.entry_count) == (1, first.entry_count + 1)


def test_the_row_says_what_is_in_the_file(company) -> None:
    made = exported(company)
    rows = list(csv.DictReader(io.StringIO(made.document.read().decode("utf-8-sig"))))
    assert (made.line_count, made.entry_count) == (len(rows), len({r["entry"] for r in rows}))
    assert made.debit_amount == sum(Decimal(row["debit"]) for row in rows)
    assert made.credit_amount == sum(Decimal(row["credit"]) for row in rows)
    assert made.last_entry_id >= max(int(row["entry"]) for row in rows)
    assert summed((r["account"], Decimal(r["amount"])) for r in rows) == ledger_sums(company)
    assert {row["customer_name"] for row in rows} >= {"'=HYPERLINK(evil)"}


def test_the_table_has_foreign_money_in_columns_of_its_own(db) -> None:
    made = exported(dollars())
    rows = list(csv.DictReader(io.StringIO(made.document.read().decode("utf-8-sig"))))
    assert {(row["currency"], row["foreign_currency"]) for row in rows} == {
        ("EUR", ""),
        ("EUR", "USD"),
    }
    bank = [(row["amount"], row["foreign_amount"]) for row in rows if row["role"] == "bank"]
    assert bank == [("100.00", "105.00"), ("16.67", "0.00")]  # valued at the end of the month
    assert {row["foreign_amount"] for row in rows if not row["foreign_currency"]} == {""}


def test_books_of_another_company_stay_out(company) -> None:
    before = exported(company).sha256
    swedish()
    assert exported(company).sha256 == before


def test_an_event_names_file_hash_and_count(company) -> None:
    made = exported(company, by=make.user_with("ar_accountant", company))
    event = Event.objects.get(name="books.exported")
    assert event.payload["sha256"] == made.sha256
    assert event.payload["count"] == made.entry_count


@pytest.mark.parametrize("role", ["auditor", "collector", "billing"])
def test_who_may_not_is_told(company, role: str) -> None:
    with pytest.raises(PermissionMissing):
        exported(company, by=make.user_with(role, company))
    assert not BooksExport.objects.exists()


def test_what_can_not_be_is_refused(company) -> None:
    with pytest.raises(InvalidInput, match="ends before"):
        exported(company, start=END, end=START)
    with pytest.raises(InvalidInput, match="no format"):
        exported(company, "elster")
    BooksSetting.objects.filter(company=company).update(client_number=None)
    with pytest.raises(InvalidInput, match="client number"):
        exported(company, "datev")
    with pytest.raises(InvalidInput, match="in EUR"):
        exported(swedish(), "datev")


def test_a_period_without_postings_has_a_file(company) -> None:
    for form in FORMATS:
        made = exported(company, form, start=date(2024, 1, 1), end=date(2024, 1, 31))
        assert (made.entry_count, made.debit_amount) == (0, 0)


def test_a_customer_whose_number_can_be_a_debtor_keeps_it(db) -> None:
    company = ledger()
    BooksSetting.objects.create(company=company, consultant_number=1001, client_number=1)
    for number in ("10001", "70000", "K-5", "20000"):
        customer = make.customer(company)
        Customer.objects.filter(pk=customer.pk).update(number=number)
        item(customer)
    exported(company, "datev")
    given = dict(PersonalAccount.objects.values_list("customer__number", "number"))
    assert given == {"10001": 10001, "70000": 10000, "K-5": 10002, "20000": 20000}


def test_the_database_keeps_what_was_handed_out(company) -> None:
    made = exported(company, "datev")
    for act in (
        lambda: BooksExport.objects.filter(pk=made.pk).update(sha256="0"),
        made.delete,
        lambda: PersonalAccount.objects.update(number=60000),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_job_hands_them_out_once(company) -> None:
    clerk = make.user_with("finance_manager", company)
    ask = {"form": "saft", "start": START, "end": END, "by": clerk, "token": "t1"}
    job = receivables.start_books_export(company, **ask)
    assert receivables.start_books_export(company, **ask) == job
    job = run_job(job.pk, JOBS)
    made = BooksExport.objects.get()
    assert (job.state, job.result_url) == ("done", made.get_absolute_url())
    assert made.made_by_name == clerk.actor_name


def test_the_command_writes_the_kept_file(company, tmp_path, capsys) -> None:
    call_command(
        "export_books", "--company", company.code, "--format", "saft-no", "--from", "2026-03-01",
        "--to", "2026-03-31", "--out", str(tmp_path / "new"), "--json",
    )  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    made = BooksExport.objects.get()
    path = tmp_path / "new" / f"{company.code}-saft-no-20260301-20260331.xml"
    assert (told["file"], told["sha256"]) == (str(path), made.sha256)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == made.sha256


def test_the_command_names_what_is_no_day(company, tmp_path, capsys) -> None:
    with pytest.raises(SystemExit) as stopped:
        call_command(
            "export_books", "--company", company.code, "--format", "csv", "--from", "1.3.26",
            "--to", "2026-03-31", "--out", str(tmp_path),
        )  # fmt: skip
    assert stopped.value.code == 2
    assert "1.3.26" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_a_posting_on_its_way_is_waited_for() -> None:
    """A number drawn before is in the file, though its row is committed later."""
    company = ledger()
    customer = make.customer(company)
    found: list[BooksExport] = []

    def export() -> None:
        try:
            found.append(exported(company))
        finally:
            close_old_connections()
            connection.close()

    with transaction.atomic():
        mine = item(customer, "11.90").entry_id
        thread = Thread(target=export)
        thread.start()
        thread.join(1.0)
        assert not found
    thread.join(20)
    assert found[0].last_entry_id >= mine
    assert found[0].entry_count == 1


@pytest.mark.django_db(transaction=True)
def test_a_posting_that_holds_the_books_too_long_is_named() -> None:
    company = ledger()
    found: list[Exception] = []

    def export() -> None:
        try:
            exported(company)
        except Conflict as error:
            found.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        item(make.customer(company), "11.90")
        thread = Thread(target=export)
        thread.start()
        thread.join(20)
    assert [error.code for error in found] == ["books_out.busy"]
    assert not StoredDocument.objects.filter(kind="books_export").exists()


def test_what_is_posted_to_stands_somewhere_in_the_annual_accounts() -> None:
    roles = set(Account.Role.values) - {Account.Role.OPENING}
    assert not {role for role in roles if AccountFacts(1, "1", "x", role).kind == Kind.EQUITY}
