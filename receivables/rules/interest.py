"""Statutory interest on late payment between businesses: per day, never compounded, rounded once.

Germany: base rate (§ 247 BGB) + 9 points and a flat sum of 40 EUR (§ 288 II, V BGB). Sweden:
reference rate + 8 points (§ 6 räntelagen) and 450 SEK (lag 1981:739, förseningsersättning). A year
has 365 days. A day counts with what is open at its end: the day of payment does not count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from o2c.money import ZERO, cents

YEAR = 365


@dataclass(frozen=True, slots=True)
class Law:
    """What a country grants; ``points`` and rates as shares (0.09), published since a day."""

    points: Decimal
    flat_amount: Decimal
    flat_currency: str
    base_rates: tuple[tuple[date, Decimal], ...]


def _rates(*rows: tuple[int, int, str]) -> tuple[tuple[date, Decimal], ...]:
    return tuple((date(year, month, 1), Decimal(rate) / 100) for year, month, rate in rows)


LAWS = {
    "DE": Law(
        Decimal("0.09"), Decimal("40.00"), "EUR",
        _rates(
            (2022, 7, "-0.88"), (2023, 1, "1.62"), (2023, 7, "3.12"), (2024, 1, "3.62"),
            (2024, 7, "3.37"), (2025, 1, "2.27"), (2025, 7, "1.27"), (2026, 1, "1.27"),
        ),
    ),
    "SE": Law(
        Decimal("0.08"), Decimal("450.00"), "SEK",
        _rates(
            (2023, 1, "2.50"), (2023, 7, "3.50"), (2024, 1, "4.00"), (2024, 7, "4.00"),
            (2025, 1, "3.00"), (2025, 7, "2.00"), (2026, 1, "2.00"),
        ),
    ),
}  # fmt: skip
"""Published by Deutsche Bundesbank and Sveriges Riksbank; later ones are entered by a person."""


@dataclass(frozen=True, slots=True)
class Span:
    """So many days, both included, on which the same was open at the same rate."""

    first: date
    last: date
    open_amount: Decimal
    rate: Decimal

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def spans(
    amount: Decimal,
    moves: Iterable[tuple[date, Decimal]],
    base_rates: Sequence[tuple[date, Decimal]],
    points: Decimal,
    *,
    first: date,
    last: date,
) -> list[Span]:
    """Split the days from ``first`` to ``last`` where the open amount or the rate changes.

    ``moves``: what was taken off the amount (> 0) or put back (< 0) on a day, in any order. Days on
    which nothing was open are left out. Raises ``LookupError`` with the first day of a half-year
    whose base rate is not known.
    """
    taken = sorted(moves)
    rates = dict(base_rates)
    days = (*(day for day, _part in taken), *_half_years(first, last))
    cuts = {first, *(day for day in days if first < day <= last)}
    starts = sorted(cuts) if first <= last else []
    ends = [*(day - timedelta(days=1) for day in starts[1:]), last]
    found = []
    for start, end in zip(starts, ends, strict=False):
        left = amount - sum((part for day, part in taken if day <= start), ZERO)
        if left > 0:
            found.append(Span(start, end, left, _rate_on(start, rates) + points))
    return found


def interest(parts: Iterable[Span]) -> Decimal:
    """What these days come to, rounded once at the end."""
    whole = sum((part.open_amount * part.rate * part.days for part in parts), ZERO)
    return cents(whole / YEAR)


def known_until(base_rates: Sequence[tuple[date, Decimal]]) -> date:
    """The last day whose base rate is published: the end of the newest one's half-year."""
    newest = max(day for day, _rate in base_rates)
    return date(newest.year, 6, 30) if newest.month < 7 else date(newest.year, 12, 31)


def _half_years(first: date, last: date) -> list[date]:
    years = range(first.year, last.year + 1)
    return [date(year, month, 1) for year in years for month in (1, 7)]


def _rate_on(day: date, rates: Mapping[date, Decimal]) -> Decimal:
    """The rate of its half-year; another half-year's is never taken for it."""
    known = rates.get(date(day.year, 1 if day.month < 7 else 7, 1))
    if known is None:
        raise LookupError(day)
    return known
