"""An order becomes cash in Chromium, each step by the person whose job it is.

The whole suite runs: web, worker, beat, mail server, PostgreSQL, Redis. Figures are read from the
pages as people read them; the mails are the ones that the server took. At the end the customer
owes nothing, and the books prove.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from invoicing.einvoice import failing_rules
from o2c.demo.bank import Bank, Payment
from o2c.demo.cast import COMPANIES
from tests.browser.late_payer import LatePayer, add_late_payer
from tests.browser.people import People, settle, shoot
from tests.suite import Suite, until

pytestmark = pytest.mark.browser

REP, CREDIT, WAREHOUSE = "rep@demo.example", "credit@demo.example", "warehouse@demo.example"
AR, COLLECTOR, FINANCE = "ar@demo.example", "collector@demo.example", "finance@demo.example"
PAYER_IBAN = "DE33370400440001234567"
LINES = (("KH-050", "10"), ("SF-080", "2"))


@pytest.fixture
def people(
    running_suite: Suite, chromium: Browser, browser_options: dict[str, Any]
) -> Iterator[People]:
    """Everybody's windows; no script error, refused resource or failed request is let pass."""
    found = People(chromium, running_suite.base_url, COMPANIES[0]["name"], browser_options)
    yield found
    found.close()
    assert not found.troubles, "\n".join(found.troubles)


def test_an_order_becomes_cash(people: People, running_suite: Suite) -> None:
    name = f"Kältebau Sommerfeld {uuid4().hex[:6]} GmbH"
    mail = f"{uuid4().hex[:8]}@sommerfeld.example"
    _stock(people)
    customer_url = _meet(people, name, mail)
    order_url, gross = _enter(people, name)
    _release(people, order_url)
    _ship(people, order_url)
    number, invoice_url = _invoice(people, order_url, gross)
    _mailed(running_suite, mail, number)
    assert _owed(people, customer_url) == gross

    _pay(people, name, number, gross)
    _is_paid(people, number, gross, invoice_url, order_url)
    assert _owed(people, customer_url) == 0
    _prove(running_suite)


def test_who_does_not_pay_is_reminded(
    running_suite: Suite, chromium: Browser, browser_options: dict[str, Any]
) -> None:
    late = add_late_payer(running_suite)
    people = People(chromium, running_suite.base_url, late.company, browser_options)
    run_url = _propose(people, late)
    _approve(people, run_url)
    _reminded(running_suite, late)
    page = people.go(COLLECTOR, late.address)
    expect(page.locator(".o2c-timeline, .o2c-happenings").first).to_contain_text("eminder")
    shoot(page, "25-customer-reminded")
    people.close()
    assert not people.troubles, "\n".join(people.troubles)
    _prove(running_suite)


# --- An order becomes cash -----------------------------------------------------------------------
def _stock(people: People) -> None:
    """Goods come in, so that the order can leave whole."""
    page = people.go(WAREHOUSE, "/fulfillment/stock/receive")
    page.locator("#id_pasted").fill("".join(f"{article};200\n" for article, _quantity in LINES))
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("2 lines booked in.")
    shoot(page, "00-goods-in")


def _meet(people: People, name: str, mail: str) -> str:
    """The rep opens a new customer, who has no credit limit yet."""
    page = people.go(REP, "/customers/new")
    fields = {"name": name, "street": "Kühlhausweg 3", "postcode": "20457", "city": "Hamburg"}
    for field, value in (fields | {"contact_name": "Rita Sommerfeld", "email": mail}).items():
        page.locator(f"#id_{field}").fill(value)
    page.locator("#id_payment_terms").select_option(label="30 Tage netto")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/customers/\d+$"))
    expect(page.locator("h1")).to_have_text(name)
    shoot(page, "01-customer")
    return page.url


def _enter(people: People, name: str) -> tuple[str, Decimal]:
    """The rep types the order into the grid; without a limit it waits for credit."""
    page = people.go(REP, "/orders/new")
    expect(page.locator("#id_customer")).to_be_focused()
    _choose(page, name)
    expect(page.locator("#id_po_number")).to_be_focused()
    page.keyboard.type("PO-4711")
    page.locator("#article-r1").focus()
    for row, (article, quantity) in enumerate(LINES, start=1):
        expect(page.locator(f"#article-r{row}")).to_be_focused()
        _choose(page, article)
        expect(page.locator(f"#quantity-r{row}")).to_be_focused()
        page.keyboard.type(quantity)
        page.keyboard.press("Enter")
    expect(page.locator("#grid [data-cell=article]")).to_have_count(len(LINES) + 1)
    expect(page.locator("[data-total=net]")).to_have_text("1,462.00")
    expect(page.locator("[data-total=gross]")).to_have_text("1,739.78")
    shoot(page, "02-order-entry")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/orders/\d+/$"))
    expect(page.locator("main")).to_contain_text("On hold")
    gross = _amount(_summary(page, "Total"))
    assert gross == Decimal("1739.78"), "as the grid said"
    shoot(page, "03-order-held")
    return page.url, gross


