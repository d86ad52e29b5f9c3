"""Order entry in Chromium, by keyboard alone: the contract that people's fingers rely on."""

import re

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from catalog.models import Product
from orders.models import Order
from tests.browser.people import answered
from tests.fulfillment import make as warehouses
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


def test_who_types_faster_than_the_answers_loses_nothing(page):
    page.locator("#id_customer").focus()
    page.keyboard.type("acme")
    page.keyboard.press("Enter")
    expect_focus(page, "id_po_number")
    page.keyboard.type("PO-7")
    page.locator("#article-r1").focus()
    page.keyboard.type("A-100")
    page.keyboard.press("Tab")
    page.keyboard.type("40")
    expect(page.locator("[data-total=net]")).to_have_text("3,440.00")
    expect(page.locator("#article-r1")).to_have_value("A-100")
    expect(page.locator("#quantity-r1")).to_have_value("40")
    expect(page.locator("#id_po_number")).to_have_value("PO-7")


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


def test_enter_goes_down_and_a_copy_from_above_is_priced(page):
    head(page)
    for article in ("A-100", "A-230"):
        choose(page, article)
        page.keyboard.type("2")
        page.keyboard.press("Enter")
    page.locator("#quantity-r1").focus()
    page.keyboard.press("Enter")
    expect_focus(page, "quantity-r2")
    page.locator("#article-r3").focus()
    page.keyboard.press("Control+'")
    expect(page.locator("#article-r3")).to_have_value("A-230")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+'")
    expect(page.locator("[data-total=net]")).to_have_text("244.00")


def test_rows_move_by_keys_and_by_buttons(page):
    head(page)
    for article in ("A-100", "A-230"):
        choose(page, article)
        page.keyboard.press("Enter")
    articles = page.locator("[data-cell=article]")
    page.locator("#quantity-r2").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect_focus(page, "quantity-r2")
    expect(articles.first).to_have_value("A-230")
    page.locator("tr[data-row=r2] [data-move=down]").click()
    expect(articles.first).to_have_value("A-100")


def test_the_empty_last_row_is_no_trap(page):
    head(page)
    choose(page, "A-100")
    page.locator("#discount-r1").focus()
    page.keyboard.press("Tab")
    page.locator("#grid tbody tr").last.locator("[data-cell=article]").focus()
    page.keyboard.press("Tab")
    expect_focus(page, "id_note")


def test_f2_shows_a_line_and_steps_to_the_next(page):
    head(page)
    for article in ("A-100", "B-1"):
        choose(page, article)
        page.keyboard.press("Enter")
    expect(page.locator("[data-total=net]")).to_have_text("498.00")
    page.locator("#quantity-r1").focus()
    page.keyboard.press("F2")
    panel = page.locator("#line-dialog")
    expect(panel.locator("[data-line=name]")).to_have_text("Valve DN25")
    panel.locator("#line-reference").fill("their 10")
    page.keyboard.press("Alt+ArrowDown")
    expect(panel.locator("[data-line=name]")).to_have_text("Pump")
    page.keyboard.press("Escape")
    expect_focus(page, "quantity-r2")
    expect(page.locator("tr[data-row=r1] [name=row_reference]")).to_have_value("their 10")


def test_what_is_short_is_said_and_split(page):
    product = Product.objects.get(number="A-230")
    warehouses.stock(warehouses.warehouse(product.company), product, "60")
    head(page)
    choose(page, "A-230")
    page.keyboard.type("100")
    row = page.locator("tr[data-row=r1]")
    expect(row.locator("[data-stock]")).to_have_text("60 in stock, 40 wait")
    row.locator("[data-split]").click()
    expect(page.locator("#quantity-r1")).to_have_value("60")
    quantities = page.locator("[data-cell=quantity]")
    expect(quantities.nth(1)).to_have_value("40")
    expect(page.locator("[data-total=net]")).to_have_text("1,800.00")


