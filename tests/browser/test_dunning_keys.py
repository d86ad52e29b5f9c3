"""A dunning run in Chromium, by keyboard alone: look, leave out, approve."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

import dunning.services as dunning
from dunning.models import DunningNotice, DunningRun
from tests import make
from tests.browser.people import settle, shoot
from tests.dunning.make import ROBOT, late, lender

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(chromium, live_server, browser_options):
    """The proposal of a day with two customers, before a finance manager."""
    company = lender()
    for name, gross in (("Acme Anlagenbau GmbH", "6210.00"), ("Borg AS", "840.50")):
        customer = make.customer(company, name)
        customer.contacts.create(name="AP", email="ap@x.example", receives_reminders=True)
        late(customer, gross)
    run = dunning.propose(company, by=ROBOT, on=company.today())
    client = Client()
    client.force_login(make.user_with("finance_manager", company))
    context = chromium.new_context(**browser_options)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{live_server.url}/dunning/{run.pk}/")
    settle(page)
    yield page
    context.close()
    assert not errors


def test_look_leave_out_and_approve(page: Page) -> None:
    page.keyboard.press("j")
    expect(page.locator("tr.is-at")).to_have_count(1)
    page.keyboard.press("v")
    expect(page.locator("#look-title")).to_have_text("Acme Anlagenbau GmbH")
    expect(page.locator("iframe.o2c-look")).to_be_visible()
    shoot(page, "dunning-look")
    page.keyboard.press("e")
    reason = page.locator("#run-side [name=reason]")
    expect(reason).to_be_focused()
    page.keyboard.type("Their manager calls")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_load_state("load")
    expect(page.locator(".o2c-tabs [aria-current]")).to_contain_text("1")
    assert DunningNotice.objects.get(customer__name__startswith="Acme").state == "excluded"
    page.locator("[name=although_stale]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("840.50")
    expect(dialog).to_contain_text("Level 1: 1")
    shoot(page, "dunning-approve")
    dialog.locator("button", has_text="Approve run").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_visible()
    page.wait_for_url("**/jobs/**")
    assert DunningRun.objects.get().state in {"approved", "sent"}
