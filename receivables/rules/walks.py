"""What two tellings of one day have in common, step by step along the account's balance."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


class Undecided(Exception):  # noqa: N818 - an answer, not a fault
    """An entry (its place in the statement) may be known or not: the balances leave it open."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


@dataclass(frozen=True, slots=True)
class Booking:
    """One step of the account: an entry, or the transactions of a batch together.

    ``positions`` are the places of its entries in the statement; ``before`` is the balance it
    starts from, None if it was stored without; ``is_named``: its content is the bank's reference.
    """

    day: date
    before: Decimal | None
    amount: Decimal
    contents: tuple[str, ...]
    shape: str
    positions: tuple[int, ...]
    is_named: bool

    @property
    def after(self) -> Decimal | None:
        """The balance it leads to."""
        return None if self.before is None else self.before + self.amount


@dataclass(frozen=True, slots=True)
class Part:
    """What one statement tells of one day; ``begins``/``ends``: from the day's very begin/end."""

    bookings: tuple[Booking, ...]
    begins: bool
    ends: bool

    @property
    def starts(self) -> Decimal | None:
        """The balance it begins with."""
        return self.bookings[0].before

    @property
    def stops(self) -> Decimal | None:
        """The balance it leads to."""
        return self.bookings[-1].after


def known_of(part: Part, others: Sequence[Part]) -> list[Booking]:
    """Those bookings of a day's part that other parts of the day hold already.

    Raises ``Undecided``.
    """
    if _is_counted(part, others):
        return _counted(part.bookings, [row for other in others for row in other.bookings])
    pairs = _walked_again(part, others)
    certain = {id(booking) for booking in _from_the_border(part, others)}
    _decide(part, others, [mine for mine, row in pairs if _is_open(mine, row, certain)])
    _refuse_misplaced(part, others, pairs)
    return [mine for mine, _row in pairs]


def _is_counted(part: Part, others: Sequence[Part]) -> bool:
    """Whether how often a booking comes decides: the day is told in full, or without balances."""
    return (
        any(one.begins and one.ends for one in (part, *others))
        or any(booking.before is None for one in (part, *others) for booking in one.bookings)
        or _is_sorted_anew(part, others)
    )


def _is_open(mine: Booking, row: Booking, certain: set[int]) -> bool:
    """Whether the same step alone speaks for it: no place in the day, no reference of the bank."""
    is_named = mine.is_named and mine.contents == row.contents
    return bool(mine.amount) and not is_named and id(mine) not in certain


def _counted(mine: Sequence[Booking], rows: Sequence[Booking]) -> list[Booking]:
    """As many of equal bookings as are in hand; those of the same shape are taken first."""
    shape = mine[0].shape
    own = Counter(row.contents for row in rows if row.shape == shape)
    told: list[Booking] = []
    rest: list[Booking] = []
    for booking in mine:
        (told if own[booking.contents] > 0 else rest).append(booking)
        own[booking.contents] -= 1
    other = Counter(row.amount for row in rows if row.shape != shape)
    for booking in rest:
        if other[booking.amount] > 0:
            told.append(booking)
        other[booking.amount] -= 1
    return told


def _is_sorted_anew(part: Part, others: Sequence[Part]) -> bool:
    """Whether another part holds as much between the same two balances, in another order.

    Raises ``Undecided`` if that is the same balance and the bank gives no references: two equal
    rounds of a day look like that too.
    """
    amounts = Counter(booking.amount for booking in part.bookings)
    if not any(
        (other.starts, other.stops) == (part.starts, part.stops)
        and Counter(booking.amount for booking in other.bookings) == amounts
        and not all(map(_is_same, part.bookings, other.bookings))
        for other in others
    ):
        return False
    unnamed = next((b for b in part.bookings if b.amount and not b.is_named), None)
    if part.starts == part.stops and unnamed:
        raise Undecided(unnamed.positions[0])
    return True


def _from_the_border(part: Part, others: Sequence[Part]) -> list[Booking]:
    """Bookings that stand at the same place of the day, counted from its begin or its end."""
    for other in others:
        if part.begins and other.begins:
            pairs = list(zip(part.bookings, other.bookings, strict=False))
        elif part.ends and other.ends:
            pairs = list(zip(part.bookings[::-1], other.bookings[::-1], strict=False))
        else:
            continue
        if all(_is_same(mine, row) for mine, row in pairs):
            return [mine for mine, _row in pairs]
    return []


