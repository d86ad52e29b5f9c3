"""An order becomes cash in Chromium, each step by the person whose job it is.

Figures are read from the pages as people read them; at the end the customer's page, the ledger,
the ageing report and the timeline must tell the same story.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from invoicing.einvoice import failing_rules
from o2c.demo.bank import Bank, Payment
from o2c.demo.cast import COMPANIES
from tests.browser.people import People, settle, shoot
from tests.suite import Suite, until

pytestmark = pytest.mark.browser

REP, CREDIT, WAREHOUSE = "rep@demo.example", "credit@demo.example", "warehouse@demo.example"
AR = "ar@demo.example"
CUSTOMER, PAYER_IBAN = "Klinikum Rhein-Neckar gGmbH", "DE33370400440001234567"
LINES = (("AN-EL1", "49"), ("AN-PN1", "40"), ("SV-025", "45"), ("KH-050", "40"), ("AK-150", "20"))

TODAY = datetime.now(ZoneInfo("Europe/Berlin")).date()


@pytest.fixture
def people(
    running_suite: Suite, chromium: Browser, browser_options: dict[str, Any]
) -> Iterator[People]:
    """Everybody's windows; no script error, refused resource or failed request is let pass."""
    browser_options["viewport"] = {"width": 1280, "height": 800}
    found = People(chromium, running_suite.base_url, COMPANIES[0]["name"], browser_options)
    yield found
    found.close()
    assert not found.troubles, "\n".join(found.troubles)


def test_an_order_becomes_cash(people: People) -> None:
    before = _standing(people)
    shoot(people.page(AR), "00-ageing-before")

    order_url, gross = _enter(people)
    _release(people, order_url)
    _ship(people, order_url)
    number, invoice_url = _invoice(people, order_url, gross)
    owed = _standing(people)
    assert owed == {where: amount + gross for where, amount in before.items()}

    _pay(people, number, gross)
    assert _standing(people) == before
    _is_paid(people, number, gross, invoice_url, order_url)


# --- The steps -----------------------------------------------------------------------------------
def _enter(people: People) -> tuple[str, Decimal]:
    """The rep types an order over the limit; it waits for credit."""
    page = people.go(REP, "/")
    shoot(page, "01-home-rep")
    page = people.go(REP, "/orders/new")
    page.locator("#id_customer").focus()
    _choose(page, "klinikum")
    expect(page.locator("#id_po_number")).to_be_focused()
    page.keyboard.type(f"PO-{uuid4().hex[:6]}")
    page.locator("#article-r1").focus()
    for row, (article, quantity) in enumerate(LINES, start=1):
        expect(page.locator(f"#article-r{row}")).to_be_focused()
        _choose(page, article)
        expect(page.locator(f"#quantity-r{row}")).to_be_focused()
        page.keyboard.type(quantity)
        page.keyboard.press("Enter")
    expect(page.locator("[data-total=net]")).to_have_text("46,394.00")
    gross = _amount(page.locator("[data-total=gross]").inner_text())
    assert gross == Decimal("55208.86")
    shoot(page, "02-order-entry")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/orders/\d+/$"))
    expect(page.locator("main")).to_contain_text("On hold")
    shoot(page, "03-order-held")
    return page.url, gross


def _release(people: People, order_url: str) -> None:
    """The credit manager looks at the figures and takes the risk, with a reason."""
    page = people.go(CREDIT, order_url)
    page.get_by_role("link", name="Decide on the hold").click()
    expect(page.get_by_role("heading", name="Why it waits")).to_be_visible()
    hold_url = page.url
    shoot(page, "04-credit-hold")
    page.get_by_role("button", name="Decide and go on").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_label("Reason").fill("The hospital trust guarantees for it")
    page.keyboard.press("Control+Enter")
    expect(page.locator("body")).to_contain_text("is released.")
    page = people.go(CREDIT, hold_url)
    expect(page.locator("main")).to_contain_text("The hospital trust guarantees for it")
    shoot(page, "05-credit-released")


def _ship(people: People, order_url: str) -> None:
    """The warehouse picks everything and hands it to the carrier."""
    page = people.go(WAREHOUSE, order_url)
    page.get_by_role("button", name="pick", exact=False).first.click()
    page.wait_for_url(re.compile(r"/fulfillment/shipments/\d+"))
    page.get_by_label("Carrier").fill("DHL Freight")
    page.get_by_label("Tracking number").fill("00340434161094042557")
    shoot(page, "06-shipment-picking")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("link", name="Delivery note")).to_be_visible()
    shoot(page, "07-shipment-dispatched")


