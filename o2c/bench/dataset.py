"""The figures every system is measured with: fixed seeds, integer cents, one tax of 19 %.

The same numbers as those the peers were measured with; the check sums are in
``tests/bench/test_dataset.py``.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

SEED = 20261031
AS_OF = date(2026, 10, 31)
TAX = 19
ORDER_CUSTOMERS, PRODUCTS, LINES = 500, 200, 5
DEBTORS = 2000
TERMS_DAYS = 14


@dataclass(frozen=True, slots=True)
class Debt:
    """An open invoice; all are overdue at ``AS_OF`` by 1 to 120 days."""

    number: str
    debtor: int
    net: int
    tax: int
    issued_on: date
    due_on: date

    @property
    def gross(self) -> int:
        """What is to be paid, in cents."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class Credit:
    """A line of the statement: cents, text, ``full``/``partial``/``none``, which debt it pays."""

    cents: int
    text: str
    kind: str
    debt: int


def tax_of(net: int) -> int:
    """19 %, half up, in cents."""
    return (net * TAX + 50) // 100


def product_cents(index: int) -> int:
    """Price of a product without tax."""
    return 199 + (index * 7919) % 49800


def order_lines(count: int) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """(customer, [(product, quantity)] five times) per order."""
    draw = random.Random(SEED)  # noqa: S311 - repeatable
    for _order in range(count):
        customer = draw.randrange(ORDER_CUSTOMERS)
        products = draw.sample(range(PRODUCTS), LINES)
        yield customer, [(product, draw.randint(1, 12)) for product in products]


def debts(count: int) -> Iterator[Debt]:
    """So many open invoices of 2,000 debtors."""
    draw = random.Random(SEED + 1)  # noqa: S311 - repeatable
    for index in range(count):
        debtor, net = draw.randrange(DEBTORS), draw.randint(5000, 500000)
        due_on = AS_OF - timedelta(days=draw.randint(1, 120))
        issued_on = due_on - timedelta(days=TERMS_DAYS)
        yield Debt(f"SI{index + 1:07d}", debtor, net, tax_of(net), issued_on, due_on)


def statement(lines: int, of_debts: int = 10_000) -> Iterator[Credit]:
    """90 % pay a debt in full and name it, 5 % name it and pay a part, 5 % name nothing."""
    draw = random.Random(SEED + 2)  # noqa: S311 - repeatable
    known = list(debts(of_debts))
    picked = draw.sample(range(of_debts), lines)
    full, partial = lines * 90 // 100, lines * 5 // 100
    kinds = ["full"] * full + ["partial"] * partial + ["none"] * (lines - full - partial)
    draw.shuffle(kinds)
    for index, kind in zip(picked, kinds, strict=True):
        debt = known[index]
        cents = debt.gross
        if kind == "partial":
            cents = cents * draw.randint(20, 80) // 100
        yield Credit(cents, "PAYMENT WITH THANKS" if kind == "none" else debt.number, kind, index)
