"""Home: queues in the person's order, what waits for others, pictures by role; drill-downs."""

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import credit.services as credit
from core import formats
from core.models import SavedView
from core.roles import Role
from reporting.pictures import KeyFigure, Picture, Series
from reporting.reads.recent import recent_documents
from reporting.sheets import Cell, Column, Sheet, Sorting
from reporting.worklist import Arrangement, others, what_is_next, worklist
from tests import make
from tests.receivables.make import DAY, item, ledger
from tests.world import MONDAY, world


# --- pictures, sheets: no database ---------------------------------------------------------------
def picture(**fields: object) -> Picture:
    series = [
        Series("In", [Decimal("10.5"), None], urls=["/a", ""], stack="s"),
        Series("Out", [Decimal(2), Decimal(3)], "red", stack="s"),
    ]
    made = {"key": "p", "title": "P", "definition": "D", "heading": "Week", "currency": "EUR"}
    return Picture(
        **made | {"categories": ["1", "2"], "series": series, "has_total": True} | fields
    )


def test_a_pictures_table_has_its_figures_and_its_links() -> None:
    sheet = picture().sheet()
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["1", Decimal("10.5"), Decimal(2)], ["2", None, Decimal(3)],
    ]  # fmt: skip
    assert sheet.rows[0][1].url == "/a"
    assert [cell.value for cell in sheet.totals[0]][1:] == [Decimal("10.5"), Decimal(5)]


def test_a_pictures_chart_carries_words_for_each_figure() -> None:
    drawn = picture().chart()
    assert drawn["series"][0]["texts"] == ["10.50\xa0EUR", "–"]
    assert drawn["series"][0]["values"] == [10.5, None]
    assert json.dumps(drawn)
    assert picture(series=[Series("In", [None, Decimal(0)])]).is_empty
    assert not picture().is_empty


def test_a_trend_becomes_a_line_within_its_box() -> None:
    figure = KeyFigure("DSO", "41", "…", trend=[Decimal(1), None, Decimal(3), Decimal(2)])
    assert figure.points == "0.00,22.00 50.00,2.00 100.00,12.00"
    assert KeyFigure("DSO", "41", "…", trend=[Decimal(1)]).points == ""


def test_a_sheet_sorts_numbers_by_size_and_nothing_last_and_shows_shares() -> None:
    sheet = Sheet([Column("Name"), Column("Amount", is_amount=True)])
    sheet.rows = [
        [Cell("b"), Cell(Decimal(9))],
        [Cell("A"), Cell(None)],
        [Cell("c"), Cell(Decimal(1))],
    ]
    sheet.totals = [[Cell("Total"), Cell(Decimal(10))]]
    sheet.add_shares("Share", of=1)
    sheet.sort(Sorting(1, is_down=True))
    assert [row[0].value for row in sheet.rows] == ["b", "c", "A"]
    assert [row[2].value for row in sheet.rows] == [Decimal("90.0"), Decimal("10.0"), None]
    sheet.sort(Sorting(0))
    assert [row[0].value for row in sheet.rows] == ["A", "b", "c"]
    assert Sorting(1, is_down=True, query="x=1").of(1).url == "?x=1&sort=1"
    assert Sorting(1).of(1).order == "ascending"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(5, "5 min"), (60, "1 h"), (250, "4 h 10 min"), (60 * 24 * 2, "2 d"), (60 * 52, "2 d 4 h")],
)
def test_how_long_something_waits_in_words(minutes: int, words: str) -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert formats.waiting(now - timedelta(minutes=minutes), now) == words


def test_queues_are_arranged_and_new_ones_come_last() -> None:
    chosen = Arrangement.read(["b", "-a"])
    assert (chosen.order, chosen.hidden) == (("b", "a"), frozenset({"a"}))
    assert chosen.written() == ["b", "-a"]
    assert chosen.ordered(["b", "a", "c"]).act("c", "up").written() == ["b", "c", "-a"]
    assert chosen.act("b", "up") == chosen.act("a", "down") == chosen.act("b", "nonsense") == chosen
    assert chosen.act("a", "show").act("b", "hide").written() == ["-b", "a"]


# --- with a company ------------------------------------------------------------------------------
def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.django_db
def test_a_person_hides_and_moves_queues_for_themselves() -> None:
    company = ledger()
    boss, other = (make.user_with(Role.FINANCE_MANAGER, company) for _n in range(2))
    client, url = browser(boss), reverse("reporting:arrange_home")
    assert client.get("/").context["queues"][0].key == "holds"
    client.post(url, {"queue": "holds", "act": "hide"})
    client.post(url, {"queue": "matching", "act": "up"})
    keys = [queue.key for queue in client.get("/").context["queues"]]
    assert "holds" not in keys
    assert keys.index("matching") < keys.index("deliveries")
    assert browser(other).get("/").context["queues"][0].key == "holds"
    client.post(url, {"queue": "holds", "act": "show"})
    assert client.get("/").context["queues"][0].key == "holds"
    client.post(url, {"queue": "drafts", "act": "hide"})  # not theirs: nothing happens
    assert SavedView.objects.filter(owner=boss, place="home").count() == 1


@pytest.mark.django_db
def test_what_was_handed_on_waits_for_others_and_what_was_done_is_recent() -> None:
    here = world()
    order = here.submitted("2")
    rep, now, boss = here.by(Role.SALES_REP), timezone.now(), here.by(Role.CREDIT_MANAGER)
    credit.propose_limit(here.customer, amount=Decimal(700), reason="More", by=boss, on=MONDAY)
    (queue,) = others(here.company, boss, now=now)
    assert (queue.key, queue.count, queue.amounts) == ("own_limits", 1, [("EUR", Decimal(700))])
    assert others(here.company, rep, now=now) == []
    assert [document.label for document in recent_documents(here.company, rep)] == [order.number]
    assert recent_documents(here.company, here.by(Role.SALES_MANAGER)) == []
    assert recent_documents(make.company_de(), rep) == []


