"""Filters of claims."""

from django.utils.translation import gettext_lazy as _

from core.filters import ChoiceFilter, FilterSet, SearchFilter, SwitchFilter
from receivables.models import Claim


class ClaimFilter(FilterSet):
    """By number, invoice, customer, kind and state."""

    q = SearchFilter(
        "item__document_number__istartswith",
        "principal__document_number__istartswith",
        "item__customer__name__icontains",
    )
    kind = ChoiceFilter(label=_("Kind"), choices=Claim.Kind.choices)
    state = ChoiceFilter(label=_("State"), choices=Claim.State.choices)
    open = SwitchFilter(lambda rows: rows.exclude(item__outstanding_amount=0), label=_("Open"))

    class Meta:
        model = Claim
        fields: list[str] = []
