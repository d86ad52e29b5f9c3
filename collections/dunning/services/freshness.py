"""Whether the bank's side is known well enough to remind anybody."""

from datetime import date

from django.db.models import Max
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext as _

from core import formats
from core.calendars import business_days_between
from core.models import Company
from o2c.errors import Conflict
from receivables.models import BankFile, BankStatement

STATEMENT_MAY_BE_OLD = 3
"""Business days, in the company's calendar, that the last booked statement may be old."""


def last_statement_day(company: Company) -> date | None:
    """The last day that a booked bank statement covers; None when there is none yet."""
    booked = BankStatement.objects.filter(company=company, file__state=BankFile.State.BOOKED)
    day: date | None = booked.aggregate(
        day=Max(Coalesce("until_on", "from_on", TruncDate("file__imported_at")))
    )["day"]
    return day


def why_stale(company: Company, *, on: date) -> str:
    """Why nobody should be reminded on that day as the bank is not known; empty when it is."""
    day = last_statement_day(company)
    if day is None:
        return _("No bank statement was imported yet: some of these items may be paid.")
    age = business_days_between(day, on, country=company.country)
    if age <= STATEMENT_MAY_BE_OLD:
        return ""
    return _(
        "The last bank statement is of %(day)s, %(age)s business days ago; %(allowed)s are"
        " allowed. Some of these items may be paid: import the newest statement first."
    ) % {"day": formats.day(day), "age": age, "allowed": STATEMENT_MAY_BE_OLD}


def require_fresh_statement(company: Company, *, on: date) -> None:
    """Refuse unless the last booked statement is fresh enough. Raises: Conflict naming its day."""
    if reason := why_stale(company, on=on):
        raise Conflict("dunning.stale_statement", reason)
