"""Filters of the order list."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.filters import (
    ChoiceFilter,
    DayFilter,
    FilterSet,
    IndexedSearchFilter,
    LookupFilter,
    SwitchFilter,
    scoped,
)
from customers.models import Customer
from orders.models import Order, OrderState


class OrderFilter(FilterSet):
    """What the order list may be narrowed by."""

    q = IndexedSearchFilter("number", "po_number", "customer__name", "customer__number")
    state = ChoiceFilter(label=_("State"), choices=OrderState.choices)
    open = SwitchFilter(lambda rows: rows.open(), label=_("Open"))
    to_ship = SwitchFilter(lambda rows: rows.to_fulfil(), label=_("To ship"))
    mine = SwitchFilter(lambda rows: rows.none(), label=_("Mine"))
    hold = ChoiceFilter(label=_("Hold"), field_name="hold_reason", choices=Order.HoldReason.choices)
    channel = ChoiceFilter(label=_("Channel"), choices=Order.Channel.choices)
    customer = LookupFilter(
        label=_("Customer"), queryset=scoped(Customer), lookup="customers:lookup"
    )
    ordered_from = DayFilter(label=_("Ordered from"), field_name="ordered_on", lookup_expr="gte")
    ordered_until = DayFilter(label=_("Ordered until"), field_name="ordered_on", lookup_expr="lte")
    wanted_from = DayFilter(label=_("Wanted from"), field_name="requested_on", lookup_expr="gte")
    wanted_until = DayFilter(label=_("Wanted until"), field_name="requested_on", lookup_expr="lte")

    class Meta:
        model = Order
        fields: list[str] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        user = self.request.user
        self.filters["mine"].apply = lambda rows: rows.filter(sales_rep=user)
