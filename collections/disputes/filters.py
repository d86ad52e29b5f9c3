"""Filters of disputes."""

from django.utils.translation import gettext_lazy as _

from core.filters import ChoiceFilter, FilterSet, LookupFilter, SearchFilter, SwitchFilter, scoped
from customers.models import Customer
from disputes.models import Dispute, DisputeState


class DisputeFilter(FilterSet):
    """By document, customer, source, reason and state."""

    q = SearchFilter("item__document_number__istartswith", "item__customer__name__icontains")
    source = ChoiceFilter(label=_("Source"), choices=Dispute.Source.choices)
    state = ChoiceFilter(label=_("State"), choices=DisputeState.choices)
    reason = ChoiceFilter(label=_("Reason"), choices=Dispute.Reason.choices)
    approval = SwitchFilter(
        lambda rows: rows.open().filter(write_off__state="asked"), label=_("Waits for approval")
    )
    customer = LookupFilter(
        label=_("Customer"),
        field_name="item__customer",
        queryset=scoped(Customer),
        lookup="customers:lookup",
    )

    class Meta:
        model = Dispute
        fields: list[str] = []
