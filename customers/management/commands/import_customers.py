"""``manage.py import_customers FILE``: customers of another system from a CSV or XLSX list."""

from typing import Any

from django.core.management.base import CommandParser

from core.imports import ImportListCommand
from customers.services import import_customers


class Command(ImportListCommand):
    """Customers are known by number."""

    help = "Import customers (CSV, XLSX) by number; the same list twice changes nothing."

    verb = staticmethod(import_customers)

    def add_arguments(self, parser: CommandParser) -> None:
        """The terms of those who are new, too."""
        super().add_arguments(parser)
        parser.add_argument("--terms", default="", help="payment terms of new customers, by code")

    def more(self, options: dict[str, Any]) -> dict[str, Any]:
        """The terms of those who are new."""
        return {"terms": options["terms"]}
