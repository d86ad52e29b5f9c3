"""Pages of books out: what was handed out, what came since, three people, the file itself."""

import hashlib

import pytest
from django.test import Client
from django.urls import reverse

import receivables.services as receivables
from core.models import Job
from core.services import run_job
from o2c.jobs import JOBS
from receivables.models import BooksExport
from tests import make
from tests.receivables.books import END, START, german
from tests.receivables.make import DAY, ROBOT, item

pytestmark = pytest.mark.django_db


def browser_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def company():
    return german()


@pytest.fixture
def clerk(company) -> Client:
    return browser_of(make.user_with("ar_accountant", company))


@pytest.fixture
def made(company) -> BooksExport:
    return receivables.export_books(company, form="datev", start=START, end=END, by=ROBOT, on=DAY)


def asked(page, **fields: str) -> dict[str, str]:
    initial = {name: str(value) for name, value in page.context["form"].initial.items()}
    return initial | fields


def test_a_clerk_hands_out_a_month_and_downloads_it(company, clerk) -> None:
    url = reverse("receivables:export_books")
    page = clerk.get(url)
    assert page.context["form"].initial["form"] == "datev"
    sent = asked(page, start=START.isoformat(), end=END.isoformat())
    answers = [clerk.post(url, sent) for _ in range(2)]
    job = Job.objects.get(kind="receivables.books_out")
    assert [answer.url for answer in answers] == [reverse("core:job", args=[job.pk])] * 2
    run_job(job.pk, JOBS)
    export = BooksExport.objects.get()
    assert clerk.get(export.get_absolute_url()).status_code == 200
    answer = clerk.get(reverse("receivables:books_export_file", args=[export.pk]))
    content = b"".join(answer.streaming_content)
    assert hashlib.sha256(content).hexdigest() == export.sha256
    assert export.document.filename in answer["Content-Disposition"]


def test_what_can_not_be_is_said_on_the_form(clerk) -> None:
    url = reverse("receivables:export_books")
    answer = clerk.post(url, asked(clerk.get(url), form="sie"))
    assert answer.status_code == 422
    assert "BAS" in answer.content.decode()
    assert not Job.objects.exists()


def test_the_page_tells_of_later_postings(company, clerk, made) -> None:
    url = made.get_absolute_url()
    assert list(clerk.get(url).context["later"]) == []
    late = item(make.customer(company), "20.00", on=END, number="LATE-1").entry
    page = clerk.get(url)
    assert list(page.context["later"]) == [late]
    assert late.get_absolute_url() in page.content.decode()


def test_the_same_file_again_is_called_so(company, clerk, made) -> None:
    again = receivables.export_books(company, form="datev", start=START, end=END, by=ROBOT, on=DAY)
    page = clerk.get(again.get_absolute_url())
    assert page.context["is_same_file"]
    assert made.get_absolute_url() in page.content.decode()


def test_an_auditor_reads_and_a_stranger_sees_nothing(company, made) -> None:
    auditor = browser_of(make.user_with("auditor", company))
    stranger = browser_of(make.user_with("finance_manager", make.company_se()))
    form = reverse("receivables:export_books")
    file = reverse("receivables:books_export_file", args=[made.pk])
    pages = [made.get_absolute_url(), file, reverse("core:document", args=[made.document_id])]
    assert [auditor.get(page).status_code for page in pages] == [200, 200, 200]
    assert [stranger.get(page).status_code for page in pages] == [404, 404, 404]
    assert auditor.get(form).status_code == 403
    rep = browser_of(make.user_with("sales_rep", company))
    assert [rep.get(page).status_code for page in pages] == [403, 403, 403]


def test_the_list_takes_the_same_statements_for_many_rows(
    company, clerk, made, django_assert_max_num_queries
) -> None:
    url = reverse("receivables:books_exports")
    clerk.get(url)
    with django_assert_max_num_queries(12) as first:
        assert made.document.filename in clerk.get(url).content.decode()
    for _ in range(3):
        receivables.export_books(company, form="csv", start=START, end=END, by=ROBOT, on=DAY)
    with django_assert_max_num_queries(len(first)):
        assert clerk.get(url).status_code == 200
