"""Pure rules of recurring billing: periods, pro rata by days, the price on a day, index figures.

Periods lie on a grid: one begins on ``anchor_day`` (or the month's last day where it is shorter)
of ``anchor_month``, and one every so many months before and after it. What begins or ends within
a period is charged by days of that whole period. No ORM, no clock.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from o2c.money import ZERO, cents

DAY = timedelta(days=1)
SIX_PLACES = Decimal("0.000001")
LOOK_AHEAD = 240  # periods without a charge after which no further one is looked for

Prices = Sequence[tuple[date, Decimal]]
"""Unit prices with the day from which each holds, earliest first."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a subscription runs and when it is billed; a pause without an end is still open."""

    starts_on: date
    months: int
    anchor_day: int
    anchor_month: int
    is_in_advance: bool = True
    ends_on: date | None = None
    pauses: tuple[tuple[date, date | None], ...] = ()


@dataclass(frozen=True, slots=True)
class LinePlan:
    """What of a line matters to its charge; ``key`` is the caller's."""

    key: int
    quantity: Decimal
    prices: Prices
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Days of a line at one price, and what they cost: ``of_days`` make the whole period."""

    key: int
    span: Span
    of_days: int
    unit_price: Decimal
    net_amount: Decimal

    @property
    def is_whole(self) -> bool:
        """Whether it takes the whole period."""
        return self.span.days == self.of_days


@dataclass(frozen=True, slots=True)
class Bill:
    """What one period costs and the day on which it is billed."""

    period: Span
    bill_on: date
    parts: tuple[Part, ...]

    @property
    def net_amount(self) -> Decimal:
        """The sum of its parts."""
        return sum((part.net_amount for part in self.parts), ZERO)


def anchor_month_of(starts_on: date, anchor_day: int) -> int:
    """The month of the first anchor day from the start on."""
    month = starts_on.year * 12 + starts_on.month - 1
    is_past = _clipped(month, anchor_day) < starts_on
    return (month + is_past) % 12 + 1


def whole_period(schedule: Schedule, day: date) -> Span:
    """The period of the grid in which a day lies, whether or not the subscription runs then."""
    base = schedule.starts_on.year * 12 + schedule.anchor_month - 1
    step = (day.year * 12 + day.month - 1 - base) // schedule.months
    if _clipped(base + step * schedule.months, schedule.anchor_day) > day:
        step -= 1
    first, after = (
        _clipped(base + turn * schedule.months, schedule.anchor_day) for turn in (step, step + 1)
    )
    return Span(first, after - DAY)


def billed_period(schedule: Schedule, day: date) -> Span:
    """From a day to the end of its period, or of the subscription."""
    last = whole_period(schedule, day).last
    return Span(day, min(last, schedule.ends_on or last))


def price_on(prices: Prices, day: date) -> Decimal | None:
    """The unit price that holds on a day; None before the first."""
    return next((price for start, price in reversed(prices) if start <= day), None)


def parts_of(schedule: Schedule, line: LinePlan, period: Span) -> list[Part]:
    """What a line costs in a period: a part for each run of days at one price.

    Each part is the rounded share up to and with it less that before it, so that parts which tile
    the whole period at one price make its amount exactly.
    """
    whole = whole_period(schedule, period.first)
    runs: list[tuple[Span, Decimal]] = []
    for span in _pieces(schedule, line, period):
        price = price_on(line.prices, span.first)
        if price is None or not _runs_on(schedule, line, span.first):
            continue
        if runs and runs[-1][1] == price and runs[-1][0].last + DAY == span.first:
            span = Span(runs.pop()[0].first, span.last)
        runs.append((span, price))
    return [_part(line, whole, span, price) for span, price in runs]


def bills(schedule: Schedule, lines: Sequence[LinePlan], since: date) -> Iterator[Bill]:
    """Periods to be billed from a day on, in order; those without a charge are left out.

    Without an end they go on for ever, unless nothing is charged any more or the pause is open.
    """
    day, empty = since, 0
    while empty < LOOK_AHEAD and not _is_over(schedule, day):
        period = billed_period(schedule, day)
        parts = tuple(part for line in lines for part in parts_of(schedule, line, period))
        first = min((part.span.first for part in parts), default=period.first)
        bill = Bill(period, first if schedule.is_in_advance else period.last + DAY, parts)
        empty = 0 if bill.net_amount else empty + 1
        if bill.net_amount:
            yield bill
        day = period.last + DAY


def figures_of(part: Part, quantity: Decimal) -> tuple[Decimal, Decimal]:
    """Unit price and discount that print a part: quantity × price, rounded, less it is its net.

    The price of a started period is that of its days; the discount is nothing but for very large
    quantities, where six decimals of a price don't reach the cent.
    """
    if part.is_whole:
        return part.unit_price, ZERO
    price = (part.net_amount / quantity).quantize(SIX_PLACES, rounding=ROUND_CEILING)
    return price, cents(quantity * price) - part.net_amount


# --- index ---------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Adjustment:
    """An index adjustment as reckoned: ``change`` is a rate (0.05), rounded to six places."""

    old_price: Decimal
    base_value: Decimal
    new_value: Decimal
    change: Decimal
    new_price: Decimal
    is_due: bool


def adjusted(
    price: Decimal, *, base_value: Decimal, new_value: Decimal, threshold: Decimal
) -> Adjustment:
    """The price by the index: price × new ÷ base, rounded to the cent.

    It is due when the index has moved by the threshold at least, up or down; below it the base
    stays, so that small moves add up.
    """
    new_price = cents(price * new_value / base_value)
    move = new_value / base_value - 1
    return Adjustment(
        price,
        base_value,
        new_value,
        move.quantize(SIX_PLACES),
        new_price,
        abs(move) >= threshold and new_price != price,
    )


def anniversary(starts_on: date, until: date) -> date | None:
    """The last anniversary of a day up to and with another; None within the first year."""
    years = until.year - starts_on.year
    if add_months(starts_on, 12 * years) > until:
        years -= 1
    return add_months(starts_on, 12 * years) if years > 0 else None


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the month's last day where it is shorter."""
    return _clipped(day.year * 12 + day.month - 1 + months, day.day)


