"""Made payments of people with habits: how many book by themselves with them and without."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from receivables.rules.facts import Habits, Item, Payer, Payment, Verdict
from receivables.rules.matching import decide
from receivables.rules.near import endings
from receivables.rules.tokens import tokens

DAY = date(2026, 3, 2)
KNOWN, NAMESAKE = Payer(1, "iban"), Payer(1, "name", 60)
Made = tuple[Payment, list[Payer], list[Item], set[int]]
"""A payment, who may have paid, what is open, and what it pays; nothing: it must not be booked."""


def _items(chance: random.Random) -> list[Item]:
    """Rents and deliveries of some months: many are equal, a few offer a discount that is gone."""
    month = chance.choice(["119.00", "238.00", "59.50"])
    items = []
    for number in range(chance.randint(3, 7)):
        amount = Decimal(month if chance.random() < 0.7 else chance.choice(["83.30", "476.00"]))
        until = DAY - timedelta(days=chance.choice([2, 4]))
        items.append(
            Item(
                number + 1, 1, f"RE-2026-{chance.randint(100, 999)}{number}7",
                DAY + timedelta(days=number // 2 * 10), amount,
                discount_amount=Decimal("1.19") if chance.random() < 0.2 else Decimal(0),
                discount_until=until, amount=amount,
            )
        )  # fmt: skip
    return items


def _payment(amount: Decimal, text: str) -> Payment:
    return Payment(amount, DAY, tokens=tokens([text]), endings=endings(text))


def _sum(items: list[Item]) -> Decimal:
    return sum((item.outstanding for item in items), Decimal(0))


def _by_statement(chance: random.Random) -> Made:
    items = _items(chance)
    last = chance.choice(items).due_on
    due = [item for item in items if item.due_on <= last]
    return _payment(_sum(due), "Kontoauszug"), [KNOWN], items, {item.pk for item in due}


def _cut(chance: random.Random) -> Made:
    items = _items(chance)
    paid = chance.sample(items, chance.randint(1, 2))
    text = "Zahlung " + " und ".join(item.document[-5:] for item in paid)
    return _payment(_sum(paid), text), [KNOWN], items, {item.pk for item in paid}


def _late(chance: random.Random) -> Made:
    items = [item for item in _items(chance) if not item.discount_amount]
    late = Item(
        99, 1, "RE-2026-44444", DAY, Decimal("595.00"),
        discount_amount=Decimal("11.90"), discount_until=DAY - timedelta(days=3),
        amount=Decimal("595.00"),
    )  # fmt: skip
    return _payment(Decimal("583.10"), "Zahlung"), [KNOWN], [*items, late], {99}


def _doubtful(chance: random.Random) -> Made:
    """Somebody of a like name, money that comes back, or sums that are nobody's."""
    payment, payers, items, _truth = chance.choice([_by_statement, _cut])(chance)
    odd = chance.randrange(3)
    if odd == 0:
        return payment, [NAMESAKE], items, set()
    if odd == 1:
        text = f"Retoure {items[0].document[-5:]}"
        back = Payment(
            payment.amount, DAY, tokens=tokens([text]), endings=endings(text), says_return=True
        )
        return back, payers, items, set()
    return _payment(payment.amount + Decimal("7.77"), "Rest 12345"), payers, items, set()


ALL = Habits(late_days=4, by_statement=True, writes_ends=True, leaves_last_out=True)


def _count(make: Callable[[random.Random], Made], habits: Habits | None) -> Counter[str]:
    told: Counter[str] = Counter()
    for seed in range(400):
        payment, payers, items, truth = make(random.Random(seed))
        outcome = decide(payment, [], payers, items, habits={1: habits} if habits else {})
        first = outcome.proposals[0] if outcome.proposals else None
        pays = {share.item.pk for share in first.shares} if first else set()
        if outcome.verdict == Verdict.AUTO:
            told["right" if pays == truth else "wrong"] += 1
        told["first"] += bool(truth) and pays == truth
    return told


@pytest.mark.parametrize(
    ("make", "habits", "least"),
    [
        (_by_statement, Habits(by_statement=True), 350),
        (_cut, Habits(writes_ends=True), 380),
        (_late, Habits(late_days=4), 0),
        (_doubtful, ALL, 0),
    ],
    ids=["statement", "cut", "late", "doubtful"],
)
def test_habits_book_more_and_nothing_wrong(
    make: Callable[[random.Random], Made], habits: Habits, least: int
) -> None:
    before, after = _count(make, None), _count(make, habits)
    print(f"\n{make.__name__} without: {dict(before)}, with: {dict(after)}")
    assert before["wrong"] == after["wrong"] == 0
    assert after["right"] >= max(before["right"], least)
    assert after["first"] >= before["first"]
