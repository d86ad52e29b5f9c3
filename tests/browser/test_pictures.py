"""Pictures in Chromium: drawn as SVG in their boxes, as tables by key, in both themes, without a
complaint of the console (a style the security policy refuses would be one)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from o2c.demo.cast import COMPANIES
from tests.browser.people import People, settle, shoot
from tests.suite import Suite

pytestmark = pytest.mark.browser
FINANCE = "finance@demo.example"


@pytest.fixture
def people(
    running_suite: Suite, chromium: Browser, browser_options: dict[str, Any]
) -> Iterator[People]:
    """One window; no script error, refused style or failed request is let pass."""
    browser_options["viewport"] = {"width": 1280, "height": 2400}
    found = People(chromium, running_suite.base_url, COMPANIES[0]["name"], browser_options)
    yield found
    found.close()
    assert not found.troubles, "\n".join(found.troubles)


def drawn(page: Page) -> None:
    """Every picture has its SVG, inside its box, of its size."""
    boxes = page.locator("[data-chart]")
    expect(boxes.first).to_be_visible()
    for box in boxes.all():
        expect(box.locator("svg")).to_be_visible()
        place, inside = box.bounding_box(), box.locator("svg").bounding_box()
        assert place is not None
        assert inside is not None
        assert inside["width"] <= place["width"] + 1
        assert inside["height"] <= place["height"] + 1


def test_the_dashboard_draws_turns_to_tables_and_follows_the_theme(people: People) -> None:
    page = people.go(FINANCE, "/reports/receivables")
    heights = page.locator(".o2c-picture").evaluate_all("all => all.map(one => one.offsetHeight)")
    drawn(page)
    ageing = page.locator("#picture-ageing")
    before = ageing.locator("svg path[fill^='#']").first.get_attribute("fill")
    page.locator("h1").click()
    page.keyboard.press("t")
    expect(ageing.locator("table")).to_be_visible()
    expect(ageing.locator(".o2c-chart")).to_be_hidden()
    for table in page.locator(".o2c-picture-table").all():
        expect(table).to_be_visible()
    page.keyboard.press("t")
    expect(ageing.locator("table")).to_be_hidden()
    settle(page)
    after = page.locator(".o2c-picture").evaluate_all("all => all.map(one => one.offsetHeight)")
    assert after == heights, "a picture changed its height"
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    expect(ageing.locator(f"svg path[fill='{before}']")).to_have_count(0)
    shoot(page, "dashboard-dark")
    bar = page.locator("#picture-cash .o2c-chart")
    bar.hover(position={"x": 80, "y": 120})
    expect(page.locator(".o2c-chart-tip").first).to_be_visible()


def test_one_picture_turns_by_its_button_and_its_figures_lead_on(people: People) -> None:
    page = people.go(FINANCE, "/reports/receivables")
    ageing = page.locator("#picture-ageing")
    ageing.locator("[data-picture-turn]").click()
    expect(ageing.locator("[data-picture-turn]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#picture-cash table")).to_be_hidden()
    figure = ageing.locator("tbody a").first
    amount = figure.inner_text()
    figure.click()
    page.wait_for_url(re.compile("/reports/items"))
    assert amount in page.locator("tfoot").inner_text()


def test_home_walks_its_queues_by_keys_and_draws(people: People) -> None:
    page = people.go(FINANCE, "/")
    drawn(page)
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("[data-queues] a").nth(1)
    expect(second).to_be_focused()
    address = second.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(re.escape(str(address))))


def test_where_the_library_does_not_come_the_table_stands(people: People) -> None:
    page = people.page(FINANCE)
    page.route("**/echarts*.js", lambda route: route.fulfill(status=204, body=""))
    page.goto(f"{people.url}/reports/ageing")
    expect(page.locator("#picture-ageing table")).to_be_visible()
    expect(page.locator(".o2c-picture-failed")).to_be_visible()
