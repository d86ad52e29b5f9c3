"""The difference of receivables between two days, explained to the cent by its documents."""

from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import receivables.services as receivables
from core.models import Company, User
from receivables.models import OpenItem
from receivables.services import ShareDraft
from reporting.reads.currencies import currencies_of
from reporting.reads.difference import Question, difference, documents_of
from tests import make
from tests.receivables.make import DAY, ROBOT, invoice, item, ledger, paid
from tests.receivables.test_currencies import books, dollars, opened

pytestmark = pytest.mark.django_db
BEFORE = DAY - timedelta(days=1)


@pytest.fixture
def company() -> Company:
    return ledger()


def asked(company: Company, first: date, last: date, **fields: Any) -> Question:
    return Question(company, first, last, fields.pop("currency", company.currency), **fields)


def parts(question: Question) -> dict[str, D]:
    """Group -> amount; what is explained is what the control account says."""
    found = difference(question)
    assert found.explained == found.closing
    for part in found.parts:
        behind = documents_of(question, part.part)
        assert (behind.amount, behind.worth, behind.count) == (part.amount, part.worth, part.count)
    return {part.part: part.amount for part in found.parts}


def test_each_document_stands_in_its_group(company) -> None:
    customer = make.customer(company)
    first = item(customer, "119.00", on=BEFORE, number="A-1")
    owed = item(customer, "1000.00", number="A-2", discount=("0.02", 14))
    money = paid(company, "980.00", "danke")
    match = receivables.match_entry(
        money.pk,
        shares=[ShareDraft(owed.pk, D("980.00"), discount=D("20.00"))],
        customer_id=customer.pk,
        by=ROBOT,
        on=DAY,
    )
    receivables.book_invoice(
        invoice(customer, "119.00", number="C-1", corrects=first.invoice, on=DAY), by=ROBOT
    )
    question = asked(company, BEFORE, DAY)
    assert difference(question).opening == (D("119.00"), D("119.00"))
    assert parts(question) == {
        "invoice": D("1000.00"),
        "credit_note": D("-119.00"),
        "payment": D("-980.00"),
        "discount": D("-20.00"),
    }
    assert difference(question).closing[0] == 0
    receivables.undo_match(match.pk, by=ROBOT, on=DAY + timedelta(days=1))
    later = asked(company, DAY, DAY + timedelta(days=1))
    assert parts(later) == {"undone": D("1000.00")}
    assert {row.number for row in documents_of(later, "undone").rows} >= {"A-2"}


def test_matching_moves_nothing_and_customers_stand_apart(company) -> None:
    one, other = make.customer(company), make.customer(company)
    debit = item(one, "50.00")
    item(other, "70.00")
    money = paid(company, "50.00", "danke")
    receivables.match_entry(money.pk, shares=(), customer_id=one.pk, by=ROBOT, on=DAY)
    credit = OpenItem.objects.get(kind="payment")
    receivables.allocate(
        credit.pk, debit.pk, amount=D("50.00"), by=ROBOT, on=DAY + timedelta(days=1)
    )
    assert parts(asked(company, DAY, DAY + timedelta(days=1))) == {}
    mine = asked(company, BEFORE, DAY, customer_id=one.pk)
    assert parts(mine) == {"invoice": D("50.00"), "payment": D("-50.00")}
    assert parts(asked(company, BEFORE, DAY, customer_id=other.pk)) == {"invoice": D("70.00")}


def test_exchange_stands_in_the_books_column_only() -> None:
    company = books(d2="1.0500")
    customer = make.customer(company, name="Acme Corp")
    opened(customer, "INV-77012;C;2026-02-01;2026-03-01;USD;105.00;90.00")
    dollars(company, "105.00", "INV-77012", name="Acme Corp")
    question = asked(company, DAY - timedelta(days=60), DAY, currency="USD")
    assert parts(question) == {
        "opening": D("105.00"),
        "payment": D("-105.00"),
        "exchange": D("0.00"),
    }
    worths = {part.part: part.worth for part in difference(question).parts}
    assert worths == {
        "opening": D("90.00"),
        "payment": D("-100.00"),
        "exchange": D("10.00"),
    }
    assert parts(asked(company, DAY - timedelta(days=60), DAY)) == {}


def test_as_known_tells_what_came_late(company) -> None:
    """Recorded today, into yesterday: the report printed yesterday did not have it."""
    today = company.today()
    yesterday = today - timedelta(days=1)
    customer = make.customer(company)
    item(customer, "30.00", on=yesterday, number="L-1")
    item(customer, "40.00", on=today, number="L-2")
    assert parts(asked(company, yesterday, today)) == {"invoice": D("40.00")}
    known = asked(company, yesterday, today, way="known")
    assert difference(known).opening[0] == 0
    assert parts(known) == {"invoice": D("40.00"), "late": D("30.00")}


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_page_proves_itself_and_leads_to_documents(company) -> None:
    customer = make.customer(company)
    owed = item(customer, "119.00", number="A-1")
    browser = browser_of(make.user_with("ar_accountant", company))
    url, span = reverse("reporting:difference"), {"first": BEFORE, "last": DAY}
    page = browser.get(url, span)
    assert page.context["proof"] == (D("119.00"), D("119.00"))
    behind = next(row[0].address for row in page.context["sheet"].rows if row[0].address)
    assert owed.get_absolute_url() in browser.get(behind).content.decode()
    file = browser.get(url, {**span, "export": "csv", "customer": customer.pk})
    assert "119" in b"".join(file.streaming_content if file.streaming else [file.content]).decode()
    assert browser.get(url, {"first": DAY, "last": BEFORE}).status_code == 422
    assert browser.get(url, {**span, "way": "x"}).status_code == 422


def test_three_people(company) -> None:
    item(make.customer(company), "119.00", number="A-1")
    span = {"first": BEFORE, "last": DAY, "part": "invoice"}
    for name in ("difference", "difference_documents"):
        url = reverse(f"reporting:{name}")
        other = make.user_with("ar_accountant", make.company_se())
        assert "A-1" not in browser_of(other).get(url, span).content.decode()
        picker = make.user_with("warehouse", company)
        assert browser_of(picker).get(url, span).status_code == 403


def test_every_report_offers_the_currencies_of_items_and_customers(company) -> None:
    """A dollar item of a customer in euros can be asked for; another company's can't."""
    books = make.company_se()
    make.customer(books, currency="NOK")
    make.customer(company, currency="CHF")
    assert currencies_of(company) == ["EUR", "CHF"]
    opened(make.customer(company), "INV-7;C;2026-02-01;2026-03-01;USD;105.00;90.00")
    assert currencies_of(company) == ["EUR", "CHF", "USD"]
    page = browser_of(make.user_with("ar_accountant", company)).get(
        reverse("reporting:difference"), {"first": "2026-01-31", "last": DAY, "currency": "USD"}
    )
    assert page.status_code == 200
    assert page.context["proof"] == (D("105.00"), D("105.00"))
