"""Stock as an append-only ledger, reservations, and shipments.

On hand and reserved are kept as running totals on ``StockLevel`` because a reservation needs one
row to lock; the database adds every move to them and refuses a reserved quantity above what is
there, and ``prove`` sums the moves again.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMModelMixin, transition

from catalog.models import Product
from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet, StoredDocument
from core.models.company import COUNTRY
from fulfillment.rules import NOTE_DAYS
from orders.models import Order, OrderLine


class Warehouse(CompanyScoped):
    """A place that ships."""

    code = models.SlugField(_("code"), max_length=12)
    name = models.CharField(_("name"), max_length=80)
    street = models.CharField(_("street"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2, validators=[COUNTRY])
    is_active = models.BooleanField(_("active"), default=True)

    objects = ScopedQuerySet["Warehouse"].as_manager()

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="warehouse_code")]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Availability:
    """What is there of a product: on hand, of that reserved, and the rest one may promise."""

    on_hand: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)

    @property
    def available(self) -> Decimal:
        """On hand and not yet promised to an order."""
        return self.on_hand - self.reserved


class StockLevelQuerySet(ScopedQuerySet["StockLevel"]):
    """Reads on stock levels."""

    def free(self) -> Self:
        """Levels with something to reserve, in warehouses that ship."""
        return self.filter(on_hand__gt=F("reserved"), warehouse__is_active=True)

    def availability(self) -> dict[int, Availability]:
        """Product id -> what is there in all warehouses of the levels selected; one statement."""
        sums = self.order_by().values("product").annotate(Sum("on_hand"), Sum("reserved"))
        return {
            row["product"]: Availability(row["on_hand__sum"], row["reserved__sum"]) for row in sums
        }


class StockLevel(CompanyScoped):
    """Running totals of one product in one warehouse; the row that reservations lock."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="stock_levels")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="stock_levels")
    on_hand = models.DecimalField(_("on hand"), max_digits=18, decimal_places=3, default=0)
    reserved = models.DecimalField(_("reserved"), max_digits=18, decimal_places=3, default=0)

    objects = StockLevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        constraints = [
            models.UniqueConstraint(fields=["product", "warehouse"], name="stock_level_once"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, on_hand__gte=F("reserved")),
                name="stock_never_oversold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}@{self.warehouse_id}: {self.on_hand}"

    @property
    def available(self) -> Decimal:
        """On hand and not promised."""
        return self.on_hand - self.reserved


class ShipmentState(models.TextChoices):
    """Where a shipment stands."""

    PICKING = "picking", _("to pick")
    DISPATCHED = "dispatched", _("dispatched")
    DELIVERED = "delivered", _("delivered")
    CANCELLED = "cancelled", _("cancelled")


class ShipmentQuerySet(ScopedQuerySet["Shipment"]):
    """Reads on shipments."""

    def to_pick(self) -> Self:
        """Waiting in the warehouse."""
        return self.filter(state=ShipmentState.PICKING)

    def gone(self) -> Self:
        """Out of the house."""
        return self.filter(state__in=(ShipmentState.DISPATCHED, ShipmentState.DELIVERED))

    def awaiting_delivery_note(self, *, on: date) -> Self:
        """Dispatched lately without a stored delivery note; due work.

        Goods that left longer ago have arrived; their note is printed when somebody asks for it.
        """
        lately = on - timedelta(days=NOTE_DAYS)
        return self.gone().filter(delivery_note=None, dispatched_on__gte=lately)


class Shipment(ConcurrentTransitionMixin, FSMModelMixin, CompanyScoped):
    """Goods that leave together for one order from one warehouse (or services done together)."""

    number = models.CharField(_("number"), max_length=20)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shipments")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    state = FSMField(
        _("state"), default=ShipmentState.PICKING, choices=ShipmentState.choices, protected=True
    )
    ship_to = models.JSONField(_("ship to"), default=dict)
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=60, blank=True)
    dispatched_on = models.DateField(_("dispatched"), null=True, blank=True)
    delivered_on = models.DateField(_("delivered"), null=True, blank=True)
    delivery_note = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    has_invoice = models.BooleanField(
        default=False, editable=False, help_text=_("kept by the database with every invoice")
    )

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["company", "-id"], name="shipment_company"),
            models.Index(fields=["company", "state", "-id"], name="shipment_state"),
            models.Index(
                fields=["company", "dispatched_on", "id"],
                name="shipment_unbilled",
                condition=Q(has_invoice=False, state__in=["dispatched", "delivered"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="shipment_number"),
            models.CheckConstraint(
                condition=Q(state__in=ShipmentState.values), name="shipment_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["picking", "cancelled"]) | Q(dispatched_on__isnull=False),
                name="shipment_dispatch_date",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The shipment's page."""
        return page_of("fulfillment:shipment", self.pk)

    @property
    def correlation(self) -> str:
        """Key of the order's way to cash."""
        return f"order:{self.order_id}"

    @transition(field=state, source=ShipmentState.PICKING, target=ShipmentState.DISPATCHED)
    def to_dispatched(self) -> None:
        """Left the house."""

    @transition(field=state, source=ShipmentState.DISPATCHED, target=ShipmentState.DELIVERED)
    def to_delivered(self) -> None:
        """Arrived."""

    @transition(field=state, source=ShipmentState.PICKING, target=ShipmentState.CANCELLED)
    def to_cancelled(self) -> None:
        """Not picked; its reservations are free again."""


class ShipmentLine(models.Model):
    """How much of an order line goes with a shipment. Never more in all than was ordered."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, related_name="shipment_lines"
    )
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=3)

    class Meta:
        verbose_name = _("shipment line")
        verbose_name_plural = _("shipment lines")
        constraints = [
            models.UniqueConstraint(fields=["shipment", "order_line"], name="shipment_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shipment_line_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id}: {self.order_line_id} × {self.quantity}"


class Reservation(CompanyScoped):
    """Stock kept for an order line and not yet shipped; the sum per level is ``reserved``."""

    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="reservations")
    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT, related_name="reservations")
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=3)

    objects = ScopedQuerySet["Reservation"].as_manager()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints = [
            models.UniqueConstraint(fields=["order_line", "level"], name="reservation_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="reservation_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.order_line_id} × {self.quantity}"


class StockMove(CompanyScoped):
    """One movement of stock: positive in, negative out. Never changed, corrected by another."""

    class Kind(models.TextChoices):
        """Why stock moved."""

        RECEIPT = "receipt", _("goods received")
        SHIPMENT = "shipment", _("shipped")
        ADJUSTMENT = "adjustment", _("count difference")
        RETURN = "return", _("returned")

    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=3)
    lot = models.CharField(_("lot"), max_length=40, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    shipment_line = models.ForeignKey(
        ShipmentLine, on_delete=models.PROTECT, null=True, blank=True, related_name="moves"
    )
    source_key = models.CharField(max_length=100, unique=True)
    moved_on = models.DateField(_("date"))
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["StockMove"].as_manager()

    class Meta:
        verbose_name = _("stock move")
        verbose_name_plural = _("stock moves")
        indexes = [models.Index(fields=["level", "-id"], name="stock_move_level")]
        constraints = [
            models.CheckConstraint(condition=~Q(quantity=0), name="stock_move_quantity"),
            models.CheckConstraint(
                condition=Q(kind__in=["receipt", "shipment", "adjustment", "return"]),
                name="stock_move_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quantity}"
