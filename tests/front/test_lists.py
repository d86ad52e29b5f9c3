"""The list base: filter, sort, page, totals, export; constant queries; nothing undeclared works."""

import csv
import io
import re

import openpyxl
import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django_htmx.middleware import HtmxDetails

from core import lists
from core.filters import ChoiceFilter, DayFilter, FilterSet, SearchFilter
from core.lists import ListView
from core.models import Job
from core.tables import BadgeColumn, LinkColumn, MomentColumn, MoneyColumn, Table
from core.tabs import Tab
from o2c.errors import PermissionMissing
from tests import make

pytestmark = pytest.mark.django_db


class JobTable(Table):
    title = LinkColumn(linkify=False)
    state = BadgeColumn()
    total = MoneyColumn(currency="kind")
    created_at = MomentColumn()


class JobFilter(FilterSet):
    q = SearchFilter("title__icontains")
    state = ChoiceFilter(label="State", choices=Job.State.choices)
    since = DayFilter(label="Since", field_name="created_at", lookup_expr="date__gte")


class JobList(ListView):
    right = "core.view_jobs"
    title = "Jobs"
    table_class = JobTable
    filterset_class = JobFilter
    sorts = {"title": ("title",), "total": ("total", "title")}
    default_sort = "title"
    tabs = (Tab("All"), Tab("Failed", {"state": "failed"}))
    totals = ("total",)
    currency_field = "kind"

    def get_queryset(self):
        return Job.objects.visible_to(self.request.user).filter(company=self.request.company)


@pytest.fixture
def company(db):
    return make.company_de()


@pytest.fixture
def user(company):
    return make.user_with("administrator", company)


@pytest.fixture
def ask(company, user):
    """The view's answer to a querystring, as fragment or whole page."""

    def answer(query="", *, part=True, view=JobList, by=None):
        headers = {"HTTP_HX_REQUEST": "true"} if part else {}
        request = RequestFactory().get(f"/jobs/?{query}", **headers)
        request.user, request.company, request.companies = by or user, company, [company]
        request.htmx, request.session = HtmxDetails(request), SessionStore()
        request._messages = CookieStorage(request)
        return view.as_view()(request)

    return answer


def jobs(company, count, **fields):
    values = {"kind": "EUR", "title": "Job {:04}", "total": 10, "state": "done"} | fields
    title = values.pop("title")
    return Job.objects.bulk_create(
        Job(company=company, token=make.unique("t"), title=title.format(at), **values)
        for at in range(count)
    )


def titles(response):
    return [
        line.split("<")[0].strip()
        for line in re.split(r'<td[^>]* class="o2c-key">', response.content.decode())[1:]
    ]


def test_search_and_choice_narrow_the_rows_and_show_chips(company, ask):
    jobs(company, 3)
    jobs(company, 2, title="Import {}", state="failed")
    page = ask("q=imp&state=failed").content.decode()
    assert "1–2 of 2" in page
    assert page.count('class="o2c-chip"') == 2
    assert 'href="?state=failed"' in page


def test_every_word_of_the_search_must_be_found(company, ask):
    jobs(company, 1, title="Dunning run Hamburg")
    jobs(company, 1, title="Dunning run Kiel")
    assert titles(ask("q=dunning+ham")) == ["Dunning run Hamburg"]


def test_sort_is_by_declared_names_only(company, ask):
    jobs(company, 2, total=1)
    assert titles(ask("sort=-title")) == ["Job 0001", "Job 0000"]
    for evil in ("company__iban", "started_by__password", "?", "-", "title,total"):
        assert titles(ask(f"sort={evil}")) == ["Job 0000", "Job 0001"]


def test_unknown_keys_never_become_lookups(company, ask):
    jobs(company, 2)
    assert len(titles(ask("started_by__password__startswith=a&title__contains=zzz"))) == 2


def test_a_value_that_cant_be_read_is_named_and_the_rest_applies(company, ask):
    jobs(company, 2)
    jobs(company, 1, title="Import", state="failed")
    page = ask("state=failed&since=11/22")
    assert titles(page) == ["Import"]
    assert "11/22" in page.content.decode()


