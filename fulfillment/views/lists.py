"""Lists: what to pick, shipments, backorders, stock, a product's ledger, warehouses."""

from collections.abc import Sequence
from typing import Any

from django.db.models import (
    Count,
    DecimalField,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    Window,
)
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from core.lists import Action, Empty, ListView
from core.tabs import Tab
from fulfillment.filters import (
    BackorderFilter,
    MoveFilter,
    ShipmentFilter,
    StockFilter,
    ToPickFilter,
)
from fulfillment.models import (
    Availability,
    Shipment,
    ShipmentState,
    StockLevel,
    StockMove,
    Warehouse,
)
from fulfillment.progress import IS_PICKABLE, orders_to_pick, waiting_lines, with_quantities
from fulfillment.tables import (
    BackorderTable,
    MoveTable,
    ShipmentTable,
    StockTable,
    ToPickTable,
    WarehouseTable,
)
from orders.models import Order, OrderLine


def _count(lines: QuerySet[OrderLine]) -> Coalesce:
    counted = lines.order_by().values("order").annotate(lines=Count("pk")).values("lines")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


class ToPick(ListView):
    """The warehouse's worklist."""

    right = "fulfillment.view"
    title = _("To pick")
    help_text = _("Released orders with stock reserved, the earliest wanted date first.")
    table_class = ToPickTable
    filterset_class = ToPickFilter
    sorts = {
        "number": ("number",),
        "customer": ("customer__name",),
        "requested_on": ("requested_on",),
        "gross_amount": ("gross_amount",),
    }
    default_sort = "requested_on"
    search_placeholder = _("Order, customer or their order number")
    empty = Empty(
        _("Nothing to pick"),
        _("An order appears here when it is released and stock is reserved for it."),
        "package-export",
    )

    def get_queryset(self) -> QuerySet[Order]:
        """Orders of the chosen company with something a pick list could take."""
        company_id = self.request.company.pk
        # scope: lines of the orders below, which are scoped
        lines = with_quantities(OrderLine.objects.filter(order=OuterRef("pk")))
        return (
            orders_to_pick(company_id)
            .visible_to(self.request.user)
            .select_related("customer")
            .annotate(
                pickable_lines=_count(lines.filter(IS_PICKABLE)),
                waiting_lines=_count(
                    lines.filter(product__kind=Product.Kind.GOODS, backordered_quantity__gt=0)
                ),
            )
        )

    def actions(self) -> Sequence[Action]:
        """The ways to the other lists of the warehouse."""
        return (
            Action(_now("Backorders"), reverse("fulfillment:backorders"), "clock-pause", "", False),
        )

    def bulk_actions(self) -> Sequence[Action]:
        """Pick lists for all orders ticked."""
        return (
            Action(
                _now("Create pick lists"),
                reverse("fulfillment:pick_selected"),
                "clipboard-list",
                "fulfillment.pick",
            ),
        )


class ShipmentList(ListView):
    """Shipments in every state."""

    right = "fulfillment.view"
    title = _("Shipments")
    table_class = ShipmentTable
    filterset_class = ShipmentFilter
    sorts = {
        "number": ("number",),
        "customer": ("order__customer__name",),
        "requested_on": ("order__requested_on",),
        "dispatched_on": ("dispatched_on",),
    }
    tabs = (
        Tab(_("All")),
        Tab(_("To pick"), {"state": ShipmentState.PICKING.value}),
        Tab(_("Dispatched"), {"state": ShipmentState.DISPATCHED.value}),
        Tab(_("Delivered"), {"state": ShipmentState.DELIVERED.value}),
    )
    search_placeholder = _("Number, order, customer or tracking number")
    empty = Empty(
        _("No shipments yet"),
        _("Make a pick list of a released order; it becomes the shipment."),
        "truck",
    )

    def get_queryset(self) -> QuerySet[Shipment]:
        """Shipments of the chosen company."""
        return (
            Shipment.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("order__customer", "warehouse")
        )

    def actions(self) -> Sequence[Action]:
        """The way to the worklist."""
        return (
            Action(_now("Backorders"), reverse("fulfillment:backorders"), "clock-pause", "", False),
            Action(_now("To pick"), reverse("fulfillment:to_pick"), "clipboard-list"),
        )


class Backorders(ListView):
    """Order lines that wait for stock."""

    right = "fulfillment.view"
    title = _("Backorders")
    help_text = _("Lines of released orders without stock; goods received serve them by date.")
    table_class = BackorderTable
    filterset_class = BackorderFilter
    sorts = {
        "order": ("order__number",),
        "customer": ("order__customer__name",),
        "article": ("product__number",),
        "requested_on": ("order__requested_on",),
    }
    default_sort = "requested_on"
    search_placeholder = _("Order, customer or article")
    empty = Empty(_("Nothing is waiting for stock"), _("All released orders have their goods."))

    def get_queryset(self) -> QuerySet[OrderLine]:
        """Waiting lines of the chosen company."""
        visible = Order.objects.visible_to(self.request.user)
        lines = waiting_lines(self.request.company.pk).filter(order__in=visible)
        return lines.select_related("order__customer", "product")

    def actions(self) -> Sequence[Action]:
        """Goods in."""
        return (_receive(),)


