"""Rows by COPY: the fastest way in for tables whose rows nobody needs back, triggers included."""

import io
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Model

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Insert rows of plain values (numbers, dates, text, None) given in the order of ``columns``.

    One statement, so statement triggers see all rows at once. Raises Django's database errors.
    """
    text = io.StringIO()
    for row in rows:
        text.write("\t".join(map(_plain, row)))
        text.write("\n")
    if not text.tell():
        return
    text.seek(0)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN', text)


def _plain(value: object) -> str:
    """Only text can hold what must be escaped."""
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    return "\\N" if value is None else str(value)
