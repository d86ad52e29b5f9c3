"""``manage.py import_rates FILE``: exchange rates from a list or the central bank's XML."""

from typing import Any

from core.imports import ImportListCommand
from core.models import Company
from core.sheets import ImportReport
from receivables.services import import_rates


class Command(ImportListCommand):
    """A rate is known by currency and day."""

    help = "Import exchange rates (CSV, XLSX, XML of the European Central Bank)."

    def take(
        self, company: Company, content: bytes, name: str, options: dict[str, Any]
    ) -> ImportReport:
        """Import the list."""
        return import_rates(
            company,
            content,
            name,
            by=self.actor,
            on=company.today(),
            skip_bad=options["skip_bad"],
        )
