"""The pages of the tour: nothing serious for axe, and no sideways scrolling on a phone."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from o2c.demo.cast import COMPANIES
from tests.browser.people import SHOTS, People, settle
from tests.suite import ROOT, Suite

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules/axe-core/axe.min.js"
FINANCE, REP, CREDIT = "finance@demo.example", "rep@demo.example", "credit@demo.example"
WAREHOUSE, COLLECTOR = "warehouse@demo.example", "collector@demo.example"

TOUR: dict[str, tuple[str, str, bool]] = {
    "login": ("", "/accounts/login/", False),
    "home": (FINANCE, "/", False),
    "orders": (REP, "/orders/", False),
    "order-entry": (REP, "/orders/new", False),
    "order": (REP, "/orders/", True),
    "credit-holds": (CREDIT, "/credit/holds/", False),
    "credit-hold": (CREDIT, "/credit/holds/?state=", True),
    "to-pick": (WAREHOUSE, "/fulfillment/to-pick/", False),
    "shipment": (WAREHOUSE, "/fulfillment/shipments/", True),
    "invoices": (FINANCE, "/invoices/", False),
    "invoice": (FINANCE, "/invoices/", True),
    "bank-file": (FINANCE, "/receivables/bank-files", True),
    "matching": (FINANCE, "/receivables/matching", False),
    "open-items": (FINANCE, "/receivables/items", False),
    "journal": (FINANCE, "/receivables/journal", False),
    "customer": (FINANCE, "/customers/", True),
    "ageing": (FINANCE, "/reports/ageing", False),
    "dunning-run": (COLLECTOR, "/dunning/", True),
}
"""Name -> who looks, where, and whether at the first row's document instead of the list."""


@pytest.fixture(scope="module")
def people(running_suite: Suite, chromium: Browser) -> Any:
    """Everybody's windows, in light; troubles on any page fail the module's last test."""
    options = {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}}
    found = People(chromium, running_suite.base_url, COMPANIES[0]["name"], options)
    yield found
    found.close()


@pytest.mark.parametrize("name", TOUR)
def test_a_page_of_the_tour(people: People, name: str) -> None:
    page = _open(people, *TOUR[name])
    _shoot(page, f"tour-{name}")
    serious = _serious(page)
    page.set_viewport_size({"width": 360, "height": 740})
    _shoot(page, f"phone-{name}")
    too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if SHOTS:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        settle(page)
        _shoot(page, f"dark-{name}")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")
    assert not serious, json.dumps(serious, indent=1)
    assert too_wide <= 0, f"{too_wide} px wider than the window of a phone"
    assert not people.troubles, "\n".join(people.troubles)


def _open(people: People, email: str, path: str, is_first: bool) -> Page:
    if not email:
        page = people.fresh().new_page()
        people.watch(page, "nobody")
        page.goto(people.url + path)
        return page
    page = people.go(email, path)
    if is_first:
        page.locator("tbody a").first.click()
        page.wait_for_url(re.compile(r"/\d+/?$"))
        settle(page)
    return page


def _serious(page: Page) -> list[dict[str, Any]]:
    """What axe finds that keeps somebody from using the page, and where."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run().then(result => result.violations)")
    return [
        {
            "rule": one["id"],
            "help": one["help"],
            "where": [n["html"][:160] for n in one["nodes"][:4]],
        }
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def _shoot(page: Page, name: str) -> None:
    if SHOTS:
        settle(page)
        page.screenshot(path=Path(SHOTS) / f"{name}.png")
