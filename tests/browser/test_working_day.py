"""The journeys of a working day, by keyboard alone: no test here touches a pointer.

The seventh and eighth, matching payments and putting one on account, are in
``test_matching_keys.py``, the days of those who look after the money in
``test_working_day_of_money.py``.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from o2c.demo.cast import COMPANIES
from tests.browser.keyboard import choose, confirm, tab_to, tab_to_field, type_keys
from tests.browser.people import People, settle
from tests.suite import Suite

pytestmark = pytest.mark.browser

REP, CREDIT, STOCK = "rep@demo.example", "credit@demo.example", "warehouse@demo.example"
BILLING, COLLECTOR = "billing@demo.example", "collector@demo.example"
FINANCE, AUDITOR = "finance@demo.example", "auditor@demo.example"


@pytest.fixture(scope="module")
def people(running_suite: Suite, chromium: Browser) -> Any:
    """Everybody at their keyboards, in the German company."""
    options = {"locale": "en-GB", "viewport": {"width": 1280, "height": 900}}
    found = People(chromium, running_suite.base_url, COMPANIES[0]["name"], options)
    yield found
    found.close()
    assert not found.troubles, "\n".join(found.troubles)


def test_1_logging_in(people: People) -> None:
    page = people.fresh().new_page()
    page.goto(f"{people.url}/accounts/login/")
    tab_to(page, "Sales representative")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{people.url}/")
    expect(page.locator("h1")).to_contain_text("Good")
    page.context.close()


def test_2_entering_an_order(people: People) -> None:
    page = people.go(REP, "/")
    type_keys(page, "g", "o")
    page.wait_for_url("**/orders/")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/orders/new")
    expect(page.locator("#id_customer")).to_be_focused()
    choose(page, "Brau")
    expect(page.locator("#id_po_number")).to_be_focused()
    page.keyboard.type("WD-2")
    tab_to_field(page, "article-r1", most=20)
    for row, (article, quantity) in enumerate((("KH", "2"), ("SF", "1")), start=1):
        expect(page.locator(f"#article-r{row}")).to_be_focused()
        choose(page, article)
        expect(page.locator(f"#quantity-r{row}")).to_be_focused()
        page.keyboard.type(quantity)
        page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/orders/\d+/$"))
    expect(page.locator(".o2c-doc-badges")).to_contain_text(re.compile("released|on hold"))


def test_3_finding_a_document_by_its_number(people: People) -> None:
    page = people.go(BILLING, "/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-input")).to_be_focused()
    page.keyboard.type("RE-000010")
    expect(page.locator("#palette-results [aria-selected=true]")).to_contain_text("RE-000010")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/invoices/\d+/"))
    expect(page.locator("h1")).to_have_text("RE-000010")


def test_4_deciding_on_a_held_order(people: People) -> None:
    page = people.go(CREDIT, "/credit/")
    first = page.locator("#case-title").inner_text()
    page.keyboard.press("1")
    expect(page.locator("#id_reason")).to_be_focused()
    page.keyboard.type("Long-standing customer, pays on time")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#case-title")).not_to_have_text(first)
    expect(page.locator("#toasts")).to_contain_text("is released")
    page.keyboard.press("s")
    settle(page)
    expect(page.locator("#case-title")).to_be_visible()


def test_5_picking_and_dispatching(people: People) -> None:
    page = people.go(STOCK, "/fulfillment/to-pick/")
    type_keys(page, "j", "x")
    expect(page.locator("[data-bulk-count]")).to_have_text(re.compile("^1 selected"))
    tab_to(page, "Create pick lists", most=200)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/fulfillment/shipments/"))
    if not re.search(r"/\d+/$", page.url):
        type_keys(page, "j", "Enter")
        page.wait_for_url(re.compile(r"/fulfillment/shipments/\d+/$"))
    for _line in range(page.locator("[data-pick-line], .o2c-pick-line").count()):
        type_keys(page, "j", "x")
    page.keyboard.press("Control+Enter")
    confirm(page)
    expect(page.locator(".o2c-doc-badges")).to_contain_text("dispatched")


def test_6_issuing_a_draft(people: People) -> None:
    page = people.go(BILLING, "/invoices/?state=draft")
    type_keys(page, "j", "Enter")
    page.wait_for_url(re.compile(r"/invoices/\d+/"))
    page.keyboard.press("Control+Enter")
    confirm(page)
    expect(page.locator("h1")).to_have_text(re.compile(r"RE-\d+"))


def test_9_noting_a_call(people: People) -> None:
    page = people.go(COLLECTOR, "/customers/")
    type_keys(page, "j", "Enter")
    page.wait_for_url(re.compile(r"/customers/\d+"))
    settle(page)
    page.keyboard.press("c")
    expect(page.locator("#drawer form")).to_be_visible()
    tab_to(page, "", most=1)
    page.locator("#drawer textarea").focus()
    page.keyboard.type("Will pay on Friday, approval was missing")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("Will pay on Friday")


def test_11_following_a_figure_to_its_documents(people: People) -> None:
    page = people.go(AUDITOR, "/reports/ageing")
    tab_to(page, "C-000", most=150)
    type_keys(page, "Tab", "Tab", "Enter")
    page.wait_for_url(re.compile(r"/reports/items\?.*customer="))
    expect(page.locator("tbody tr").first).to_be_visible()


def test_12_keeping_a_view_and_asking_for_help(people: People) -> None:
    page = people.go(FINANCE, "/invoices/")
    page.keyboard.press("f")
    expect(page.locator("[data-filter-search]")).to_be_focused()
    page.keyboard.type("Brau")
    expect(page.locator(".o2c-chip")).to_contain_text("Brau")
    tab_to(page, "Views")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Brewery")
    page.keyboard.press("Enter")
    expect(page.locator(".o2c-tab-view[aria-current]")).to_have_text("Brewery")
    page.locator("main").focus()
    page.keyboard.press("h")
    expect(page.locator("#help-body h3")).to_have_text("Invoices")
