"""The pages of the tour: nothing for axe in light and dark, no sideways scrolling on a phone."""

import json
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
ADMIN = "admin@demo.example"

TOUR: dict[str, tuple[str, str, bool]] = {
    "login": ("", "/accounts/login/", False),
    "password-reset": ("", "/accounts/password/reset/", False),
    "home": (FINANCE, "/", False),
    "orders": (REP, "/orders/", False),
    "order-entry": (REP, "/orders/new", False),
    "order": (REP, "/orders/", True),
    "credit-desk": (CREDIT, "/credit/", False),
    "credit-holds": (CREDIT, "/credit/holds/", False),
    "credit-hold": (CREDIT, "/credit/holds/?state=", True),
    "limits": (CREDIT, "/credit/limits", False),
    "to-pick": (WAREHOUSE, "/fulfillment/to-pick/", False),
    "shipment": (WAREHOUSE, "/fulfillment/shipments/", True),
    "stock": (WAREHOUSE, "/fulfillment/stock", False),
    "invoices": (FINANCE, "/invoices/", False),
    "invoice": (FINANCE, "/invoices/", True),
    "bank-file": (FINANCE, "/receivables/bank-files", True),
    "matching": (FINANCE, "/receivables/matching", False),
    "open-items": (FINANCE, "/receivables/items", False),
    "open-item": (FINANCE, "/receivables/items", True),
    "journal": (FINANCE, "/receivables/journal", False),
    "journal-entry": (FINANCE, "/receivables/journal", True),
    "customer": (FINANCE, "/customers/", True),
    "customer-form": (REP, "/customers/new", False),
    "products": (REP, "/catalog/", False),
    "ageing": (FINANCE, "/reports/ageing", False),
    "receivables": (FINANCE, "/reports/receivables", False),
    "times": (FINANCE, "/reports/times", False),
    "reports": (FINANCE, "/reports/", False),
    "disputes": (COLLECTOR, "/disputes/", False),
    "dunning-run": (COLLECTOR, "/dunning/", True),
    "jobs": (FINANCE, "/jobs/", False),
    "messages": (FINANCE, "/messages/", False),
    "notifications": (FINANCE, "/notifications/", False),
    "audit": (FINANCE, "/audit/", False),
    "profile": (FINANCE, "/profile", False),
    "second-factor": (FINANCE, "/accounts/2fa/", False),
    "nothing-there": (FINANCE, "/nothing-there", False),
    "denied": (REP, "/reports/dso", False),
    "set-up": (ADMIN, "/admin/", False),
    "set-up-list": (ADMIN, "/admin/core/user/", False),
    "set-up-form": (ADMIN, "/admin/core/company/", True),
}
"""Name -> who looks, where, and whether at the first row's document instead of the list."""


@pytest.fixture(scope="module")
def people(running_suite: Suite, chromium: Browser) -> Any:
    """Everybody's windows, in light; troubles on any page fail the module's last test."""
    options: dict[str, object] = {
        "locale": "en-GB",
        "viewport": {"width": 1280, "height": 800},
        "reduced_motion": "reduce",
    }
    found = People(chromium, running_suite.base_url, COMPANIES[0]["name"], options)
    yield found
    found.close()


@pytest.mark.parametrize("name", TOUR)
def test_a_page_of_the_tour(people: People, name: str) -> None:
    page = _open(people, *TOUR[name])
    page.evaluate(AXE.read_text())
    _shoot(page, f"tour-{name}")
    found = _findings(page, "light")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    _shoot(page, f"dark-{name}")
    found += _findings(page, "dark")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": 360, "height": 740})
    _shoot(page, f"phone-{name}")
    too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.set_viewport_size({"width": 1280, "height": 800})
    assert not found, json.dumps(found, indent=1)
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
        page.goto(people.url + str(page.locator("tbody a").first.get_attribute("href")))
        settle(page)
    return page


def _findings(page: Page, theme: str) -> list[dict[str, Any]]:
    """Whatever axe finds, and where; the theme's colours are there when its attribute is."""
    page.locator(f"html[data-bs-theme={theme}]").wait_for(state="attached")
    found = page.evaluate("axe.run().then(result => result.violations)")
    return [
        {
            "theme": theme,
            "rule": one["id"],
            "help": one["help"],
            "where": [n["html"][:160] for n in one["nodes"][:4]],
        }
        for one in found
    ]


def _shoot(page: Page, name: str) -> None:
    if SHOTS:
        settle(page)
        page.screenshot(path=Path(SHOTS) / f"{name}.png")
