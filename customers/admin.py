"""Set-up pages: payment terms; customers to look at and for the few fields no page has."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest

from core.admin import ScopedAdmin
from core.set_up import PlainFields
from customers.models import Customer, PaymentTerms, PaymentTermsPart
from customers.rules import TermsPart, check_discount, check_parts
from o2c.errors import InvalidInput


class PartFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The instalments together must be the whole."""

    def clean(self) -> None:
        """Refuse shares that don't sum to 1, with the sum."""
        super().clean()
        rows = [form.cleaned_data for form in self.forms if form.is_valid()]
        kept = [row for row in rows if row.get("share") and not row.get("DELETE")]
        try:
            check_parts([TermsPart(row["share"], row["due_days"]) for row in kept])
        except InvalidInput as error:
            raise ValidationError(error.message)


class PartInline(PlainFields, admin.TabularInline):  # type: ignore[type-arg]
    """Instalments; a share of 50 percent is half."""

    model = PaymentTermsPart
    formset = PartFormSet
    fields = ("position", "share", "due_days")
    extra = 0
    min_num = 1


class PaymentTermsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Terms; a discount needs its days."""

    class Meta:
        model = PaymentTerms
        fields = ("company", "code", "name", "discount_days", "discount_rate")

    def clean(self) -> dict[str, Any]:
        """Refuse a discount that can't be taken."""
        values = super().clean() or {}
        try:
            check_discount(
                values.get("discount_days") or 0, values.get("discount_rate") or Decimal(0)
            )
        except InvalidInput as error:
            self.add_error(error.field, error.message)
        return values


@admin.register(PaymentTerms)
class PaymentTermsAdmin(ScopedAdmin):
    """When debts fall due; documents already issued keep their dates."""

    form = PaymentTermsForm
    list_display = ("name", "code", "company", "discount_rate", "discount_days")
    list_filter = ("company",)
    search_fields = ("code", "name")
    inlines = (PartInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Terms stay in their company."""
        return ("company",) if obj else ()


@admin.register(Customer)
class CustomerAdmin(ScopedAdmin):
    """Customers to look at: they are entered and changed on their own pages."""

    list_display = ("number", "name", "company", "country", "currency", "is_active")
    list_filter = ("company", "currency", "is_active")
    search_fields = ("number", "name", "vat_id", "previous_number")
    fields = ("company", "number", "previous_number", "name", "country", "currency", "language")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """On the customers' pages."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """On the customers' pages."""
        return False
