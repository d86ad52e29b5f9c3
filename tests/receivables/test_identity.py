"""Any overlapping, repeated, split and reordered imports of the same bank days end the same.

What neither days nor balances decide is not guessed: such a statement is left out, and one that
goes beyond both ends of the days brings what is missing.
"""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from receivables.rules.identity import Span, Told, Undecided, occurrences, placed

DAY = date(2026, 3, 2)


def bank_days(dice: random.Random) -> list[tuple[tuple[date, str], Decimal]]:
    """Entries of a few days in the bank's order; few contents, so twins are common."""
    entries = []
    for offset in range(dice.randint(1, 5)):
        for _ in range(dice.randint(0, 5)):
            content = dice.choice("abc")
            amount = Decimal({"a": 10, "b": 7, "c": -10}[content])
            entries.append(((DAY + timedelta(days=offset), content), amount))
    return entries


def statement(entries, first: int, last: int, number: str) -> Span:
    """The bank's statement over a slice of its bookings; its balances are the true ones."""
    opening = Decimal(1000) + sum((amount for _key, amount in entries[:first]), Decimal(0))
    part = entries[first:last]
    told = Span(
        number=number,
        first_on=part[0][0][0],
        last_on=part[-1][0][0],
        opening=opening,
        closing=opening + sum((amount for _key, amount in part), Decimal(0)),
        told=tuple(Told(*key, amount) for key, amount in part),
    )
    return placed(told)


def by_days(entries, dice: random.Random) -> list[tuple[int, int]]:
    """Slices on day borders that cover everything, with overlaps and repeats."""
    borders = [0] + [
        place
        for place in range(1, len(entries))
        if entries[place][0][0] != entries[place - 1][0][0]
    ]
    borders.append(len(entries))
    cover = list(zip(borders, borders[1:], strict=False))
    more = [tuple(sorted(dice.sample(borders, 2))) for _ in range(3) if len(borders) > 1]
    return cover + more


def imported(statements: list[Span]) -> tuple[Counter, bool]:
    """What is in the books after importing the statements in this order; whether one was refused.

    After a refusal they end with a statement of all days and of a booking before and one after.
    """
    stored: list[Span] = []
    refused = False
    for found in statements:
        try:
            _book(found, stored)
        except Undecided:
            refused = True
    return Counter(told.key for span in stored for told in span.told), refused


def _book(found: Span, stored: list[Span]) -> None:
    numbers = occurrences(found, stored)
    new = tuple(told for told, number in zip(found.told, numbers, strict=True) if number)
    if new:
        stored.append(replace(found, told=new, is_whole=all(numbers)))


def check(statements: list[Span], entries) -> None:
    """The books hold each entry once, if need be after the longer statement."""
    told, refused = imported(statements)
    if refused:
        entries = [
            ((entries[0][0][0] - timedelta(days=1), "before"), Decimal(3)),
            *entries,
            ((entries[-1][0][0] + timedelta(days=1), "after"), Decimal(5)),
        ]
        longer = statement(entries, 0, len(entries), "longer")
        told, refused = imported([*statements, replaced_opening(longer)])
    assert told == Counter(key for key, _amount in entries)


def replaced_opening(longer: Span) -> Span:
    """The longer statement, so that its own first booking leads to the days' opening balance."""
    return placed(replace(longer, opening=longer.opening - 3, closing=longer.closing - 3))


@pytest.mark.parametrize("seed", range(500))
def test_day_statements_in_any_arrangement(seed: int) -> None:
    dice = random.Random(seed)
    entries = bank_days(dice) or bank_days(random.Random(1))
    slices = by_days(entries, dice)
    statements = [
        statement(entries, first, last, f"{first}-{last}") for first, last in slices if last > first
    ]
    dice.shuffle(statements)
    check(statements, entries)


@pytest.mark.parametrize("seed", range(200))
def test_a_day_split_in_two_in_either_order(seed: int) -> None:
    dice = random.Random(seed)
    entries = [((DAY, dice.choice("ab")), Decimal(10)) for _ in range(dice.randint(2, 6))]
    cut = dice.randint(1, len(entries) - 1)
    statements = [statement(entries, 0, cut, "1"), statement(entries, cut, len(entries), "2")]
    statements += dice.sample(statements, dice.randint(0, 2))
    dice.shuffle(statements)
    check(statements, entries)


@pytest.mark.parametrize("seed", range(300))
def test_days_cut_anywhere_in_any_order(seed: int) -> None:
    """Three statements of a day may come last, first, middle: a middle that is missing hides no
    twin."""
    dice = random.Random(seed)
    days = sorted(dice.choice((0, 0, 1, 2)) for _ in range(dice.randint(3, 9)))
    entries = [((DAY + timedelta(days=day), dice.choice("ab")), Decimal(10)) for day in days]
    cuts = sorted({0, len(entries), *dice.sample(range(len(entries)), dice.randint(2, 3))})
    statements = [
        statement(entries, first, last, str(first))
        for first, last in zip(cuts, cuts[1:], strict=False)
    ]
    statements += dice.sample(statements, dice.randint(0, 2))
    dice.shuffle(statements)
    check(statements, entries)


@pytest.mark.parametrize("seed", range(300))
def test_a_bank_that_sorts_days_anew_in_longer_statements(seed: int) -> None:
    dice = random.Random(seed)
    entries = bank_days(dice) or bank_days(random.Random(1))
    sorted_anew = sorted(entries, key=lambda told: (told[0][0], dice.random()))
    slices = by_days(entries, dice)
    statements = [
        statement(dice.choice((entries, sorted_anew)), first, last, f"{first}-{last}")
        for first, last in slices
        if last > first
    ]
    dice.shuffle(statements)
    check(statements, entries)


def test_equal_rounds_of_a_day_are_not_guessed() -> None:
    """The same payment and its return, told by two statements between the same balances."""
    entries = [((DAY, content), Decimal(amount)) for content, amount in (("a", 10), ("c", -10))]
    first, again = (statement(entries, 0, 2, number) for number in ("1", "2"))
    with pytest.raises(Undecided):
        imported_after(again, first)
    named = [
        replace(s, told=tuple(replace(t, is_named=True) for t in s.told)) for s in (first, again)
    ]
    assert imported_after(named[1], named[0]) == [None, None]


def imported_after(found: Span, known: Span) -> list[int | None]:
    return occurrences(found, [known])


def test_the_same_reference_at_another_balance_is_not_guessed() -> None:
    told = (Told(DAY, "a", Decimal(10), is_named=True),)
    first = placed(Span("1", DAY, DAY, Decimal(1000), Decimal(1010), told))
    other = placed(Span("2", DAY, DAY, Decimal(1500), Decimal(1510), told))
    with pytest.raises(Undecided):
        imported_after(other, first)


def test_newest_first_statements_overlap_on_a_day() -> None:
    """Balances are walked from the oldest entry, whichever way the bank lists them."""
    days = [DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)]
    entries = [((day, "a"), Decimal(10)) for day in days for _ in range(2)]
    spans = [statement(entries, first, last, str(first)) for first, last in ((0, 4), (2, 6))]
    listed = [placed(replace(span, told=span.told[::-1])) for span in spans]
    told, refused = imported(listed)
    assert (told, refused) == (Counter(key for key, _amount in entries), False)
    assert listed[0].told[0].before == Decimal(1030)
