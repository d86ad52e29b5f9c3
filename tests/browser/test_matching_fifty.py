"""Fifty payments in a row at the matching desk, by keyboard alone, of every kind a day brings.

Keystrokes and seconds are printed for each; with ``O2C_SHOTS`` every step leaves a picture there.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from core.models import Company
from customers.models import Customer
from receivables.models import BankEntry, BankMatch, EntryQuestion, OpenItem
from tests import make
from tests.browser.people import shoot
from tests.receivables.make import camt, entry, imported, item, ledger, paid

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = "li.is-current [data-match-focus]"
DIFFERENT = ("Brinkmann Rohre KG", "Ostsee Yachten eG", "Dachdeckerei Petersen", "Weber Metall KG")


@dataclass
class Day:
    """The payments of a day as a person has to decide them, in their order at the desk."""

    company: Company
    tasks: list[tuple[str, str]] = field(default_factory=list)
    """What is to be done, and with what."""

    def customer(self, number: int) -> Customer:
        """One of a few customers, made once."""
        name = DIFFERENT[number % len(DIFFERENT)]
        known = Customer.objects.filter(company=self.company, name=name).first()
        return known or make.customer(self.company, name)

    def pays(self, task: str, amount: str, text: str, told: str, **fields: str) -> None:
        """A payment that waits for a person."""
        waiting = paid(self.company, amount, text, **fields)
        assert not waiting.is_settled, (task, amount, text)
        self.tasks.append((task, told))


def _first(day: Day, number: int) -> None:
    """It names an invoice and pays too little: the proposal is right."""
    owed = item(day.customer(number), "119.00")
    day.pays("confirm", "100.00", owed.document_number, owed.document_number)


def _second(day: Day, number: int) -> None:
    """Two items of one amount and nothing said: they mean the younger one."""
    customer = day.customer(number)
    amount = f"{500 + number}.00"
    item(customer, amount)
    meant = item(customer, amount)
    day.pays(
        "second", str(meant.amount), "wie besprochen", meant.document_number, name=customer.name
    )


def _typed(day: Day, number: int) -> None:
    """A stranger pays, and the clerk knows the number from the telephone."""
    owed = item(day.customer(number), f"{700 + number}.00")
    day.pays("type", str(owed.amount), "telefonisch", owed.document_number, name="S. Jonsson")


def _several(day: Day, number: int) -> None:
    """Three items of one customer, with a bit left over."""
    owed = [item(day.customer(number), f"{amount + number}.00") for amount in (210, 320)]
    total = sum((one.amount for one in owed), Decimal(0))
    numbers = "|".join(one.document_number for one in owed)
    day.pays("several", str(total + 3), "Sammelzahlung", numbers, name="Treuhand Nord")


def _part(day: Day, number: int) -> None:
    """A third of an item, nothing said."""
    owed = item(day.customer(number), f"{900 + number}.00")
    day.pays("part", "300.00", f"Abschlag {number}", owed.document_number, name="S. Jonsson")


def _fee(day: Day, number: int) -> None:
    """The bank took four euros on the way."""
    owed = item(day.customer(number), f"{150 + number}.00")
    day.pays("fee", str(owed.amount - 4), owed.document_number, owed.document_number)


def _on_account(day: Day, number: int) -> None:
    """Money in advance from somebody else's account."""
    customer = day.customer(number)
    day.pays("account", f"{61 + number}.50", "Vorkasse", customer.name, name="E. Lindqvist")


def _ask(day: Day, number: int) -> None:
    """Nobody knows."""
    day.pays("ask", f"{17 + number}.17", "danke", "Whose is this?", name="K. Unbekannt")


def _back(day: Day, number: int) -> None:
    """A payment that goes back: its item is open again."""
    owed = item(day.customer(number), f"{1000 + number}.00")
    paid(day.company, str(owed.amount), owed.document_number, name=owed.customer.name)
    back = entry(str(-owed.amount), "RETOURE", name=owed.customer.name).replace(
        "<NtryDtls><TxDtls>",
        "<NtryDtls><TxDtls><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>",
    )
    imported(day.company, camt(back, number=make.unique("")))
    day.tasks.append(("back", owed.document_number))


MIX: tuple[Callable[[Day, int], None], ...] = (
    *[_first] * 14, *[_second] * 6, *[_typed] * 7, *[_several] * 4, *[_part] * 4, *[_fee] * 6,
    *[_on_account] * 5, *[_ask] * 2, *[_back] * 2,
)  # fmt: skip


@pytest.fixture
def day() -> Day:
    """Fifty payments, kinds mixed as they come."""
    made = Day(ledger())
    make.user_with("auditor", made.company, name="Mara Kruse")
    order = sorted(range(len(MIX)), key=lambda n: n * 37 % len(MIX))
    for number in order:
        MIX[number](made, number)
    assert BankEntry.objects.to_match().count() == len(made.tasks) == len(MIX) == 50
    return made