@pytest.mark.django_db
def test_next_are_the_reminders_for_those_who_see_them() -> None:
    here = world()
    at_six = datetime(2026, 3, 2, 6, tzinfo=UTC)
    found = what_is_next(here.company, here.by(Role.COLLECTOR), now=at_six)
    assert found is not None
    assert found.at == datetime(2026, 3, 3, 5, tzinfo=UTC)
    assert what_is_next(here.company, here.by(Role.WAREHOUSE), now=at_six) is None


@pytest.mark.django_db
def test_the_oldest_is_said_with_days_and_hours() -> None:
    here = world()
    here.order("1")
    now = timezone.now() + timedelta(days=2, hours=4)
    queues = {
        queue.key: queue for queue in worklist(here.company, here.by(Role.SALES_REP), now=now)
    }
    assert queues["drafts"].age == "2 d 4 h"


PICTURES = {
    Role.FINANCE_MANAGER: {"cash", "ageing", "dso", "sales"},
    Role.COLLECTOR: {"late", "ageing", "promises", "disputes"},
    Role.CREDIT_MANAGER: {"exposure", "holds", "late", "ageing"},
    Role.SALES_REP: {"sales", "own"},
    Role.WAREHOUSE: {"to-ship", "waiting"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("role", PICTURES)
def test_each_role_sees_its_pictures(role: Role, django_assert_max_num_queries) -> None:
    here = world()
    here.invoiced("1", on=here.company.today())
    here.submitted("2", on=here.company.today())
    client = browser(here.by(role))
    client.get("/")
    with django_assert_max_num_queries(25):
        page = client.get(reverse("reporting:home_pictures"))
    assert (
        set(re.findall(r'<section[^>]* id="picture-([a-z-]+)"', page.content.decode())) - {"stages"}
        == (PICTURES[role])
    )
    key = sorted(PICTURES[role])[0]
    file = client.get(reverse("reporting:home_pictures"), {"picture": key, "export": "csv"})
    assert file["Content-Type"].startswith("text/csv")


# --- drill-down ----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_each_mark_of_the_ageing_leads_to_items_that_sum_to_it() -> None:
    company = ledger()
    customer = make.customer(company, "Käufer AG")
    item(customer, "119.00")
    item(make.customer(company, "Zweite AG"), "59.50", on=DAY + timedelta(days=40))
    client = browser(make.user_with(Role.FINANCE_MANAGER, company))
    asked = {"as_of": (DAY + timedelta(days=50)).isoformat()}
    drawn = client.get(reverse("reporting:ageing"), asked).context["pictures"][0]
    sheet = client.get(reverse("reporting:ageing"), asked).context["sheet"]
    marks = list(zip(drawn.series[0].values, drawn.series[0].urls, strict=True))
    marks += [
        (c.value, c.address) for row in [*sheet.rows, *sheet.totals] for c in row[3:] if c.url
    ]
    assert len([amount for amount, _url in marks if amount]) >= 6
    for amount, url in marks:
        assert client.get(url).context["sheet"].totals[0][-1].value == amount
    stranger = make.user_with(Role.FINANCE_MANAGER, ledger())
    assert browser(stranger).get(marks[0][1]).context["sheet"].totals[0][-1].value == 0


@pytest.mark.django_db
def test_lists_behind_pictures_sum_to_their_marks() -> None:
    """Money of a week, a rep's own orders, orders to pick: the list has what the mark says."""
    here = world()
    today = here.company.today()
    invoice = here.invoiced("2", on=today)
    here.paid(invoice.gross_amount, str(invoice.number), on=today)
    here.submitted("3", on=today)
    finance = browser(here.by(Role.FINANCE_MANAGER))
    board = finance.get(reverse("reporting:dashboard")).context["board"]
    received = board.pictures["cash"].series[0]
    page = finance.get(received.urls[7]).content.decode()
    assert received.values[7] == Decimal("238.00")
    assert page.count("238.00") >= 1
    rep = browser(here.by(Role.SALES_REP))
    own = rep.get(reverse("reporting:home_pictures")).context["pictures"][1].series[0]
    assert own.values[2] == Decimal("357.00")
    assert "357.00" in rep.get(own.urls[2]).content.decode()
    packer = browser(here.by(Role.WAREHOUSE))
    ship = packer.get(reverse("reporting:home_pictures")).context["pictures"][0].series[0]
    at = next(n for n, value in enumerate(ship.values) if value)
    assert ship.values[at] == 1
    assert len(packer.get(ship.urls[at]).context["table"].rows) == 1


@pytest.mark.django_db
def test_three_people_at_the_dashboard() -> None:
    here = world()
    here.invoiced("2", on=here.company.today())
    finance = browser(here.by(Role.FINANCE_MANAGER)).get(reverse("reporting:dashboard"))
    assert finance.context["board"].figures[0].value == "238"
    assert browser(here.by(Role.SALES_REP)).get(reverse("reporting:dashboard")).status_code == 403
    other = browser(make.user_with(Role.FINANCE_MANAGER, ledger()))
    assert other.get(reverse("reporting:dashboard")).context["board"].figures[0].value == "0"


@pytest.mark.django_db
def test_the_proof_line_says_when_items_and_ledger_agree() -> None:
    company = ledger()
    item(make.customer(company), "119.00")
    client = browser(make.user_with(Role.AUDITOR, company))
    page = client.get(reverse("reporting:ageing"), {"as_of": "2026-03-31"}).content.decode()
    assert "119.00 EUR equals the ledger" in page.replace("&#x27;", "'")
