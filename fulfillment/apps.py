"""The room of stock and shipments."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FulfillmentConfig(AppConfig):
    """Warehouses, stock, reservations, shipments."""

    name = "fulfillment"
    verbose_name = _("Warehouse")
