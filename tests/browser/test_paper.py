"""What stands on paper, and what is left of a page whose colours the system has taken over."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from o2c.demo.cast import COMPANIES
from tests.browser.people import People, settle
from tests.suite import Suite

pytestmark = pytest.mark.browser

FINANCE, REP, COLLECTOR, AR = (
    f"{who}@demo.example" for who in ("finance", "rep", "collector", "ar")
)
FIRST = "main tbody a"
PAPERS = {
    "home": (FINANCE, "/", False),
    "dashboard": (FINANCE, "/reports/receivables", False),
    "ageing": (FINANCE, "/reports/ageing", False),
    "invoices": (FINANCE, "/invoices/?overdue=1", False),
    "invoice": (FINANCE, "/invoices/?state=issued", True),
    "order": (REP, "/orders/", True),
    "customer": (FINANCE, "/customers/", True),
    "dunning run": (COLLECTOR, "/dunning/", True),
    "matching": (AR, "/receivables/matching", False),
    "job": (FINANCE, "/jobs/", True),
}
"""Name -> who prints it, the address, and whether the first row's document is meant."""

FRAME = ".o2c-sidebar, .o2c-topbar, .o2c-toolbar, .o2c-breadcrumb, .o2c-pager-links, main .btn"
A4_PIXELS = {"width": 688, "height": 1000}
"""What of a sheet is left between its margins, at 96 dots an inch."""

SEEN = "element => getComputedStyle(element).getPropertyValue('{}')"
DARK_GROUNDS = """() => [...document.querySelectorAll('body, body *')].filter(one => {
    const ground = getComputedStyle(one).backgroundColor;
    const [r, g, b, a] = ground.match(/[\\d.]+/g).map(Number);
    const isDark = ground.startsWith("rgb") && a !== 0 && r + g + b < 200;
    return isDark && one.checkVisibility() && one.textContent.trim();
}).map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def people(running_suite: Suite, chromium: Browser) -> Iterator[People]:
    """Everybody's windows, in the dark theme."""
    options = {"locale": "en-GB", "color_scheme": "dark", "reduced_motion": "reduce"}
    found = People(chromium, running_suite.base_url, COMPANIES[0]["name"], dict(options))
    yield found
    found.close()


def _open(people: People, who: str, path: str, is_first: bool) -> Page:
    page = people.go(who, path)
    if is_first:
        page.goto(people.url + str(page.locator(FIRST).first.get_attribute("href")))
        settle(page)
    return page


def _style(page: Page, selector: str, name: str) -> Any:
    return page.locator(selector).first.evaluate(SEEN.format(name))


@pytest.mark.parametrize("name", PAPERS)
def test_paper_is_white_and_carries_no_frame(people: People, name: str) -> None:
    who, path, is_first = PAPERS[name]
    page = _open(people, who, path, is_first)
    page.emulate_media(media="print")
    page.set_viewport_size(A4_PIXELS)  # type: ignore[arg-type]
    assert page.locator(FRAME).filter(visible=True).count() == 0
    assert page.evaluate(DARK_GROUNDS) == []
    expect(page.locator("h1")).to_be_visible()
    head = page.locator("main").inner_text()[:400]
    assert COMPANIES[0]["name"] in head
    assert page.locator("main time, main .o2c-printed").filter(visible=True).count() > 0
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 340, f"{wide} px are cut off, even across the sheet"
    page.emulate_media(media="screen", color_scheme="dark")
    page.set_viewport_size({"width": 1280, "height": 800})


def test_a_printed_list_tells_its_filters_and_keeps_its_totals_in_line(people: People) -> None:
    page = _open(people, FINANCE, "/invoices/?kind=invoice", is_first=False)
    page.emulate_media(media="print")
    expect(page.locator(".o2c-chips")).to_contain_text("Kind")
    expect(page.locator(".o2c-chip a").first).to_be_hidden()
    right = "cell => cell.getBoundingClientRect().right"
    last = page.locator("tbody tr").first.locator("td").last.evaluate(right)
    assert abs(last - page.locator("tfoot td").last.evaluate(right)) < 1
    page.emulate_media(media="screen", color_scheme="dark")


def test_a_chart_prints_as_its_table(people: People) -> None:
    page = _open(people, FINANCE, "/reports/receivables", is_first=False)
    page.emulate_media(media="print")
    expect(page.locator(".o2c-chart").first).to_be_hidden()
    expect(page.locator(".o2c-picture-table").first).to_be_visible()
    page.emulate_media(media="screen", color_scheme="dark")


@pytest.fixture
def forced(people: People, chromium: Browser) -> Iterator[Page]:
    """The invoices as somebody sees them whose system sets the colours."""
    state = people.page(FINANCE).context.storage_state()
    context = chromium.new_context(forced_colors="active", locale="en-GB", storage_state=state)
    page = context.new_page()
    page.goto(f"{people.url}/invoices/")
    settle(page)
    yield page
    context.close()


def test_forced_colours_leave_each_state_its_mark(forced: Page) -> None:
    forced.locator("[data-tick]").first.check()
    row = "tbody tr:has([data-tick]:checked)"
    assert _style(forced, row, "outline-style") == "solid"
    assert _style(forced, "[data-tick]:checked", "appearance") == "auto"
    assert _style(forced, ".o2c-nav a[aria-current=page]", "outline-style") == "solid"
    assert _style(forced, ".o2c-tabs a[aria-current]", "outline-style") == "solid"
    assert _style(forced, ".o2c-badge", "border-top-style") == "solid"
    forced.keyboard.press("j")
    assert _style(forced, "tr.is-at > td", "outline-style") == "solid"
    forced.locator("#list-filter input[type=search]").focus()
    assert _style(forced, "#list-filter input[type=search]", "outline-style") == "solid"
