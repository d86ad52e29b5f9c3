"""``manage.py build_assets``: fill static/dist from node_modules."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.assets import AssetsMissing, build


class Command(BaseCommand):
    """Copy Tabler, htmx and the icons used into static/dist."""

    help = "Copy Tabler, htmx and a sprite of the icons used into static/dist."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, or say in one line what is missing."""
        try:
            count = build(settings.BASE_DIR)
        except AssetsMissing as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"static/dist is ready: Tabler, htmx, {count} icons.")
