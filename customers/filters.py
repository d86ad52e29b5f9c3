"""What the list of customers can be narrowed by."""

from django.utils.translation import gettext_lazy as _

from core.choices import country_choices
from core.filters import ChoiceFilter, FilterSet, SearchFilter, SwitchFilter
from customers.models import Customer, Mandate


class CustomerFilter(FilterSet):
    """Public names of the list's filters."""

    q = SearchFilter(
        "number__istartswith", "name__icontains", "previous_number__exact", "vat_id__istartswith"
    )
    country = ChoiceFilter(label=_("Country"), choices=country_choices)
    risk_class = ChoiceFilter(label=_("Risk class"), choices=Customer.RiskClass.choices)
    blocked = SwitchFilter(lambda rows: rows.blocked(), label=_("Blocked or stopped"))
    inactive = SwitchFilter(lambda rows: rows.filter(is_active=False), label=_("Inactive"))

    class Meta:
        model = Customer
        fields: list[str] = []


class MandateFilter(FilterSet):
    """Mandates by reference, customer, state and scheme."""

    q = SearchFilter(
        "reference__istartswith", "customer__number__istartswith", "customer__name__icontains"
    )
    state = ChoiceFilter(label=_("State"), choices=Mandate.State.choices)
    scheme = ChoiceFilter(label=_("Scheme"), choices=Mandate.Scheme.choices)

    class Meta:
        model = Mandate
        fields: list[str] = []