@dataclass
class Hands:
    """Ten fingers: what they press, and how often."""

    page: Page
    pressed: int = 0
    done: int = 0

    def press(self, *keys: str) -> None:
        """One key after the other."""
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, text: str) -> None:
        """Letters."""
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def shows(self, what: str) -> None:
        """The open row says so."""
        expect(self.page.locator("li.is-current")).to_contain_text(what)

    # --- what is done with a payment -------------------------------------------------------------
    def confirm(self, document: str) -> None:
        """The first proposal is right."""
        self.shows(document)
        self.press("Enter")

    def second(self, document: str) -> None:
        """Another one is."""
        for _ in range(6):
            rows = self.page.locator("li.is-current .o2c-match-items tbody tr")
            if [row for row in rows.all_inner_texts() if document in row] and rows.count() == 1:
                break
            before = self.page.locator("li.is-current .o2c-match-title .o2c-hint").inner_text()
            self.press("o")
            hint = self.page.locator("li.is-current .o2c-match-title .o2c-hint")
            expect(hint).not_to_have_text(before)
            expect(self.page.locator(DESK)).to_be_focused()
        self.confirm(document)

    def type_number(self, documents: str) -> None:
        """The number is typed, its rows are ticked."""
        count = documents.count("|") + 1
        self.press("f")
        expect(self.page.locator("#find-box")).to_be_focused()
        self.type(documents)
        expect(self.page.locator("#find-list tbody input")).to_have_count(count)
        for _ in range(count):
            self.press("ArrowDown", "Space")
        self.press("Control+Enter")

    def fee(self, document: str) -> None:
        """What is missing was the bank's."""
        self.shows(document)
        self.press("d", "d", "Enter")

    def account(self, name: str) -> None:
        """On the account of somebody who is found by a few letters."""
        self.press("a")
        expect(self.page.locator("li.is-current [data-combobox]")).to_be_focused()
        self.type(name[:5])
        option = self.page.locator("[role=listbox]:not([hidden]) [role=option]").first
        expect(option).to_contain_text(name)
        self.press("Enter", "Control+Enter")

    def ask(self, note: str) -> None:
        """A colleague may know."""
        self.press("q")
        expect(self.page.locator("li.is-current [name=note]")).to_be_focused()
        self.type(note)
        self.press("Control+Enter")

    def back(self, _document: str) -> None:
        """That payment it was."""
        self.press("Enter")


@pytest.fixture
def hands(chromium, live_server, browser_options, day: Day) -> Iterator[Hands]:
    client = Client()
    client.force_login(make.user_with("ar_accountant", day.company))
    context = chromium.new_context(**browser_options)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{live_server.url}/receivables/matching")
    expect(page.locator(DESK)).to_be_focused()
    yield Hands(page)
    context.close()
    assert not errors


def test_fifty_by_keyboard(hands: Hands, day: Day) -> None:
    acts = {
        "confirm": hands.confirm, "second": hands.second, "type": hands.type_number,
        "several": hands.type_number, "part": hands.type_number, "fee": hands.fee,
        "account": hands.account, "ask": hands.ask, "back": hands.back,
    }  # fmt: skip
    spent: dict[str, list[tuple[float, int]]] = {}
    for number, (task, told) in enumerate(day.tasks, start=1):
        shoot(hands.page, f"{number:02}-{task}-before")
        began, pressed = time.perf_counter(), hands.pressed
        acts[task](told)
        expect(hands.page.locator("li.is-done")).to_have_count(number)
        if number < len(day.tasks):
            expect(hands.page.locator(DESK)).to_be_focused()
        spent.setdefault(task, []).append((time.perf_counter() - began, hands.pressed - pressed))
    for task, rows in spent.items():
        seconds, keys = sorted(row[0] for row in rows), [row[1] for row in rows]
        print(
            f"{task:8} {len(rows):2} payments, {sum(keys) / len(keys):5.1f} keys each,"
            f" {seconds[len(seconds) // 2]:.2f} s (median), {seconds[-1]:.2f} s at most"
        )
    print(
        f"{hands.pressed} keys, {sum(s for rows in spent.values() for s, _k in rows):.1f} s in all"
    )
    check_books(day)


def check_books(day: Day) -> None:
    """What was meant is booked."""
    count = {task: sum(1 for done, _told in day.tasks if done == task) for task, _ in day.tasks}
    assert not BankEntry.objects.to_match().not_asked().exists()
    assert EntryQuestion.objects.count() == count["ask"]
    assert (
        BankMatch.objects.filter(way="on_account", bank_entry__amount__gt=0).count()
        == (count["account"])
    )
    assert OpenItem.objects.filter(kind="charge").count() == count["fee"]
    left = dict(OpenItem.objects.filter(kind="invoice").values_list(
        "document_number", "outstanding_amount"
    ))  # fmt: skip
    for task, told in day.tasks:
        if task in ("second", "type", "several", "fee"):
            assert [left[number] for number in told.split("|")] == [0] * len(told.split("|"))
        if task == "confirm":
            assert left[told] == 19
        if task == "back":
            assert left[told] > 1000
