"""Set-up of dunning in Django's admin: the levels."""

from django.contrib import admin

from core.admin import ScopedAdmin
from dunning.models import DunningLevel


@admin.register(DunningLevel)
class DunningLevelAdmin(ScopedAdmin):
    """Steps per company."""

    list_display = ("name", "level", "company", "days_overdue", "wait_days", "tone")
    list_filter = ("company",)
    ordering = ("company", "level")
    fields = ("company", "level", "name", "days_overdue", "wait_days", "tone", "pay_within_days")