def _clipped(month: int, day: int) -> date:
    """A day in a month counted from the year nought, at most the month's last."""
    year, index = divmod(month, 12)
    return date(year, index + 1, min(day, monthrange(year, index + 1)[1]))


def _pieces(schedule: Schedule, line: LinePlan, period: Span) -> list[Span]:
    """The period cut wherever something changes."""
    after = period.last + DAY
    cuts = {line.starts_on, *(start for start, _price in line.prices)}
    cuts |= {line.ends_on + DAY} if line.ends_on else set()
    for first, last in schedule.pauses:
        cuts |= {first, last + DAY} if last else {first}
    inside = sorted({period.first, after} | {cut for cut in cuts if period.first < cut < after})
    return [Span(one, two - DAY) for one, two in zip(inside, inside[1:], strict=False)]


def _runs_on(schedule: Schedule, line: LinePlan, day: date) -> bool:
    is_paused = any(first <= day <= (last or day) for first, last in schedule.pauses)
    return not is_paused and line.starts_on <= day <= (line.ends_on or day)


def _part(line: LinePlan, whole: Span, span: Span, price: Decimal) -> Part:
    full, before = cents(line.quantity * price), (span.first - whole.first).days
    until = cents(full * (before + span.days) / whole.days)
    return Part(line.key, span, whole.days, price, until - cents(full * before / whole.days))


def _is_over(schedule: Schedule, day: date) -> bool:
    is_ended = schedule.ends_on is not None and day > schedule.ends_on
    return is_ended or any(last is None and first <= day for first, last in schedule.pauses)
