"""The second made year: books of three companies, their payments, and the days they come in."""

import csv
import io
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tests.receivables.judge import abroad, further, noise, numbers_written, payers, sums
from tests.receivables.judge.bank_files import Account, camt, dutch, german, mt940
from tests.receivables.judge.books import DAYS, START, Books, Payment
from tests.receivables.judge.habits import HABITS
from tests.receivables.judge.people import People

ENTERED = (
    abroad,
    further,
    noise,
    numbers_written,
    payers,
    sums,
)  # importing them enters their habits


@dataclass
class Made:
    """A company with its books and accounts."""

    code: str
    country: str
    books: Books
    accounts: list[Account]

    def days(self) -> Iterator[date]:
        """Every day something happens to the books or at the bank."""
        days = {one.day for one in self.books.payments} | {one.issued for one in self.books.items}
        return iter(sorted(days))


def made_year(seed: int, payments: int) -> list[Made]:
    """Three companies that share the payments evenly."""
    shapes = [
        ("DE", ("long", "five", "old"), "EUR", (camt(2), camt(8))),
        ("SE", ("six", "tight"), "SEK", (camt(4, batches=True), camt(8))),
        ("DE", ("slash", "five", "tail", "four"), "EUR", (mt940(german), mt940(dutch))),
    ]
    return [
        _company(random.Random(f"{seed}/{place}"), place, payments // 3, *shape)
        for place, shape in enumerate(shapes)
    ]


def _company(chance, place, payments, home, series, currency, writers) -> Made:
    books = Books(chance, home=home, series=series, has_structure=place < 2)
    banks = People(chance, "NL" if place == 2 else home)
    accounts = [Account(banks.account(home), currency, writers[0])]
    accounts.append(Account(banks.account(banks.home), currency, writers[1]))
    names = [name for name, (weight, _) in HABITS.items() for _ in range(weight)]
    while len(books.payments) < payments:
        deck = list(names)
        chance.shuffle(deck)
        for name in deck:
            books.day = START + timedelta(chance.randint(7, DAYS - 10))
            HABITS[name][1](books)
            if len(books.payments) >= payments:
                break
    books.judge()
    return Made(f"judge{place}", home, books, accounts)


def customers_csv(books: Books) -> bytes:
    """The customers, groups' parents first."""
    return _csv(
        ["Kundennummer", "Firma", "Ort", "Land", "IBANs", "Konzernmutter"],
        [
            [d.number, d.name, d.city, d.country, ";".join(d.accounts), d.parent]
            for d in sorted(books.people.debtors, key=lambda one: bool(one.parent))
        ],
    )


def items_csv(books: Books, issued: set[date]) -> bytes:
    """The items issued on these days; nothing where there are none."""
    rows = [
        [i.number, i.debtor.number, i.issued, i.issued + timedelta(30) if i.amount > 0 else "",
         i.amount, i.percent or "", i.discount_until or "", i.order, i.rf or i.ocr, i.currency,
         abroad.worth(i, books.home) if i.currency else ""]
        for i in books.items
        if i.issued in issued
    ]  # fmt: skip
    head = ["number", "customer", "issue date", "due date", "amount", "discount percent",
            "discount until", "PO number", "RF", "currency",
            "local amount"]  # fmt: skip
    return _csv(head, rows) if rows else b""


def statements(made: Made, day: date, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """The day's file of each account that saw money."""
    by_account: dict[int, list[Payment]] = defaultdict(list)
    for one in made.books.payments:
        if one.day == day:
            by_account[chance.randrange(len(made.accounts))].append(one)
    for at, payments in by_account.items():
        suffix = "xml" if payments and "camt" in made.accounts[at].write.__qualname__ else "sta"
        name = f"{made.code}-{at}-{day}.{suffix}"
        yield name, made.accounts[at].statement(day, payments, name, chance)


def _csv(head, rows) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().encode()
