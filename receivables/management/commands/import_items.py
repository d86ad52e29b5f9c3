"""``manage.py import_items FILE``: open items of another system from a CSV or XLSX list."""

from typing import Any

from core.imports import ImportListCommand
from core.models import Company
from core.sheets import ImportReport
from receivables.services import import_items


class Command(ImportListCommand):
    """Items are known by customer and number."""

    help = "Import opening items (CSV, XLSX); the same list twice changes nothing."

    def take(
        self, company: Company, content: bytes, name: str, options: dict[str, Any]
    ) -> ImportReport:
        """Import the list."""
        return import_items(
            company,
            content,
            name,
            by=self.actor,
            on=company.today(),
            skip_bad=options["skip_bad"],
        )
