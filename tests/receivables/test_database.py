"""What the database itself refuses, and what threads can't break."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

import receivables.services as receivables
from o2c.errors import BusinessError
from receivables.models import (
    Account,
    Allocation,
    BankEntry,
    BankMatch,
    BooksClosing,
    JournalEntry,
    JournalLine,
    OpenItem,
)
from receivables.proof import CHECKS
from receivables.services import ShareDraft
from tests import make
from tests.core.threads import beside_itself
from tests.receivables.make import DAY, ROBOT, camt, entry, imported, item, ledger, paid


def refused(*statements: str) -> bool:
    """Whether the database refuses a statement, deferred checks included."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError:
        return True
    return False


@pytest.mark.django_db
def test_posted_rows_are_never_changed() -> None:
    company = ledger()
    found = item(make.customer(company), "119.00")
    paid(company, "119.00", found.document_number)
    for statement in (
        "UPDATE receivables_journalentry SET text = 'x'",
        "DELETE FROM receivables_journalentry",
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE receivables_journalentry CASCADE",
        "UPDATE receivables_journalline SET amount = amount * 2",
        "DELETE FROM receivables_journalline",
        "UPDATE receivables_allocation SET amount = 1",
        "DELETE FROM receivables_allocation",
        "UPDATE receivables_openitem SET amount = 1",
        "UPDATE receivables_openitem SET outstanding_amount = 1",
        "UPDATE receivables_openitem SET outstanding_functional_amount = 1",
        "DELETE FROM receivables_openitem",
        "UPDATE receivables_bankentry SET amount = 1",
        "UPDATE receivables_bankentry SET functional_amount = 1",
        "DELETE FROM receivables_bankentry",
        "UPDATE receivables_bankstatement SET closing_amount = 1",
    ):
        assert refused(statement), statement


def half_an_entry(company) -> None:
    made = JournalEntry.objects.create(company=company, posted_on=DAY, text="x", source_key="x")
    one_line(made)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def one_line(posted: JournalEntry) -> None:
    JournalLine.objects.create(
        entry=posted,
        account=Account.objects.get(company=posted.company, role="clearing"),
        amount=Decimal("1.00"),
        currency="EUR",
        currency_amount=Decimal("1.00"),
    )


@pytest.mark.django_db
def test_an_unbalanced_entry_is_refused() -> None:
    company = ledger()
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        half_an_entry(company)


@pytest.mark.django_db(transaction=True)
def test_nothing_joins_a_posted_entry() -> None:
    company = ledger()
    posted = item(make.customer(company), "119.00").entry
    with pytest.raises(IntegrityError, match="nothing joins"):
        one_line(posted)


@pytest.mark.django_db
def test_a_closed_period_is_held_by_the_database() -> None:
    company = ledger()
    BooksClosing.objects.create(company=company, closed_until=DAY, closed_by_name="x")
    with pytest.raises(IntegrityError, match="closed until"), transaction.atomic():
        JournalEntry.objects.create(company=company, posted_on=DAY, text="x", source_key="x")


@pytest.mark.django_db
def test_an_allocation_must_fit() -> None:
    company = ledger()
    first, second = item(make.customer(company), "10.00"), item(make.customer(company), "10.00")
    with pytest.raises(IntegrityError, match="debit and a credit"), transaction.atomic():
        Allocation.objects.create(
            company=company,
            debit_item=first,
            credit_item=second,
            amount=1,
            debit_functional_amount=1,
            credit_functional_amount=1,
            effective_on=DAY,
        )


@pytest.fixture
def on_account(db) -> tuple[OpenItem, OpenItem]:
    """A credit of 50.00 and a debit of 119.00 of one customer, both of one day."""
    company = ledger()
    customer = make.customer(company)
    waiting = paid(company, "50.00", "danke")
    receivables.match_entry(waiting.pk, shares=(), customer_id=customer.pk, by=ROBOT, on=DAY)
    return OpenItem.objects.get(kind="payment"), item(customer, "119.00")


def joined(
    credit: OpenItem, debit: OpenItem, days: int, amount: int = 1, **fields: object
) -> Allocation:
    return Allocation.objects.create(
        company=credit.company,
        debit_item=debit,
        credit_item=credit,
        debit_functional_amount=amount,
        credit_functional_amount=amount,
        effective_on=DAY + timedelta(days=days),
        amount=amount,
        **fields,
    )


