"""``manage.py prove``: check every invariant on the live database."""

import time
from typing import Any

from django.db import connection

from core.commands import HeadlessCommand
from o2c import proof


class Command(HeadlessCommand):
    """Name each breach; exit 1 when there is one."""

    help = "Check the invariants (ledger, items, stock, numbers, events) and name each breach."

    def run(self, **options: Any) -> tuple[dict[str, Any], list[str], bool]:
        """Prove the named company, or all."""
        started = time.monotonic()
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")  # books of millions take their time
        found = [
            {"company": company.code, "check": name, "breach": breach}
            for company in self.companies(options)
            for name, breach in proof.breaches(company)
        ]
        lines = [f"{row['company']}: {row['check']}: {row['breach']}" for row in found]
        count = len(proof.checks())
        lines.append(f"{count} checks, {len(found)} breaches, {time.monotonic() - started:.1f} s.")
        return {"checks": count, "breaches": found}, lines, not found
