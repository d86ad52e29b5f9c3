"""``manage.py import_rates FILE``: exchange rates from a list or the central bank's XML."""

from core.imports import ImportListCommand
from receivables.services import import_rates


class Command(ImportListCommand):
    """A rate is known by currency and day."""

    help = "Import exchange rates (CSV, XLSX, XML of the European Central Bank)."
    verb = staticmethod(import_rates)
