"""Set-up of receivables in Django's admin: ledger accounts and our bank accounts."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import ScopedAdmin
from receivables.models import Account, BankAccount, BooksSetting, CashLimits


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


@admin.register(CashLimits)
class CashLimitsAdmin(ScopedAdmin):
    """How much cash a company takes, and from where on it asks who pays."""

    list_display = ("company", "limit_amount", "identify_amount")
    fields = ("company", "limit_amount", "identify_amount")


@admin.register(BooksSetting)
class BooksSettingAdmin(ScopedAdmin):
    """Fiscal year and DATEV's numbers of each company."""

    list_display = ("company", "year_start_month", "consultant_number", "client_number")
    fields = (
        "company", "chart", "year_start_month", "consultant_number", "client_number",
        "account_length",
    )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The chart stays once there are accounts after it."""
        has_accounts = obj is not None and Account.objects.filter(company=obj.company_id).exists()
        return ("company", "chart") if has_accounts else ()
