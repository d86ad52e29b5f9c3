"""The room of products, prices and VAT."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """Products, price lists and VAT rates."""

    name = "catalog"
    verbose_name = _("Catalog")
