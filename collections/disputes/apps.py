"""The disputes app."""

from django.apps import AppConfig


class DisputesConfig(AppConfig):
    """Items a customer contests."""

    name = "disputes"
    default_auto_field = "django.db.models.BigAutoField"
