"""``manage.py migrate``: Django's own, in half of its time."""

from typing import Any

from django.core.management.commands import migrate

from core.quick_states import quick_states


class Command(migrate.Command):
    """Bring the database up to date."""

    def handle(self, *args: Any, **options: Any) -> Any:
        """As Django does it."""
        with quick_states():
            return super().handle(*args, **options)
