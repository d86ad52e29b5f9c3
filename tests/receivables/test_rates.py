"""Exchange rates: entered, listed, fetched from a bank; which one counts on a day."""

from datetime import date, timedelta
from decimal import Decimal as D
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

import receivables.services as receivables
from o2c.errors import Conflict, InvalidInput
from receivables.models import ExchangeRate
from tests import make
from tests.receivables.make import DAY, ROBOT, ledger
from tests.receivables.test_currencies import books, dollars, rated

pytestmark = pytest.mark.django_db


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
        with pytest.raises(InvalidInput, match="other way round") as refusal:
            rated(company, DAY + timedelta(1), "0.8")
        assert "row" not in refusal.value.message
        again = b"date;currency;ECB rate\n2026-03-03;USD;0.8"
        report = receivables.import_rates(company, again, "r.csv", by=ROBOT, on=DAY + timedelta(1))
        assert report.problems[0].message.startswith("row 2: 1 USD")

    def test_the_days_of_months_that_meet(self, django_assert_max_num_queries) -> None:
        """The rate of the month before counts for a week; a month is read once, hit or miss."""
        company = ledger()
        rated(company, date(2026, 2, 27), "1.2500")
        rates = receivables.Rates(company)
        with django_assert_max_num_queries(2):
            for day in (date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 5)):
                assert rates.in_books(D("10.00"), "USD", day) == D("8.00")
            for day in (date(2026, 2, 26), date(2026, 3, 6), date(2026, 3, 31)):
                with pytest.raises(InvalidInput, match="USD"):
                    rates.rate("USD", day)

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
