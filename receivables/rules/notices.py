"""Which booking in the books a notification (camt.054) tells the transactions of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

NEAR = timedelta(days=3)
"""So far apart may the same booking be dated in statement and notification."""


class Fit(StrEnum):
    """What the books say to a notification."""

    JOIN = "join"
    WAIT = "wait"
    OTHER_AMOUNT = "other_amount"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking in the books: an entry, or the transactions of a batch together."""

    pk: int
    day: date
    amount: Decimal
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Announced:
    """A booking as a notification tells it."""

    day: date
    amount: Decimal
    reference: str = ""


def fit(notice: Announced, booked: Sequence[Booked]) -> tuple[Fit, Booked | None]:
    """The booking that a notification is about, and how sure that is.

    By the bank's reference if both tell one; else by day and amount if only one booking has these.
    """
    near = [one for one in booked if abs(one.day - notice.day) <= NEAR]
    named = [one for one in near if notice.reference and one.reference == notice.reference]
    exact = [one for one in named if one.amount == notice.amount]
    if exact:
        return (Fit.JOIN, exact[0]) if len(exact) == 1 else (Fit.SEVERAL, None)
    if named:
        return Fit.OTHER_AMOUNT, named[0]
    alike = [
        one
        for one in near
        if one.day == notice.day
        and one.amount == notice.amount
        and not (one.reference and notice.reference)
    ]
    if len(alike) > 1:
        return Fit.SEVERAL, None
    return (Fit.JOIN, alike[0]) if alike else (Fit.WAIT, None)
