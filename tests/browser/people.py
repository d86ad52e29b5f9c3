"""People at their browsers: one window per role, and whatever goes wrong in it is kept."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect

SHOTS = os.environ.get("O2C_SHOTS", "")
"""A folder for screenshots of every step; none are taken when it is empty."""

REFUSALS = (
    "status of 422 (Unprocessable Entity)",
    "(Forbidden)",
    "(Gone)",
    "(Not Found)",
    "(Unauthorized)",
)
"""What Chromium writes to its console for answers that a person is meant to see."""


@dataclass
class People:
    """Opens windows on a suite, logged in by a click on the demo's login page, on one company."""

    browser: Browser
    url: str
    company: str
    options: dict[str, object]
    windows: dict[str, Page] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    def page(self, email: str) -> Page:
        """The window of a person; the first call logs in."""
        if email not in self.windows:
            page = self.fresh().new_page()
            page.set_default_timeout(15_000)
            self.watch(page, email)
            page.goto(f"{self.url}/accounts/login/")
            page.locator(f"[data-login='{email}']").click()
            page.wait_for_url(f"{self.url}/")
            page.locator(".o2c-company-button").click()
            page.locator(".o2c-company .dropdown-item", has_text=self.company).click()
            expect(page.locator(".o2c-company-name")).to_contain_text(self.company)
            self.windows[email] = page
        return self.windows[email]

    def fresh(self) -> BrowserContext:
        """A browser that knows nobody."""
        return self.browser.new_context(**self.options)  # type: ignore[arg-type]

    def stranger(self) -> Page:
        """A window of somebody who is not logged in."""
        page = self.fresh().new_page()
        page.set_default_timeout(15_000)
        self.watch(page, "nobody")
        return page

    def watch(self, page: Page, who: str) -> None:
        """Keep script errors, complaints of the console (CSP) and failed requests."""

        def hear(message: ConsoleMessage) -> None:
            if message.type == "error" and not message.text.endswith(REFUSALS):
                self.troubles.append(f"{who} {page.url}: {message.text}")

        def answer(response: Response) -> None:
            if response.status >= 500:
                self.troubles.append(f"{who} {response.url}: {response.status}")

        page.on("console", hear)
        page.on("pageerror", lambda error: self.troubles.append(f"{who} {page.url}: {error}"))
        page.on("response", answer)

    def go(self, email: str, path: str) -> Page:
        """Open an address as a person."""
        page = self.page(email)
        page.goto(path if path.startswith("http") else self.url + path)
        settle(page)
        return page

    def close(self) -> None:
        """Close all windows."""
        for email, page in self.windows.items():
            shoot(page, f"last-{email.split('@')[0]}")
            page.context.close()


def answered(page: Page, promise: str, seconds: int = 60) -> Any:
    """What a promise of the page comes to; scripts have no time limit of their own."""
    late = f"setTimeout(() => no(Error('no answer in {seconds} s')), {seconds * 1000})"
    return page.evaluate(f"Promise.race([{promise}, new Promise((_, no) => {late})])")


def settle(page: Page) -> None:
    """Panels are loaded and nothing is on its way."""
    page.wait_for_load_state("networkidle")


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the window as it stands."""
    if SHOTS:
        settle(page)
        page.screenshot(path=Path(SHOTS) / f"{name}.png")
