"""The dunning app."""

from django.apps import AppConfig


class DunningConfig(AppConfig):
    """Reminders for overdue items."""

    name = "dunning"
    default_auto_field = "django.db.models.BigAutoField"
