"""Order entry in Chromium, by keyboard alone: the contract that people's fingers rely on."""

import re

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from orders.models import Order
from tests.orders import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(chromium, live_server, browser_options):
    """The empty entry page of a rep in a company with three articles."""
    at = make.company()
    for number, name, price in (
        ("A-100", "Valve DN25", "86.00"), ("A-230", "Seal kit", "18.00"), ("B-1", "Pump", "412.00"),
    ):  # fmt: skip
        make.product(at, number, price, name=name)
    make.customer(at, "C-1", name="Acme Anlagenbau GmbH")
    client = Client()
    client.force_login(make.rep(at))
    context = chromium.new_context(**browser_options)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{live_server.url}/orders/new")
    yield page
    context.close()
    assert not errors


def choose(page: Page, text: str) -> None:
    """Type into the focused combobox and take the first answer."""
    page.keyboard.type(text)
    expect(page.locator("[role=listbox]:not([hidden]) [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")


def expect_focus(page: Page, element_id: str) -> None:
    """The focus is (soon) there."""
    expect(page.locator(f"#{element_id}")).to_be_focused()


def head(page: Page) -> None:
    """Choose the customer and go to the first row."""
    page.locator("#id_customer").focus()
    choose(page, "acme")
    expect_focus(page, "id_po_number")
    page.keyboard.type("PO-1")
    page.locator("#article-r1").focus()


def test_five_lines_by_keyboard_then_submit(page):
    head(page)
    for number, (article, quantity) in enumerate(
        [("A-100", "40"), ("A-230", "100"), ("B-1", "2"), ("A-100", "1"), ("A-230", "3")], start=1
    ):
        expect_focus(page, f"article-r{number}")
        choose(page, article)
        expect_focus(page, f"quantity-r{number}")
        page.keyboard.type(quantity)
        page.keyboard.press("Enter")
    expect(page.locator("[data-total=net]")).to_have_text("6,204.00")
    expect(page.locator("[data-total=gross]")).to_have_text("7,382.76")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/orders/\d+/$"))
    order = Order.objects.get()
    assert order.lines.count() == 5
    assert (order.po_number, order.state in ("released", "on_hold")) == ("PO-1", True)


def test_tab_goes_on_to_a_new_row_and_out_of_the_grid(page):
    head(page)
    choose(page, "A-100")
    expect_focus(page, "quantity-r1")
    for cell in ("price-r1", "discount-r1", "article-r2"):
        page.keyboard.press("Tab")
        expect_focus(page, cell)


def test_arrows_keep_the_column_and_a_row_comes_back(page):
    head(page)
    choose(page, "A-100")
    expect_focus(page, "quantity-r1")
    page.keyboard.press("ArrowDown")
    expect_focus(page, "quantity-r2")
    page.keyboard.press("ArrowUp")
    expect_focus(page, "quantity-r1")
    rows = page.locator("#grid tbody tr")
    before = rows.count()
    page.keyboard.press("Control+Delete")
    expect(rows).to_have_count(before - 1)
    page.locator("[data-undo]").click()
    expect(rows).to_have_count(before)
    expect(page.locator("#article-r1")).to_have_value("A-100")


def test_pasted_rows_are_priced_and_a_bad_one_is_told(page):
    head(page)
    page.locator("[data-open-dialog=paste-dialog]").click()
    page.locator("#paste-text").fill("A-100\t2\nNOPE\t1")
    page.locator("[data-paste]").click()
    expect(page.locator("[data-total=net]")).to_have_text("172.00")
    expect(page.locator("[data-error]", has_text="NOPE")).to_be_visible()


def test_what_was_typed_survives_a_reload(page):
    head(page)
    choose(page, "A-100")
    page.keyboard.type("7")
    expect(page.locator("[data-total=net]")).to_have_text("602.00")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#id_po_number")).to_have_value("PO-1")
    expect(page.locator("[data-total=net]")).to_have_text("602.00")
