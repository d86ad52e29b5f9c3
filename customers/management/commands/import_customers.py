"""``manage.py import_customers FILE``: customers of another system from a CSV or XLSX list."""

from typing import Any

from django.core.management.base import CommandParser

from core.imports import ImportListCommand
from core.models import Company
from core.sheets import ImportReport
from customers.services import import_customers


class Command(ImportListCommand):
    """Customers are known by number."""

    help = "Import customers (CSV, XLSX) by number; the same list twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """The terms of those who are new, too."""
        super().add_arguments(parser)
        parser.add_argument("--terms", default="", help="payment terms of new customers, by code")

    def take(
        self, company: Company, content: bytes, name: str, options: dict[str, Any]
    ) -> ImportReport:
        """Import the list."""
        return import_customers(
            company,
            content,
            name,
            by=self.actor,
            on=company.today(),
            skip_bad=options["skip_bad"],
            terms=options["terms"],
        )
