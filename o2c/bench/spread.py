"""Copy one real row into many by ``INSERT … SELECT``: what is not said to differ stays the same.

So a column that a later migration adds needs nothing here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


def spread(table: str, pattern: str, source: str, **changes: str) -> None:
    """Insert a copy of the pattern row for each row of ``source`` (a FROM clause, alias ``s``).

    ``pattern`` is the WHERE of the one row to copy (alias ``p`` in ``changes``, which give an SQL
    expression per column that differs). Everything here is the bench's own text.
    """
    columns = _columns(table)
    values = ", ".join(changes.pop(column, f"p.{column}") for column in list(columns))
    if changes:
        raise ValueError(f"{table} has no {', '.join(changes)}.")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {source} CROSS JOIN "  # noqa: S608
            f"(SELECT * FROM {table} WHERE {pattern} ORDER BY id LIMIT 1) AS p"
        )


def _columns(table: str) -> list[str]:
    return [
        row[0]
        for row in rows(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
            [table],
        )
    ]


def rows(sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@contextmanager
def unwatched(tables: list[str]) -> Iterator[None]:
    """No triggers and no plain indexes on the tables within; both are back afterwards.

    Indexes of constraints stay, since foreign keys hang on some.
    """
    indexes = rows(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = ANY(%s::text[]::regclass[]) AND NOT EXISTS"
        " (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        [tables],
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'")
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _name, definition in indexes:
            cursor.execute(definition)
        for table in tables:
            cursor.execute(f"ANALYZE {table}")
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("RESET maintenance_work_mem; RESET work_mem")
    set_sequences(tables)


def set_sequences(tables: list[str]) -> None:
    """Let the next id of each table follow the highest."""
    for table in tables:
        rows(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608
        )
