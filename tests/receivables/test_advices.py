"""Remittance advice: a list opens the lump payment that comes with it, before it or after."""

from decimal import Decimal as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from weasyprint import HTML

import receivables.services as receivables
from core.models import Company
from customers.models import Customer
from o2c.errors import Conflict, InvalidInput
from receivables.models import BankMatch, OpenItem, RemittanceAdvice
from receivables.rules.advice_text import read_text
from receivables.services import advising
from tests import make
from tests.receivables.make import DAY, ROBOT, camt, entry, imported, item, ledger, paid

pytestmark = pytest.mark.django_db
HEAD = "document;amount;discount;reference;payer"


@pytest.fixture
def company() -> Company:
    return ledger()


@pytest.fixture
def customer(company) -> Customer:
    return make.customer(company, name="Lindgren Verkstad AB")


@pytest.fixture
def owed(customer) -> list[OpenItem]:
    """Two choices come to 476.00, so that the sum alone decides nothing."""
    return [
        item(customer, gross, number=f"OLD-88{place}1")
        for place, gross in enumerate(("119.00", "238.00", "357.00", "238.00"))
    ]


def taken(company: Company, *rows: str, name: str = "avis.csv") -> receivables.AdvicesTaken:
    text = "\n".join([HEAD, *rows])
    return receivables.import_advice(company, text.encode(), name, by=ROBOT, on=DAY)


def left(items: list[OpenItem]) -> list[D]:
    for one in items:
        one.refresh_from_db()
    return [one.outstanding_amount for one in items]


ROWS = ("OLD-8801;119.00;;AV-7;Lindgren", "OLD-8821;357.00;;AV-7;Lindgren")


def test_an_advice_waits_and_opens_the_payment_when_it_comes(company, owed) -> None:
    (advice,) = taken(company, *ROWS).advices
    assert (advice.amount, advice.is_complete, advice.state) == (D("476.00"), True, "waiting")
    payment = paid(company, "476.00", "siehe Avis", name="LINDGREN VERKSTAD")
    match = BankMatch.objects.get(bank_entry=payment)
    assert match.way == "auto"
    assert {"code": "advice", "value": "AV-7"} in match.evidence
    assert left(owed) == [D(0), D("238.00"), D(0), D("238.00")]
    advice.refresh_from_db()
    assert (advice.state, advice.match) == ("used", match)


def test_a_payment_that_came_before_is_matched_when_the_advice_comes(company, owed) -> None:
    waiting = paid(company, "476.00", "siehe Avis", name="LINDGREN VERKSTAD")
    assert not BankMatch.objects.exists()
    done = taken(company, *ROWS)
    assert (done.new_count, done.matched_count) == (1, 1)
    assert done.advices[0].state == "used"
    assert BankMatch.objects.get().bank_entry == waiting


def test_undoing_the_match_gives_the_advice_back(company, owed) -> None:
    taken(company, *ROWS)
    paid(company, "476.00", "siehe Avis", name="LINDGREN VERKSTAD")
    receivables.undo_match(BankMatch.objects.get().pk, by=ROBOT, on=DAY)
    advice = RemittanceAdvice.objects.get()
    assert (advice.state, advice.match) == ("waiting", None)
    assert left(owed)[0] == D("119.00")


def test_undoing_the_import_of_the_payment_gives_it_back(company, owed) -> None:
    taken(company, *ROWS)
    payment = paid(company, "476.00", "siehe Avis", name="LINDGREN VERKSTAD")
    receivables.undo_import(payment.statement.file_id, by=ROBOT, on=DAY)
    assert RemittanceAdvice.objects.get().state == "waiting"


def test_the_same_file_twice_is_one_advice(company, owed) -> None:
    first, second = taken(company, *ROWS), taken(company, *ROWS)
    assert (first.new_count, second.new_count) == (1, 0)
    assert first.advices == second.advices


def test_an_import_that_was_cut_short_is_finished_by_the_same_file(
    company, owed, monkeypatch
) -> None:
    """Whoever is stopped between keeping an advice and matching gives the file again."""
    paid(company, "476.00", "siehe Avis", name="LINDGREN VERKSTAD")
    with monkeypatch.context() as stopped:
        stopped.setattr(advising, "auto_match", stop)
        with pytest.raises(SystemExit):
            taken(company, *ROWS)
    again = taken(company, *ROWS)
    assert (again.new_count, again.matched_count) == (0, 1)
    assert [advice.state for advice in again.advices] == ["used"]
    assert left(owed) == [D(0), D("238.00"), D(0), D("238.00")]


def stop(*_args: object, **_how: object) -> None:
    raise SystemExit


