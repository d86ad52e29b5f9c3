"""The past as it is kept: marks of summed days, statistics since last night; else made now."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from core.models import Company

FRESH_DAYS = 2
"""How old what is kept may be; a weekend without the worker is bridged by making it anew."""

_SQL = """
SELECT '', NULL::date, jsonb_build_array(item_id, allocation_id, line_id)
  FROM reporting_fold WHERE company_id = %(company)s
UNION ALL
SELECT key, as_of, rows FROM reporting_kept WHERE company_id = %(company)s
"""


@dataclass(slots=True)
class Past:
    """What is kept of one company, read once for a page; what was made for it is not made twice."""

    marks: tuple[int, int, int] = (0, 0, 0)
    kept: dict[str, tuple[date, Any]] = field(default_factory=dict)
    made: dict[tuple[str, date], Any] = field(default_factory=dict)

    def rows(self, key: str, as_of: date, make: Callable[[], Any]) -> Any:
        """What is kept under the key for about that day, or what ``make`` finds now."""
        known = self.kept.get(key)
        if known is not None and 0 <= (as_of - known[0]).days < FRESH_DAYS:
            return known[1]
        if (key, as_of) not in self.made:
            self.made[key, as_of] = make()
        return self.made[key, as_of]


def past_of(company: Company) -> Past:
    """Everything that is kept of a company; one statement."""
    past = Past()
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"company": company.pk})
        for key, as_of, text in cursor.fetchall():
            rows = json.loads(text) if isinstance(text, str) else text
            if key:
                past.kept[key] = (as_of, rows)
            else:
                past.marks = (rows[0], rows[1], rows[2])
    return past
