"""Fields of many rows in one UPDATE: ``bulk_update`` without a CASE per row and field."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model
from django_fsm import ConcurrentTransition, ConcurrentTransitionMixin

_LIMITS = re.compile(r"\(.*\)")


def update_rows(rows: Sequence[Model], *fields: str) -> None:
    """Write these fields of rows of one table that the caller has locked or made in this act.

    Each row is a full match of its fields afterwards, also for the check on its state's change.
    Raises: ConcurrentTransition when a row is not there any more.
    """
    if not rows:
        return
    sql, columns = _composed(type(rows[0]), fields)
    values = [[row.pk for row in rows]]
    for column in columns:
        values.append(
            [column.get_db_prep_save(column.pre_save(row, False), connection) for row in rows]
        )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        if cursor.rowcount != len(rows):
            raise ConcurrentTransition(f"{cursor.rowcount} of {len(rows)} rows are still there.")
    for row in rows:
        if isinstance(row, ConcurrentTransitionMixin):
            row._update_initial_state()


@lru_cache(maxsize=64)
def _composed(model: type[Model], fields: tuple[str, ...]) -> tuple[str, "list[Field[Any, Any]]"]:
    """The statement and its columns.

    Types go without their limits, since a cast to ``varchar(20)`` would cut what is too long.
    """
    meta = model._meta
    by_name = {one.name: one for one in meta.concrete_fields}
    columns = [by_name[name] for name in fields]
    types = [meta.pk.rel_db_type(connection), *(one.db_type(connection) for one in columns)]
    arrays = ", ".join(f"%s::{_LIMITS.sub('', str(kind))}[]" for kind in types)
    names = [f'"{one.column}"' for one in columns]
    changes = ", ".join(f"{name} = given.{name}" for name in names)
    sql = (
        f'UPDATE "{meta.db_table}" AS kept SET {changes} '  # noqa: S608 - names of our own models
        f"FROM unnest({arrays}) AS given(pk, {', '.join(names)}) "
        f'WHERE kept."{meta.pk.column}" = given.pk'
    )
    return sql, columns