class StockList(ListView):
    """Stock per product and warehouse."""

    right = "fulfillment.view"
    title = _("Stock")
    table_class = StockTable
    filterset_class = StockFilter
    sorts = {
        "article": ("product__number",),
        "name": ("product__name",),
        "warehouse": ("warehouse__name",),
        "on_hand": ("on_hand",),
        "reserved": ("reserved",),
        "available_quantity": ("available_quantity",),
    }
    default_sort = "article"
    tabs = (
        Tab(_("All")),
        Tab(_("Below the reorder point"), {"reorder": "1"}, is_counted=True),
        Tab(_("Reserved"), {"reserved": "1"}),
    )
    search_placeholder = _("Article or name")
    empty = Empty(
        _("No stock yet"), _("Receive goods into a warehouse to begin."), "building-warehouse"
    )

    def get_queryset(self) -> QuerySet[StockLevel]:
        """Levels of the chosen company with what is free here and in all warehouses."""
        # scope: sums per product of the levels below, which are scoped
        sums = StockLevel.objects.filter(product=OuterRef("product")).order_by().values("product")
        free = sums.annotate(free=Sum(F("on_hand") - F("reserved"))).values("free")
        return (
            StockLevel.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("product", "warehouse")
            .annotate(
                available_quantity=F("on_hand") - F("reserved"),
                product_available=Subquery(
                    free, output_field=DecimalField(max_digits=18, decimal_places=3)
                ),
            )
        )

    def actions(self) -> Sequence[Action]:
        """Count differences and goods in."""
        return (
            Action(_now("Warehouses"), reverse("fulfillment:warehouses"), is_primary=False),
            Action(
                _now("Adjust stock"),
                reverse("fulfillment:adjust"),
                "adjustments-horizontal",
                "fulfillment.adjust_stock",
                False,
            ),
            _receive(),
        )


def _receive() -> Action:
    return Action(
        _now("Receive stock"),
        reverse("fulfillment:receive"),
        "package-import",
        "fulfillment.adjust_stock",
    )


class ProductLedger(ListView):
    """One product: what is where, and every move that made it so."""

    right = "fulfillment.view"
    title = _("Stock ledger")
    table_class = MoveTable
    filterset_class = MoveFilter
    sorts = {"moved_on": ("moved_on",)}
    template_name = "fulfillment/product_stock.html"
    empty = Empty(_("No moves yet"), _("This article was never received."), "building-warehouse")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the product among those the person may see."""
        super().setup(request, *args, **kwargs)
        products = Product.objects.visible_to(self.request.user)
        self.product = get_object_or_404(products, pk=kwargs["pk"])

    def get_queryset(self) -> QuerySet[StockMove]:
        """Moves of the product with the balance after each, per stock level."""
        balance = Window(Sum("quantity"), partition_by=F("level"), order_by=F("pk").asc())
        return (
            StockMove.objects.visible_to(self.request.user)
            .filter(level__product=self.product)
            .select_related("level__warehouse", "shipment_line__shipment")
            .annotate(balance=balance)
        )

    def actions(self) -> Sequence[Action]:
        """Goods in."""
        return (_receive(),)

    def extra_context(self) -> dict[str, Any]:
        """Product, its levels and their sum."""
        levels = list(self.product.stock_levels.select_related("warehouse").order_by("warehouse"))
        total = Availability(
            sum((level.on_hand for level in levels), start=Availability().on_hand),
            sum((level.reserved for level in levels), start=Availability().reserved),
        )
        return {"product": self.product, "levels": levels, "total": total}


class WarehouseList(ListView):
    """Warehouses; they are set up in the administration."""

    right = "fulfillment.view"
    title = _("Warehouses")
    table_class = WarehouseTable
    empty = Empty(_("No warehouse yet"), _("An administrator adds one in the set-up."))

    def get_queryset(self) -> QuerySet[Warehouse]:
        """Warehouses of the chosen company."""
        rows = Warehouse.objects.visible_to(self.request.user)
        return rows.filter(Q(company=self.request.company))

    def actions(self) -> Sequence[Action]:
        """The way to the set-up."""
        return (
            Action(
                _now("Set-up"),
                reverse("admin:fulfillment_warehouse_changelist"),
                "settings",
                "core.manage",
                False,
            ),
        )
