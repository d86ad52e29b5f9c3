"""Filters of cash, cheques, deposit slips and nettings."""

from django.utils.translation import gettext_lazy as _

from core.filters import ChoiceFilter, DayFilter, FilterSet, SearchFilter
from receivables.models import DepositSlip, Netting, Receipt


class ReceiptFilter(FilterSet):
    """Receipts by number, cheque, customer, kind, state and day."""

    q = SearchFilter("number__iexact", "cheque_number__istartswith", "customer__name__icontains")
    kind = ChoiceFilter(label=_("Kind"), choices=Receipt.Kind.choices)
    state = ChoiceFilter(label=_("State"), choices=Receipt.State.choices)
    since = DayFilter(label=_("Since"), field_name="received_on", lookup_expr="gte")
    until = DayFilter(label=_("Until"), field_name="received_on", lookup_expr="lte")

    class Meta:
        model = Receipt
        fields: list[str] = []


class DepositFilter(FilterSet):
    """Slips by number and state."""

    q = SearchFilter("number__iexact", "bank_account__name__icontains")
    state = ChoiceFilter(label=_("State"), choices=DepositSlip.State.choices)

    class Meta:
        model = DepositSlip
        fields: list[str] = []


class NettingFilter(FilterSet):
    """Nettings by number, customer and state."""

    q = SearchFilter("number__iexact", "customer__name__icontains", "customer__number__iexact")
    state = ChoiceFilter(label=_("State"), choices=Netting.State.choices)

    class Meta:
        model = Netting
        fields: list[str] = []