def _release(people: People, order_url: str) -> None:
    """The credit manager finds it at the desk, looks at the figures and decides with a reason."""
    number = people.go(CREDIT, order_url).locator("h1").inner_text()
    page = people.go(CREDIT, "/credit/")
    page.locator(".o2c-credit-queue a", has_text=number).click()
    expect(page.locator("#case-title")).to_contain_text(number)
    expect(page.get_by_role("heading", name="Why it waits")).to_be_visible()
    hold_url = page.url
    shoot(page, "04-credit-desk")
    page.get_by_role("button", name="Decide and go on").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_label("Reason").fill("Their bank guarantees for the first order")
    page.get_by_role("button", name="Decide and go on").click()
    expect(page.locator("#toasts")).to_contain_text("is released")
    page = people.go(CREDIT, hold_url)
    expect(page.locator("main")).to_contain_text("Their bank guarantees for the first order")
    page = people.go(CREDIT, order_url)
    expect(page.locator(".o2c-doc-badges")).to_contain_text("released")
    shoot(page, "05-order-released")


def _ship(people: People, order_url: str) -> None:
    """The warehouse makes the pick list, checks every line off and hands it to the carrier."""
    page = people.go(WAREHOUSE, order_url)
    page.get_by_role("button", name="Create pick list").click()
    page.wait_for_url(re.compile(r"/fulfillment/shipments/\d+"))
    page.get_by_label("Carrier").fill("DHL Freight")
    page.get_by_label("Tracking number").fill("00340434161094042557")
    boxes = page.locator(".o2c-picking [data-tick]")
    for box in boxes.all():
        box.check()
    expect(page.locator("#picked-words")).to_have_text(f"{len(LINES)} of {len(LINES)} lines picked")
    shoot(page, "06-picking")
    page.get_by_role("button", name="Dispatch").click()
    expect(page.get_by_role("link", name="Delivery note").first).to_be_visible()
    shoot(page, "07-dispatched")


def _invoice(people: People, order_url: str, gross: Decimal) -> tuple[str, str]:
    """It made itself; its PDF opens and the XML beside it breaks no rule of EN 16931."""
    page = people.go(AR, order_url)
    page.locator("a[href*='/invoices/']", has_text=re.compile(r"RE-\d+")).first.click()
    page.wait_for_url(re.compile(r"/invoices/\d+/"))
    number = page.locator("h1").inner_text().strip()
    pdf = page.get_by_role("link", name="PDF", exact=True)
    until(lambda: pdf.count() == 1 or page.reload() is None)
    settle(page)
    assert _amount(_summary(page, "Open")) == gross
    got = page.request.get(people.url + str(pdf.get_attribute("href")))
    assert (got.status, got.body()[:5]) == (200, b"%PDF-")
    page.get_by_role("button", name="More").click()
    xml = page.get_by_role("link", name="E-invoice (XML)").get_attribute("href")
    assert failing_rules(page.request.get(people.url + str(xml)).body()) == []
    shoot(page, "08-invoice")
    return number, page.url


def _mailed(suite: Suite, mail: str, number: str) -> None:
    """The invoice came by mail: a PDF that carries its XML."""
    letter = _mail_to(suite, mail, number)
    (pdf,) = [part for part in letter.iter_attachments() if part.get_content_subtype() == "pdf"]
    inside = PdfReader(BytesIO(pdf.get_payload(decode=True))).attachments  # type: ignore[arg-type]
    (xml,) = [
        content for name, contents in inside.items() if name[-4:] == ".xml" for content in contents
    ]
    assert number.encode() in xml
    assert failing_rules(xml) == []


def _pay(people: People, name: str, number: str, gross: Decimal) -> None:
    """The bank's file comes; the payment names the invoice and is matched by itself."""
    page = people.go(AR, "/receivables/bank-files")
    page.locator("tbody a").first.click()
    settle(page)
    closing = page.locator("[aria-labelledby=statements-title] tbody td").last
    bank = Bank(COMPANIES[0]["iban"], "EUR")
    bank.balance, bank.count = _amount(closing.inner_text()), 900
    payment = Payment(gross, name, PAYER_IBAN, f"Rechnung {number}")
    page = _import(people, bank.statement(_today(), [payment]))
    expect(page.locator("main")).to_contain_text("1 new, 0 known, 1 matched by itself")
    shoot(page, "10-bank-file")
    page.locator("[aria-labelledby=entries-title] tbody a").click()
    paid = page.locator("[aria-labelledby=paid-title] tbody tr")
    expect(paid).to_have_count(1)
    expect(paid).to_contain_text(number)
    assert _amount(paid.inner_text()) == gross
    shoot(page, "11-bank-entry")


