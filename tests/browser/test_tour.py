"""The pages of the tour: nothing for axe in light and dark, no sideways scrolling on a phone."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from playwright.sync_api import Browser, Page, expect

from o2c.demo.cast import COMPANIES
from tests.browser.people import SHOTS, People, answered, settle
from tests.pages.routes import ROUTES
from tests.suite import ROOT, Suite

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules/axe-core/axe.min.js"
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
FINANCE, REP, CREDIT = "finance@demo.example", "rep@demo.example", "credit@demo.example"
WAREHOUSE, COLLECTOR = "warehouse@demo.example", "collector@demo.example"
BILLING, AR = "billing@demo.example", "ar@demo.example"
SALES, ADMIN = "sales@demo.example", "admin@demo.example"
FIRST = "main tbody a"
"""Follow the first link of the first row."""
UNDISPUTED = "main tbody tr:not(:has-text('disputed')) a"

TOUR: dict[str, tuple[str, ...]] = {
    "account_login": ("", "/accounts/login/"),
    "account_reset_password": ("", "/accounts/password/reset/"),
    "home": (FINANCE, "/"),
    "home rep": (REP, "/"),
    "home collector": (COLLECTOR, "/"),
    "search": (FINANCE, "/search?q=GmbH"),
    "search nothing": (FINANCE, "/search?q=zzzz"),
    # orders
    "orders:list": (REP, "/orders/"),
    "orders:list nothing": (REP, "/orders/?q=zzzz"),
    "orders:new": (REP, "/orders/new"),
    "orders:import": (REP, "/orders/import"),
    "orders:detail": (REP, "/orders/", FIRST),
    "orders:detail held": (REP, "/orders/?state=on_hold", FIRST),
    "orders:detail draft": (REP, "/orders/?state=draft", FIRST),
    "orders:edit": (REP, "/orders/?state=draft", FIRST, "+edit"),
    "orders:cancel": (REP, "/orders/?state=on_hold", FIRST, "+cancel"),
    # credit
    "credit:hold desk": (CREDIT, "/credit/"),
    "credit:holds": (CREDIT, "/credit/holds/"),
    "credit:hold": (CREDIT, "/credit/holds/?state=", FIRST),
    "credit:limits": (CREDIT, "/credit/limits/"),
    "credit:limit": (FINANCE, "/credit/limits/", "main tbody a[href*='/credit/limits/']"),
    "credit:propose_limit": (CREDIT, "/customers/", FIRST, "+terms", "a[href$='/limit']"),
    # warehouse
    "fulfillment:to_pick": (WAREHOUSE, "/fulfillment/to-pick/"),
    "fulfillment:list": (WAREHOUSE, "/fulfillment/shipments/"),
    "fulfillment:shipment": (WAREHOUSE, "/fulfillment/shipments/", FIRST),
    "fulfillment:shipment picking": (WAREHOUSE, "/fulfillment/shipments/?state=picking", FIRST),
    "fulfillment:backorders": (WAREHOUSE, "/fulfillment/backorders/"),
    "fulfillment:stock": (WAREHOUSE, "/fulfillment/stock/"),
    "fulfillment:receive": (WAREHOUSE, "/fulfillment/stock/receive"),
    "fulfillment:adjust": (WAREHOUSE, "/fulfillment/stock/adjust"),
    "fulfillment:product_stock": (WAREHOUSE, "/fulfillment/stock/", FIRST),
    "fulfillment:warehouses": (WAREHOUSE, "/fulfillment/warehouses/"),
    # invoices
    "invoicing:list": (FINANCE, "/invoices/"),
    "invoicing:unbilled": (BILLING, "/invoices/unbilled/"),
    "invoicing:bill_now": (BILLING, "/invoices/unbilled/bill"),
    "invoicing:archive": (FINANCE, "/invoices/archive/"),
    "invoicing:archived": (FINANCE, "/invoices/archive/", FIRST),
    "invoicing:detail": (FINANCE, "/invoices/?state=issued", FIRST),
    "invoicing:detail draft": (BILLING, "/invoices/?state=draft", FIRST),
    "invoicing:deliveries": (BILLING, "/invoices/deliveries/"),
    "invoicing:delivery": (BILLING, "/invoices/deliveries/", FIRST),
    "invoicing:settle_delivery": (BILLING, "/invoices/deliveries/", FIRST, "+settle"),
    "invoicing:letter_batches": (BILLING, "/invoices/letters/"),
    "invoicing:letter_batch": (BILLING, "/invoices/letters/", FIRST),
    "invoicing:channels": (
        REP,
        "/customers/",
        FIRST,
        "+contacts",
        "a[href*='/channels']",
    ),
    "invoicing:attach": (BILLING, "/invoices/?state=draft", FIRST, "a[href$='/files/add']"),
    "invoicing:credit": (BILLING, "/invoices/?state=issued", FIRST, "+credit"),
    "invoicing:credit_parts": (BILLING, "/invoices/?state=issued", FIRST, "+credit-parts"),
    "invoicing:reissue": (BILLING, "/invoices/?state=issued", FIRST, "+reissue"),
    "invoicing:add_step": (
        BILLING,
        "/orders/?state=released",
        FIRST,
        "a[href$='/plan/add']",
    ),
    "invoicing:subscriptions": (BILLING, "/invoices/subscriptions/"),
    "invoicing:new_subscription": (BILLING, "/invoices/subscriptions/new"),
    "invoicing:subscription": (BILLING, "/invoices/subscriptions/", FIRST),
    "invoicing:change_subscription": (BILLING, "/invoices/subscriptions/", FIRST, "+change"),
    "invoicing:pause_subscription": (BILLING, "/invoices/subscriptions/", FIRST, "+pause"),
    "invoicing:resume_subscription": (BILLING, "/invoices/subscriptions/", FIRST, "+resume"),
    "invoicing:end_subscription": (BILLING, "/invoices/subscriptions/", FIRST, "+end"),
    "invoicing:add_line": (BILLING, "/invoices/subscriptions/", FIRST, "+lines/add"),
    "invoicing:set_price": (
        BILLING,
        "/invoices/subscriptions/",
        FIRST,
        "a[href$='/price']",
    ),
    "invoicing:end_line": (
        BILLING,
        "/invoices/subscriptions/?state=active",
        FIRST,
        "td a[href$='/end']",
    ),
    "invoicing:indices": (BILLING, "/invoices/indices/"),
    "invoicing:add_index": (BILLING, "/invoices/indices/add"),
    "invoicing:adjust_prices": (BILLING, "/invoices/indices/adjust"),
    "invoicing:enter_value": (BILLING, "/invoices/indices/", "a[href$='/values/add']"),
    "invoicing:ask_order_number": (
        BILLING,
        "/invoices/?state=issued",
        FIRST,
        "+ask-order-number",
    ),
    "invoicing:ask_order_number_of": (REP, "/invoices/orders/1/ask-order-number"),
    "invoicing:order_number_preview_of_order": (
        REP,
        "/invoices/orders/1/ask-order-number",
        "[data-preview]",
    ),
    "invoicing:enter_order_number": (REP, "/invoices/orders/1/order-number"),
    "invoicing:order_number_preview": (
        BILLING,
        "/invoices/?state=issued",
        FIRST,
        "+ask-order-number",
        "[data-preview]",
    ),
    "invoicing:resend": (BILLING, "/invoices/?state=issued", FIRST, "+resend"),
    # receivables
    "receivables:bank_files": (AR, "/receivables/bank-files"),
    "receivables:upload": (AR, "/receivables/bank-files/import"),
    "receivables:bank_file": (AR, "/receivables/bank-files", FIRST),
    "receivables:bank_entries": (AR, "/receivables/bank-entries"),
    "receivables:bank_entry": (AR, "/receivables/bank-entries", FIRST),
    "receivables:matching": (FINANCE, "/receivables/matching"),
    "receivables:matching_entry": (
        AR,
        "/receivables/matching",
        "#match-rows li a[href*='/matching/']",
    ),
    "receivables:items": (FINANCE, "/receivables/items"),
    "receivables:item": (FINANCE, "/receivables/items", FIRST),
    "receivables:journal": (FINANCE, "/receivables/journal"),
    "receivables:journal_entry": (FINANCE, "/receivables/journal", FIRST),
    "receivables:account": (AR, "/customers/", FIRST, "a[href*='/receivables/accounts/']"),
    "receivables:close": (FINANCE, "/receivables/closing"),
    # customers
    "customers:list": (REP, "/customers/"),
    "customers:detail": (FINANCE, "/customers/", FIRST),
    "customers:items": (FINANCE, "/customers/", FIRST, "+items"),
    "customers:orders": (FINANCE, "/customers/", FIRST, "+orders"),
    "customers:deliveries": (FINANCE, "/customers/", FIRST, "+deliveries"),
    "customers:invoices": (FINANCE, "/customers/", FIRST, "+invoices"),
    "customers:payments": (FINANCE, "/customers/", FIRST, "+payments"),
    "customers:reminders": (COLLECTOR, "/customers/", FIRST, "+reminders"),
    "customers:contacts": (FINANCE, "/customers/", FIRST, "+contacts"),
    "customers:terms": (FINANCE, "/customers/", FIRST, "+terms"),
    "customers:history": (FINANCE, "/customers/", FIRST, "+history"),
    "customers:log": (COLLECTOR, "/customers/", FIRST, "+notes/new"),
    "customers:log promise": (COLLECTOR, "/customers/", FIRST, "+notes/new?outcome=promise"),
    "customers:new": (REP, "/customers/new"),
    "customers:edit": (REP, "/customers/", FIRST, "+edit"),
    "customers:add_address": (REP, "/customers/", FIRST, "+addresses/new"),
    "customers:change_address": (
        REP,
        "/customers/",
        FIRST,
        "+contacts",
        "a[href*='/customers/addresses/']",
    ),
    "customers:add_contact": (REP, "/customers/", FIRST, "+contacts/new"),
    "customers:change_contact": (
        REP,
        "/customers/",
        FIRST,
        "+contacts",
        "a[href*='/customers/contacts/']",
    ),
    "customers:add_bank_account": (AR, "/customers/", FIRST, "+bank-accounts/new"),
    # products
    "catalog:list": (REP, "/catalog/products"),
    "catalog:product": (REP, "/catalog/products", FIRST),
    "catalog:new": (SALES, "/catalog/products/new"),
    "catalog:edit": (SALES, "/catalog/products", FIRST, "+edit"),
    "catalog:price_lists": (SALES, "/catalog/price-lists"),
    "catalog:price_list": (SALES, "/catalog/price-lists", FIRST),
    "catalog:new_price_list": (SALES, "/catalog/price-lists/new"),
    "catalog:set_price": (SALES, "/catalog/price-lists", FIRST, "+set-price"),
    # disputes and reminders
    "disputes:list": (COLLECTOR, "/disputes/"),
    "disputes:detail": (COLLECTOR, "/disputes/", FIRST),
    "disputes:open": (COLLECTOR, "/invoices/?open=1", UNDISPUTED, "a[href*='/disputes/items/']"),
    "dunning:list": (COLLECTOR, "/dunning/"),
    "dunning:propose": (COLLECTOR, "/dunning/propose"),
    "dunning:run": (COLLECTOR, "/dunning/", FIRST),
    "dunning:run changed": (COLLECTOR, "/dunning/", FIRST, "+?tab=changed"),
    "dunning:run left-out": (COLLECTOR, "/dunning/", FIRST, "+?tab=left_out"),
    "dunning:run sent": (COLLECTOR, "/dunning/?state=sent", FIRST),
    "dunning:notice": (COLLECTOR, "/dunning/?state=sent", FIRST, "a[href*='/dunning/notices/']"),
    "dunning:hold_item": (COLLECTOR, "/invoices/?open=1", UNDISPUTED, "a[href*='/dunning/items/']"),
    "dunning:hold": (COLLECTOR, "/customers/", FIRST, "a[href$='/hold']"),
    # reports
    "reporting:index": (FINANCE, "/reports/"),
    "reporting:dashboard": (FINANCE, "/reports/receivables"),
    "reporting:ageing": (FINANCE, "/reports/ageing"),
    "reporting:items": (FINANCE, "/reports/items"),
    "reporting:late": (FINANCE, "/reports/late"),
    "reporting:dso": (FINANCE, "/reports/dso"),
    "reporting:unapplied": (FINANCE, "/reports/unapplied"),
    "reporting:cash": (FINANCE, "/reports/cash"),
    "reporting:expected": (FINANCE, "/reports/expected"),
    "reporting:discounts": (FINANCE, "/reports/discounts"),
    "reporting:promises": (FINANCE, "/reports/promises"),
    "reporting:times": (FINANCE, "/reports/times"),
    "reporting:billing": (FINANCE, "/reports/billing"),
    "reporting:billing_documents": (FINANCE, "/reports/billing/documents"),
    "reporting:billing_documents corrections": (
        FINANCE,
        "/reports/billing/documents?of=corrections",
    ),
    "reporting:open_orders": (SALES, "/reports/open-orders"),
    "reporting:sales": (SALES, "/reports/sales"),
    # one's own, and the house
    "core:jobs": (FINANCE, "/jobs/"),
    "core:job": (FINANCE, "/jobs/", FIRST),
    "core:messages": (FINANCE, "/messages/"),
    "core:message": (FINANCE, "/messages/", FIRST),
    "core:notifications": (FINANCE, "/notifications/"),
    "core:audit": (FINANCE, "/audit/"),
    "core:profile": (FINANCE, "/profile"),
    "mfa_index": (FINANCE, "/accounts/2fa/"),
    "account_change_password": (FINANCE, "/accounts/password/change/"),
    "admin:index": (ADMIN, "/admin/"),
    "admin:core_user_changelist": (ADMIN, "/admin/core/user/"),
    "admin:core_company_change": (ADMIN, "/admin/core/company/", "tbody a"),
    "admin:core_numberseries_changelist": (ADMIN, "/admin/core/numberseries/"),
    "admin:catalog_vatrate_change": (ADMIN, "/admin/catalog/vatrate/", "tbody a"),
    "admin:customers_paymentterms_change": (ADMIN, "/admin/customers/paymentterms/", "tbody a"),
    "admin:credit_creditaccount_changelist": (ADMIN, "/admin/credit/creditaccount/"),
}
"""The page's name among the addresses (and which of its states) -> who looks, an address, and what
is followed from there: a link or ``+more``."""

NO_PAGE = {
    "core:document", "fulfillment:delivery_note", "fulfillment:pick_list", "dunning:preview",
    "invoicing:preview",
    "invoicing:order_plan",
    # figures and answers for scripts and machines
    "catalog:lookup", "customers:lookup", "core:livez", "core:readyz", "core:session",
    "core:statusz", "orders:addresses", "orders:find_article", "orders:find_customer",
    "orders:stored",
    # parts that other pages load
    "credit:customer_panel", "credit:light", "credit:unlock_panel", "dunning:customer_panel",
    "dunning:look", "fulfillment:availability", "fulfillment:order_panel",
    "fulfillment:product_panel", "help:panel", "palette", "receivables:balance",
    "receivables:customer_panel", "receivables:invoice_panel", "receivables:matching_row",
    "reporting:home_pictures",
    # its page is looked at as the preview of it, and as one that says no
    "order_number",
    # ways to another page
    "core:logged_in_again", "credit:queue", "own_email",
}  # fmt: skip
"""What answers a GET without a page of its own: files, data, parts, ways on."""

REFUSED = {
    "nothing-there": (FINANCE, "/nothing-there", 404),
    "denied": (REP, "/reports/dso", 403),
    "no-link": ("", "/answers/order-number?key=none", 410),
}
"""Pages that say no."""

OPENED: dict[str, tuple[str, str, str, str]] = {
    "views": (FINANCE, "/invoices/", "click summary:has-text('Views')", "#view-name"),
    "filter": (FINANCE, "/invoices/", "click summary:has-text('Filter')", ".o2c-popover[open]"),
    "columns": (FINANCE, "/invoices/", "click summary[aria-label^=Columns]", "[name=column]"),
    "company": (FINANCE, "/invoices/", "click .o2c-company-button", ".o2c-company .show"),
    "own-menu": (FINANCE, "/invoices/", "click .o2c-avatar", ".dropdown-menu.show"),
    "bulk": (FINANCE, "/invoices/", "click [data-tick]", "[data-bulk-count]"),
    "help": (FINANCE, "/invoices/", "h", "#help-body h3"),
    "keys": (FINANCE, "/invoices/", "?", "#key-sheet"),
    "palette": (FINANCE, "/invoices/", "Control+k", "#palette-results [role=option]"),
    "log-call": (COLLECTOR, "/customers/1", "c", "#drawer form"),
    "more": (COLLECTOR, "/customers/1", ".", ".dropdown-menu.show"),
}
"""Name -> who presses which key (or clicks on what) where, and what must be there then."""


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


def test_the_tour_leaves_no_page_out() -> None:
    asked = {name for name, route in ROUTES.items() if not route.is_post}
    seen = {name.split()[0] for name in TOUR}
    assert asked - seen == NO_PAGE


@pytest.mark.parametrize("name", TOUR)
def test_a_page_of_the_tour(people: People, name: str) -> None:
    who, *stops = TOUR[name]
    people.troubles.clear()
    page = _walk(people, who, stops)
    assert resolve(urlsplit(page.url).path).view_name == name.split()[0]
    _look_at(people, page, re.sub("[ :_]", "-", name))


@pytest.mark.parametrize("name", REFUSED)
def test_a_page_that_says_no(people: People, name: str) -> None:
    who, path, status = REFUSED[name]
    people.troubles.clear()
    page = people.page(who) if who else people.stranger()
    answer = page.goto(people.url + path)
    assert answer is not None
    assert answer.status == status
    _look_at(people, page, name)


@pytest.mark.parametrize("name", OPENED)
def test_what_opens_over_a_page(people: People, name: str) -> None:
    who, path, key, there = OPENED[name]
    people.troubles.clear()
    page = people.go(who, path)
    if key.startswith("click "):
        page.locator(key.removeprefix("click ")).first.click()
    else:
        page.keyboard.press(key)
    expect(page.locator(there).first).to_be_visible()
    _look_at(people, page, f"opened-{name}")


def _look_at(people: People, page: Page, name: str) -> None:
    """In light, in dark, on a phone; whatever axe finds is told for both themes at once."""
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


def _walk(people: People, who: str, stops: list[str]) -> Page:
    """Go from stop to stop; each must be a page, not a refusal.

    Only the last one has to come to rest: of the others a link is wanted, which is waited for, and
    each is looked at as a page of its own.
    """
    page = people.page(who) if who else people.stranger()
    for stop in stops:
        address = _next(page, stop)
        answer = page.goto(address if address.startswith("http") else people.url + address)
        assert answer is not None
        assert answer.status == 200, f"{answer.status} at {page.url}"
    settle(page)
    return page


def _next(page: Page, stop: str) -> str:
    if stop.startswith("/"):
        return stop
    if stop.startswith("+"):
        here = page.url.split("?")[0]
        return here + stop[1:] if stop[1] == "?" else f"{here.rstrip('/')}/{stop[1:]}"
    return str(page.locator(stop).first.get_attribute("href"))


def _findings(page: Page, theme: str) -> list[dict[str, Any]]:
    """Whatever axe finds, and where; the theme's colours are there when its attribute is.

    Between the themes nothing changes but colours, so the second one asks the rules about those.
    """
    page.locator(f"html[data-bs-theme={theme}]").wait_for(state="attached")
    rules = "" if theme == "light" else json.dumps({"runOnly": COLOUR_RULES})
    found = answered(page, f"axe.run({rules}).then(result => result.violations)")
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
