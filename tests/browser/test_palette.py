"""The command palette in Chromium by keyboard alone, and what axe says of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from core.roles import Role
from invoicing.models import Invoice
from tests.browser.people import answered
from tests.world import World, world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = Path("node_modules/axe-core/axe.min.js")


@pytest.fixture
def here() -> World:
    made = world(limit="100000")
    for _ in range(2):
        made.invoiced("3")
    return made


@pytest.fixture
def page(
    here: World, chromium: Browser, live_server: Any, browser_options: dict[str, Any]
) -> Iterator[Page]:
    client = Client()
    client.force_login(here.by(Role.FINANCE_MANAGER))
    context = chromium.new_context(**browser_options, bypass_csp=True)  # axe is put in by script
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{live_server.url}/invoices/")
    yield page
    context.close()
    assert not errors


def chosen(page: Page):
    return page.locator("#palette-results [aria-selected=true]")


def test_an_invoice_is_found_and_opened_by_keys(page: Page, here: World) -> None:
    invoice = Invoice.objects.order_by("pk")[0]
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-input")).to_be_focused()
    page.keyboard.type(str(invoice.number))
    expect(chosen(page)).to_contain_text(str(invoice.number))
    active = page.locator("#palette-input").get_attribute("aria-activedescendant")
    assert chosen(page).get_attribute("id") == active
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/invoices/{invoice.pk}/$"))
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).not_to_be_visible()


def test_enter_waits_for_the_answer_to_what_was_typed(page: Page, here: World) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("Open items")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/receivables/items$"))


def test_arrows_go_round_and_acts_stand_alone_behind_the_sign(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type(">")
    heads = page.locator("#palette-results .o2c-palette-head")
    expect(heads).to_have_text(["Acts"])
    first = page.locator("#palette-option-0")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    last = page.locator("#palette-results [role=option]").last
    expect(last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.type("dark")
    expect(chosen(page)).to_contain_text("Dark look")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_documents_visited_last_come_first(page: Page, here: World, live_server: Any) -> None:
    invoice = Invoice.objects.order_by("pk")[1]
    page.goto(f"{live_server.url}/invoices/{invoice.pk}/")
    page.goto(f"{live_server.url}/orders/")
    page.keyboard.press("Control+k")
    expect(chosen(page)).to_contain_text(str(invoice.number))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/invoices/{invoice.pk}/$"))


@pytest.mark.parametrize("typed", ["", "RE-", "zzzz"])
def test_axe_finds_nothing_in_it(page: Page, here: World, typed: str) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type(typed)
    expect(page.locator("#palette-results")).not_to_be_empty()
    expect(page.locator("#palette-results")).not_to_have_attribute("aria-busy", "true")
    page.add_script_tag(path=AXE)
    found = answered(
        page,
        "axe.run('#palette').then(r => r.violations.map("
        "v => v.id + ': ' + v.nodes.map(n => n.target).join(' ')))",
    )
    assert found == []
