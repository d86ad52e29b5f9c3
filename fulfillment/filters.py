"""Filters of fulfilment's lists."""

from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from core.filters import (
    ChoiceFilter,
    DayFilter,
    FilterSet,
    IndexedSearchFilter,
    ModelChoiceFilter,
    SearchFilter,
    SwitchFilter,
    scoped,
)
from fulfillment.models import Shipment, ShipmentState, StockLevel, StockMove, Warehouse
from orders.models import Order, OrderLine


class ToPickFilter(FilterSet):
    """Orders to pick by number, customer and wanted date."""

    q = SearchFilter("number__icontains", "customer__name__icontains", "po_number__icontains")
    wanted_from = DayFilter(label=_("Wanted from"), field_name="requested_on", lookup_expr="gte")
    wanted_until = DayFilter(label=_("Wanted until"), field_name="requested_on", lookup_expr="lte")

    class Meta:
        model = Order
        fields: list[str] = []


class ShipmentFilter(FilterSet):
    """Shipments by number, order, customer, tracking number, state, warehouse and date."""

    q = IndexedSearchFilter("number", "tracking_number", "order__number", "order__customer__name")
    state = ChoiceFilter(label=_("State"), choices=ShipmentState.choices)
    warehouse = ModelChoiceFilter(label=_("Warehouse"), queryset=scoped(Warehouse))
    dispatched_from = DayFilter(
        label=_("Dispatched from"), field_name="dispatched_on", lookup_expr="gte"
    )
    dispatched_until = DayFilter(
        label=_("Dispatched until"), field_name="dispatched_on", lookup_expr="lte"
    )

    class Meta:
        model = Shipment
        fields: list[str] = []


class BackorderFilter(FilterSet):
    """Backorders by order, customer, article and wanted date."""

    q = SearchFilter(
        "order__number__icontains",
        "order__customer__name__icontains",
        "product__number__icontains",
        "description__icontains",
    )
    wanted_until = DayFilter(
        label=_("Wanted until"), field_name="order__requested_on", lookup_expr="lte"
    )

    class Meta:
        model = OrderLine
        fields: list[str] = []


def _to_reorder(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(
        product__reorder_point__gt=0, product_available__lte=F("product__reorder_point")
    )


class StockFilter(FilterSet):
    """Stock by article, warehouse, and what is short."""

    q = SearchFilter("product__number__icontains", "product__name__icontains")
    warehouse = ModelChoiceFilter(label=_("Warehouse"), queryset=scoped(Warehouse))
    reorder = SwitchFilter(_to_reorder, label=_("Below the reorder point"))
    reserved = SwitchFilter(lambda rows: rows.filter(reserved__gt=0), label=_("Reserved"))

    class Meta:
        model = StockLevel
        fields: list[str] = []


class MoveFilter(FilterSet):
    """Moves by kind, warehouse and date."""

    kind = ChoiceFilter(label=_("Why"), choices=StockMove.Kind.choices)
    warehouse = ModelChoiceFilter(
        label=_("Warehouse"), field_name="level__warehouse", queryset=scoped(Warehouse)
    )
    start = DayFilter(label=_("From"), field_name="moved_on", lookup_expr="gte")
    end = DayFilter(label=_("Until"), field_name="moved_on", lookup_expr="lte")

    class Meta:
        model = StockMove
        fields: list[str] = []
