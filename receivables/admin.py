"""Set-up of receivables in Django's admin: ledger accounts and our bank accounts."""

from django.contrib import admin

from core.admin import ScopedAdmin
from receivables.models import Account, BankAccount


@admin.register(Account)
class AccountAdmin(ScopedAdmin):
    """The chart of accounts; posting rules find accounts by role, VAT category and rate."""

    list_display = ("number", "name", "company", "role", "vat_category", "vat_rate")
    list_filter = ("company", "role")
    search_fields = ("number", "name")
    fields = ("company", "number", "name", "role", "vat_category", "vat_rate")


@admin.register(BankAccount)
class BankAccountAdmin(ScopedAdmin):
    """Accounts whose statements may be imported; each has a ledger account of role “bank”."""

    list_display = ("name", "company", "iban", "currency", "ledger_account", "is_active")
    list_filter = ("company", "is_active")
    search_fields = ("name", "iban")
    fields = ("company", "name", "iban", "bic", "currency", "ledger_account", "is_active")
