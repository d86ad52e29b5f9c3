"""Payers who name nothing: what their amount tells, and what may be chance (rules/chance)."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from receivables.rules.facts import Item, Payer, Payment, Verdict
from receivables.rules.matching import decide

DAY = date(2026, 3, 2)
KNOWN = Payer(1, "iban")
PRICES: dict[str, Callable[[random.Random], D]] = {
    "cents": lambda chance: D(chance.randint(500, 500_000)) / 100,
    "whole nets": lambda chance: chance.randint(5, 2000) * D("1.19"),
    "hundreds": lambda chance: D(chance.choice([100, 200, 300, 400, 500, 800, 1000, 1500])),
    "rents": lambda chance: D(chance.choice(["119.00", "119.00", "238.00", "59.50", "476.00"])),
}
Paid = Callable[[random.Random, list[Item]], list[Item]]


def _item(pk: int, amount: D | str, day: int) -> Item:
    return Item(pk, 1, f"RE-2026-{pk:04}7", DAY + timedelta(day), D(amount), amount=D(amount))


def _items(chance: random.Random, price: Callable[[random.Random], D], count: int) -> list[Item]:
    return [_item(pk, price(chance), pk // 2 * 10) for pk in range(1, count + 1)]


def _some(chance: random.Random, items: list[Item]) -> list[Item]:
    return chance.sample(items, chance.randint(2, min(4, len(items))))


def _all_due(chance: random.Random, items: list[Item]) -> list[Item]:
    last = chance.choice(items).due_on
    return [item for item in items if item.due_on <= last]


def _of_a_day(chance: random.Random, items: list[Item]) -> list[Item]:
    day = chance.choice(items).due_on
    return [item for item in items if item.due_on == day]


def _decided(items: list[Item], amount: D) -> tuple[Verdict, set[int]]:
    outcome = decide(Payment(amount, DAY), [], [KNOWN], items)
    first = outcome.proposals[0].shares if outcome.proposals else ()
    return outcome.verdict, {share.item.pk for share in first}


@pytest.mark.parametrize("prices", PRICES)
@pytest.mark.parametrize("paid", [_some, _all_due, _of_a_day])
def test_whoever_pays_some_of_their_items_is_never_taken_for_paying_others(
    prices: str, paid: Paid
) -> None:
    told: Counter[str] = Counter()
    for count in (3, 6, 10, 16):
        for seed in range(25):
            chance = random.Random(f"{seed}/{count}")
            items = _items(chance, PRICES[prices], count)
            meant = paid(chance, items)
            verdict, pays = _decided(items, sum((item.outstanding for item in meant), D(0)))
            is_right = pays == {item.pk for item in meant}
            told[f"{verdict.value} {'right' if is_right else 'other'}"] += 1
    assert told["auto other"] == 0
    assert told["auto right"] >= {"cents": 85, "whole nets": 30, "hundreds": 5, "rents": 2}[prices]


@pytest.mark.parametrize("prices", ["whole nets", "hundreds", "rents"])
def test_a_sum_of_something_else_meets_no_sum_by_chance(prices: str) -> None:
    met = 0
    for seed in range(300):
        chance = random.Random(seed)
        items = _items(chance, PRICES[prices], 7)
        other = sum((PRICES[prices](chance) for _time in range(3)), D("0"))
        verdict, pays = _decided(items, other)
        met += verdict == Verdict.AUTO and 1 < len(pays) < len(items)
    assert met <= 1  # all that is due up to a day, at most


@pytest.mark.parametrize(
    ("amount", "verdict", "pays"),
    [
        ("300.00", Verdict.AUTO, {1, 2}),  # the oldest two
        ("2400.00", Verdict.AUTO, {4, 5}),  # all of a day
        ("600.00", Verdict.PROPOSE, {2, 3}),  # any two of round amounts
        ("3100.00", Verdict.AUTO, {1, 2, 3, 4, 5}),
    ],
)
def test_round_amounts_need_to_belong_together(
    amount: str, verdict: Verdict, pays: set[int]
) -> None:
    items = [
        _item(1, "100.00", 1), _item(2, "200.00", 2), _item(3, "400.00", 3),
        _item(4, "800.00", 4), _item(5, "1600.00", 4),
    ]  # fmt: skip
    assert _decided(items, D(amount)) == (verdict, pays)


def test_the_one_that_asks_it_or_all_four_that_are_due_is_for_a_person() -> None:
    rents = [_item(pk, "119.00", (pk - 1) // 2 * 10) for pk in range(1, 5)]
    later = _item(5, "476.00", 20)
    assert _decided([*rents, later], D("476.00"))[0] == Verdict.PROPOSE
    assert _decided([*rents[:3], later], D("476.00")) == (Verdict.AUTO, {5})
