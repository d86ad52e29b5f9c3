"""The reporting app."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Figures over all stages; its tables keep sums and statistics, no fact of their own."""

    name = "reporting"
    default_auto_field = "django.db.models.BigAutoField"
