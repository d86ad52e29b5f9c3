"""Statistics of the past: as kept since last night by large companies, else made now."""

from collections.abc import Callable
from datetime import date
from typing import Any

from core.models import Company
from reporting.models import Kept

FRESH_DAYS = 2
"""How old what is kept may be; a weekend without the worker is bridged by making it anew."""


def kept_rows(company: Company, key: str, as_of: date, make: Callable[[], Any]) -> Any:
    """What is kept under the key for about that day, or what ``make`` finds now."""
    row = Kept.objects.filter(company=company, key=key).first()
    if row is not None and 0 <= (as_of - row.as_of).days < FRESH_DAYS:
        return row.rows
    return make()
