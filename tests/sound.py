"""Whether every company is sound, asked after each database test: planned once, not each time.

The proof's checks are thirty statements about empty or nearly empty tables, which PostgreSQL plans
in twenty milliseconds and runs in two. Here those that are SQL alone are one prepared statement.
Where it finds anything, the proof itself is asked what.
"""

from typing import Any

from django.db import connection

from core.models import Company
from core.proofs import SqlCheck
from o2c import proof

_prepared_on: list[Any] = []
"""The connection that knows the statement; a transactional test closes it."""


def unsound() -> list[str]:
    """What the quick proof finds wrong, company by company."""
    return [
        f"{company}: {name}: {breach}"
        for company in Company.objects.all()
        for name, breach in breaches(company)
    ]


def breaches(company: Company) -> list[tuple[str, str]]:
    """As ``o2c.proof.breaches`` has them, quick: name of the check, what is wrong."""
    with connection.cursor() as cursor:
        _prepare(cursor)
        cursor.execute("EXECUTE unsound (%s)", [company.pk])
        if cursor.fetchall():
            return list(proof.breaches(company, is_quick=True))
    return [
        (name, breach)
        for name, check in proof.checks(is_quick=True).items()
        if not isinstance(check, SqlCheck)
        for breach in check(company)
    ]


def _prepare(cursor: Any) -> None:
    if connection.connection in _prepared_on:
        return
    asked = [
        check.sql for check in proof.checks(is_quick=True).values() if isinstance(check, SqlCheck)
    ]
    all_of_them = " UNION ALL ".join(
        f"SELECT {number} WHERE EXISTS ({sql % {'company': '$1'}})"
        for number, sql in enumerate(asked)
    )
    cursor.execute(f"PREPARE unsound (bigint) AS {all_of_them}")
    _prepared_on[:] = [connection.connection]
