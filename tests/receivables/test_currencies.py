"""Foreign currency: items, payments and invoices worth another amount in the books."""

from datetime import date, timedelta
from decimal import Decimal as D
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction

import receivables.services as receivables
from core.models import Company
from customers.models import Customer
from o2c.errors import Conflict, InvalidInput
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


def test_an_invoice_in_dollars_is_booked_with_its_vat_at_the_rate_of_its_day() -> None:
    company = books(d2="1.1000")
    customer = make.customer(company)
    document = invoice(customer, nets=[("100.00", "0.19"), ("50.05", "0.07")], currency="USD")
    receivables.book_invoice(document.pk, by=ROBOT)
    item = OpenItem.objects.get()
    assert (item.amount, item.currency) == (document.gross_amount, "USD")
    assert item.functional_amount == D("156.86")  # 172.55 / 1.1 = 156.8636…
    assert balance(company, "vat") == -D("17.27") - D("3.18")
    assert balance(company, "revenue") == -(D("156.86") - D("20.45"))


@pytest.mark.breaks_invariants
def test_the_database_refuses_a_difference_that_nobody_booked() -> None:
    company = books(d2="1.0000")
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
        allocated(90, 100)
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
    entries = JournalEntry.objects.filter(source_key__startswith="valuation:").order_by("pk")
    assert [one.posted_on for one in entries] == [day, day + timedelta(1)]
    on_day = JournalLine.objects.get(entry=entries[0], account__role=Account.Role.VALUATION_GAIN)
    assert on_day.amount == D("-21.00")
    assert balance(company, "valuation") == 0
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


class TestRates:
    def test_the_central_bank_s_file_in_books_of_euros_and_of_crowns(self) -> None:
        text = (
            b'<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" '
            b'xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube>'
            b'<Cube time="2026-03-02"><Cube currency="USD" rate="1.0800"/>'
            b'<Cube currency="SEK" rate="10.8000"/><Cube currency="JPY" rate="160.1"/></Cube>'
            b"</Cube></gesmes:Envelope>"
        )
        german, swedish = ledger(), make.company_se()
        for company in (german, swedish):
            report = receivables.import_rates(company, text, "ecb.xml", by=ROBOT, on=DAY)
            assert report.is_written
        worth = receivables.Rates(swedish).in_books(D("54.00"), "USD", DAY)
        assert worth == D("540.00")
        assert receivables.Rates(swedish).in_books(D("10.00"), "EUR", DAY) == D("108.00")
        assert receivables.Rates(german).in_books(D("108.00"), "USD", DAY) == D("100.00")
        again = receivables.import_rates(german, text, "ecb.xml", by=ROBOT, on=DAY)
        assert again.counts == {"known": 2}

    def test_a_list_says_which_way_it_quotes(self) -> None:
        company = ledger()
        bad = b"date;currency;rate\n2026-03-02;USD;1.08"
        with pytest.raises(InvalidInput, match="which way"):
            receivables.import_rates(company, bad, "r.csv", by=ROBOT, on=DAY)
        good = b"date;currency;price;units\n2026-03-02;SEK;9.25;100\n2026-03-02;GBP;1.18;"
        assert receivables.import_rates(company, good, "r.csv", by=ROBOT, on=DAY).counts == {
            "new": 2
        }
        assert receivables.Rates(company).in_books(D("1000"), "SEK", DAY) == D("92.50")

    def test_a_rate_turned_round_is_refused_with_both(self) -> None:
        company = books(d2="1.2500")
        with pytest.raises(InvalidInput, match="other way round"):
            rated(company, DAY + timedelta(1), "0.8")

    @pytest.mark.parametrize(
        ("currency", "day", "rate"),
        [("EUR", DAY, "1"), ("XYZ", DAY, "1"), ("USD", date(2027, 1, 1), "1"), ("USD", DAY, "0")],
    )
    def test_what_is_no_rate(self, currency: str, day: date, rate: str) -> None:
        company = ledger()
        with pytest.raises(InvalidInput):
            receivables.enter_rate(
                company, currency=currency, valid_on=day, currency_amount=D(rate),
                books_amount=D(1), by=ROBOT, on=date(2026, 12, 1),
            )  # fmt: skip
        assert not ExchangeRate.objects.exists()

    def test_a_correction_leaves_what_was_booked(self) -> None:
        company = books(d2="1.0000")
        paid = dollars(company, "10.00")
        rated(company, DAY, "1.2500")
        paid.refresh_from_db()
        assert paid.functional_amount == D("10.00")
        assert receivables.Rates(company).in_books(D("10.00"), "USD", DAY) == D("8.00")


ECB = (
    b'<Envelope><Cube><Cube time="2026-03-02"><Cube currency="USD" rate="1.0800"/>'
    b'<Cube currency="SEK" rate="10.8000"/></Cube></Cube></Envelope>'
)


class _Bank(BaseHTTPRequestHandler):
    """Serves the bank's file, or what else the server is told to."""

    def do_GET(self) -> None:
        status, content = self.server.answer  # type: ignore[attr-defined]
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def bank(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Bank)
    server.answer = (200, ECB)  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, daemon=True).start()
    settings.RATES_URL = f"http://127.0.0.1:{server.server_port}/eurofxref.xml"
    settings.RATES_IS_SIMULATOR = True
    yield server
    server.shutdown()
    server.server_close()


def test_rates_are_fetched_for_every_company_and_twice_is_once(bank) -> None:
    companies = [ledger(), make.company_se()]
    assert receivables.fetch_rates(companies, by=ROBOT) == 4
    assert receivables.fetch_rates(companies, by=ROBOT) == 0
    assert ExchangeRate.objects.get(company=companies[1], currency="EUR").books_amount == D("10.8")


@pytest.mark.parametrize("answer", [(404, b""), (200, b"<html/>"), (200, b"not XML")])
def test_an_answer_that_is_none_leaves_the_books_alone(bank, answer) -> None:
    bank.answer = answer
    company = ledger()
    if answer[0] == 404:
        with pytest.raises(Conflict, match="404"):
            receivables.fetch_rates([company], by=ROBOT)
    else:
        assert receivables.fetch_rates([company], by=ROBOT) == 0
    assert not ExchangeRate.objects.exists()


def test_without_an_address_nobody_is_asked(settings) -> None:
    settings.RATES_URL = ""
    assert receivables.fetch_rates([ledger()], by=ROBOT) == 0