def _is_same(mine: Booking, row: Booking) -> bool:
    return _step(mine, mine.shape != row.shape) == _step(row, mine.shape != row.shape)


def _step(booking: Booking, by_amount: bool) -> object:
    """What a booking is known by within its day; across shapes the amount stands for the key."""
    return booking.before, booking.amount if by_amount else booking.contents


def _walked_again(part: Part, others: Sequence[Part]) -> list[tuple[Booking, Booking]]:
    """Bookings whose steps known stretches have walked, the longest stretch in common first."""
    found = [_overlap(part, stretch) for other in others for stretch in _stretches(other)]
    taken: dict[int, tuple[Booking, Booking]] = {}
    for pairs in sorted(found, key=len, reverse=True):
        for mine, row in pairs:
            taken.setdefault(id(mine), (mine, row))
    return list(taken.values())


def _overlap(part: Part, stretch: Part) -> list[tuple[Booking, Booking]]:
    """The steps that a stretch walks as the part does, for as long as both go on; the most."""
    mine, rows = part.bookings, stretch.bookings
    by_amount = mine[0].shape != rows[0].shape
    one = [_step(booking, by_amount) for booking in mine]
    two = [_step(booking, by_amount) for booking in rows]
    shifts = [n for n, step in enumerate(one) if step == two[0]]
    shifts += [-n for n, step in enumerate(two) if step == one[0] and n]
    best: list[tuple[Booking, Booking]] = []
    for shift in filter(lambda n: _fits_the_day(part, stretch, n), shifts):
        first, other = max(shift, 0), max(-shift, 0)
        length = min(len(one) - first, len(two) - other)
        if length > len(best) and one[first : first + length] == two[other : other + length]:
            best = list(zip(mine[first:], rows[other : other + length], strict=False))
    return best


def _fits_the_day(part: Part, stretch: Part, shift: int) -> bool:
    """Whether nothing stands before the day's begin or after its end, where one tells them.

    ``shift``: how many bookings of the part come before the stretch's first.
    """
    over = len(part.bookings) - len(stretch.bookings) - shift
    starts = (shift <= 0 or not stretch.begins) and (shift >= 0 or not part.begins)
    stops = (over <= 0 or not stretch.ends) and (over >= 0 or not part.ends)
    return starts and stops


def _decide(part: Part, others: Sequence[Part], open_: Sequence[Booking]) -> None:
    """Raise ``Undecided`` if what looks known could as well be a second walk over equal steps.

    For that the balance must have come back to where it was: the part stands before or after a
    known stretch, and needs no further booking that nobody told.
    """
    if not open_ or not _may_stand_apart(part, others):
        return
    rows = [booking for other in others for booking in other.bookings]
    if _walks([*rows, *part.bookings]) <= _walks(rows):
        raise Undecided(open_[0].positions[0])


def _refuse_misplaced(
    part: Part, others: Sequence[Part], pairs: Sequence[tuple[Booking, Booking]]
) -> None:
    """Raise ``Undecided`` for a bank's reference that is known on this day at another balance."""
    gone = {id(booking) for pair in pairs for booking in pair}
    named = {
        row.contents
        for other in others
        for row in other.bookings
        if row.is_named and id(row) not in gone
    }
    for booking in part.bookings:
        if booking.is_named and id(booking) not in gone and booking.contents in named:
            raise Undecided(booking.positions[0])


def _walks(bookings: Sequence[Booking]) -> int:
    """In how many walks at least the bookings can be gone, each once."""
    surplus: Counter[Decimal | None] = Counter()
    for booking in bookings:
        surplus[booking.before] += 1
        surplus[booking.after] -= 1
    return max(1, sum(count for count in surplus.values() if count > 0))


def _may_stand_apart(part: Part, others: Sequence[Part]) -> bool:
    stretches = [stretch for other in others for stretch in _stretches(other)]
    follows = not part.begins and any(s.stops == part.starts and not s.ends for s in stretches)
    precedes = not part.ends and any(s.starts == part.stops and not s.begins for s in stretches)
    return follows or precedes


def _stretches(part: Part) -> Iterable[Part]:
    """A part cut where bookings are missing because another statement brought them.

    And where the shape changes, so that a stretch is compared in one way.
    """
    run: list[Booking] = []
    begins = part.begins
    for booking in part.bookings:
        if run and (run[-1].after, run[-1].shape) != (booking.before, booking.shape):
            yield Part(tuple(run), begins, ends=False)
            run, begins = [], False
        run.append(booking)
    yield Part(tuple(run), begins, part.ends)
