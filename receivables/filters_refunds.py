"""Filters of refunds and payment runs."""

from django.utils.translation import gettext_lazy as _

from core.filters import ChoiceFilter, DayFilter, FilterSet, SearchFilter
from receivables.models import BankRefund, RefundRun


class BankRefundFilter(FilterSet):
    """By document, customer, account, state and cause."""

    q = SearchFilter(
        "item__document_number__istartswith", "item__customer__name__icontains", "iban__exact"
    )
    state = ChoiceFilter(label=_("State"), choices=BankRefund.State.choices)
    cause = ChoiceFilter(label=_("Why"), choices=BankRefund.Cause.choices)
    source = ChoiceFilter(
        label=_("Account"), field_name="account_source", choices=BankRefund.Source.choices
    )

    class Meta:
        model = BankRefund
        fields: list[str] = []


class RefundRunFilter(FilterSet):
    """By what they pay, and when."""

    q = SearchFilter("refunds__item__document_number__exact")
    since = DayFilter(label=_("Since"), field_name="execute_on", lookup_expr="gte")

    class Meta:
        model = RefundRun
        fields: list[str] = []
