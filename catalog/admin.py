"""Set-up pages: VAT rates and exemption texts of the country packs; products and lists to see."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from catalog.models import PriceList, Product, VatExemption, VatRate
from core.admin import ScopedAdmin, manages_all
from core.set_up import PlainAdmin


class PackAdmin(PlainAdmin):
    """Rows of a country pack: they hold for all companies, so they are never deleted, and only
    somebody who sets up all companies touches them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """For all companies or not at all."""
        return super().has_add_permission(request) and manages_all(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """For all companies or not at all."""
        return super().has_change_permission(request, obj) and manages_all(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Documents were made by them."""
        return False


@admin.register(VatRate)
class VatRateAdmin(PackAdmin):
    """Rates by country and class. Close the old range before adding a new rate."""

    list_display = ("vat_class", "country", "rate", "valid", "source")
    list_filter = ("country", "vat_class")
    fields = ("country", "vat_class", "rate", "valid", "source")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What documents were computed by stays; only its end and source can change."""
        return ("country", "vat_class", "rate") if obj else ()


@admin.register(VatExemption)
class VatExemptionAdmin(PackAdmin):
    """The words of untaxed documents."""

    list_display = ("text", "category", "country", "language")
    list_filter = ("country", "category", "language")
    search_fields = ("text",)
    fields = ("country", "category", "language", "text", "source")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The text can be mended; issued documents keep theirs."""
        return ("country", "category", "language") if obj else ()


class LookingAdmin(ScopedAdmin):
    """Rows that have pages of their own."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """On their own pages."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """On their own pages."""
        return False


@admin.register(Product)
class ProductAdmin(LookingAdmin):
    """Products to look at."""

    list_display = ("number", "name", "company", "kind", "vat_class", "is_active")
    list_filter = ("company", "kind", "vat_class", "is_active")
    search_fields = ("number", "name", "gtin", "previous_number")
    fields = (
        "company", "number", "previous_number", "name", "kind", "unit", "gtin", "origin_country",
        "classification_list", "classification_code", "vat_class",
    )  # fmt: skip


@admin.register(PriceList)
class PriceListAdmin(LookingAdmin):
    """Price lists to look at."""

    list_display = ("name", "company", "currency", "customer", "is_active")
    list_filter = ("company", "is_active")
    search_fields = ("name",)
    fields = ("company", "name", "currency", "customer", "is_active")
