"""Business days: weekends and public holidays by country."""

from datetime import date, timedelta
from functools import lru_cache

import holidays

DAY = timedelta(days=1)
_SATURDAY = 5


@lru_cache(maxsize=32)
def _holidays(country: str) -> holidays.HolidayBase:
    """Public holidays of a country; an unknown one has none."""
    if country not in holidays.list_supported_countries():
        return holidays.HolidayBase()
    return holidays.country_holidays(country)


def is_business_day(day: date, *, country: str) -> bool:
    """Neither weekend nor national holiday in the country (ISO code)."""
    return day.weekday() < _SATURDAY and day not in _holidays(country)


def next_business_day(day: date, *, country: str) -> date:
    """The day itself when it is a business day, else the next one (§ 193 BGB)."""
    while not is_business_day(day, country=country):
        day += DAY
    return day


def add_business_days(day: date, count: int, *, country: str) -> date:
    """The day that lies ``count`` business days later (earlier when negative)."""
    step = DAY if count >= 0 else -DAY
    left = abs(count)
    while left:
        day += step
        left -= is_business_day(day, country=country)
    return day


def business_days_between(start: date, end: date, *, country: str) -> int:
    """Business days after ``start`` up to and including ``end``; 0 when ``end`` is not later."""
    days = ((start + DAY * i) for i in range(1, (end - start).days + 1))
    return sum(is_business_day(day, country=country) for day in days)
