"""SQL the ORM has no words for: rules beside their migration, several counts in one statement."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.migrations.operations import RunSQL
from django.db.models import Model, QuerySet

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
    return run_counts(*compose_counts(sets, up_to), len(sets))


def compose_counts(sets: Sequence[QuerySet[Any]], up_to: int) -> tuple[str, list[Any]]:
    """The statement of ``bounded_counts`` and its parameters; no text where there is no row."""
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
    return (f"SELECT {', '.join(parts)}" if params else ""), params


def run_counts(sql: str, params: Sequence[Any], count: int) -> list[int]:
    """The counts of a composed statement."""
    if not sql:
        return [0] * count
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchone())


def check_now() -> None:
    """Check what the database keeps for the commit, so that many rows need no memory for it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def analyze(*models: type[Model]) -> None:
    """Let the planner know tables that many rows were just written to."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in models)}")


def wait_for_locks(patience: str) -> None:
    """Wait so long for locks in this transaction: somebody may be long at the same work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [patience])
