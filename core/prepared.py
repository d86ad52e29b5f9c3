"""Queries of the money path whose SQL the ORM composes once a process instead of at every call.

Composing a statement with several subqueries costs the ORM more than PostgreSQL needs to answer.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet

INT_MARKS = (-7_777_777_777_777_001, -7_777_777_777_777_002, -7_777_777_777_777_003)
DATE_MARKS = (date(1, 1, 1), date(1, 1, 2))


class Prepared:
    """A ``values()`` query by named values, which may be ids and dates only.

    ``build(**marks)`` gives the queryset; it is called once, with a mark for each name, and must
    hand every mark to the database as it is. Each run puts its values where the marks stand.
    """

    def __init__(
        self, build: Callable[..., QuerySet[Any]], **types: type[int] | type[date]
    ) -> None:
        self._build = build
        ints, dates = iter(INT_MARKS), iter(DATE_MARKS)
        self._marks = {name: next(dates if of is date else ints) for name, of in types.items()}

    def rows(self, **values: int | date) -> list[dict[str, Any]]:
        """The rows for these values; None is no value, as SQL's ``= NULL`` finds nothing."""
        if values.keys() != self._marks.keys() or None in values.values():
            raise ValueError(f"give {', '.join(self._marks)}, got {values}")
        sql, params, names = self._composed
        given = {self._marks[name]: value for name, value in values.items()}
        with connection.cursor() as cursor:
            cursor.execute(sql, list(_put(params, given)))
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    @cached_property
    def _composed(self) -> tuple[str, tuple[Any, ...], list[str]]:
        query = self._build(**self._marks).query
        sql, params = query.sql_with_params()
        if missing := set(self._marks.values()) - {*params}:
            raise ValueError(f"the query does not hand on {missing}")
        return sql, params, list(query.selected or ())


def _put(params: tuple[Any, ...], given: Mapping[Any, Any]) -> Iterator[Any]:
    for param in params:
        yield given.get(param, param)
