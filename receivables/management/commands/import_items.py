"""``manage.py import_items FILE``: open items of another system from a CSV or XLSX list."""

from core.imports import ImportListCommand
from receivables.services import import_items


class Command(ImportListCommand):
    """Items are known by customer and number."""

    help = "Import opening items (CSV, XLSX); the same list twice changes nothing."
    verb = staticmethod(import_items)