def test_a_list_of_many_lines_asks_no_more_than_one_of_few(
    company, owed, django_assert_max_num_queries
) -> None:
    with CaptureQueriesContext(connection) as few:
        taken(company, *ROWS)
    rows = [f"{one.document_number};1.00;;AV-9;Lindgren" for one in owed]
    with django_assert_max_num_queries(len(few)):
        taken(company, *rows)


def test_an_advice_of_the_amount_alone_decides_nothing(company, owed) -> None:
    """Nobody says that this stranger's payment is the one the list speaks of."""
    taken(company, "OLD-8801;119.00;;AV-7;", "OLD-8821;357.00;;AV-7;")
    payment = paid(company, "476.00", "danke", name="Fremde Holding SE")
    assert not BankMatch.objects.exists()
    best = receivables.propose(payment).outcome.proposals[0]
    assert best.advice_id == RemittanceAdvice.objects.get().pk
    assert {share.item.document for share in best.shares} == {"OLD-8801", "OLD-8821"}


def test_the_advice_s_own_reference_in_the_text_is_the_second_evidence(company, owed) -> None:
    taken(company, "OLD-8801;119.00;;ZA-2026-551;", "OLD-8821;357.00;;ZA-2026-551;")
    paid(company, "476.00", "ZA-2026-551", name="Zentrale Dienste")
    assert BankMatch.objects.get().way == "auto"


def test_two_advices_of_one_amount_are_for_a_person(company, customer, owed) -> None:
    taken(company, "OLD-8801;119.00;;A-1;Lindgren")
    item(customer, "119.00", number="OLD-9901")
    taken(company, "OLD-9901;119.00;;A-2;Lindgren", name="b.csv")
    payment = paid(company, "119.00", "danke", name="LINDGREN VERKSTAD")
    assert not BankMatch.objects.exists()
    told = {one.advice_id for one in receivables.propose(payment).outcome.proposals} - {0}
    assert len(told) == 2


def test_a_line_that_names_nothing_makes_it_incomplete(company, owed) -> None:
    (advice,) = taken(company, *ROWS, "OLD-7777;10.00;;AV-7;").advices
    assert not advice.is_complete
    paid(company, "486.00", "siehe Avis", name="LINDGREN VERKSTAD")
    assert not BankMatch.objects.exists()


def test_discount_in_time_closes_and_a_late_one_stays_open(company, customer) -> None:
    fresh = item(customer, "119.00", number="OLD-1001", discount=("0.02", 10))
    late = item(customer, "238.00", number="OLD-1002")
    done = taken(
        company, "OLD-1001;116.62;2.38;AV-9;Lindgren", "OLD-1002;233.24;4.76;AV-9;Lindgren"
    )
    assert done.advices[0].is_complete
    paid(company, "349.86", "AV", name="LINDGREN VERKSTAD")
    assert BankMatch.objects.get().way == "auto"
    assert left([fresh, late]) == [D(0), D("4.76")]


def test_a_credit_note_is_netted_as_told(company, customer, owed) -> None:
    text = f"number;customer;issued;amount\nGS-4711;{customer.number};{DAY};-50.00\n"
    receivables.import_items(company, text.encode(), "g.csv", by=ROBOT, on=DAY)
    taken(company, "OLD-8811;238.00;;AV-3;Lindgren", "GS-4711;-50.00;;AV-3;Lindgren")
    paid(company, "188.00", "AV 3", name="LINDGREN VERKSTAD")
    assert BankMatch.objects.get().way == "auto"
    assert left([owed[1], OpenItem.objects.get(document_number="GS-4711")]) == [D(0), D(0)]


def test_a_list_for_several_payments(company, owed) -> None:
    done = taken(
        company,
        "OLD-8801;119.00;;P-1;Lindgren",
        "OLD-8811;238.00;;P-2;Lindgren",
        "OLD-8831;238.00;;P-1;Lindgren",
    )
    assert [(one.reference, one.amount) for one in done.advices] == [
        ("P-1", D("357.00")),
        ("P-2", D("238.00")),
    ]


