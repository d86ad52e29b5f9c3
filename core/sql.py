"""SQL the ORM has no words for: rules beside their migration, several counts in one statement."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.migrations.operations import RunSQL
from django.db.models import QuerySet

REVERSE = "-- reverse"


def rules_from(migration_file: str) -> RunSQL:
    """The ``.sql`` beside a migration, as one reversible operation: ``rules_from(__file__)``.

    The file holds the forward SQL, then a line ``-- reverse`` alone, then the SQL that undoes it.
    A file without that line is refused, since every migration of ours can be taken back.
    """
    path = Path(migration_file).with_suffix(".sql")
    forward, mark, reverse = path.read_text(encoding="utf-8").partition(f"\n{REVERSE}\n")
    if not mark:
        raise ValueError(
            f"{path.name} lacks a line “{REVERSE}” followed by the SQL that undoes it."
        )
    return RunSQL(forward, reverse)


def bounded_counts(sets: Sequence[QuerySet[Any]], up_to: int) -> list[int]:
    """Rows of each queryset, counted up to ``up_to`` each; one statement for all of them."""
    parts: list[str] = []
    params: list[Any] = []
    for rows in sets:
        try:
            sql, values = rows.order_by().values("pk")[:up_to].query.sql_with_params()
        except EmptyResultSet:  # a filter nothing can pass
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608 - the ORM's own
        params += values
    if not params:
        return [0] * len(sets)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return list(cursor.fetchone())
