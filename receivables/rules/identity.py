"""Which entries of a statement are known already, when files overlap, repeat or split a day.

An entry is known by its booking date and content key (the bank's reference, else its content).
Twins - equal in everything - are told apart by counting: the second one of a day is new only if
one is known. But twins may also come in two statements of one day that follow each other
(closing balance of the first = opening balance of the second): entries of such a *disjoint*
statement can't be the ones in hand, so they don't count as known.

The same account may be told in two *shapes* (camt.053 and MT940), whose texts differ and of which
one takes batches apart. What is not known by its key is therefore compared, by day and amount and
with batches whole, with what a statement of another shape brought for the same stretch.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

Key = tuple[date, str]
_Booking = tuple[date, Decimal]


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as a statement tells it; ``batch`` is equal for the transactions of one batch."""

    day: date
    content: str
    amount: Decimal
    batch: str = ""

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.day, self.content


@dataclass(frozen=True, slots=True)
class Span:
    """A statement as the chain sees it, with the entries it was first to bring, in order.

    ``is_whole``: it was first to bring all of its entries.
    """

    number: str
    first_on: date
    last_on: date
    opening: Decimal
    closing: Decimal
    told: tuple[Told, ...]
    shape: str = ""
    is_whole: bool = True

    @property
    def face(self) -> tuple[str, Decimal, Decimal, date]:
        """Equal for the same statement sent again."""
        return self.number, self.opening, self.closing, self.last_on


def occurrences(statement: Span, known: Sequence[Span]) -> list[int | None]:
    """For each entry of a statement its occurrence number if it is new, None if it is known.

    Occurrences count from 1 per (booking date, content key) over the whole account.
    """
    stored = Counter(told.key for span in known for told in span.told)
    keys = [told.key for told in statement.told]
    if any(span.face == statement.face for span in known) and not (Counter(keys) - stored):
        return [None] * len(keys)
    disjoint = {id(span): span for span in _disjoint(statement, known, stored)}
    apart = Counter(told.key for span in disjoint.values() for told in span.told)
    is_new = []
    seen: Counter[Key] = Counter()
    for key in keys:
        seen[key] += 1
        is_new.append(seen[key] + apart[key] > stored[key])
    others = [s for s in known if s.shape != statement.shape and id(s) not in disjoint]
    for position in _told_otherwise(statement, is_new, others):
        is_new[position] = False
    return _numbered(keys, is_new, stored)


def is_retold(statement: Span, known: Sequence[Span]) -> bool:
    """Whether a statement of another shape told this very stretch: same days, same balances.

    Then nothing of it can be new; what seems so is told with another date or amount.
    """
    return statement.opening != statement.closing and any(
        span.shape != statement.shape
        and (span.first_on, span.last_on) == (statement.first_on, statement.last_on)
        and (span.opening, span.closing) == (statement.opening, statement.closing)
        for span in known
    )


def _numbered(
    keys: Sequence[Key], is_new: Sequence[bool], stored: Counter[Key]
) -> list[int | None]:
    fresh: Counter[Key] = Counter()
    result: list[int | None] = []
    for key, new in zip(keys, is_new, strict=True):
        fresh[key] += new
        result.append(stored[key] + fresh[key] if new else None)
    return result


def _told_otherwise(
    statement: Span, is_new: Sequence[bool], others: Sequence[Span]
) -> Iterable[int]:
    """Positions of entries that other shapes told already, as single bookings or whole batches."""
    if not others or not any(is_new):
        return
    used = Counter(t.key for t, new in zip(statement.told, is_new, strict=True) if not new)
    left: Counter[_Booking] = Counter()
    for span in others:
        for _name, members in _bookings(span.told):
            told = [span.told[position] for position in members]
            if len(told) == 1 and used[told[0].key]:
                used[told[0].key] -= 1
            else:
                left[_booking(told)] += 1
    for _name, members in _bookings(statement.told):
        booking = _booking([statement.told[position] for position in members])
        if all(is_new[position] for position in members) and left[booking]:
            left[booking] -= 1
            yield from members


def _bookings(told: Sequence[Told]) -> Iterable[tuple[tuple[date, str, int], list[int]]]:
    """Positions of entries by booking: each alone, the transactions of a batch together.

    The second of two equal batches is told by its transactions coming a second time.
    """
    seen: Counter[tuple[Key, str]] = Counter()
    result: dict[tuple[date, str, int], list[int]] = {}
    for position, entry in enumerate(told):
        part = (entry.key, entry.batch)
        seen[part] += 1
        name = (entry.day, entry.batch, seen[part] if entry.batch else position)
        result.setdefault(name, []).append(position)
    return result.items()


def _booking(told: Sequence[Told]) -> _Booking:
    return told[0].day, sum((entry.amount for entry in told), Decimal(0))


def _disjoint(statement: Span, known: Sequence[Span], stored: Counter[Key]) -> Iterable[Span]:
    """Statements that end where this one begins, begin where it ends, or never cross it.

    Stretches that have a booking in common have a running balance in common: always if they begin
    or end with a day, and within a day if the bank keeps its order.
    """
    if not _may_repeat(statement.told, stored):
        yield from _before(statement, known)
    if not _may_repeat(statement.told[::-1], stored):
        yield from _after(statement, known)
    points = set(_balances(statement))
    yield from (s for s in known if s.is_whole and points.isdisjoint(_balances(s)))


def _may_repeat(told: Sequence[Told], stored: Counter[Key]) -> bool:
    """Whether entries up to some place are all stored and leave the balance as it was.

    Then a neighbour that meets the statement's balance may still hold them itself.
    """
    balance, seen = Decimal(0), Counter[Key]()
    for entry in told:
        balance += entry.amount
        seen[entry.key] += 1
        if seen[entry.key] > stored[entry.key]:
            return False
        if balance == 0:
            return True
    return False


def _before(statement: Span, known: Sequence[Span]) -> Iterable[Span]:
    reached, left = statement, list(known)
    while True:
        found = next(
            (s for s in left if s.closing == reached.opening and _is_apart(s, statement)),
            None,
        )
        if found is None or found.last_on < statement.first_on:
            return
        left.remove(found)
        yield found
        reached = found


def _after(statement: Span, known: Sequence[Span]) -> Iterable[Span]:
    reached, left = statement, list(known)
    while True:
        found = next(
            (s for s in left if s.opening == reached.closing and _is_apart(statement, s)),
            None,
        )
        if found is None or found.first_on > statement.last_on:
            return
        left.remove(found)
        yield found
        reached = found


def _is_apart(earlier: Span, later: Span) -> bool:
    """Adjacent in time and balance, and not the same stretch told twice."""
    if earlier.last_on > later.first_on:
        return False
    if earlier.opening != later.opening and earlier.closing != later.closing:
        return True
    return earlier.is_whole and later.is_whole and not _is_within(earlier, later)


def _is_within(one: Span, other: Span) -> bool:
    """Whether the bookings of one could all be the other's."""
    facts = [
        Counter(
            _booking([span.told[position] for position in members])
            for _name, members in _bookings(span.told)
        )
        for span in (one, other)
    ]
    return not (facts[0] - facts[1]) or not (facts[1] - facts[0])


def _balances(span: Span) -> Iterable[Decimal]:
    """The running balance before and after each entry."""
    return accumulate((entry.amount for entry in span.told), initial=span.opening)
