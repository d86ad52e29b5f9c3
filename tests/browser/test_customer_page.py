"""The customer's page by keyboard: tabs, a call logged from the side, a promise that pauses."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from core.roles import Role
from dunning.models import DunningHold
from tests.world import MONDAY, world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(chromium, live_server, browser_options):
    """A collector on the page of a customer who owes one invoice."""
    here = world()
    here.invoiced("2", on=MONDAY)
    client = Client()
    client.force_login(here.by(Role.COLLECTOR))
    context = chromium.new_context(**browser_options)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{live_server.url}{here.customer.get_absolute_url()}")
    yield page
    context.close()
    assert not errors


def test_digits_change_the_tab_and_its_address(page):
    expect(page.locator("#customer-tab [aria-current=page]")).to_have_text("Open items")
    page.keyboard.press("4")
    expect(page.locator("#customer-tab [aria-current=page]")).to_have_text("Invoices")
    page.wait_for_url(re.compile(r"/customers/\d+/invoices$"))
    page.reload()
    expect(page.locator("#customer-tab [aria-current=page]")).to_have_text("Invoices")


def test_c_logs_a_call_and_closing_gives_the_focus_back(page):
    page.keyboard.press("c")
    panel = page.locator("#drawer")
    expect(panel.locator("[name=outcome]:checked")).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator("a[data-key=c]")).to_be_focused()
    page.keyboard.press("c")
    panel.locator("[name=text]").fill("Will look into it.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".o2c-happenings", has_text="Will look into it.")).to_be_visible()


def test_b_notes_a_promise_that_pauses_the_reminders(page):
    page.keyboard.press("b")
    panel = page.locator("#drawer")
    panel.locator("[name=promised_on]").fill("+7")
    panel.locator("[name=promised_amount]").fill("100")
    panel.locator("[name=is_pausing]").check()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".o2c-pin", has_text="Reminders paused until")).to_be_visible()
    expect(page.locator(".o2c-figures")).to_contain_text("promised for")
    assert DunningHold.objects.count() == 1
