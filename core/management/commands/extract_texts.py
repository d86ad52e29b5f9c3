"""``manage.py extract_texts``: bring the catalogs up to date with the texts in the code."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.catalogs import TRANSLATED, extract, missing, update

SHOWN = 30


class Command(BaseCommand):
    """Extract texts into the catalogs, or check that none is missing."""

    help = "Update locale/*/LC_MESSAGES/django.po from Python files and templates."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What a person may choose."""
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit 1 if a text is missing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Update, or check."""
        extracted = extract(settings.BASE_DIR)
        if options["check"]:
            self._check(extracted)
            return
        for language in TRANSLATED:
            path = update(settings.BASE_DIR, language, extracted)
            open_texts = len(missing(settings.BASE_DIR, language, extracted))
            self.stdout.write(f"{path}: {len(extracted)} texts, {open_texts} to translate")

    def _check(self, extracted: Any) -> None:
        faults = [f for lang in TRANSLATED for f in missing(settings.BASE_DIR, lang, extracted)]
        for fault in faults[:SHOWN]:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} texts are missing: manage.py extract_texts.")
        self.stdout.write(f"{len(extracted)} texts, none missing.")