def test_pages_do_not_overlap_and_say_where_they_are(company, ask):
    jobs(company, 60)
    first, second = ask(), ask("page=2")
    assert "1–50 of 60" in first.content.decode()
    assert "51–60 of 60" in second.content.decode()
    assert len({*titles(first), *titles(second)}) == 60
    assert titles(ask("page=999")) == []
    for evil in ("0", "-1", "x", "²", "9" * 40):
        assert titles(ask(f"page={evil}")) == titles(first)


def test_counting_stops(company, ask, monkeypatch):
    monkeypatch.setattr(lists, "COUNT_UP_TO", 5)
    jobs(company, 9)
    page = ask("per=25").content.decode()
    assert "of more than 5" in page
    assert "<tfoot>" not in page


def test_totals_are_of_the_whole_filter_per_currency(company, ask):
    jobs(company, 60)
    jobs(company, 2, kind="SEK", title="S {}", total=7)
    page = ask().content.decode()
    assert "600.00" in page
    assert "14.00" in page
    assert "614.00" not in page


def test_export_is_exactly_what_is_filtered_and_formula_safe(company, ask):
    jobs(company, 70)
    jobs(company, 1, title="=HYPERLINK(1)", state="failed", total=3)
    response = ask("export=csv&state=failed")
    rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))
    assert rows[0][:4] == ["Title", "State", "Total", "Currency"]
    assert [row[:4] for row in rows[1:]] == [["'=HYPERLINK(1)", "failed", "3", "EUR"]]
    assert len(list(csv.reader(io.StringIO(b"".join(ask("export=csv")).decode())))) == 72
    book = openpyxl.load_workbook(io.BytesIO(b"".join(ask("export=xlsx&state=failed"))))
    assert book.active["A2"].data_type == "s"
    assert book.active["C2"].value == 3


def test_empty_states_tell_first_use_from_no_match(company, ask):
    assert "Nothing here yet" in ask().content.decode()
    jobs(company, 1)
    assert "Clear filters" in ask("q=zzz").content.decode()


def test_the_right_is_required_and_other_companies_stay_unseen(company, ask):
    jobs(make.company_se(), 3)
    assert titles(ask()) == []
    stranger = make.user_with("sales_rep", make.company_se())
    with pytest.raises(PermissionMissing):
        ask(by=stranger)


def test_query_count_does_not_grow_with_rows(company, ask):
    ask()
    counts = []
    for more in (53, 57):
        jobs(company, more, title=f"{more} {{}}")
        with CaptureQueriesContext(connection) as queries:
            ask()
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 5


def test_fragment_and_page(company, ask):
    jobs(company, 1)
    part, whole = ask(), ask(part=False)
    assert "<html" not in part.content.decode()
    assert 'id="list"' in part.content.decode()
    assert "<html" in whole.content.decode()
    assert "HX-Request" in whole["Vary"]
    assert whole.content.decode().count("<h1") == 1


def test_a_column_is_headed_by_its_fields_name():
    class NamedTable(Table):
        total = MoneyColumn(currency="kind")

        class Meta:
            model = Job
            fields = ("total",)

    (column,) = NamedTable([]).columns
    assert column.header == "Rows"  # the field's verbose name, which is translated


def test_a_list_of_one_page_is_not_counted_by_a_statement_of_its_own(company, ask):
    jobs(company, 3)
    ask()
    with CaptureQueriesContext(connection) as queries:
        page = ask().content.decode()
    assert "1–3 of 3" in page
    assert not [q for q in queries if "COUNT" in q["sql"]]


def test_later_pages_are_walked_to_by_keys_and_keep_their_order(company, ask):
    jobs(company, 60)
    shown = titles(ask("page=2&per=25"))
    assert shown == [f"Job {at:04}" for at in range(25, 50)]


def test_pages_end_where_counting_ends(company, ask, monkeypatch):
    monkeypatch.setattr(lists, "COUNT_UP_TO", 50)
    jobs(company, 80)
    page = ask("page=9&per=25").content.decode()
    assert "Job 0049" in page
    assert "No further pages" in page
    assert 'id="page-next"' not in page
