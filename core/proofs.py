"""How a room proves its rows: SQL that finds what is wrong, and a sentence for each row of it."""

from collections.abc import Callable

from django.db import connection
from django.utils.functional import Promise

from core.models import Company

Check = Callable[[Company], list[str]]
"""A sentence for each breach in a company; none when the rule holds."""
MOST = 50
"""Sentences of one check: enough to see what is wrong, where a million rows may be."""
# Apart from the query, so that it is planned for sound books, where every row is read.
_FIRST = "WITH breach AS MATERIALIZED ({sql}) SELECT * FROM breach LIMIT {most}"


def check_of(sql: str, sentence: str | Promise) -> Check:
    """A check by SQL for ``%(company)s``, which needs no limit; ``{0}`` is a row's first column."""

    def breaches(company: Company) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(_FIRST.format(sql=sql, most=MOST), {"company": company.pk})
            return [str(sentence).format(*row) for row in cursor.fetchall()]

    return breaches