def test_a_pasted_sheet_is_priced_before_it_is_added(page):
    head(page)
    page.locator("[data-open-dialog=paste-dialog]").click()
    page.locator("#paste-text").fill("A-100\t2\nNOPE\t1")
    preview = page.locator("#paste-rows tr")
    expect(preview.first).to_contain_text("172.00")
    expect(preview.nth(1)).to_contain_text("not in the catalog")
    expect(page.locator("[data-paste]")).to_have_text("Add 2 rows")


def test_somebody_elses_change_is_shown_beside_ones_own(page):
    head(page)
    choose(page, "A-100")
    page.keyboard.type("7")
    answered(page, "window.o2cOrder.autosave()")
    expect(page.locator("#saved-at")).to_have_attribute("data-state", "saved")
    order = Order.objects.get()
    Order.objects.filter(pk=order.pk).update(version=order.version + 1, note="From Mara")
    page.locator("#quantity-r1").fill("9")
    page.keyboard.press("F4")
    page.locator("#charge-amount-c1").fill("5")
    answered(page, "window.o2cOrder.autosave()")
    rows = page.locator("#conflict-rows tr")
    expect(rows.first).to_contain_text("From Mara")
    expect(rows.nth(1)).to_contain_text("9 × A-100")
    expect(rows.nth(1)).to_contain_text("7 × A-100")
    expect(rows.nth(2)).to_contain_text("Freight · 5")
    page.locator("[data-conflict=mine]").click()
    expect(page.locator("#saved-at")).to_have_attribute("data-state", "saved")
    assert (order.lines.get().quantity, order.charges.get().amount) == (9, 5)


