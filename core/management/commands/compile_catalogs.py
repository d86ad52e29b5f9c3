"""``manage.py compile_catalogs``: make the .mo files that Django reads."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.catalogs import compile_all


class Command(BaseCommand):
    """Compile every message catalog."""

    help = "Compile locale/*/LC_MESSAGES/*.po with Babel."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say how many."""
        count = len(compile_all(settings.BASE_DIR))
        if options["verbosity"]:
            self.stdout.write(f"{count} message catalogs compiled.")
