"""The dunning app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DunningConfig(AppConfig):
    """Reminders for overdue items."""

    name = "dunning"
    verbose_name = _("Reminders")
    default_auto_field = "django.db.models.BigAutoField"
