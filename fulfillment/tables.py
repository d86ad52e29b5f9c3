"""Tables of fulfilment's lists."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.tables import (
    BadgeColumn,
    Column,
    DayColumn,
    LinkColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    Table,
    TickColumn,
)
from core.templatetags.letters import unit
from fulfillment.models import Shipment, StockLevel, StockMove, Warehouse
from orders.models import Order, OrderLine


def _ledger_url(record: StockLevel | OrderLine) -> str:
    return reverse("fulfillment:product_stock", args=[record.product_id])


class ToPickTable(Table):
    """Released orders with something to put on a pick list; the act is in the row."""

    tick = TickColumn()
    number = LinkColumn(verbose_name=_("Order"))
    customer = Column(accessor="customer__name", verbose_name=_("Customer"))
    requested_on = DayColumn(verbose_name=_("Wanted on"))
    pickable_lines = NumberColumn(verbose_name=_("Lines ready"), most=0)
    waiting_lines = NumberColumn(verbose_name=_("Lines waiting for stock"), most=0)
    gross_amount = MoneyColumn()
    pick = Column(
        accessor="pk",
        verbose_name=_("Pick list"),
        orderable=False,
        exclude_from_export=True,
        empty_values=(),
    )

    class Meta:
        model = Order
        fields = ("tick", "number", "customer", "requested_on", "pickable_lines")

    def render_pick(self, record: Order) -> str:
        """The button that makes the pick list, for those who may; a stop says so instead."""
        if record.customer.delivery_stop_reason:
            return gettext("Delivery stop")
        company_id = record.company_id
        if not self.request.user.may("fulfillment.pick", company_id):
            return ""
        button = {
            "url": reverse("fulfillment:pick", args=[record.pk]),
            "label": gettext("Create pick list"),
            "css": "btn btn-sm",
        }
        return render_to_string("partials/post_button.html", button, request=self.request)


class ShipmentTable(Table):
    """Shipments of the company."""

    number = LinkColumn()
    order = Column(
        accessor="order__number",
        verbose_name=_("Order"),
        linkify=lambda record: record.order.get_absolute_url(),
    )
    customer = Column(accessor="order__customer__name", verbose_name=_("Customer"))
    warehouse = Column(accessor="warehouse__name", verbose_name=_("Warehouse"))
    state = BadgeColumn()
    requested_on = DayColumn(accessor="order__requested_on", verbose_name=_("Wanted on"))
    dispatched_on = DayColumn()
    carrier = Column()
    tracking_number = Column()

    class Meta:
        model = Shipment
        fields = (
            "number",
            "order",
            "customer",
            "warehouse",
            "state",
            "requested_on",
            "dispatched_on",
            "carrier",
            "tracking_number",
        )


class BackorderTable(Table):
    """Order lines that lack stock."""

    order = LinkColumn(
        accessor="order__number",
        verbose_name=_("Order"),
        linkify=lambda record: record.order.get_absolute_url(),
    )
    customer = Column(accessor="order__customer__name", verbose_name=_("Customer"))
    article = Column(accessor="product__number", verbose_name=_("Article"), linkify=_ledger_url)
    description = Column(verbose_name=_("Description"))
    requested_on = DayColumn(accessor="order__requested_on", verbose_name=_("Wanted on"))
    promised_on = DayColumn(verbose_name=_("Promised"))
    ordered_quantity = NumberColumn(verbose_name=_("Ordered"))
    shipped_quantity = NumberColumn(verbose_name=_("Shipped"))
    reserved_quantity = NumberColumn(verbose_name=_("Reserved"))
    backordered_quantity = NumberColumn(verbose_name=_("Missing"))

    class Meta:
        model = OrderLine
        fields = ("order", "customer", "article", "description", "requested_on", "promised_on")
        row_attrs = {"data-href": lambda record: record.order.get_absolute_url()}


def _stock_state(record: Any) -> tuple[str, str]:
    if record.available_quantity <= 0:
        return "red", gettext("nothing free")
    point = record.product.reorder_point
    if point and record.product_available <= point:
        return "amber", gettext("reorder")
    return "green", gettext("in stock")


class StockTable(Table):
    """Stock per product and warehouse."""

    article = LinkColumn(accessor="product__number", verbose_name=_("Article"), linkify=_ledger_url)
    name = Column(accessor="product__name", verbose_name=_("Name"))
    warehouse = Column(accessor="warehouse__name", verbose_name=_("Warehouse"))
    state = BadgeColumn(accessor="pk", of=_stock_state)
    on_hand = NumberColumn()
    reserved = NumberColumn()
    available_quantity = NumberColumn(verbose_name=_("Available"))
    reorder_point = NumberColumn(accessor="product__reorder_point", verbose_name=_("Reorder point"))
    unit = Column(accessor="product__unit", verbose_name=_("Unit"))

    class Meta:
        model = StockLevel
        fields = ("article", "name", "warehouse", "state", "on_hand", "reserved")
        row_attrs = {"data-href": _ledger_url}

    def render_unit(self, value: str) -> str:
        """The unit as people write it."""
        return unit(value)


class MoveTable(Table):
    """The stock ledger of one product."""

    moved_on = DayColumn()
    kind = Column(verbose_name=_("Why"))
    warehouse = Column(accessor="level__warehouse__name", verbose_name=_("Warehouse"))
    quantity = NumberColumn()
    balance = NumberColumn(verbose_name=_("On hand after"))
    lot = Column(verbose_name=_("Lot"))
    shipment = Column(
        accessor="shipment_line__shipment__number",
        verbose_name=_("Shipment"),
        linkify=lambda record: record.shipment_line.shipment.get_absolute_url(),
    )
    reason = Column(verbose_name=_("Reason"))
    recorded_at = MomentColumn(verbose_name=_("Recorded"))

    class Meta:
        model = StockMove
        fields = ("moved_on", "kind", "warehouse", "quantity", "balance", "lot", "shipment")

    def render_kind(self, record: StockMove) -> str:
        """The kind in words."""
        return record.get_kind_display()


class WarehouseTable(Table):
    """Places that ship."""

    code = Column()
    name = Column()
    city = Column()
    country = Column()
    is_active = Column(verbose_name=_("Active"))

    class Meta:
        model = Warehouse
        fields = ("code", "name", "city", "country", "is_active")

    def render_is_active(self, value: bool) -> str:
        """Yes or no, in words."""
        return gettext("yes") if value else gettext("no")