def test_a_used_order_number_and_a_lost_connection_are_told(page):
    head(page)
    choose(page, "A-100")
    answered(page, "window.o2cOrder.autosave()")
    expect(page.locator("#saved-at")).to_have_attribute("data-state", "saved")
    page.goto(page.url.split("/orders/")[0] + "/orders/new")
    head(page)
    expect(page.locator("#po-used")).to_contain_text(Order.objects.get().number)
    page.context.set_offline(True)
    page.keyboard.type("A")
    expect(page.locator("#offline-bar")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#offline-bar")).to_be_hidden()
    page.evaluate("document.getElementById('order-form').dataset.clean = 'yes'")


def saved_in_part(page: Page) -> None:
    """A draft of one good line, and one with a discount that no one gives, saved by itself."""
    head(page)
    choose(page, "A-100")
    page.keyboard.type("7")
    page.locator("#article-r2").focus()
    choose(page, "A-230")
    page.locator("#discount-r2").fill("-5")
    answered(page, "window.o2cOrder.autosave()")
    expect(page.locator("#saved-at")).to_contain_text("kept in this browser")


def test_a_line_with_errors_is_back_after_a_reload(page):
    saved_in_part(page)
    assert Order.objects.get().lines.count() == 1
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#saved-at")).to_contain_text("is back")
    expect(page.locator("[data-cell=discount]").nth(1)).to_have_value("-5")
    expect(page.locator("[data-cell=article]").nth(1)).to_have_value("A-230")
    expect(page.locator("[data-error]").nth(1)).to_have_text("Enter 0 to 100 %.")
    expect(page.locator("[data-total=net]")).to_have_text("602.00")
    page.locator("[data-cell=discount]").nth(1).fill("5")
    answered(page, "window.o2cOrder.autosave()")
    expect(page.locator("#saved-at")).to_have_attribute("data-state", "saved")
    assert Order.objects.get().lines.count() == 2
    assert page.evaluate("localStorage.length") == 0


def test_a_wrong_cell_shows_all_of_what_was_typed(page):
    saved_in_part(page)
    wrong, right = page.locator("#discount-r2"), page.locator("#discount-r1")
    expect(wrong).to_have_class(re.compile("is-invalid"))
    padding = "cell => getComputedStyle(cell).paddingInlineEnd"
    assert wrong.evaluate(padding) == right.evaluate(padding)


def test_a_wrong_day_is_told_and_a_short_one_is_written_out(page):
    head(page)
    day, problem = page.locator("#id_requested"), page.locator("#id_requested_error")
    expect(problem).to_be_hidden()
    day.fill("31.02")
    page.locator("#id_note").focus()
    expect(problem).to_contain_text("“31.02” is not a date.")
    answered(page, "window.o2cOrder.autosave()")
    expect(page.locator("#saved-at")).to_contain_text("not saved yet: “31.02” is not a date.")
    day.fill("+30")
    page.locator("#id_note").focus()
    expect(problem).to_be_hidden()
    expect(day).not_to_have_value("+30")
    expect(day).to_have_value(re.compile(r"\d{4}"))


def test_an_unknown_article_is_named_beside_a_wrong_quantity(page):
    head(page)
    page.keyboard.type("ZZ-999")
    page.locator("#quantity-r1").fill("0")
    page.locator("#id_note").focus()
    error = page.locator("[data-error]").first
    expect(error).to_contain_text("Enter more than 0.")
    expect(error).to_contain_text("“ZZ-999” is not in the catalog")


def charged(page: Page) -> None:
    """A line of 172.00 with freight and a percentage, all by keys."""
    head(page)
    choose(page, "A-100")
    page.keyboard.type("2")
    page.keyboard.press("F4")
    expect_focus(page, "charge-reason-c1")
    page.keyboard.press("Tab")
    page.keyboard.type("Express")
    page.keyboard.press("Tab")
    page.keyboard.type("12.50")
    page.keyboard.press("Enter")
    expect_focus(page, "charge-reason-c2")
    page.locator("#charge-reason-c2").select_option("95")
    page.locator("#charge-percent-c2").fill("3")
    expect(page.locator("[data-total=charges]")).to_have_text("7.34")
    expect(page.locator("[data-total=net]")).to_have_text("179.34")


def test_charges_by_keys_are_summed_up_and_stored(page):
    charged(page)
    expect(page.locator("#charge-spread-c2")).to_be_hidden()
    page.locator("#charge-amount-c1").fill("x")
    expect(page.locator("#charge-words-c1")).to_contain_text("“x” is not a number")
    page.locator("#charge-amount-c1").fill("12.50")
    expect(page.locator("#charge-words-c1")).to_be_empty()
    page.locator("[data-cell=article]").last.focus()
    page.keyboard.press("Tab")
    expect_focus(page, "charge-reason-c1")
    page.locator("[data-save]").click()
    page.wait_for_url(re.compile(r"/orders/\d+/$"))
    order = Order.objects.get()
    assert [(one.reason, str(one.signed_amount)) for one in order.charges.all()] == [
        ("Express", "12.50"),
        ("", "-5.16"),
    ]


def test_a_discount_does_not_wait_for_the_last_invoice(page):
    charged(page)
    spread = page.locator("#charge-spread-c1")
    spread.select_option("last")
    page.locator("#charge-reason-c1").select_option("95")
    expect(spread).to_have_value("pro_rata")
    expect(page.locator("#charge-spread-c1 [value=last]")).to_be_disabled()


def test_charges_come_back_after_a_reload_and_go_by_a_key(page):
    charged(page)
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("[data-total=net]")).to_have_text("179.34")
    rows = page.locator("#charges tbody tr")
    expect(rows).to_have_count(2)
    page.locator("#charge-percent-c2").focus()
    page.keyboard.press("Control+Delete")
    expect(page.locator("[data-total=net]")).to_have_text("184.50")
    expect_focus(page, "charge-reason-c1")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+Delete")
    expect(page.locator("#charges")).to_be_hidden()
    expect(page.locator("[data-total=charges]")).to_be_hidden()
    expect(page.locator("[data-add-charge]")).to_be_focused()
    page.evaluate("document.getElementById('order-form').dataset.clean = 'yes'")
