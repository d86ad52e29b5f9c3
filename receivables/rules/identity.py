"""Which entries of a statement are known already, when files overlap, repeat or split a day.

An entry is known by its booking date and content key (the bank's reference, else its content).
Twins - equal in everything - are told apart by counting: the second one of a day is new only if
one is known. But twins may also come in two statements of one day that follow each other
(closing balance of the first = opening balance of the second): entries of such a *disjoint*
statement can't be the ones in hand, so they don't count as known.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Key = tuple[date, str]


@dataclass(frozen=True, slots=True)
class Span:
    """A statement as the chain sees it, with the keys of the entries it was first to bring."""

    number: str
    first_on: date
    last_on: date
    opening: Decimal
    closing: Decimal
    keys: tuple[Key, ...]

    @property
    def face(self) -> tuple[str, Decimal, Decimal, date]:
        """Equal for the same statement sent again."""
        return self.number, self.opening, self.closing, self.last_on


def occurrences(statement: Span, known: Sequence[Span]) -> list[int | None]:
    """For each entry of a statement its occurrence number if it is new, None if it is known.

    Occurrences count from 1 per (booking date, content key) over the whole account.
    """
    stored = Counter(key for span in known for key in span.keys)
    if any(span.face == statement.face for span in known) and not (
        Counter(statement.keys) - stored
    ):
        return [None] * len(statement.keys)
    apart = Counter(key for span in _disjoint(statement, known) for key in span.keys)
    seen: Counter[Key] = Counter()
    fresh: Counter[Key] = Counter()
    result: list[int | None] = []
    for key in statement.keys:
        seen[key] += 1
        if seen[key] + apart[key] <= stored[key]:
            result.append(None)
        else:
            fresh[key] += 1
            result.append(stored[key] + fresh[key])
    return result


def _disjoint(statement: Span, known: Sequence[Span]) -> Iterable[Span]:
    """Statements of the same days that end where this one begins, or begin where it ends."""
    yield from _before(statement, known)
    yield from _after(statement, known)


def _before(statement: Span, known: Sequence[Span]) -> Iterable[Span]:
    reached, left = statement, list(known)
    while True:
        found = next(
            (s for s in left if s.closing == reached.opening and _is_apart(s, statement, reached)),
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
            (s for s in left if s.opening == reached.closing and _is_apart(statement, s, reached)),
            None,
        )
        if found is None or found.first_on > statement.last_on:
            return
        left.remove(found)
        yield found
        reached = found


def _is_apart(earlier: Span, later: Span, reached: Span) -> bool:
    """Adjacent in time and balance, and not the same stretch told twice."""
    if earlier.last_on > later.first_on:
        return False
    return earlier.opening != later.opening and earlier.closing != later.closing
