"""How the demo's customers behave, by temper and by how far the story has come. Pure.

``t`` runs from 0 (eighteen months ago) to 1 (today); the small demo lives its last sixth.
"""

from datetime import date, timedelta
from random import Random

MONTHS = {
    # heating season fills the books in autumn, the summer holidays empty them
    "DE": (0.95, 0.9, 1.05, 1.0, 0.95, 0.95, 0.85, 0.75, 1.2, 1.35, 1.3, 0.7),
    "SE": (0.9, 0.95, 1.1, 1.05, 1.05, 0.9, 0.35, 0.95, 1.3, 1.3, 1.2, 0.75),
}
CAMPAIGN = {"DE": (6, 7, 8, 9, 10), "SE": (5, 6, 7, 8)}
SLUMP = (0.52, 0.66)
"""While money was short everywhere, everybody paid later."""
BAD_BATCH = (0.60, 0.67)
"""When valves of a bad casting were delivered."""
SHIP_DELAY = (0.36, 0.45)
"""When a container with pumps and drives did not come."""
COLLAPSE = {"failing": 0.7, "declining": 0.86}
STARTS = {"new": 0.74}


def eagerness(temper: str, t: float, day: date, country: str) -> float:
    """How many times their usual orders customers of a temper place on that day."""
    overall = 0.88 + 0.24 * t
    if temper == "seasonal":
        return 2.2 if day.month in CAMPAIGN[country] else 0.2
    by_temper = {
        "growing": 0.5 + 1.7 * t,
        "declining": 1.25 - 0.7 * t,
        "sleeping": 1.5 if t < 0.55 else 0.0,
        "new": 1.25 if t >= STARTS["new"] else 0.0,
        "failing": 1.3 if t < COLLAPSE["failing"] else 0.4,
        "recovering": 0.7 + 0.6 * t,
    }
    return by_temper.get(temper, 1.0) * overall * MONTHS[country][day.month - 1]


def appetite(temper: str, t: float) -> float:
    """How many times the usual value of a line they order."""
    return {"growing": 0.7 + 0.8 * t, "declining": 1.15 - 0.4 * t}.get(temper, 1.0)


_DAYS_LATE = {
    "punctual": (-5, 1),
    "sloppy": (-2, 9),
    "short": (0, 7),
    "slow": (9, 38),
    "disputing": (3, 16),
    "growing": (-2, 7),
    "seasonal": (3, 22),
    "new": (-3, 3),
    "sleeping": (0, 12),
    "public": (1, 8),
    "early": (-6, 2),
}


def days_late(temper: str, t: float, rng: Random) -> int | None:
    """After how many days past the due date an invoice is paid; None when it never will be."""
    if temper in COLLAPSE and t >= COLLAPSE[temper] and rng.random() < 0.85:
        return None
    if rng.random() < 0.02:
        return 55  # it lay in the wrong tray
    low, high = _DAYS_LATE.get(temper, (0, 8))
    if temper == "failing":
        low, high = (4, 18) if t < 0.5 else (18, 52)
    elif temper == "declining":
        low, high = round(45 * t), round(10 + 50 * t)
    elif temper == "recovering":
        low, high = round(30 - 30 * t), round(44 - 38 * t)
    slump = rng.randint(3, 11) if SLUMP[0] <= t < SLUMP[1] else 0
    return rng.randint(low, high) + slump


def pay_day(temper: str, day: date, *, country: str) -> date:
    """The day of their payment run on or after a day: no weekends, public bodies twice a month."""
    if temper == "public":
        while day.day not in (1, 15):
            day += timedelta(days=1)
    elif temper in ("slow", "declining"):  # on Fridays only
        day += timedelta(days=(4 - day.weekday()) % 7)
    if country == "SE" and day.month == 7 and temper not in ("public", "early"):
        day = max(day, day.replace(day=1) + timedelta(days=10))  # everybody is away
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day


def will_dispute(temper: str, rng: Random) -> bool:
    """Whether they find fault with a delivery."""
    return rng.random() < {"disputing": 0.36, "public": 0.05, "declining": 0.08}.get(temper, 0.025)
