"""Where the focus is: seen, never under a bar, and where the last act left it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from o2c.demo.cast import COMPANIES
from tests.browser.people import People
from tests.suite import Suite

pytestmark = pytest.mark.browser

FINANCE, REP = "finance@demo.example", "rep@demo.example"
COVERED = """() => {
    const one = document.activeElement;
    if (one === document.body) return null;
    const box = one.getBoundingClientRect();
    const [x, y] = [box.x + Math.min(box.width / 2, 40), box.y + box.height / 2];
    const top = document.elementFromPoint(x, y);
    const isOwn = top && (one.contains(top) || top.contains(one));
    if (isOwn || one.labels?.[0]?.contains(top)) return null;
    return `${one.outerHTML.slice(0, 90)} lies under ${top?.outerHTML.slice(0, 60)}`;
}"""


@pytest.fixture(scope="module")
def people(running_suite: Suite, chromium: Browser) -> Iterator[People]:
    """Windows low enough that bars at top and bottom leave little room."""
    options: dict[str, object] = {
        "locale": "en-GB",
        "viewport": {"width": 1280, "height": 560},
        "reduced_motion": "reduce",
    }
    found = People(chromium, running_suite.base_url, COMPANIES[0]["name"], options)
    yield found
    found.close()


def covered(page: Page, key: str, times: int) -> list[str]:
    """What had the focus while something else lay over it."""
    found = []
    for _ in range(times):
        page.keyboard.press(key)
        hidden = page.evaluate(COVERED)
        if hidden:
            found.append(hidden)
    return found


def test_no_field_of_a_form_hides_under_its_bars(people: People) -> None:
    page = people.go(REP, "/customers/new")
    page.locator("#id_name").focus()
    assert covered(page, "Tab", 24) == []
    assert covered(page, "Shift+Tab", 24) == []


def test_no_row_of_a_list_hides_under_its_head(people: People) -> None:
    page = people.go(FINANCE, "/receivables/items")
    page.locator("[data-filter-search]").focus()
    assert covered(page, "Tab", 40) == []
    assert covered(page, "Shift+Tab", 40) == []


def test_every_focus_has_an_outline(people: People) -> None:
    page = people.go(FINANCE, "/invoices/")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(outline) == "solid", page.evaluate("document.activeElement.outerHTML")


def test_a_filter_leaves_the_focus_where_one_types_and_tells_the_count(people: People) -> None:
    page = people.go(FINANCE, "/receivables/items")
    box = page.locator("[data-filter-search]")
    box.press_sequentially("RE-0")
    page.wait_for_url("**q=RE-0**")
    expect(box).to_be_focused()
    expect(page.locator("#live-status")).not_to_be_empty()


def test_a_form_with_mistakes_puts_the_focus_on_their_summary(people: People) -> None:
    page = people.go(REP, "/customers/new")
    page.locator("[data-primary]").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(page).to_have_title("Error: New customer · o2c")
    summary.get_by_role("link").first.click()
    expect(page.locator("#id_name")).to_be_focused()
    expect(page.locator("#id_name")).to_have_attribute("aria-invalid", "true")
    assert "id_name_error" in str(page.locator("#id_name").get_attribute("aria-describedby"))


def test_a_dialog_gives_the_focus_back(people: People) -> None:
    page = people.go(FINANCE, "/invoices/")
    page.locator("h1").focus()
    page.keyboard.press("?")
    expect(page.locator("#key-sheet")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#key-sheet")).to_be_hidden()
    expect(page.locator("h1")).to_be_focused()
