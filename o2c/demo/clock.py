"""The demo's clock: what is lived on a past day is recorded on that day (ADR 0060).

The product has no clock that anybody could set: it asks ``django.utils.timezone.now``. While the
demo fills an empty installation, and only in its own process, that function is the demo's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from core.models import Company


class Clock:
    """A clock that somebody sets and that goes on a little with every look at it.

    So records made one after the other have times one after the other, the same in every run.
    """

    TICK = timedelta(milliseconds=137)

    def __init__(self, company: Company, *, until: datetime) -> None:
        self.zone = ZoneInfo(company.time_zone)
        self.until = self.at = until

    def set(self, day: date, minutes: float) -> None:
        """Put the clock to so many minutes after midnight of a day; never back, never ahead.

        ``until``, when the visitor came, is as late as it gets: nothing has happened after now.
        """
        midnight = datetime.combine(day, time(), tzinfo=self.zone)
        wanted = midnight + timedelta(minutes=minutes)
        is_same_day = self.at.astimezone(self.zone).date() == day
        self.at = min(max(self.at, wanted) if is_same_day else wanted, self.until)

    def wait(self, seconds: float) -> None:
        """Let some time pass, as a worker's queue does."""
        self.at += timedelta(seconds=seconds)

    def now(self) -> datetime:
        """The time on the clock."""
        self.at += self.TICK
        return self.at


@contextmanager
def lived_by(clock: Clock) -> Iterator[None]:
    """Everything inside is recorded at the clock's time, in this process."""
    real = timezone.now
    timezone.now = clock.now
    try:
        yield
    finally:
        timezone.now = real