def test_a_printed_advice_with_a_total(company, customer, owed) -> None:
    rows = "".join(
        f"<tr><td>{number}</td><td>24.11.2026</td><td>{gross}</td><td>{less}</td><td>{net}</td></tr>"
        for number, gross, less, net in (
            ("OLD-8801", "119,00", "0,00", "119,00"),
            ("OLD-8821", "357,00", "7,14", "349,86"),
        )
    )
    html = (
        "<h1>Zahlungsavis</h1><p>Sehr geehrte Damen und Herren, heute haben wir gezahlt:</p>"
        f"<table>{rows}<tr><td>Summe</td><td></td><td></td><td></td><td>468,86</td></tr></table>"
    )
    pdf = HTML(string=html).write_pdf()
    done = receivables.import_advice(company, pdf, "avis.pdf", by=ROBOT, on=DAY)
    (advice,) = done.advices
    told = [
        (line.item.document_number, line.amount, line.discount_amount)
        for line in advice.lines.all()
    ]
    assert told == [("OLD-8801", D("119.00"), D(0)), ("OLD-8821", D("349.86"), D("7.14"))]
    assert (advice.amount, advice.is_complete, advice.customer) == (D("468.86"), True, customer)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"%PDF-1.4 broken", "damaged"),
        (b"document;amount\nOLD-8801;1,19,00\n", "row 2"),
        (b"document;amount\nOLD-8801;0.00\n", "no amount"),
        (b"document;amount\nXX-1;5.00\n", "names no document"),
        (b"a;b\n1;2\n", "heading"),
    ],
)
def test_what_is_no_advice_is_said_and_nothing_is_kept(company, owed, content, told) -> None:
    with pytest.raises(InvalidInput, match=told):
        receivables.import_advice(company, content, "x.csv", by=ROBOT, on=DAY)
    assert not RemittanceAdvice.objects.exists()


def test_set_aside_decides_nothing_and_may_come_again(company, owed) -> None:
    (advice,) = taken(company, *ROWS).advices
    receivables.drop_advice(advice.pk, by=ROBOT, on=DAY)
    receivables.drop_advice(advice.pk, by=ROBOT, on=DAY)
    paid(company, "476.00", "siehe Avis", name="LINDGREN VERKSTAD")
    assert not BankMatch.objects.exists()
    assert taken(company, *ROWS).new_count == 1


def test_a_used_one_is_not_set_aside(company, owed) -> None:
    (advice,) = taken(company, *ROWS).advices
    paid(company, "476.00", "siehe Avis", name="LINDGREN VERKSTAD")
    with pytest.raises(Conflict, match="undo that match"):
        receivables.drop_advice(advice.pk, by=ROBOT, on=DAY)


def test_two_equal_payments_of_one_day_use_it_once(company, owed) -> None:
    taken(company, *ROWS)
    rows = [entry("476.00", "Avis", name="LINDGREN VERKSTAD", reference=f"B{n}") for n in (1, 2)]
    imported(company, camt(*rows))
    assert BankMatch.objects.filter(way="auto").count() == 1


class TestText:
    @pytest.mark.parametrize(
        ("line", "amounts"),
        [
            ("RE-1 24.11.2026 1.190,00 23,80 1.166,20", ["1190.00", "23.80", "1166.20"]),
            ("Inv 77 2026-11-24 1,190.00-", ["-1190.00"]),
            ("F 12 1 190,00", ["1190.00"]),
            ("Tel. 0211/12.34.56 Seite 1/2", []),
            ("IBAN DE02 1203 0000 0000 2020 51", []),
        ],
    )
    def test_amounts_of_a_line(self, line: str, amounts: list[str]) -> None:
        told = read_text([line])
        assert [str(a) for one in told.lines for a in one.amounts] == amounts

    def test_a_discount_is_what_makes_the_gap(self) -> None:
        (line,) = read_text(["RE-10501 119,00 2,38 116,62"]).lines
        assert (line.amount, line.discount) == (D("116.62"), D("2.38"))
        assert read_text(["RE-10501 119,00 9,99 116,62"]).lines[0].discount == 0


class TestPages:
    @pytest.fixture
    def clerk(self, company) -> Client:
        return browser("ar_accountant", company)

    def test_a_clerk_uploads_and_sees_what_it_pays(self, company, owed, clerk) -> None:
        text = "\n".join([HEAD, *ROWS]).encode()
        done = clerk.post(
            reverse("receivables:upload_advice"), {"file": SimpleUploadedFile("a.csv", text)}
        )
        page = clerk.get(done.url).content.decode()
        assert "OLD-8821" in page
        assert "476.00" in page
        assert "AV-7" in clerk.get(reverse("receivables:advices")).content.decode()

    def test_what_is_wrong_is_said_on_the_form(self, company, clerk) -> None:
        page = clerk.post(
            reverse("receivables:upload_advice"), {"file": SimpleUploadedFile("a.csv", b"a;b\n1;2")}
        )
        assert page.status_code == 422

    def test_three_people(self, company, owed) -> None:
        (advice,) = taken(company, *ROWS).advices
        url, drop = advice.get_absolute_url(), reverse("receivables:drop_advice", args=[advice.pk])
        auditor = browser("auditor", company)
        assert auditor.get(url).status_code == 200
        assert auditor.post(drop).status_code == 403
        assert browser("sales_rep", company).get(url).status_code == 403
        assert browser("ar_accountant", make.company_se()).get(url).status_code == 404


def browser(role: str, company: Company) -> Client:
    client = Client()
    client.force_login(make.user_with(role, company, language="en"))
    return client
