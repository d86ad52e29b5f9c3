"""Gapless numbers from a counter row, locked as the last step of the act that needs one."""

from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from core.models import Company, NumberSeries
from o2c.errors import Conflict, InvalidInput, NotFound

LEGAL_KINDS = (NumberSeries.Kind.INVOICE, NumberSeries.Kind.CREDIT_NOTE)
"""Kinds whose numbers must also run in order of date."""

_TAKE = """
UPDATE core_numberseries AS series
   SET next_value = next_value + %(count)s, last_on = greatest(last_on, %(on)s)
  FROM core_company AS company
 WHERE company.id = series.company_id AND company.is_active
   AND series.company_id = %(company)s AND series.kind = %(kind)s
   AND (NOT %(legal)s OR last_on IS NULL OR last_on <= %(on)s)
RETURNING prefix, digits, next_value - %(count)s
"""


def take_number(company_id: int, kind: str, *, on: date) -> str:
    """The next number of a series, e.g. ``RE-000042``; see ``take_numbers``."""
    return take_numbers(company_id, kind, 1, on=on)[0]


def take_numbers(company_id: int, kind: str, count: int, *, on: date) -> list[str]:
    """The next ``count`` numbers of a series in a row; a rollback gives them back, none is lost.

    The series stays locked until the transaction ends: make this the last step of the act.
    Raises: InvalidInput when ``on`` lies before the series' last date (invoices, credit notes);
    NotFound without such a series; Conflict when the company is closed.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("take_number needs the transaction of the act it numbers.")
    params: dict[str, Any] = {
        "company": company_id,
        "kind": str(kind),
        "count": count,
        "on": on,
        "legal": kind in LEGAL_KINDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, params)
        row = cursor.fetchone()
    if row is None:
        raise _refusal(company_id, kind, on)
    prefix, digits, first = row
    return [f"{prefix}{value:0{digits}d}" for value in range(first, first + count)]


def _refusal(company_id: int, kind: str, on: date) -> Exception:
    company = Company.objects.get(pk=company_id)
    if not company.is_active:
        return Conflict(
            "company.closed",
            _("%(company)s is closed: nothing new is numbered there.") % {"company": company},
        )
    series = NumberSeries.objects.filter(company_id=company_id, kind=kind).first()
    if series is None:
        return NotFound(
            "series.missing",
            _(
                "%(company)s has no number series for “%(kind)s”: an administrator must add it"
                " in the set-up."
            )
            % {"company": company, "kind": kind},
        )
    return InvalidInput(
        "series.date_before_last",
        _(
            "The last number of the series “%(series)s” is dated %(last)s: use this date or a"
            " later one, not %(on)s."
        )
        % {"series": series.get_kind_display(), "last": series.last_on, "on": on},
        field="on",
    )
