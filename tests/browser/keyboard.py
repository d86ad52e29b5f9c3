"""Hands on the keyboard: what people do on pages without a pointer."""

from playwright.sync_api import Page, expect

from tests.browser.people import settle

NAME = """(document.activeElement.getAttribute('aria-label')
    || document.activeElement.labels?.[0]?.innerText || document.activeElement.innerText || '')
    .trim()"""


def type_keys(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, name: str, *, most: int = 80) -> None:
    """Walk on with Tab until the focus is on something of that name."""
    for _step in range(most):
        page.keyboard.press("Tab")
        if name in page.evaluate(NAME):
            return
    raise AssertionError(f"Tab never came to “{name}” on {page.url}")


def tab_to_field(page: Page, field: str, *, most: int = 80) -> None:
    """Walk on with Tab until the focus is in the field of that id."""
    for _step in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == field:
            return
    raise AssertionError(f"Tab never came to #{field} on {page.url}")


def choose(page: Page, text: str) -> None:
    """Type into the focused combobox and take the first answer."""
    page.keyboard.type(text)
    expect(page.locator("[role=listbox]:not([hidden]) [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")


def confirm(page: Page) -> None:
    """Answer the dialog that names what will happen, where one asks."""
    dialog = page.locator("#confirm-dialog[open]")
    if dialog.count():
        tab_to(page, dialog.locator("[data-confirm-ok]").inner_text(), most=6)
        page.keyboard.press("Enter")
    settle(page)
