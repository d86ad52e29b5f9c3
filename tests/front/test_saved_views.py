"""Saved views of a list and acts on many of its rows, through the real pages."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from core.models import Job, SavedView
from core.roles import Role
from core.services import run_job
from o2c.jobs import JOBS
from orders.models import Order
from tests import make
from tests.world import world as make_world

pytestmark = pytest.mark.django_db
URL = reverse("orders:list")


@pytest.fixture
def world(db):
    return make_world()


@pytest.fixture
def company(world):
    return world.company


@pytest.fixture
def rep(world):
    return world.by(Role.SALES_REP)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def kept(client, query="state=draft&sort=-number", **fields):
    posted = {"act": "save_view", "name": "My drafts"} | fields
    return client.post(f"{URL}?{query}", posted)


def test_a_view_keeps_filter_and_order_and_shows_itself(company, rep):
    client = client_of(rep)
    answer = kept(client, "state=draft&sort=-number&page=3&evil=1")
    view = SavedView.objects.get()
    assert view.query == "sort=-number&state=draft"
    assert answer["Location"] == f"{URL}?sort=-number&state=draft&view={view.pk}"
    page = client.get(answer["Location"]).content.decode()
    assert "My drafts" in page
    link = escape(f"?{view.query}&view={view.pk}")
    assert f'href="{link}" class="o2c-tab-view" aria-current="page"' in page


def test_the_same_name_again_changes_the_own_view(company, rep):
    client = client_of(rep)
    kept(client)
    kept(client, "state=on_hold", name="my DRAFTS")
    assert SavedView.objects.get().query == "state=on_hold"


def test_a_view_needs_a_name(company, rep):
    assert kept(client_of(rep), name="  ").status_code == 422
    assert not SavedView.objects.exists()


def test_only_shared_views_are_seen_by_a_colleague_and_nobody_changes_another_s(company, rep):
    kept(client_of(rep), name="Shared one", is_shared="1")
    kept(client_of(rep), name="Private one")
    colleague = client_of(make.user_with("sales_rep", company))
    page = colleague.get(URL).content.decode()
    assert "Shared one" in page
    assert "Private one" not in page
    shared = SavedView.objects.get(name="Shared one")
    answer = colleague.post(f"{URL}?state=on_hold", {"act": "change_view", "view": shared.pk})
    assert answer.status_code == 409
    assert colleague.post(URL, {"act": "drop_view", "view": shared.pk}).status_code == 409
    shared.refresh_from_db()
    assert shared.query == "sort=-number&state=draft"
    stranger = client_of(make.user_with("sales_rep", make.company_se()))
    assert "Shared one" not in stranger.get(URL).content.decode()


def test_columns_and_density_are_kept_per_person_and_exported(world, company, rep):
    client = client_of(rep)
    client.post(URL, {"act": "look", "column": ["customer", "evil"], "density": "compact"})
    world.order()
    page = client.get(URL).content.decode()
    assert "is-compact" in page
    assert '<td data-label="State"' not in page
    header = b"".join(client.get(f"{URL}?export=csv").streaming_content).decode().splitlines()[0]
    assert header.lstrip("\ufeff") == '"Number","Customer"'
    other = client_of(make.user_with("sales_rep", company)).get(URL).content.decode()
    assert "is-compact" not in other


def test_a_bulk_act_previews_what_it_does_and_then_reports_each_row(world, rep):
    client = client_of(rep)
    first, second = world.order(), world.order()
    held = world.order()
    Order.objects.filter(pk=held.pk).update(state="cancelled")
    ticked = {"bulk": "orders.submit", "selected": [first.pk, second.pk, held.pk]}
    page = client.post(URL, ticked).content.decode()
    assert "Submit orders: 2 rows" in page
    assert "It is cancelled, no draft." in page
    assert not Job.objects.exists()
    posted = {"bulk": "orders.submit", "rows": f"{first.pk},{second.pk},{held.pk}"}
    posted |= {"confirmed": "1", "token": "abc"}
    answer = client.post(URL, posted)
    again = client.post(URL, posted)
    job = Job.objects.get()
    assert answer["Location"] == again["Location"] == reverse("core:job", args=[job.pk])
    run_job(job.pk, JOBS)
    job.refresh_from_db()
    assert (job.done_count, job.failed_count) == (2, 0)
    first.refresh_from_db()
    assert first.state != "draft"


def test_everything_means_the_filter_not_the_page(world, rep):
    world.order()
    other = world.order()
    Order.objects.filter(pk=other.pk).update(state="cancelled")
    posted = {"bulk": "orders.submit", "everything": "1"}
    page = client_of(rep).post(f"{URL}?state=draft", posted).content.decode()
    assert "Submit orders: 1 row" in page


def test_a_bulk_act_needs_its_right_and_its_own_rows(world, company, rep):
    order = world.order()
    warehouse = client_of(world.by(Role.WAREHOUSE))
    ticked = {"bulk": "orders.submit", "selected": [order.pk]}
    assert warehouse.post(URL, ticked).status_code == 403
    stranger = client_of(make.user_with("sales_rep", make.company_se()))
    assert stranger.post(URL, ticked).status_code == 422
    assert client_of(rep).post(URL, {"bulk": "orders.evil"}).status_code == 404