def test_an_allocation_is_not_before_its_items(on_account) -> None:
    with pytest.raises(IntegrityError, match="before one of the items"), transaction.atomic():
        joined(*on_account, -1)
    assert joined(*on_account, 0).effective_on == DAY


def test_an_opening_item_is_joined_after_it_was_posted(on_account) -> None:
    """Issued in a closed month, so posted on the first day of the next."""
    credit, _debit = on_account
    BooksClosing.objects.create(company=credit.company, closed_until=DAY, closed_by_name="x")
    when = DAY - timedelta(days=20)
    text = f"number;customer;issued;due;amount\nA-1;{credit.customer.number};{when};{when};9.00\n"
    receivables.import_items(credit.company, text.encode(), "a.csv", by=ROBOT, on=DAY)
    opened = OpenItem.objects.get(document_number="A-1")
    with pytest.raises(IntegrityError, match="before one of the items"), transaction.atomic():
        joined(credit, opened, 0)
    receivables.allocate(credit.pk, opened.pk, amount=Decimal("9.00"), by=ROBOT, on=DAY)
    assert opened.debit_allocations.get().effective_on == DAY + timedelta(days=1)


def test_nothing_is_joined_before_what_was_taken_back(on_account) -> None:
    """From the 2nd to the 7th the credit was used up: what pays again in between pays twice."""
    with pytest.raises(IntegrityError, match="before what was taken back"), transaction.atomic():
        joined(*on_account, 2, amount=-1, reverses=joined(*on_account, 3))
    first = joined(*on_account, 0, amount=50)
    receivables.take_back(first.pk, by=ROBOT, on=DAY + timedelta(days=5))
    with pytest.raises(IntegrityError, match="before what was taken back"), transaction.atomic():
        joined(*on_account, 4)
    credit, debit = on_account
    again = receivables.allocate(credit.pk, debit.pk, amount=Decimal("50.00"), by=ROBOT, on=DAY)
    assert again.effective_on == DAY + timedelta(days=5)


@pytest.mark.breaks_invariants  # past the triggers, as a fault in them would
@pytest.mark.parametrize(
    ("days", "check", "told"),
    [
        (-1, "ledger: allocations follow the items they join", "past days do not add up"),
        (4, "ledger: on no day an item is beyond zero", "had -100.00 allocated at the end of"),
    ],
)
def test_the_proof_finds_days_that_do_not_add_up(on_account, days: int, check, told) -> None:
    first = joined(*on_account, 0, amount=50)
    receivables.take_back(first.pk, by=ROBOT, on=DAY + timedelta(days=5))
    assert not CHECKS[check](first.company)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        joined(*on_account, days, amount=50)
    assert any(told in breach for breach in CHECKS[check](first.company))


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_allocate_one_credit_once() -> None:
    company = ledger()
    customer = make.customer(company)
    waiting = paid(company, "50.00", "danke")
    receivables.match_entry(waiting.pk, shares=(), customer_id=customer.pk, by=ROBOT, on=DAY)
    credit = OpenItem.objects.get(kind="payment")
    debit = item(customer, "119.00")

    def act(_number: int) -> bool:
        try:
            receivables.allocate(credit.pk, debit.pk, amount=Decimal("50.00"), by=ROBOT, on=DAY)
        except BusinessError:
            return False
        return True

    assert sum(beside_itself(act)) == 1
    debit.refresh_from_db()
    assert debit.outstanding_amount == Decimal("69.00")


@pytest.mark.django_db(transaction=True)
def test_two_clerks_on_one_entry_match_it_once() -> None:
    company = ledger()
    found = item(make.customer(company), "119.00")
    waiting = paid(company, "50.00", "danke")

    def act(_number: int) -> bool:
        try:
            share = ShareDraft(found.pk, Decimal("50.00"))
            receivables.match_entry(waiting.pk, shares=[share], by=ROBOT, on=DAY)
        except BusinessError:
            return False
        return True

    assert sum(beside_itself(act, threads=8)) == 1
    assert BankMatch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_file_in_many_threads_books_once() -> None:
    company = ledger()
    content = camt(entry("10.00", "a"), entry("10.00", "a"))
    states = beside_itself(lambda _number: imported(company, content).state, threads=6)
    assert sorted(states) == ["booked"] + ["known"] * 5
    assert BankEntry.objects.count() == 2
