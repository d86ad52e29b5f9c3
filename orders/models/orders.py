"""Orders and their lines. Shipped and invoiced quantities are sums over other rooms' rows."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMModelMixin, transition

from catalog.models import Product, VatCategory
from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet, StoredDocument
from customers.models import Address, BillingPolicy, Customer, PaymentTerms
from orders.models.keys import ReferenceKey


class OrderState(models.TextChoices):
    """Where an order stands."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    ON_HOLD = "on_hold", _("on hold")
    RELEASED = "released", _("released")
    IN_FULFILMENT = "in_fulfilment", _("in fulfilment")
    COMPLETED = "completed", _("completed")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


OPEN_STATES = (
    OrderState.SUBMITTED,
    OrderState.ON_HOLD,
    OrderState.RELEASED,
    OrderState.IN_FULFILMENT,
)
UNENDED_STATES = (*OPEN_STATES, OrderState.COMPLETED)
"""Something of it may still be to be invoiced."""


class OrderQuerySet(ScopedQuerySet["Order"]):
    """Reads on orders."""

    def open(self) -> Self:
        """Submitted and not yet completed."""
        return self.filter(state__in=OPEN_STATES)

    def to_fulfil(self) -> Self:
        """Released with something left to ship."""
        return self.filter(state__in=(OrderState.RELEASED, OrderState.IN_FULFILMENT))

    def on_hold(self) -> Self:
        """Waiting for somebody's decision."""
        return self.filter(state=OrderState.ON_HOLD)

    def drafts(self) -> Self:
        """Entered or imported, not yet submitted."""
        return self.filter(state=OrderState.DRAFT)

    def same_po_number(self, order: "Order") -> Self:
        """Other orders of the customer, not cancelled, with the same purchase-order number."""
        return (
            self.filter(customer=order.customer_id, po_number=order.po_number)
            .exclude(pk=order.pk)
            .exclude(state=OrderState.CANCELLED)
            .exclude(po_number="")
            .order_by("-pk")
        )

    def search(self, text: str) -> Self:
        """Number, purchase-order number or customer contains the text."""
        return self.filter(
            Q(number__icontains=text)
            | Q(po_number__icontains=text)
            | Q(customer__name__icontains=text)
            | Q(customer__number__iexact=text)
        )

    def awaiting_confirmation(self) -> Self:
        """Released orders whose confirmation has not been made; due work."""
        return self.filter(
            state__in=(OrderState.RELEASED, OrderState.IN_FULFILMENT, OrderState.COMPLETED),
            confirmation=None,
        )


