"""The reporting app."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Figures over all stages; owns no tables."""

    name = "reporting"
    default_auto_field = "django.db.models.BigAutoField"
