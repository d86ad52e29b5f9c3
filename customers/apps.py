"""The room of the customers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """Customers, contacts, addresses, bank accounts, payment terms."""

    name = "customers"
    verbose_name = _("Customers")