class Order(ConcurrentTransitionMixin, FSMModelMixin, CompanyScoped):
    """What a customer wants, when, and at which price."""

    class Channel(models.TextChoices):
        """How it came."""

        KEYED = "keyed", _("entered")
        FILE = "file", _("file")
        XML = "xml", _("e-order")
        API = "api", _("API")

    class HoldReason(models.TextChoices):
        """Why it waits."""

        CREDIT = "credit", pgettext_lazy("why an order waits", "credit")
        PRICE = "price", _("price")
        STOCK = "stock", _("stock")
        DATA = "data", _("data")

    number = models.CharField(_("number"), max_length=20)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="orders", verbose_name=_("customer")
    )
    state = FSMField(
        _("state"), default=OrderState.DRAFT, choices=OrderState.choices, protected=True
    )
    hold_reason = models.CharField(_("hold"), max_length=10, choices=HoldReason.choices, blank=True)
    hold_note = models.CharField(_("why on hold"), max_length=300, blank=True)
    channel = models.CharField(
        _("channel"), max_length=10, choices=Channel.choices, default="keyed"
    )
    po_number = models.CharField(_("customer's order number"), max_length=60, blank=True)
    ordered_on = models.DateField(_("order date"))
    requested_on = models.DateField(_("wanted on"), null=True, blank=True)
    ship_to = models.ForeignKey(
        Address,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ship to"),
    )
    payment_terms = models.ForeignKey(
        PaymentTerms, on_delete=models.PROTECT, related_name="+", verbose_name=_("terms")
    )
    billing_policy = models.CharField(
        _("invoiced"),
        max_length=8,
        choices=BillingPolicy.choices,
        default=BillingPolicy.SHIPMENT,
    )
    currency = models.CharField(_("currency"), max_length=3)
    net_amount = models.DecimalField(_("net"), max_digits=18, decimal_places=2, default=0)
    vat_amount = models.DecimalField(_("VAT"), max_digits=18, decimal_places=2, default=0)
    gross_amount = models.DecimalField(_("total"), max_digits=18, decimal_places=2, default=0)
    sales_rep = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sales rep"),
    )
    note = models.TextField(_("note to the warehouse"), blank=True)
    cancel_reason = models.CharField(_("why cancelled"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    source_document = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source_key = models.CharField(
        max_length=100, blank=True, help_text=_("identity of an imported order")
    )
    confirmation = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    # Told by whoever locked the order for billing; None: nobody has asked.
    has_charges: bool | None = None

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["company", "-id"], name="order_company"),
            models.Index(fields=["company", "state", "-id"], name="order_state"),
            models.Index(fields=["customer", "-id"], name="order_customer"),
            models.Index(
                fields=["customer", "po_number"], name="order_po", condition=~Q(po_number="")
            ),
            models.Index(
                F("company"),
                ReferenceKey("number"),
                name="order_number_key",
                condition=Q(state__in=UNENDED_STATES),
            ),
            models.Index(
                F("company"),
                ReferenceKey("po_number"),
                name="order_po_key",
                condition=Q(state__in=UNENDED_STATES) & ~Q(po_number=""),
            ),
            GinIndex(fields=["number"], name="order_number_trgm", opclasses=["gin_trgm_ops"]),
            models.Index(
                fields=["company", "id"],
                name="order_in_advance",
                condition=Q(
                    billing_policy="advance",
                    state__in=["released", "in_fulfilment", "completed"],
                ),
            ),
            models.Index(
                fields=["id"],
                name="order_unconfirmed",
                condition=Q(
                    confirmation=None, state__in=["released", "in_fulfilment", "completed"]
                ),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="order_number"),
            models.UniqueConstraint(
                fields=["company", "source_key"],
                condition=~Q(source_key=""),
                name="order_source_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OrderState.values), name="order_state_known"
            ),
            models.CheckConstraint(
                condition=Q(gross_amount=F("net_amount") + F("vat_amount")), name="order_totals"
            ),
            models.CheckConstraint(
                condition=Q(billing_policy__in=BillingPolicy.values), name="order_billing"
            ),
        ]

    @property
    def hold_words(self) -> str:
        """Why it is on hold, in the reader's language; ours are kept as source texts."""
        return " ".join(gettext(line) for line in self.hold_note.splitlines() if line)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The order's page."""
        return page_of("orders:detail", self.pk)

    @property
    def correlation(self) -> str:
        """Key that joins all events of this order's way to cash."""
        return f"order:{self.pk}"

    @transition(field=state, source=OrderState.DRAFT, target=OrderState.SUBMITTED)
    def to_submitted(self) -> None:
        """The draft is complete and binding for us to look at."""

    @transition(
        field=state,
        source=[OrderState.SUBMITTED, OrderState.RELEASED],
        target=OrderState.ON_HOLD,
    )
    def to_on_hold(self, *, reason: str, note: str) -> None:
        """Something must be decided first."""
        self.hold_reason, self.hold_note = reason, note[:300]

    @transition(
        field=state, source=[OrderState.SUBMITTED, OrderState.ON_HOLD], target=OrderState.RELEASED
    )
    def to_released(self) -> None:
        """Free for the warehouse."""
        self.hold_reason, self.hold_note = "", ""

    @transition(
        field=state,
        source=[OrderState.RELEASED, OrderState.IN_FULFILMENT],
        target=OrderState.IN_FULFILMENT,
    )
    def to_in_fulfilment(self) -> None:
        """The first piece has left."""

    @transition(
        field=state,
        source=[OrderState.RELEASED, OrderState.IN_FULFILMENT],
        target=OrderState.COMPLETED,
    )
    def to_completed(self) -> None:
        """Nothing left to ship."""

    @transition(field=state, source=OrderState.COMPLETED, target=OrderState.CLOSED)
    def to_closed(self) -> None:
        """Invoiced and paid."""

    @transition(
        field=state,
        source=[
            OrderState.DRAFT,
            OrderState.SUBMITTED,
            OrderState.ON_HOLD,
            OrderState.RELEASED,
        ],
        target=OrderState.CANCELLED,
    )
    def to_cancelled(self, *, reason: str) -> None:
        """Nothing was shipped and nothing will be."""
        self.cancel_reason = reason[:200]


class OrderLine(models.Model):
    """One article: quantity, the price and how it came about, VAT."""

    class PriceSource(models.TextChoices):
        """Where the price came from."""

        LIST = "list", _("price list")
        AGREEMENT = "agreement", _("customer's price")
        MANUAL = "manual", _("entered")
        IMPORTED = "imported", _("from the customer's file")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(_("pos."))
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="+", verbose_name=_("article")
    )
    description = models.CharField(_("description"), max_length=200)
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=3)
    cancelled_quantity = models.DecimalField(
        _("cancelled"), max_digits=18, decimal_places=3, default=0
    )
    unit = models.CharField(_("unit"), max_length=3)
    unit_price = models.DecimalField(_("price"), max_digits=18, decimal_places=6)
    price_source = models.CharField(max_length=10, choices=PriceSource.choices, default="list")
    price_note = models.CharField(max_length=120, blank=True)
    discount_rate = models.DecimalField(
        pgettext_lazy("of a line", "discount"), max_digits=7, decimal_places=6, default=0
    )
    vat_category = models.CharField(_("VAT category"), max_length=2, choices=VatCategory.choices)
    vat_rate = models.DecimalField(_("VAT"), max_digits=7, decimal_places=6)
    vat_note = models.CharField(_("VAT text"), max_length=200, blank=True)
    net_amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    promised_on = models.DateField(_("promised"), null=True, blank=True)
    buyer_reference = models.CharField(_("buyer's line"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "position"],
                name="order_line_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_line_quantity"),
            models.CheckConstraint(
                condition=Q(cancelled_quantity__gte=0, cancelled_quantity__lte=F("quantity")),
                name="order_line_cancelled",
            ),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="order_line_price"),
            models.CheckConstraint(
                condition=Q(discount_rate__gte=0, discount_rate__lte=1), name="order_line_discount"
            ),
            models.CheckConstraint(
                condition=Q(vat_category__in=VatCategory.values), name="order_line_vat"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"
