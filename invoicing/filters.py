"""Filters of invoicing's lists."""

from django.utils.translation import gettext_lazy as _

from core.filters import (
    ChoiceFilter,
    DayFilter,
    FilterSet,
    ModelChoiceFilter,
    MoneyFilter,
    SearchFilter,
    scoped,
)
from customers.models import Customer
from fulfillment.models import Shipment
from invoicing.models import Invoice, InvoiceState


class InvoiceFilter(FilterSet):
    """By number, customer, state, kind, date and amount. Overdue is receivables' fact."""

    q = SearchFilter("number__icontains", "customer__name__icontains", "po_number__icontains")
    state = ChoiceFilter(label=_("State"), choices=InvoiceState.choices)
    kind = ChoiceFilter(label=_("Kind"), choices=Invoice.Kind.choices)
    customer = ModelChoiceFilter(label=_("Customer"), queryset=scoped(Customer))
    issued_from = DayFilter(label=_("From date"), field_name="issued_on", lookup_expr="gte")
    issued_until = DayFilter(label=_("Until date"), field_name="issued_on", lookup_expr="lte")
    amount_from = MoneyFilter(label=_("Total from"), field_name="gross_amount", lookup_expr="gte")
    amount_until = MoneyFilter(label=_("Total until"), field_name="gross_amount", lookup_expr="lte")

    class Meta:
        model = Invoice
        fields: list[str] = []


class UnbilledFilter(FilterSet):
    """By shipment, order or customer."""

    q = SearchFilter(
        "number__icontains", "order__number__icontains", "order__customer__name__icontains"
    )
    customer = ModelChoiceFilter(
        label=_("Customer"), field_name="order__customer", queryset=scoped(Customer)
    )

    class Meta:
        model = Shipment
        fields: list[str] = []
