"""The pages of exchange rates, and an item in another currency as people see it."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import receivables.services as receivables
from core.models import Company
from receivables.models import ExchangeRate, OpenItem
from tests import make
from tests.receivables.make import DAY, ROBOT, ledger
from tests.receivables.test_currencies import HEAD, books, dollars

pytestmark = pytest.mark.django_db
NEW = reverse("receivables:enter_rate")
LIST = reverse("receivables:rates")


def browser(role: str, company: Company) -> Client:
    client = Client()
    client.force_login(make.user_with(role, company, language="en"))
    return client


def test_a_clerk_enters_a_rate_as_quoted_and_sees_it_both_ways() -> None:
    company = ledger()
    clerk = browser("ar_accountant", company)
    day = company.today().isoformat()
    entered = {"currency": "USD", "valid_on": day, "currency_amount": "1.25", "books_amount": "1"}
    assert clerk.post(NEW, entered).url == LIST
    rate = ExchangeRate.objects.get()
    assert (rate.currency_amount, rate.source) == (D("1.25"), clerk.get(NEW).wsgi_request.user.name)
    page = clerk.get(LIST).content.decode()
    assert "1.25 USD = 1 EUR" in page
    assert "0.8 EUR" in page


def test_a_rate_that_can_not_be_is_told_on_the_form() -> None:
    company = ledger()
    clerk = browser("ar_accountant", company)
    late = (company.today() + timedelta(days=1)).isoformat()
    page = clerk.post(
        NEW,
        {"currency": "USD", "valid_on": late, "currency_amount": "1.25", "books_amount": "1"},
    )
    assert page.status_code == 422
    assert "still to come" in page.content.decode()
    assert not ExchangeRate.objects.exists()


def test_a_list_is_looked_at_before_it_is_taken() -> None:
    company = ledger()
    clerk = browser("ar_accountant", company)
    url = reverse("receivables:import_rates")
    text = f"date;currency;price\n{company.today()};USD;0.92\n"
    looked = clerk.post(url, {"file": SimpleUploadedFile("rates.csv", text.encode())})
    assert not ExchangeRate.objects.exists()
    clerk.post(url, {"document": looked.context["document"].pk})
    assert ExchangeRate.objects.get().books_amount == D("0.92")


def test_an_auditor_reads_a_stranger_sees_none_and_a_rep_may_not() -> None:
    company = books(d2="1.2500")
    assert "1.25 USD" in browser("auditor", company).get(LIST).content.decode()
    assert browser("auditor", company).get(NEW).status_code == 403
    assert browser("sales_rep", company).get(LIST).status_code == 403
    other = browser("ar_accountant", make.company_se())
    assert "1.25 USD" not in other.get(LIST).content.decode()


def test_an_item_says_what_it_stands_for_and_what_the_rate_made() -> None:
    company = books(d2="1.0500")
    customer = make.customer(company, name="Acme Corp")
    text = f"{HEAD}\nINV-77012;{customer.number};2026-02-01;2026-03-01;USD;105.00;90.00"
    receivables.import_items(company, text.encode(), "i.csv", by=ROBOT, on=DAY)
    dollars(company, "105.00", "INV-77012", name="Acme Corp")
    item = OpenItem.objects.get(kind="invoice")
    page = browser("ar_accountant", company).get(item.get_absolute_url()).content.decode()
    assert "In the books for" in page
    assert "exchange difference" in page
    assert "10.00" in page
