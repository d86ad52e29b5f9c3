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
from tests.browser.stops import NO_PAGE, OPENED, REFUSED, TOUR
from tests.pages.routes import ROUTES
from tests.suite import ROOT, Suite

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules/axe-core/axe.min.js"
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
ADDRESSES: dict[tuple[str, ...], str] = {}
"""Who and the stops so far -> the address of the last of them."""


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
    """Go to the last stop, from the last one on the way whose address is known; each is a page.

    Of stops on the way only a link is wanted, which is waited for. Each page tells the addresses
    that other walks want of it, so that no page is opened again just for a link.
    """
    page = people.page(who) if who else people.stranger()
    way = (who, *stops)
    known = [n for n in range(2, len(way) + 1) if way[:n] in ADDRESSES]
    for n in range(max(known, default=2), len(way) + 1):
        address = ADDRESSES.get(way[:n]) or _next(page, way[n - 1])
        answer = page.goto(address if address.startswith("http") else people.url + address)
        assert answer is not None
        assert answer.status == 200, f"{answer.status} at {page.url}"
        _learn(page, way[:n])
    page.locator("[aria-busy=true], .htmx-request").first.wait_for(state="detached")
    return page


def _learn(page: Page, way: tuple[str, ...]) -> None:
    """Note where walks go on to from here, as far as it stands there already."""
    n = len(way)
    for stop in {one[n] for one in TOUR.values() if one[:n] == way and len(one) > n}:
        if stop[0] in "/+" or page.locator(stop).count():
            ADDRESSES[*way, stop] = _next(page, stop)


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
