"""Foreign currency: items, payments and invoices worth another amount in the books."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, connection, transaction

import receivables.services as receivables
from core.models import Company
from customers.models import Customer
from o2c.errors import InvalidInput
from receivables.models import (
    Account,
    Allocation,
    BankEntry,
    ExchangeRate,
    JournalEntry,
    JournalLine,
    OpenItem,
)
from receivables.proof import CHECKS
from receivables.services import ShareDraft
from tests import make
from tests.receivables.make import DAY, ROBOT, camt, entry, imported, invoice, ledger

pytestmark = pytest.mark.django_db
USD = "DE02120300000000202051"
HEAD = "number;customer;issue date;due date;currency;amount;local amount"


def books(**rates: str) -> Company:
    """A German company with an account in dollars; a rate (dollars for 1 EUR) by day of March."""
    company = ledger()
    receivables.add_bank_account(company, name="Dollarkonto", iban=USD, currency="USD")
    for day, rate in rates.items():
        rated(company, date(2026, 3, int(day[1:])), rate)
    return company


def rated(company: Company, on: date, rate: str) -> ExchangeRate:
    return receivables.enter_rate(
        company,
        currency="USD",
        valid_on=on,
        currency_amount=D(rate),
        books_amount=D(1),
        by=ROBOT,
        on=date(2026, 12, 1),
    )


def opened(customer: Customer, *rows: str) -> list[OpenItem]:
    text = "\n".join([HEAD, *(row.replace("C", customer.number) for row in rows)])
    report = receivables.import_items(
        customer.company, text.encode(), "items.csv", by=ROBOT, on=DAY
    )
    assert report.is_written, report.problems
    return list(OpenItem.objects.filter(customer=customer).order_by("pk"))


def dollars(company: Company, amount: str, text: str = "", **fields: object) -> BankEntry:
    """One payment on the account in dollars."""
    row = entry(amount, text, currency="USD", **fields)  # type: ignore[arg-type]
    file = imported(company, camt(row, number=make.unique(""), iban=USD, currency="USD"))
    assert file.state == "booked", file.message
    return BankEntry.objects.filter(company=company).latest("pk")


def balance(company: Company, role: str) -> D:
    lines = JournalLine.objects.filter(account__company=company, account__role=role)
    return sum((line.amount for line in lines), D(0))


def proved(company: Company) -> list[str]:
    return [breach for check in CHECKS.values() for breach in check(company)]


def test_a_payment_at_another_rate_leaves_a_gain() -> None:
    company = books(d2="1.0500")
    customer = make.customer(company, name="Acme Corp")
    (item,) = opened(customer, "INV-77012;C;2026-02-01;2026-03-01;USD;105.00;90.00")
    paid = dollars(company, "105.00", "INV-77012", name="Acme Corp")
    assert (paid.amount, paid.functional_amount) == (D("105.00"), D("100.00"))
    item.refresh_from_db()
    assert (item.outstanding_amount, item.outstanding_functional_amount) == (0, 0)
    assert balance(company, "exchange_gain") == D("-10.00")
    assert balance(company, "receivables") == 0
    assert balance(company, "bank") == D("100.00")


def test_parts_take_their_share_and_the_last_one_the_remainder() -> None:
    company = books(d2="1.0000")
    customer = make.customer(company)
    (item,) = opened(customer, "INV-77012;C;2026-02-01;2026-03-01;USD;100.00;33.34")
    worths = []
    for amount in ("33.33", "33.33", "33.34"):
        paid = dollars(company, amount, "rate", reference=make.unique("B"))
        share = ShareDraft(item.pk, D(amount))
        receivables.match_entry(paid.pk, shares=[share], customer_id=customer.pk, by=ROBOT, on=DAY)
        item.refresh_from_db()
        worths.append(item.outstanding_functional_amount)
    assert worths == [D("22.23"), D("11.12"), D("0.00")]
    assert balance(company, "exchange_gain") == D("-66.66")


def test_undo_brings_back_the_worth_and_takes_back_the_gain() -> None:
    company = books(d2="1.2500")
    customer = make.customer(company)
    (item,) = opened(customer, "INV-77012;C;2026-02-01;2026-03-01;USD;100.00;90.00")
    paid = dollars(company, "60.00", "rate")
    share = ShareDraft(item.pk, D("60.00"))
    match = receivables.match_entry(
        paid.pk, shares=[share], customer_id=customer.pk, by=ROBOT, on=DAY
    )
    assert balance(company, "exchange_loss") == D("6.00")
    receivables.undo_match(match.pk, by=ROBOT, on=DAY + timedelta(1))
    item.refresh_from_db()
    assert (item.outstanding_amount, item.outstanding_functional_amount) == (100, 90)
    assert balance(company, "exchange_loss") == 0
    assert balance(company, "exchange_gain") == 0
    assert balance(company, "clearing") == D("-48.00")


def test_a_discount_is_worth_what_its_item_is() -> None:
    company = books(d2="1.0000")
    customer = make.customer(company)
    head = f"{HEAD};discount percent;discount until"
    row = f"INV-1;{customer.number};2026-02-20;2026-03-30;USD;1000.00;900.00;2;2026-03-10"
    receivables.import_items(company, f"{head}\n{row}".encode(), "i.csv", by=ROBOT, on=DAY)
    item = OpenItem.objects.get()
    paid = dollars(company, "980.00", "danke")
    share = ShareDraft(item.pk, D("980.00"), discount=D("20.00"))
    receivables.match_entry(paid.pk, shares=[share], customer_id=customer.pk, by=ROBOT, on=DAY)
    assert balance(company, "discount") == D("18.00")
    assert balance(company, "exchange_gain") == D("-98.00")
    assert balance(company, "receivables") == 0


def test_a_credit_set_off_beside_the_money() -> None:
    company = books(d2="1.0000")
    customer = make.customer(company)
    owed, credit = opened(
        customer,
        "INV-1;C;2026-02-01;2026-03-01;USD;500.00;450.00",
        "CN-1;C;2026-02-02;2026-03-01;USD;-100.00;-95.00",
    )
    paid = dollars(company, "400.00", "danke")
    shares = [ShareDraft(owed.pk, D("500.00")), ShareDraft(credit.pk, D("-100.00"))]
    match = receivables.match_entry(
        paid.pk, shares=shares, customer_id=customer.pk, by=ROBOT, on=DAY
    )
    # 400 of the money and 95 of the credit pay what stood for 450.
    assert balance(company, "exchange_gain") + balance(company, "exchange_loss") == D("-45.00")
    receivables.undo_match(match.pk, by=ROBOT, on=DAY)
    left = OpenItem.objects.filter(kind__in=["invoice", "credit_note"]).order_by("pk")
    assert [one.outstanding_functional_amount for one in left] == [D("450.00"), D("-95.00")]


def test_without_a_rate_nothing_is_booked_and_the_day_is_named() -> None:
    company = books(d2="1.0000")
    late = DAY + timedelta(days=7)
    row = entry("10.00", "x", currency="USD", on=late)
    file = imported(company, camt(row, iban=USD, currency="USD", on=late))
    assert file.state == "refused"
    assert "USD" in file.message
    assert "import_rates" in file.message
    assert not BankEntry.objects.exists()
    report = receivables.import_items(
        company,
        f"{HEAD}\nINV-1;{make.customer(company).number};2026-01-10;2026-02-10;USD;5.00;".encode(),
        "items.csv",
        by=ROBOT,
        on=DAY,
    )
    assert "row 2" in report.problems[0].message
    assert not OpenItem.objects.exists()


def test_the_difference_in_closed_books_is_posted_on_the_first_open_day() -> None:
    company = books(d2="1.0000")
    customer = make.customer(company)
    (item,) = opened(customer, "INV-1;C;2026-02-01;2026-03-01;USD;100.00;90.00")
    paid = dollars(company, "100.00", "danke")
    receivables.match_entry(paid.pk, shares=[], customer_id=customer.pk, by=ROBOT, on=DAY)
    receivables.close_books(company, until=DAY + timedelta(3), by=ROBOT, on=DAY + timedelta(9))
    credit = OpenItem.objects.get(kind="payment")
    row = receivables.allocate(credit.pk, item.pk, amount=D(100), by=ROBOT, on=DAY)
    posted = JournalEntry.objects.get(exchange_of=row)
    assert (row.effective_on, posted.posted_on) == (DAY, DAY + timedelta(4))
    back = receivables.take_back(row.pk, by=ROBOT, on=DAY + timedelta(9))
    assert balance(company, "exchange_gain") == 0
    assert back.credit_functional_amount == D("-100.00")


def test_an_invoice_of_ours_in_dollars_is_refused_even_with_a_rate() -> None:
    company = books(d2="1.1000")
    document = invoice(make.customer(company), currency="USD")
    with pytest.raises(InvalidInput, match=r"USD.*EUR") as refusal:
        receivables.book_invoice(document.pk, by=ROBOT)
    assert refusal.value.code == "ledger.currency"
    assert not OpenItem.objects.exists()


def test_one_number_in_two_currencies_is_refused_with_both() -> None:
    company = books(d2="1.0000")
    customer = make.customer(company)
    opened(customer, "INV-1;C;2026-03-02;2026-04-01;EUR;100.00;")
    again = f"{HEAD}\nINV-1;{customer.number};2026-03-02;2026-04-01;USD;100.00;"
    report = receivables.import_items(company, again.encode(), "i.csv", by=ROBOT, on=DAY)
    assert "100.00 EUR" in report.problems[0].message
    assert "100.00 USD" in report.problems[0].message


@pytest.mark.breaks_invariants
def test_the_database_refuses_a_difference_that_nobody_booked() -> None:
    company = books(d2="1.2500")
    customer = make.customer(company)
    (item,) = opened(customer, "INV-1;C;2026-02-01;2026-03-01;USD;100.00;90.00")
    paid = dollars(company, "100.00", "danke")
    receivables.match_entry(paid.pk, shares=[], customer_id=customer.pk, by=ROBOT, on=DAY)
    credit = OpenItem.objects.get(kind="payment")

    def allocated(debit_worth: int, credit_worth: int) -> None:
        with transaction.atomic():
            Allocation.objects.create(
                company=company, debit_item=item, credit_item=credit, amount=100,
                debit_functional_amount=debit_worth, credit_functional_amount=credit_worth,
                effective_on=DAY,
            )  # fmt: skip
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError, match="is not booked"):
        allocated(90, 80)
    with pytest.raises(IntegrityError, match="item_zero_in_both"):
        allocated(80, 80)


def test_month_end_values_what_is_open_and_takes_it_back_the_day_after() -> None:
    company = books(d2="1.0000", d31="0.8000")
    customer = make.customer(company)
    opened(
        customer,
        "INV-1;C;2026-02-01;2026-03-01;USD;100.00;90.00",
        "INV-2;C;2026-02-01;2026-03-01;EUR;70.00;",
        "CN-2;C;2026-02-01;2026-03-01;USD;-40.00;-36.00",
    )
    dollars(company, "60.00", "danke")  # waits: nobody's yet, so it is no item
    day = date(2026, 3, 31)
    (found,) = receivables.valuations(company, on=day)
    assert (found.count, found.amount, found.functional_amount) == (2, D("60.00"), D("54.00"))
    assert (found.value, found.difference) == (D("75.00"), D("21.00"))
    for _again in range(2):
        receivables.revalue(company, day=day, by=ROBOT, on=date(2026, 4, 2))
    both = JournalEntry.objects.filter(source_key__startswith="valuation:").order_by("pk")
    bank = both.filter(source_key__contains=":bank:")
    held = JournalLine.objects.filter(entry__in=bank, account__role=Account.Role.BANK)
    told = [(row.entry.posted_on, row.amount, row.currency, row.currency_amount) for row in held]
    assert told == [(day, D(15), "USD", 0), (day + timedelta(1), D(-15), "USD", 0)]
    entries = both.exclude(pk__in=bank)
    assert [one.posted_on for one in entries] == [day, day + timedelta(1)]
    on_day = JournalLine.objects.get(entry=entries[0], account__role=Account.Role.VALUATION_GAIN)
    assert on_day.amount == D("-21.00")
    assert balance(company, "valuation") == 0
    assert not proved(company)


def test_an_account_is_valued_as_it_stood_and_without_a_rate_not_at_all() -> None:
    company = books(d2="1.0000", d31="0.8000")
    dollars(company, "60.00", "one")
    dollars(company, "-20.00", "out")
    receivables.revalue(company, day=DAY, by=ROBOT, on=date(2026, 4, 2))
    (march,) = receivables.all_valuations(company, on=date(2026, 3, 31))
    assert (march.amount, march.functional_amount, march.value) == (40, 40, 50)
    with pytest.raises(InvalidInput):
        receivables.all_valuations(company, on=date(2026, 3, 20))
    assert receivables.all_valuations(company, on=DAY - timedelta(1)) == []
    assert not proved(company)


def test_valuing_a_day_with_less_open_than_today() -> None:
    company = books(d2="1.0000", d31="0.8000")
    customer = make.customer(company)
    (item,) = opened(customer, "INV-1;C;2026-02-01;2026-03-01;USD;100.00;90.00")
    paid = dollars(company, "40.00", "x")
    receivables.match_entry(
        paid.pk,
        shares=[ShareDraft(item.pk, D(40))],
        customer_id=customer.pk,
        by=ROBOT,
        on=DAY,
    )
    (before,) = (
        receivables.valuations(company, on=DAY - timedelta(1))
        if rated(company, DAY - timedelta(1), "1.0000")
        else ()
    )
    (after,) = receivables.valuations(company, on=DAY)
    assert (before.amount, after.amount, after.functional_amount) == (100, 60, 54)


def test_what_changes_a_valued_day_is_valued_too() -> None:
    company = books(d2="1.0000", d31="0.8000")
    customer = make.customer(company)
    (item,) = opened(customer, "INV-1;C;2026-02-01;2026-03-01;USD;100.00;90.00")
    held = dollars(company, "60.00", "danke")
    day, later = date(2026, 3, 31), date(2026, 4, 2)
    assert len(receivables.revalue(company, day=day, by=ROBOT, on=later)) == 2
    file = held.statement.file
    receivables.undo_import(file.pk, by=ROBOT, on=later)
    share = [ShareDraft(item.pk, D(100))]
    paid = dollars(company, "100.00", "INV-1")
    if not paid.is_settled:
        receivables.match_entry(paid.pk, shares=share, by=ROBOT, on=DAY)
    left = {one.name: one.difference for one in receivables.due_valuations(company, on=day)}
    assert sorted(left.values()) == [D("-35.00"), D("10.00")]
    for _again in range(2):
        receivables.revalue(company, day=day, by=ROBOT, on=later)
    assert receivables.due_valuations(company, on=day) == []
    lines = JournalLine.objects.filter(entry__source_key__startswith="valuation:")
    of_day = lines.filter(entry__posted_on=day)
    roles = {Account.Role.BANK: D("25.00"), Account.Role.VALUATION: D("0.00")}
    for role, booked in roles.items():
        rows = of_day.filter(account__role=role)
        assert sum(line.amount for line in rows) == booked
        assert sum(line.amount for line in lines.filter(account__role=role)) == 0
    assert not proved(company)


def test_an_account_with_nothing_on_it_needs_no_rate() -> None:
    company = books(d2="1.0000")
    dollars(company, "60.00", "one")
    rated(company, DAY + timedelta(days=1), "0.8000")
    row = entry("-60.00", "out", currency="USD", on=DAY + timedelta(days=1))
    imported(company, camt(row, number="9", iban=USD, currency="USD", opening="1060.00"))
    (rest,) = receivables.all_valuations(company, on=date(2026, 3, 31))
    assert (rest.amount, rest.value) == (0, 0)
    assert rest.difference == D("15.00")
