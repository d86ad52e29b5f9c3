"""Filters of credit's lists."""

from django.utils.translation import gettext_lazy as _

from core.filters import ChoiceFilter, FilterSet, LookupFilter, SearchFilter, scoped
from credit.models import CreditHold, LimitChange
from customers.models import Customer


class HoldFilter(FilterSet):
    """Search and state of the queue."""

    q = SearchFilter("order__number__istartswith", "order__customer__name__icontains")
    state = ChoiceFilter(label=_("State"), choices=CreditHold.State.choices)
    customer = LookupFilter(
        label=_("Customer"),
        field_name="order__customer",
        queryset=scoped(Customer),
        lookup="customers:lookup",
    )

    class Meta:
        model = CreditHold
        fields: list[str] = []


class LimitFilter(FilterSet):
    """Search and state of limits."""

    q = SearchFilter("account__customer__number__istartswith", "account__customer__name__icontains")
    state = ChoiceFilter(label=_("State"), choices=LimitChange.State.choices)

    class Meta:
        model = LimitChange
        fields: list[str] = []
