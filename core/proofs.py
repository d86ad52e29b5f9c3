"""How a room proves its rows: SQL that finds what is wrong, and a sentence for each row of it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.utils.functional import Promise

from core.models import Company

Check = Callable[[Company], list[str]]
"""A sentence for each breach in a company; none when the rule holds."""
MOST = 50
"""Sentences of one check: enough to see what is wrong, where a million rows may be."""
# Apart from the query, so that it is planned for sound books, where every row is read.
_FIRST = "WITH breach AS MATERIALIZED ({sql}) SELECT * FROM breach LIMIT {most}"


@dataclass(frozen=True, slots=True)
class SqlCheck:
    """A check by SQL for ``%(company)s``, which needs no limit; ``{0}`` is a row's first column."""

    sql: str
    sentence: str | Promise

    def __call__(self, company: Company) -> list[str]:
        """A sentence for each row that is found."""
        with connection.cursor() as cursor:
            cursor.execute(_FIRST.format(sql=self.sql, most=MOST), {"company": company.pk})
            return [str(self.sentence).format(*row) for row in cursor.fetchall()]


def check_of(sql: str, sentence: str | Promise) -> Check:
    """A check that is SQL alone."""
    return SqlCheck(sql, sentence)
