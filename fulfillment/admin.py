"""Set-up of warehouses in Django's admin; stock and shipments change through their verbs only."""

from django.contrib import admin

from core.admin import ScopedAdmin
from fulfillment.models import Warehouse


@admin.register(Warehouse)
class WarehouseAdmin(ScopedAdmin):
    """Places that ship."""

    list_display = ("name", "code", "company", "city", "is_active")
    list_filter = ("company", "is_active")
    search_fields = ("code", "name")
    fields = ("company", "code", "name", "street", "postcode", "city", "country", "is_active")