def _is_paid(people: People, number: str, gross: Decimal, invoice_url: str, order_url: str) -> None:
    """Invoice, journal and timeline know of the payment."""
    page = people.go(AR, invoice_url)
    expect(page.locator(".o2c-doc-badges")).to_contain_text("paid")
    expect(page.locator(".o2c-flow")).to_contain_text("matched")
    expect(page.locator("#payments tfoot")).to_contain_text("0.00 EUR")
    shoot(page, "12-invoice-paid")
    page = people.go(AR, f"/receivables/journal?q={number}")
    (posted,) = page.locator("tbody td.o2c-num").all_inner_texts()
    assert _amount(posted) == gross
    page = people.go(AR, order_url)
    told = page.locator(".o2c-timeline").inner_text().lower()
    shoot(page, "13-order-done")
    for happened in ("submitted", "released", "dispatched", "issued", "matched"):
        assert happened in told, f"{happened}: {told}"


def _owed(people: People, customer_url: str) -> Decimal:
    """What the customer's page says they owe; the statement of account must say the same."""
    page = people.go(AR, customer_url)
    owes = _fact(page, "Owes")
    shoot(page, "14-customer")
    page.get_by_role("button", name="More").first.click()
    page.get_by_role("link", name="Statement of account").click()
    page.wait_for_url(re.compile("/receivables/accounts/"))
    assert _fact(page, "Balance") == owes
    shoot(page, "15-account")
    return owes


# --- Who does not pay ----------------------------------------------------------------------------
def _propose(people: People, late: LatePayer) -> str:
    """The collector proposes the run; who proposed can't approve."""
    page = people.go(COLLECTOR, "/dunning/")
    page.get_by_role("link", name="Propose run").click()
    page.get_by_role("button", name="Propose run").click()
    page.wait_for_url(re.compile(r"/dunning/\d+/$"))
    expect(page.locator("main table")).to_contain_text(late.customer)
    expect(page.locator("main table")).to_contain_text(late.email)
    expect(page.get_by_role("button", name="Approve run")).to_have_count(0)
    shoot(page, "20-run-proposed")
    return page.url


def _approve(people: People, run_url: str) -> None:
    """The finance manager reads what will go out and lets it go."""
    page = people.go(FINANCE, run_url)
    page.get_by_role("button", name="Approve run").click()
    dialog = page.locator("#confirm-dialog")
    expect(dialog).to_contain_text("1 reminder goes out")
    expect(dialog).to_contain_text("Level 1: 1")
    shoot(page, "21-run-approve")
    dialog.get_by_role("button", name="Approve run").click()
    page.wait_for_url(re.compile(r"/jobs/\d+"))
    expect(page.get_by_role("region", name="Progress")).to_contain_text("1 of 1", timeout=60_000)
    page = people.go(FINANCE, run_url)
    expect(page.locator(".o2c-doc-badges")).to_contain_text("sent")
    shoot(page, "22-run-sent")


def _reminded(suite: Suite, late: LatePayer) -> None:
    """The letter arrives and names the invoice."""
    letter = _mail_to(suite, late.email, late.company, subject="Zahlungserinnerung")
    (pdf,) = [part for part in letter.iter_attachments() if part.get_content_subtype() == "pdf"]
    pages = PdfReader(BytesIO(pdf.get_payload(decode=True))).pages  # type: ignore[arg-type]
    assert late.number in "".join(page.extract_text() for page in pages)


# --- What all need -------------------------------------------------------------------------------
def _import(people: People, content: bytes) -> Page:
    page = people.go(AR, "/receivables/bank-files/import")
    file = {"name": "today.xml", "mimeType": "application/xml", "buffer": content}
    page.locator("input[type=file]").set_input_files(files=[file])  # type: ignore[list-item]
    page.get_by_role("button", name="Import").click()
    page.wait_for_url(re.compile(r"/receivables/bank-files/\d+"))
    return page


def _mail_to(suite: Suite, address: str, *words: str, subject: str = "") -> EmailMessage:
    """The one mail to an address that says all words, as soon as the server took it."""

    def found() -> list[EmailMessage]:
        letters = (message_from_bytes(p.read_bytes(), policy=policy.default) for p in suite.mails)
        mine = [letter for letter in letters if letter["X-Envelope-To"] == address]
        return [
            m for m in mine if subject in m["Subject"] and all(w in m.as_string() for w in words)
        ]

    until(lambda: bool(found()))
    (letter,) = found()
    return letter


def _prove(suite: Suite) -> None:
    done = suite.manage("prove")
    assert done.returncode == 0, done.stdout
    assert " 0 breaches" in done.stdout


def _today() -> Any:
    return datetime.now(ZoneInfo("Europe/Berlin")).date()


def _summary(page: Page, label: str) -> str:
    return page.locator("span", has_text=re.compile(f"^{label}")).locator("strong").inner_text()


def _fact(page: Page, label: str) -> Decimal:
    found = page.locator("main dt", has_text=re.compile(f"^{label}$")).locator("+ dd")
    return _amount(found.inner_text())


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
