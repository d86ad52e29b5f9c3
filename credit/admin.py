"""Set-up of credit in Django's admin: review dates and tolerances; limits go by proposal."""

from django.contrib import admin

from core.admin import ScopedAdmin
from credit.models import CreditAccount


@admin.register(CreditAccount)
class CreditAccountAdmin(ScopedAdmin):
    """Tolerances of a customer; the limit itself is proposed and approved in the app."""

    list_display = (
        "customer",
        "company",
        "limit_amount",
        "secured_amount",
        "review_on",
        "tolerated_days_overdue",
    )
    list_filter = ("company",)
    ordering = ("customer__name",)
    search_fields = ("customer__name", "customer__number")
    fields = ("customer", "limit_amount", "secured_amount", "review_on", "tolerated_days_overdue")
    readonly_fields = ("customer", "limit_amount", "secured_amount")

    def has_add_permission(self, request: object) -> bool:
        """Accounts are opened with their customer."""
        return False
