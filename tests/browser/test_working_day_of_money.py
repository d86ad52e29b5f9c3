"""The working day of those who look after the money, by keyboard alone: no pointer here either.

They work in a company with one customer, who owes for one old invoice: what a run proposes and
what a payment is matched with does not depend on the day of the week.
"""

import csv
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from o2c.demo.bank import Bank, Payment
from tests.browser.keyboard import confirm, tab_to, tab_to_field, type_keys
from tests.browser.late_payer import LatePayer, add_late_payer
from tests.browser.people import People, settle
from tests.suite import Suite

pytestmark = pytest.mark.browser

AR, COLLECTOR, CREDIT = "ar@demo.example", "collector@demo.example", "credit@demo.example"
FINANCE, AUDITOR = "finance@demo.example", "auditor@demo.example"
STRANGER_IBAN = "DE02120300000000202051"


@pytest.fixture(scope="module")
def late(running_suite: Suite) -> LatePayer:
    """A customer who owes 357.00 and is 15 days late."""
    return add_late_payer(running_suite)


@pytest.fixture(scope="module")
def people(running_suite: Suite, chromium: Browser, late: LatePayer) -> Iterator[People]:
    """Everybody at their keyboards, in that company."""
    options: dict[str, object] = {"locale": "en-GB", "viewport": {"width": 1280, "height": 900}}
    found = People(chromium, running_suite.base_url, late.company, options)
    yield found
    found.close()
    assert not found.troubles, "\n".join(found.troubles)


def test_importing_a_bank_file_and_matching_it(people: People, late: LatePayer) -> None:
    page = people.page(AR)
    page.on("filechooser", lambda _chooser: None)  # from now on none opens on the screen
    page = people.go(AR, "/receivables/bank-files")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receivables/bank-files/import")
    tab_to_field(page, "id_file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    content = _statement(late)
    chooser.value.set_files(
        files=[{"name": "today.xml", "mimeType": "application/xml", "buffer": content}]
    )
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/receivables/bank-files/\d+$"))
    expect(page.locator("main")).to_contain_text("3 new, 0 known, 0 matched by itself")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("/receivables/matching"))
    current = page.locator("li.is-current")
    expect(current.locator("[data-match-focus]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("li.is-done")).to_have_count(1)
    expect(page.locator("li.is-done")).to_contain_text("100.00")
    expect(current.locator("[data-match-focus]")).to_be_focused()
    page.keyboard.press("q")
    expect(current.locator("[name=note]")).to_be_focused()
    page.keyboard.type("Do we know them?")
    page.keyboard.press("Control+Enter")
    expect(page.locator("li.is-done")).to_have_count(2)
    expect(page.locator("#match-counts")).to_contain_text("To match 1")
    page = people.go(AR, f"/receivables/items?q={late.number}")
    expect(page.locator("tbody")).to_contain_text("257.00")


def test_proposing_and_approving_a_dunning_run(people: People, late: LatePayer) -> None:
    page = people.go(COLLECTOR, "/dunning/")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/dunning/propose")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/dunning/\d+/$"))
    expect(page.locator("main table")).to_contain_text(late.customer)
    page = people.go(FINANCE, "/dunning/?state=proposed")
    type_keys(page, "j", "Enter")
    page.wait_for_url(re.compile(r"/dunning/\d+/$"))
    settle(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#confirm-dialog")).to_contain_text("1 reminder goes out")
    confirm(page)
    page.wait_for_url(re.compile(r"/jobs/\d+"))
    expect(page.get_by_role("region", name="Progress")).to_contain_text("1 of 1", timeout=60_000)


def test_proposing_a_limit_and_approving_it(people: People, late: LatePayer) -> None:
    page = people.go(CREDIT, f"{late.address}/terms")
    tab_to(page, "Propose limit")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/credit/customers/\d+/limit"))
    tab_to_field(page, "id_amount")
    page.keyboard.press("Control+a")
    page.keyboard.type("12500")
    page.keyboard.press("Tab")
    page.keyboard.type("They grow")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(rf"{late.address}$"))
    page = people.go(FINANCE, "/credit/limits/?state=proposed")
    type_keys(page, "j", "Enter")
    page.wait_for_url(re.compile(r"/credit/limits/\d+/"))
    page.keyboard.press("Control+Enter")
    expect(page.locator(".o2c-doc-badges")).to_contain_text("approved")
    expect(page.locator("main")).to_contain_text("They grow")


def test_noting_a_promise(people: People, late: LatePayer) -> None:
    page = people.go(COLLECTOR, late.address)
    page.keyboard.press("b")
    expect(page.locator("#drawer [name=outcome]:checked")).to_be_focused()
    tab_to_field(page, "id_promised_amount", most=12)
    page.keyboard.press("Control+a")
    page.keyboard.type("57")
    page.keyboard.press("Tab")
    page.keyboard.type("+7")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#drawer")).to_be_hidden()
    expect(page.locator(".o2c-figures")).to_contain_text("57.00")
    expect(page.locator(".o2c-figures")).to_contain_text("promised for")


def test_opening_and_deciding_a_dispute(people: People, late: LatePayer) -> None:
    page = people.go(COLLECTOR, f"/invoices/?q={late.number}")
    type_keys(page, "j", "Enter")
    page.wait_for_url(re.compile(r"/invoices/\d+/"))
    settle(page)
    page.keyboard.press(".")
    expect(page.locator(".dropdown-menu.show")).to_be_visible()
    tab_to(page, "Open a dispute", most=12)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/disputes/items/\d+/open"))
    tab_to_field(page, "id_amount")
    page.keyboard.press("Control+a")
    page.keyboard.type("40")
    page.keyboard.press("Tab")
    page.keyboard.type("Quality")
    page.keyboard.press("Tab")
    page.keyboard.type("One came scratched")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/disputes/\d+/$"))
    expect(page.locator("main")).to_contain_text("One came scratched")
    page = people.go(AR, page.url)
    tab_to_field(page, "id_decision")
    page.keyboard.type("Our")
    page.keyboard.press("Tab")
    page.keyboard.type("The photographs show no scratch")
    page.keyboard.press("Control+Enter")
    confirm(page)
    expect(page.locator(".o2c-doc-badges")).to_contain_text("rejected")


def test_taking_the_ageing_along_as_a_file(people: People, late: LatePayer) -> None:
    page = people.go(AUDITOR, "/reports/ageing")
    total = page.locator("tfoot td.o2c-num").last.inner_text()
    tab_to(page, "CSV", most=60)
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    with open(download.value.path(), encoding="utf-8-sig") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert any(late.customer in cell for row in rows for cell in row)
    assert any(_plain(total) in cell for row in rows for cell in row), (total, rows)


def _statement(late: LatePayer) -> bytes:
    """Today's, all from people nobody knows: a part of what is owed, and two sums for nothing."""
    payments = [
        Payment(Decimal("100.00"), "P. Herbst", STRANGER_IBAN, f"Teil von {late.number}"),
        Payment(Decimal("55.00"), "M. Sommer", "DE33370400440001234567", "Danke"),
        Payment(Decimal("11.00"), "K. Winter", "DE75512108001245126199", "Gruss"),
    ]
    bank = Bank(late.iban, "EUR")
    bank.count, bank.balance = 1, Decimal(late.balance)  # after the fixture's statement
    return bank.statement(datetime.now(ZoneInfo("Europe/Berlin")).date(), payments)


def _plain(figure: str) -> str:
    return re.sub(r"[^\d.]", "", figure)
