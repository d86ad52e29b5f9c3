"""The kernel as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import checks  # noqa: F401 - registers the system checks


class CoreConfig(AppConfig):
    """Companies, people, numbers, events, documents, work."""

    name = "core"
    verbose_name = _("Companies and people")
