"""The credit app."""

from django.apps import AppConfig


class CreditConfig(AppConfig):
    """Limits, exposure, decisions and holds."""

    name = "credit"
    default_auto_field = "django.db.models.BigAutoField"
