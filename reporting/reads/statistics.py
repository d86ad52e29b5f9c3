"""All statistics that large companies keep, by their keys."""

from datetime import date, timedelta
from typing import Any

from core.models import Company
from reporting.reads.forecast import back_test_key, back_test_now
from reporting.reads.habits import HABITS, habits_now
from reporting.reads.receivables import first_of_month
from reporting.reads.stages import MONTHS, SPAN, months_now, times_key, times_now

TIMES_MONTHS = 11
"""Months before this one that the report of times shows."""


def statistics_of(company: Company, *, on: date) -> dict[str, Any]:
    """Key -> rows as ``reads.kept`` hands them out; made anew whatever is kept."""
    return {
        HABITS: habits_now(company, as_of=on),
        back_test_key(company.currency): back_test_now(
            company, as_of=on, currency=company.currency
        ),
        times_key(SPAN): times_now(company, on - timedelta(days=SPAN - 1), on),
        MONTHS: months_now(company, first_of_month(on, TIMES_MONTHS), on),
    }
