"""Which entries of a statement are known already, when files overlap, repeat or split a day.

The account's true course is one path: each booking leads from a balance to the next. A statement
is a stretch of that path, and two statements overlap exactly where they walk the same steps. So a
booking is the one in hand if it has its day, its key (the bank's reference, else its content) and
the balance it started from. Days are the atoms:

*Whole days.* A day within a statement (entries before and after it) is told in full, in this or
in a known one. There counting decides - twins by how often they come - and the order may differ,
since banks sort longer statements anew.

*Cut days.* The first and last day of a statement may be parts. Two statements that both come from
the day before hold the same beginning, two that both go on to the next the same end. The rest is
compared step by step, with the balance.

*Open.* When a day's balance comes back to where it was, equal payments may be one told twice or
two. Where neither days nor balances tell, the answer is ``Undecided``; nothing is guessed.

The same account may be told in two *shapes* (camt.053 and MT940), whose texts differ and of which
one takes batches apart. There the amount of a whole booking stands for its key.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from receivables.rules.walks import Booking, Part, Undecided, known_of

__all__ = ["Span", "Told", "Undecided", "is_retold", "occurrences", "placed"]
Key = tuple[date, str]
NOTICE = "camt.054"
"""The shape of a booking whose transactions a notification told; its batch begins with "n"."""


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as a statement tells it; ``batch`` is equal for the transactions of one batch.

    ``before`` is the account's balance that it started from, by the statement that told it, None
    if that tells no balance; ``is_named``: its content is a reference of the bank.
    """

    day: date
    content: str
    amount: Decimal
    batch: str = ""
    before: Decimal | None = None
    is_named: bool = False

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
    has_balances: bool = True

    @property
    def face(self) -> tuple[str, Decimal, Decimal, date]:
        """Equal for the same statement sent again."""
        return self.number, self.opening, self.closing, self.last_on


def placed(statement: Span) -> Span:
    """The statement with the balance before each of its entries.

    Some banks tell the newest entry first. Where days come in no order, or the statement has no
    balances, they tell nothing.
    """
    if not statement.has_balances:
        return statement
    days = [told.day for told in statement.told]
    if days == sorted(days):
        return _walked(statement, range(len(days)))
    if days == sorted(days, reverse=True):
        return _walked(statement, range(len(days) - 1, -1, -1))
    return statement


def _walked(statement: Span, order: Iterable[int]) -> Span:
    balance, told = statement.opening, list(statement.told)
    for position in order:
        told[position] = replace(told[position], before=balance)
        balance += told[position].amount
    return replace(statement, told=tuple(told))


def occurrences(statement: Span, known: Sequence[Span]) -> list[int | None]:
    """For each entry of a statement its occurrence number if it is new, None if it is known.

    Occurrences count from 1 per (booking date, content key) over the whole account. The statement
    and the known ones are ``placed``. Raises ``Undecided``.
    """
    stored = Counter(told.key for span in known for told in span.told)
    keys = [told.key for told in statement.told]
    is_again = statement.number and any(span.face == statement.face for span in known)
    if is_again and not (Counter(keys) - stored):
        return [None] * len(keys)
    is_known = _known_positions(statement, known)
    return _numbered(keys, [n not in is_known for n in range(len(keys))], stored)


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


def _known_positions(statement: Span, known: Sequence[Span]) -> set[int]:
    days = {told.day for span in known for told in span.told}
    if days.isdisjoint(told.day for told in statement.told):
        return set()
    mine = _parts(statement)
    theirs: dict[date, list[Part]] = {}
    for span in known:
        for day, part in _parts(span).items():
            theirs.setdefault(day, []).append(part)
    return {
        position
        for day, part in mine.items()
        if day in theirs
        for booking in known_of(part, theirs[day])
        for position in booking.positions
    }


def _parts(span: Span) -> dict[date, Part]:
    """What the statement tells of each day; the first day may have begun before, the last go on."""
    by_day: dict[date, list[Booking]] = {}
    for booking in _bookings(span):
        by_day.setdefault(booking.day, []).append(booking)
    first, last = min(by_day, default=None), max(by_day, default=None)
    return {
        day: Part(tuple(bookings), begins=day != first, ends=day != last)
        for day, bookings in by_day.items()
    }


def _bookings(span: Span) -> Iterable[Booking]:
    """Entries as bookings, oldest first, a batch as one; equal batches are told by their turn."""
    seen: Counter[tuple[Key, str]] = Counter()
    groups: dict[tuple[date, str, int], list[int]] = {}
    for position, entry in enumerate(span.told):
        part = (entry.key, entry.batch)
        seen[part] += 1
        name = (entry.day, entry.batch, seen[part] if entry.batch else position)
        groups.setdefault(name, []).append(position)
    made = [_booking(span, positions) for positions in groups.values()]
    return reversed(made) if made and made[0].day > made[-1].day else made


def _booking(span: Span, positions: Sequence[int]) -> Booking:
    members = [span.told[position] for position in positions]
    balances = [entry.before for entry in members if entry.before is not None]
    is_newest_first = len(members) > 1 and members[0].before == _after(members[1])
    return Booking(
        day=members[0].day,
        before=(balances[-1] if is_newest_first else balances[0]) if balances else None,
        amount=sum((entry.amount for entry in members), Decimal(0)),
        contents=tuple(entry.content for entry in members),
        shape=NOTICE if members[0].batch.startswith("n") else span.shape,
        positions=tuple(positions),
        is_named=members[0].is_named,
    )


def _after(told: Told) -> Decimal | None:
    return None if told.before is None else told.before + told.amount
