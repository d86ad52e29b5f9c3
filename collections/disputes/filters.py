"""Filters of disputes."""

from django.utils.translation import gettext_lazy as _

from core.filters import ChoiceFilter, FilterSet, LookupFilter, SearchFilter, scoped
from customers.models import Customer
from disputes.models import Dispute, DisputeState


class DisputeFilter(FilterSet):
    """By document, customer, reason and state."""

    q = SearchFilter("item__document_number__istartswith", "item__customer__name__icontains")
    state = ChoiceFilter(label=_("State"), choices=DisputeState.choices)
    reason = ChoiceFilter(label=_("Reason"), choices=Dispute.Reason.choices)
    customer = LookupFilter(
        label=_("Customer"),
        field_name="item__customer",
        queryset=scoped(Customer),
        lookup="customers:lookup",
    )

    class Meta:
        model = Dispute
        fields: list[str] = []
