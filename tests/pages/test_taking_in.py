"""Lists are taken in over a page: choose, look, confirm; nothing is written before."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.models import StoredDocument
from customers.models import Customer
from receivables.models import OpenItem
from tests import make
from tests.receivables.make import ledger

pytestmark = pytest.mark.django_db
CUSTOMERS = reverse("customers:import")
ITEMS = reverse("receivables:import_items")
HEAD = "number,customer,issue date,due date,amount\n"


@pytest.fixture
def company():
    company = ledger()
    make.payment_terms(company)
    return company


@pytest.fixture
def manager(company):
    return browser("finance_manager", company)


def browser(role, company):
    client = Client()
    client.force_login(make.user_with(role, company, language="en"))
    return client


def look(client, url, text, **fields):
    upload = SimpleUploadedFile("list.csv", text.encode())
    return client.post(url, {"file": upload, **fields})


def test_customers_then_items_each_looked_at_first(company, manager):
    assert manager.get(CUSTOMERS).status_code == 200
    page = look(manager, CUSTOMERS, "Debitor;Firma;Vertreter\n77;Alpha GmbH;Ada\n")
    assert "1 rows, 1 new" in page.content.decode()
    assert "Vertreter" in page.content.decode()
    assert not Customer.objects.exists()
    document = page.context["document"].pk
    answer = manager.post(CUSTOMERS, {"document": document}, follow=True)
    assert "1 new, 0 known" in answer.content.decode()
    page = look(manager, ITEMS, HEAD + "R-1,77,2026-02-02,2026-03-04,119.00\n")
    assert not OpenItem.objects.exists()
    assert manager.post(ITEMS, {"document": page.context["document"].pk}).status_code == 302
    assert OpenItem.objects.get().customer.number == "77"
    again = look(manager, ITEMS, HEAD + "R-1,77,2026-02-02,2026-03-04,119.00\n")
    assert not again.context["may_import"]


def test_wrong_rows_are_named_and_left_out_only_when_asked(company, manager):
    make.customer(company, "Alpha")
    number = Customer.objects.get().number
    good, bad = f"R-1,{number},2026-02-02,2026-03-04,5.00\n", "R-2,999,2026-02-02,2026-03-04,5.00\n"
    page = look(manager, ITEMS, HEAD + good + bad)
    assert "there is no customer 999" in page.content.decode()
    document = page.context["document"].pk
    refused = manager.post(ITEMS, {"document": document})
    assert (refused.status_code, OpenItem.objects.count()) == (422, 0)
    manager.post(ITEMS, {"document": document, "skip_bad": "on"})
    assert OpenItem.objects.get().document_number == "R-1"


def test_what_is_no_list_is_told_at_the_field(manager):
    page = look(manager, CUSTOMERS, "Menge;Artikel\n1;2\n")
    assert page.status_code == 422
    assert "“Menge”" in page.content.decode()
    assert manager.post(CUSTOMERS, {}).status_code == 422
    assert not StoredDocument.objects.exists()


def test_a_list_of_somebody_else_or_of_another_kind_is_not_there(company, manager):
    other = ledger()
    page = look(browser("finance_manager", other), ITEMS, HEAD)
    assert manager.post(ITEMS, {"document": page.context["document"].pk}).status_code == 404
    mine = look(manager, CUSTOMERS, "number,name\n1,A\n").context["document"].pk
    assert manager.post(ITEMS, {"document": mine}).status_code == 404
    assert manager.post(ITEMS, {"document": "x"}).status_code == 404
    assert browser("sales_rep", company).get(ITEMS).status_code == 403
