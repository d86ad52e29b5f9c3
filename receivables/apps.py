"""The room of the ledger and the bank."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReceivablesConfig(AppConfig):
    """Ledger, open items, bank files, matching."""

    name = "receivables"
    verbose_name = _("Receivables")
