"""Verbs of reporting: sum days, keep statistics. Both may run at any time, twice, or never."""

from datetime import date

from django.db import OperationalError, connection, models, transaction

from core.models import Company
from receivables.models import OpenItem
from reporting.models import Fold, Kept
from reporting.reads.moves import ROWS
from reporting.reads.statistics import statistics_of

KEEP_FROM = 20_000
"""Open items of a company from which its statistics are kept."""
FOLD_FROM = 20_000
"""Rows since the marks from which summing them is worth it."""

_INTO = f"""
INSERT INTO reporting_daymove (company_id, currency, side, moved_on, due_on, amount)
SELECT %(company)s, currency, side, moved_on, due_on, sum(amount) FROM ({ROWS}) AS since
 GROUP BY 2, 3, 4, 5 HAVING sum(amount) <> 0
ON CONFLICT ON CONSTRAINT day_move_once DO UPDATE SET amount = reporting_daymove.amount
    + EXCLUDED.amount
"""  # noqa: S608 - our own parts
_HIGHEST = """
SELECT COALESCE((SELECT max(id) FROM receivables_openitem), 0),
       COALESCE((SELECT max(id) FROM receivables_allocation), 0),
       COALESCE((SELECT max(id) FROM receivables_journalline), 0)
"""
_LOCKED = "receivables_openitem, receivables_allocation, receivables_journalline"


def companies_to_keep(company: Company, *, on: date) -> models.QuerySet[Company]:
    """The company itself when it is large and today's statistics are not kept yet; due work.

    A past day (the demo lives through many) keeps nothing.
    """
    is_kept = Kept.objects.filter(company=company, as_of=on).exists()
    if on < company.today() or is_kept:
        return Company.objects.none()
    items = OpenItem.objects.filter(company=company).order_by()
    is_large = items.values("pk")[:KEEP_FROM].count() >= KEEP_FROM
    return Company.objects.filter(pk__in=[company.pk] if is_large else [])


def keep_statistics(company_pk: int, *, on: date) -> None:
    """Make the statistics of the past once, so that pages of the day need not."""
    company = Company.objects.get(pk=company_pk)
    Kept.objects.filter(company=company).delete()
    made = statistics_of(company, on=on)
    with transaction.atomic():
        for key, rows in made.items():
            Kept.objects.update_or_create(
                company=company, key=key, defaults={"as_of": on, "rows": rows}
            )


def companies_to_fold(company: Company) -> models.QuerySet[Company]:
    """The company itself when many rows came since its days were summed; due work."""
    with connection.cursor() as cursor:
        cursor.execute(_HIGHEST)
        highest = cursor.fetchone() or (0, 0, 0)
    mark = Fold.objects.filter(company=company).first() or Fold(company=company)
    since = max(highest[0] - mark.item_id, highest[1] - mark.allocation_id)
    return Company.objects.filter(pk__in=[company.pk] if since >= FOLD_FROM else [])


def fold_days(company_pk: int) -> bool:
    """Sum the company's moves up to now into its days; false when the books are busy.

    Rows are numbered before they are committed: for a moment nobody may write, so that no row below
    the marks can still appear. Rows below them never change, so they are summed afterwards.
    """
    try:
        upto = _quiet_marks()
    except OperationalError:  # a long booking holds the tables: next time
        return False
    with transaction.atomic():
        Fold.objects.get_or_create(company_id=company_pk)
        mark = Fold.objects.select_for_update().get(company_id=company_pk)
        if upto[0] < mark.item_id or upto[1] < mark.allocation_id or upto[2] < mark.line_id:
            return False  # somebody else was faster
        _add_days(mark, upto)
    return True


def _quiet_marks() -> tuple[int, int, int]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute(f"LOCK TABLE {_LOCKED} IN SHARE MODE")
        cursor.execute(_HIGHEST)
        items, allocations, lines = cursor.fetchone() or (0, 0, 0)
    return items, allocations, lines


def _add_days(mark: Fold, upto: tuple[int, int, int]) -> None:
    values = {
        "company": mark.company_id,
        "items": mark.item_id,
        "items_to": upto[0],
        "allocations": mark.allocation_id,
        "allocations_to": upto[1],
        "lines": mark.line_id,
        "lines_to": upto[2],
    }
    with connection.cursor() as cursor:
        cursor.execute(_INTO, values)
    mark.item_id, mark.allocation_id, mark.line_id = upto
    mark.save()
