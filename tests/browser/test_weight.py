"""What a first visit costs, what jumps while a page loads, and what stays when something fails."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from o2c.demo.cast import COMPANIES
from tests.browser.people import People, answered, settle
from tests.suite import Suite

pytestmark = pytest.mark.browser

FINANCE, REP = "finance@demo.example", "rep@demo.example"
WINDOW = {"locale": "en-GB", "viewport": {"width": 1440, "height": 900}}
KIB = 1024
FIRST_VISIT, WITH_CHARTS = 150 * KIB, 300 * KIB

PAGES: dict[str, tuple[str, bool, int]] = {
    "home": ("/", False, WITH_CHARTS),
    "orders": ("/orders/", False, FIRST_VISIT),
    "order": ("/orders/", True, FIRST_VISIT),
    "invoices": ("/invoices/", False, FIRST_VISIT),
    "invoice": ("/invoices/", True, FIRST_VISIT),
    "customer": ("/customers/", True, FIRST_VISIT),
    "matching": ("/receivables/matching", False, FIRST_VISIT),
    "open items": ("/receivables/items", False, FIRST_VISIT),
    "ageing": ("/reports/ageing", False, WITH_CHARTS),
    "dunning run": ("/dunning/", True, FIRST_VISIT),
}
"""Name -> address, whether the first row's document, bytes of a first visit."""

STEADY = ("home", "orders", "invoice", "customer", "matching")
JUMPS = """new Promise(done => {
    let sum = 0;
    const parts = [];
    new PerformanceObserver(list => {
        for (const one of list.getEntries()) if (!one.hadRecentInput) {
            sum += one.value;
            parts.push(...one.sources.map(s => (s.node?.outerHTML || "").slice(0, 90)));
        }
    }).observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => done([sum, parts.slice(0, 5)])));
})"""


@pytest.fixture(scope="module")
def people(running_suite: Suite, chromium: Browser) -> Iterator[People]:
    """Everybody's windows; troubles are the tour's to look for."""
    found = People(chromium, running_suite.base_url, COMPANIES[0]["name"], dict(WINDOW))
    yield found
    found.close()


@pytest.fixture
def newcomer(people: People, chromium: Browser) -> Iterator[BrowserContext]:
    """A browser that is logged in but has kept nothing of the suite yet."""
    context = chromium.new_context(**WINDOW, storage_state=_state(people))  # type: ignore[arg-type]
    yield context
    context.close()


def _state(people: People) -> Any:
    return people.page(FINANCE).context.storage_state()


def _address(people: People, path: str, is_first: bool) -> str:
    if not is_first:
        return people.url + path
    page = people.go(FINANCE, path)
    return people.url + str(page.locator("tbody a").first.get_attribute("href"))


@pytest.mark.parametrize("name", PAGES)
def test_a_first_visit_costs_little(people: People, newcomer: BrowserContext, name: str) -> None:
    path, is_first, most = PAGES[name]
    address = _address(people, path, is_first)
    page = newcomer.new_page()
    sizes: list[float] = []
    network = newcomer.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address)
    settle(page)
    assert len(sizes) > 8, "a page without its styles and scripts proves nothing"
    assert sum(sizes) <= most, f"{sum(sizes) / KIB:.0f} KiB, allowed are {most / KIB:.0f}"


@pytest.mark.parametrize("name", STEADY)
def test_nothing_jumps_while_a_page_loads(people: People, name: str) -> None:
    path, is_first, _most = PAGES[name]
    page = people.page(FINANCE)
    page.goto(_address(people, path, is_first))
    settle(page)
    total, parts = answered(page, JUMPS)
    assert total < 0.02, f"{total:.3f}: {parts}"


def test_files_are_kept_for_a_year_and_arrive_compressed(people: People) -> None:
    page = people.fresh().new_page()
    seen: dict[str, dict[str, str]] = {}
    page.on("response", lambda answer: seen.__setitem__(answer.url, answer.all_headers()))
    page.goto(f"{people.url}/accounts/login/")
    settle(page)
    css = next(headers for url, headers in seen.items() if "o2c/parts." in url)
    assert "immutable" in css["cache-control"]
    assert css["content-encoding"] in {"br", "gzip"}
    html = seen[f"{people.url}/accounts/login/"]
    assert html["content-encoding"] == "gzip"


def test_the_menu_fits_narrows_and_remembers(people: People) -> None:
    page = people.go("admin@demo.example", "/")
    room = "document.querySelector('.o2c-nav')"
    assert page.evaluate(f"{room}.scrollHeight <= {room}.clientHeight"), "the menu scrolls"
    page.locator("#menu-width").click()
    assert page.locator(".o2c-sidebar").bounding_box()["width"] == 56  # type: ignore[index]
    page.reload()
    assert page.locator(".o2c-sidebar").bounding_box()["width"] == 56  # type: ignore[index]
    expect(page.get_by_role("link", name=re.compile("Invoices"))).to_be_visible()
    page.locator("#menu-width").click()
    assert page.locator(".o2c-sidebar").bounding_box()["width"] > 200  # type: ignore[index]


def test_a_connection_lost_keeps_what_was_typed(people: People) -> None:
    page = people.go(REP, "/customers/new")
    page.get_by_label("Name", exact=True).first.fill("Kesselbau Mertens GmbH")
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    page.locator("[data-primary]").click()
    expect(page.get_by_label("Name", exact=True).first).to_have_value("Kesselbau Mertens GmbH")
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator("#live-status")).to_contain_text("Connected again")
    page.evaluate("document.querySelector('#form').dataset.clean = 'yes'")


def test_an_ended_session_is_resumed_over_the_page(people: People) -> None:
    """Ten silent minutes, the session gone: the form asks first, and what was typed is saved."""
    page = people.fresh().new_page()
    page.set_default_timeout(15_000)
    page.clock.install()
    page.goto(f"{people.url}/accounts/login/")
    page.locator(f"[data-login='{REP}']").click()
    page.wait_for_url(f"{people.url}/")
    page.goto(f"{people.url}/profile")
    page.locator("#id_name").fill("Ana Ritter-Lund")
    page.context.clear_cookies()
    page.clock.fast_forward("11:00")
    page.locator("#form [data-primary]").click()
    dialog = page.locator("#login-dialog")
    expect(dialog).to_be_visible()
    page.frame_locator("#login-dialog iframe").locator(f"[data-login='{REP}']").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#toasts")).to_contain_text("Your profile is saved.")
    expect(page.locator("#id_name")).to_have_value("Ana Ritter-Lund")
    page.context.close()
