"""The matching desk in Chromium, by keyboard alone."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from receivables.models import BankEntry, BankMatch, EntryQuestion, OpenItem
from tests import make
from tests.receivables.make import item, ledger, paid

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEN = 10


@pytest.fixture
def company():
    """Ten payments that name an invoice and pay too little, and one that names nothing."""
    at = ledger()
    customer = make.customer(at, "Käufer AG")
    for _ in range(TEN):
        owed = item(customer, "119.00")
        paid(at, "100.00", owed.document_number)
    paid(at, "55.00", "danke", name="Unbekannt", iban="DE02120300000000202051")
    make.user_with("auditor", at, name="Mara Kruse")
    return at


@pytest.fixture
def page(chromium, live_server, browser_options, company):
    client = Client()
    client.force_login(make.user_with("ar_accountant", company))
    context = chromium.new_context(**browser_options)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{live_server.url}/receivables/matching")
    expect(page.locator("li.is-current [data-match-focus]")).to_be_focused()
    yield page
    context.close()
    assert not errors


def expect_done(page: Page, count: int) -> None:
    """So many rows are strips, and the focus stands in the row that is open now."""
    expect(page.locator("li.is-done")).to_have_count(count)
    expect(page.locator("li.is-current [data-match-focus]")).to_be_focused()


def test_ten_in_a_row_by_enter(page: Page) -> None:
    for done in range(1, TEN + 1):
        page.keyboard.press("Enter")
        expect_done(page, done)
    assert BankMatch.objects.count() == TEN
    expect(page.locator("#live-status")).to_contain_text("1 left")
    expect(page.locator("#match-counts")).to_contain_text("To match 1")


def test_a_held_enter_matches_once(page: Page) -> None:
    page.keyboard.down("Enter")
    for _ in range(5):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect_done(page, 1)
    assert BankMatch.objects.count() == 1


def test_undo_brings_the_row_back(page: Page) -> None:
    first = page.locator("li.is-current").get_attribute("id")
    page.keyboard.press("Enter")
    expect_done(page, 1)
    page.keyboard.press("u")
    expect_done(page, 0)
    expect(page.locator(f"#{first}")).to_have_class("is-current is-amber")
    assert not OpenItem.objects.filter(kind="invoice", outstanding_amount=19).exists()


def test_header_and_menu_follow_and_rows_left_show_their_proposal(page: Page) -> None:
    first, undo = page.locator("li[data-entry]").first, page.locator("[data-undo-last]")
    expect(undo).to_have_count(0)
    expect(page.locator("#menu-count")).to_have_text("11")
    page.keyboard.press("s")
    expect(first).not_to_have_class("is-current is-amber")
    expect(first.locator(".o2c-match-best")).to_be_visible()
    expect(first.locator(".o2c-match-word")).to_be_visible()
    page.keyboard.press("Enter")
    expect_done(page, 1)
    number = BankMatch.objects.get().payment_item.document_number
    expect(undo).to_have_text(f"Undo {number}")
    expect(page.locator("#menu-count")).to_have_text("10")
    page.keyboard.press("u")
    expect_done(page, 0)
    expect(undo).to_have_count(0)
    expect(page.locator("#menu-count")).to_have_text("11")


def test_skip_walk_and_find(page: Page) -> None:
    rows = page.locator("li[data-entry]")
    page.keyboard.press("s")
    expect(rows.nth(1)).to_have_class("is-current is-amber")
    page.keyboard.press("j")
    expect(rows.nth(2)).to_have_class("is-current is-amber")
    page.keyboard.press("k")
    expect(rows.nth(1)).to_have_class("is-current is-amber")
    page.keyboard.press("f")
    box = page.locator("#find-box")
    expect(box).to_be_focused()
    page.keyboard.type("Käufer")
    expect(page.locator("#find-list tbody tr")).to_have_count(TEN)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("[data-running]")).to_have_text(
        "Selected 119.00, line 100.00, difference −19.00"
    )
    page.keyboard.press("Control+Enter")
    expect_done(page, 1)
    assert OpenItem.objects.filter(outstanding_amount=19).count() == 1


def test_on_account_and_ask(page: Page) -> None:
    page.keyboard.press("a")
    field = page.locator("li.is-current [data-combobox]")
    expect(field).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect_done(page, 1)
    assert BankMatch.objects.get().way == "on_account"
    page.keyboard.press("q")
    expect(page.locator("li.is-current [name=note]")).to_be_focused()
    page.keyboard.type("Whose is this?")
    page.keyboard.press("Control+Enter")
    expect_done(page, 2)
    assert EntryQuestion.objects.get().note == "Whose is this?"
    assert BankEntry.objects.to_match().count() == TEN
