"""Home, search, reports and ``manage.py report``: status, statements, who sees what."""

import csv
import io
import json
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

import disputes.services as disputes
from core.roles import Role
from reporting.worklist import worklist
from tests import make
from tests.receivables.make import DAY, item, ledger, paid
from tests.world import World, set_limit, world

pytestmark = pytest.mark.django_db
MONEY = (
    "dashboard", "ageing", "items", "late", "dso", "unapplied", "cash", "expected", "discounts",
    "times", "promises", "billing", "billing_documents",
)  # fmt: skip
REPORTS = (*MONEY, "open_orders", "sales")
SPANS = ("cash", "expected", "discounts", "billing", "billing_documents")


@pytest.fixture
def company():
    return ledger()


@pytest.fixture
def customer(company):
    return make.customer(company, "Käufer AG")


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    client.get("/notifications")  # the first page notes the chosen company
    return client


@pytest.fixture
def boss(company) -> Client:
    return browser(make.user_with(Role.FINANCE_MANAGER, company))


def url(name: str) -> str:
    return reverse(f"reporting:{name}")


# --- home ----------------------------------------------------------------------------------------
def waiting(world: World, role: Role) -> dict[str, tuple[int, list[tuple[str, Decimal]]]]:
    queues = worklist(world.company, world.by(role))
    return {queue.url.split("?")[0]: (queue.count, queue.amounts) for queue in queues}


def test_each_sees_what_waits_for_them_worth_how_much() -> None:
    here = world()
    here.order("1")
    set_limit(here, "100")
    here.submitted("2")
    here.submitted("3")
    assert waiting(here, Role.CREDIT_MANAGER)["/credit/holds/"] == (2, [("EUR", Decimal("595.00"))])
    assert "/credit/holds/" not in waiting(here, Role.SALES_REP)
    assert waiting(here, Role.SALES_REP)["/orders/"][0] == 2  # held; drafts have the same address
    first = here.invoiced  # noqa: F841 - nobody's queue
    assert waiting(here, Role.CREDIT_MANAGER)["/dunning/"] == (0, [])


def test_nobody_is_asked_to_decide_on_their_own_doing() -> None:
    here = world()
    both = make.user_with(Role.CREDIT_MANAGER, here.company)
    both.memberships.create(company=here.company, role=Role.FINANCE_MANAGER)
    import_free = {queue.label: queue.count for queue in worklist(here.company, both)}
    assert not any(import_free.values())


def test_amounts_of_two_currencies_are_not_added(company, customer) -> None:
    clerk = make.user_with(Role.COLLECTOR, company)
    found = item(customer, "119.00")
    disputes.open_dispute(found.pk, amount=Decimal("19.00"), reason="price", by=clerk, on=DAY)
    (queue,) = [q for q in worklist(company, clerk) if q.url.startswith("/disputes/")]
    assert (queue.count, queue.amounts, queue.since) == (1, [("EUR", Decimal("19.00"))], DAY)


@pytest.mark.parametrize("role", list(Role))
def test_home_opens_for_every_role_at_a_constant_price(
    company, customer, role, django_assert_max_num_queries
) -> None:
    client = browser(make.user_with(role, company))
    item(customer)
    with django_assert_max_num_queries(25) as first:
        assert client.get("/").status_code == 200
    for _ in range(4):
        item(make.customer(company))
    with django_assert_max_num_queries(len(first)):
        client.get("/")


# --- reports -------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", REPORTS)
def test_reports_open_export_and_do_not_ask_per_row(
    company, customer, boss, name, django_assert_max_num_queries
) -> None:
    item(customer)
    with django_assert_max_num_queries(45) as first:
        assert boss.get(url(name)).status_code == 200
    for _ in range(4):
        found = item(make.customer(company))
        paid(company, "119.00", found.document_number)
    with django_assert_max_num_queries(len(first)):
        boss.get(url(name))
    assert boss.get(url(name), {"export": "csv"}).status_code == 200
    assert boss.get(url(name), {"export": "xlsx"}).status_code == 200


def test_the_ageing_file_is_the_page(company, customer, boss) -> None:
    item(customer, "119.00")
    item(make.customer(company, "=1+1"), "59.50")
    asked = {"as_of": "2026-05-01", "export": "csv"}
    text = b"".join(boss.get(url("ageing"), asked).streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[1] for row in rows[1:]] == ["'=1+1", "Käufer AG", ""]
    assert rows[-1][-2:] == ["178.50", "100.0"]
    asked["export"] = "xlsx"
    book = load_workbook(io.BytesIO(b"".join(boss.get(url("ageing"), asked).streaming_content)))
    assert book.active.cell(row=4, column=11).value == pytest.approx(178.5)


@pytest.mark.parametrize("day", ["nonsense", "2026-02-30", "31.31.2026"])
def test_a_day_that_is_none_is_said_beside_the_field(boss, day: str) -> None:
    for name in MONEY:
        if name in ("times", "promises"):
            continue
        field = "first" if name in SPANS else "as_of"
        assert boss.get(url(name), {field: day}).status_code == 422


def test_a_span_upside_down(boss) -> None:
    asked = {"first": "2026-02-01", "last": "2026-01-01"}
    assert boss.get(url("sales"), asked).status_code == 422


@pytest.mark.parametrize("by", ["rep", "product", "customer", "nonsense"])
def test_sales_by(by: str) -> None:
    here = world()
    here.invoiced("2")
    page = browser(here.by(Role.SALES_MANAGER)).get(
        url("sales"), {"by": by, "first": "2026-03-01", "last": "2026-03-31"}
    )
    assert "200.00" in page.content.decode()


def test_a_rep_sees_their_own_sales_and_no_receivables() -> None:
    here = world()
    here.invoiced("2")
    other = browser(make.user_with(Role.SALES_REP, here.company))
    asked = {"first": "2026-03-01", "last": "2026-03-31"}
    assert "200.00" not in other.get(url("sales"), asked).content.decode()
    rep = browser(here.by(Role.SALES_REP))
    assert "200.00" in rep.get(url("sales"), asked).content.decode()
    for name in MONEY:
        assert rep.get(url(name)).status_code == 403
    assert "Aged receivables" not in rep.get(url("index")).content.decode()


def test_the_warehouse_has_no_reports(company) -> None:
    packer = browser(make.user_with(Role.WAREHOUSE, company))
    for name in (*REPORTS, "index"):
        assert packer.get(url(name)).status_code == 403


# --- the command ---------------------------------------------------------------------------------
def run(*words: str) -> tuple[int, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("report", *words, stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), err.getvalue()
    return 0, out.getvalue()


def test_the_report_command(company, customer) -> None:
    item(customer, "119.00")
    here = ("--company", company.code)
    code, text = run("ageing", "--as-of", "2026-04-01", "--json", *here)
    shown = json.loads(text)
    assert (code, shown["totals"][0]["balance_amount"]) == (0, "119.00")
    assert shown["rows"][0]["overdue_amount"] == "119.00"
    code, text = run("dso", "--as-of", "2026-03-31", "--json", *here)
    assert json.loads(text)["receivable_amount"] == "119.00"
    assert "Käufer AG" in run("ageing", *here)[1]
    assert "DSO count-back" in run("dso", *here)[1]


def test_the_report_command_names_what_is_wrong(company) -> None:
    assert run("ageing", "--as-of", "soon", "--company", company.code) == (
        2,
        "“soon” is no date: write YYYY-MM-DD.\n",
    )
    assert run("ageing", "--company", "nowhere")[0] == 2