def _invoice(people: People, order_url: str, gross: Decimal) -> tuple[str, str]:
    """It made itself; its PDF opens and our validator finds nothing in the XML inside."""
    page = people.go(AR, order_url)
    page.locator("a[href*='/invoices/']", has_text=re.compile(r"RE-\d+")).first.click()
    settle(page)
    number = page.get_by_role("heading", level=1).inner_text().strip().split()[0]
    pdf = page.get_by_role("link", name="PDF").first
    until(lambda: pdf.is_visible() or page.reload() is None)
    settle(page)
    assert _amount(_summary(page, "Total")) == gross
    got = page.request.get(people.url + str(pdf.get_attribute("href")))
    assert (got.status, got.body()[:5]) == (200, b"%PDF-")
    xml = page.get_by_role("link", name="XML").first.get_attribute("href")
    assert failing_rules(page.request.get(people.url + str(xml)).body()) == []
    shoot(page, "08-invoice")
    return number, page.url


def _pay(people: People, number: str, gross: Decimal) -> None:
    """The bank's file comes; the payment names the invoice and is matched by itself."""
    page = people.go(AR, "/receivables/bank-files")
    page.locator("tbody a").first.click()
    settle(page)
    bank = Bank(COMPANIES[0]["iban"], "EUR")
    closing = page.locator("[aria-labelledby=statements-title] tbody td").last
    bank.balance = _amount(closing.inner_text())
    bank.count = 900
    content = bank.statement(TODAY, [Payment(gross, CUSTOMER, PAYER_IBAN, f"Rechnung {number}")])
    page = people.go(AR, "/receivables/bank-files/import")
    file = {"name": "today.xml", "mimeType": "application/xml", "buffer": content}
    page.locator("input[type=file]").set_input_files(files=[file])  # type: ignore[list-item]
    shoot(page, "09-bank-import")
    page.get_by_role("button", name="Import").click()
    page.wait_for_url(re.compile(r"/receivables/bank-files/\d+"))
    expect(page.locator("main")).to_contain_text("1 new, 0 known, 1 matched by itself")
    shoot(page, "10-bank-file")
    page.locator("[aria-labelledby=entries-title] tbody a").click()
    paid = page.locator("[aria-labelledby=paid-title] tbody tr")
    expect(paid).to_have_count(1)
    expect(paid).to_contain_text(number)
    assert _amount(paid.inner_text()) == gross
    shoot(page, "10-bank-entry")
    page.locator("[aria-labelledby=matches-title] tbody a").last.click()
    owed = page.locator("tbody tr", has_text=CUSTOMER)
    assert _amount(owed.locator("td").nth(3).inner_text()) == gross, "credited to the customer"
    shoot(page, "10-journal-entry")


def _is_paid(people: People, number: str, gross: Decimal, invoice_url: str, order_url: str) -> None:
    """Invoice, entry, ledger and timeline know of the payment."""
    page = people.go(AR, invoice_url)
    expect(page.locator(".o2c-flow")).to_contain_text("matched")
    shoot(page, "11-invoice-paid")
    page = people.go(AR, f"/receivables/journal?q={number}")
    (posted,) = page.locator("tbody td.o2c-num").all_inner_texts()
    assert _amount(posted) == gross
    shoot(page, "12-journal")
    page = people.go(AR, order_url)
    told = page.locator(".o2c-timeline").inner_text()
    shoot(page, "13-order-done")
    for happened in ("submitted", "released", "dispatched", "issued", "matched"):
        assert happened in told.lower(), f"{happened}: {told}"


# --- What pages say ------------------------------------------------------------------------------
def _standing(people: People) -> dict[str, Decimal]:
    """What the customer owes, by each page that says so."""
    page = people.go(AR, f"/customers/?q={CUSTOMER}")
    page.locator("tbody tr", has_text=CUSTOMER).locator("a").first.click()
    settle(page)
    shoot(page, "14-customer")
    balance = page.locator("dt", has_text=re.compile("^Owes$")).locator("+ dd").first
    found = {"customer": _amount(balance.inner_text())}
    statement = page.locator("a", has_text="Statement of account").first.get_attribute("href")
    people.go(AR, str(statement))
    shoot(page, "15-account")
    page = people.go(AR, "/reports/ageing")
    shoot(page, "16-ageing")
    row = page.locator("tbody tr", has_text=CUSTOMER)
    found["ageing"] = _amount(row.locator("td").nth(10).inner_text()) if row.count() else Decimal(0)
    return found


def _summary(page: Page, label: str) -> str:
    return page.locator("span", has_text=re.compile(f"^{label}")).locator("strong").inner_text()


def _choose(page: Page, text: str) -> None:
    """Type into the focused combobox and take the first answer."""
    page.keyboard.type(text)
    expect(page.locator("[role=listbox]:not([hidden]) [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")


def _amount(text: str) -> Decimal:
    """A figure as pages write it in English: 1,190.00 EUR, U+2212 for minus."""
    found = re.search(r"[−-]?[\d,]+\.\d\d", text)
    assert found, text
    return Decimal(found[0].replace(",", "").replace("−", "-"))
