"""Invoices and credit notes: drafts that may be thrown away, issued documents that never change.

An invoice is draft, issued or cancelled. Whether it is paid is receivables' fact (its open items
are zero). Credit notes carry positive amounts and their kind; the ledger gives them their sign.
"""

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMModelMixin, transition

from catalog.models import Product, VatCategory
from core.addresses import page_of
from core.models import CompanyScoped, OutboundMessage, ScopedQuerySet, StoredDocument
from customers.models import Customer
from fulfillment.models import Shipment, ShipmentLine
from orders.models import Order, OrderLine


class InvoiceState(models.TextChoices):
    """Where an invoice stands."""

    DRAFT = "draft", _("draft")
    ISSUED = "issued", _("issued")
    CANCELLED = "cancelled", _("cancelled")


class InvoiceQuerySet(ScopedQuerySet["Invoice"]):
    """Reads on invoices."""

    def drafts(self) -> Self:
        """Not numbered yet."""
        return self.filter(state=InvoiceState.DRAFT)

    def issued(self) -> Self:
        """With a legal number, cancelled ones included."""
        return self.exclude(state=InvoiceState.DRAFT)

    def awaiting_documents(self) -> Self:
        """Issued without stored PDF and XML; due work."""
        return self.issued().filter(pdf=None)

    def with_signed_amount(self) -> Self:
        """With ``signed_amount``: the total, negative for credit notes, so that lists can sum."""
        return self.annotate(
            signed_amount=Case(
                When(kind=Invoice.Kind.CREDIT_NOTE, then=-F("gross_amount")),
                default=F("gross_amount"),
                output_field=models.DecimalField(max_digits=18, decimal_places=2),
            )
        )

    def live(self) -> Self:
        """Invoices (no credit notes) that were not taken back."""
        return self.filter(kind=Invoice.Kind.INVOICE).exclude(state=InvoiceState.CANCELLED)

    def awaiting_delivery(self) -> Self:
        """With documents but no delivery row; due work."""
        return self.issued().filter(pdf__isnull=False, is_delivery_planned=False)


class Invoice(ConcurrentTransitionMixin, FSMModelMixin, CompanyScoped):
    """A request for payment, or its reversal (credit note)."""

    class Kind(models.TextChoices):
        """UNTDID 1001 kinds in use."""

        INVOICE = "invoice", _("invoice")
        CREDIT_NOTE = "credit_note", _("credit note")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default="invoice")
    number = models.CharField(_("number"), max_length=20, null=True, blank=True)
    state = FSMField(
        _("state"), default=InvoiceState.DRAFT, choices=InvoiceState.choices, protected=True
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="invoices", verbose_name=_("customer")
    )
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="invoices"
    )
    shipment = models.ForeignKey(
        Shipment, on_delete=models.PROTECT, null=True, blank=True, related_name="invoices"
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    language = models.CharField(_("language"), max_length=5)
    issued_on = models.DateField(_("date"), null=True, blank=True)
    delivered_on = models.DateField(_("date of supply"), null=True, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    po_number = models.CharField(_("customer's order number"), max_length=60, blank=True)
    buyer_reference = models.CharField(_("buyer reference"), max_length=60, blank=True)
    payment_reference = models.CharField(_("payment reference"), max_length=40, blank=True)
    terms_text = models.CharField(_("terms"), max_length=1000, blank=True)
    discount_rate = models.DecimalField(
        _("discount rate"), max_digits=7, decimal_places=6, default=0
    )
    discount_until = models.DateField(_("discount until"), null=True, blank=True)
    seller = models.JSONField(default=dict)
    buyer = models.JSONField(default=dict)
    ship_to = models.JSONField(default=dict)
    net_amount = models.DecimalField(_("net"), max_digits=18, decimal_places=2, default=0)
    vat_amount = models.DecimalField(_("VAT"), max_digits=18, decimal_places=2, default=0)
    gross_amount = models.DecimalField(_("total"), max_digits=18, decimal_places=2, default=0)
    pdf = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    xml = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_delivery_planned = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    issued_at = models.DateTimeField(null=True, blank=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["company", "-id"], name="invoice_company"),
            models.Index(fields=["company", "state", "-id"], name="invoice_state"),
            models.Index(fields=["customer", "-id"], name="invoice_customer"),
            models.Index(fields=["company", "issued_on"], name="invoice_issued_on"),
            GinIndex(fields=["number"], name="invoice_number_trgm", opclasses=["gin_trgm_ops"]),
            models.Index(
                fields=["id"],
                name="invoice_undocumented",
                condition=Q(pdf=None) & ~Q(state="draft"),
            ),
            models.Index(
                fields=["id"],
                name="invoice_undelivered",
                condition=Q(is_delivery_planned=False) & ~Q(state="draft"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="invoice_number"),
            models.UniqueConstraint(
                fields=["shipment"],
                condition=Q(kind="invoice") & ~Q(state="cancelled"),
                name="invoice_once_per_shipment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=InvoiceState.values), name="invoice_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", number=None)
                | (
                    ~Q(state="draft")
                    & Q(number__isnull=False, issued_on__isnull=False, due_on__isnull=False)
                ),
                name="invoice_number_when_issued",
            ),
            models.CheckConstraint(
                condition=Q(gross_amount=F("net_amount") + F("vat_amount")), name="invoice_totals"
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice") | Q(corrects__isnull=False),
                name="credit_note_of_something",
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(_("Draft %(id)s") % {"id": self.pk})

    def get_absolute_url(self) -> str:
        """The invoice's page."""
        return page_of("invoicing:detail", self.pk)

    @property
    def is_credit_note(self) -> bool:
        """Whether it gives money back."""
        return self.kind == self.Kind.CREDIT_NOTE

    @property
    def correlation(self) -> str:
        """Key of the order's way to cash."""
        return f"order:{self.order_id}" if self.order_id else ""

    @transition(field=state, source=InvoiceState.DRAFT, target=InvoiceState.ISSUED)
    def to_issued(self) -> None:
        """Numbered and frozen."""

    @transition(field=state, source=InvoiceState.ISSUED, target=InvoiceState.CANCELLED)
    def to_cancelled(self) -> None:
        """Credited in full; stays in the books with its credit note."""


class InvoiceLine(models.Model):
    """One charged position with the figures that PDF, XML and ledger print."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(_("pos."))
    order_line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, null=True, blank=True, related_name="invoice_lines"
    )
    shipment_line = models.ForeignKey(
        ShipmentLine, on_delete=models.PROTECT, null=True, blank=True, related_name="invoice_lines"
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    product_number = models.CharField(_("article"), max_length=40, blank=True)
    description = models.CharField(_("description"), max_length=200)
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=3)
    unit_price = models.DecimalField(_("price"), max_digits=18, decimal_places=6)
    discount_rate = models.DecimalField(
        pgettext_lazy("of a line", "discount"), max_digits=7, decimal_places=6, default=0
    )
    discount_amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    net_amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    vat_category = models.CharField(_("VAT category"), max_length=2, choices=VatCategory.choices)
    vat_rate = models.DecimalField(_("VAT"), max_digits=7, decimal_places=6)
    vat_note = models.CharField(_("VAT text"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoice_line_position"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="invoice_line_price"),
            models.CheckConstraint(
                condition=Q(vat_category__in=VatCategory.values), name="invoice_line_vat"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.position}"


class InvoiceVat(models.Model):
    """A row of the VAT table."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="vat_rows")
    vat_category = models.CharField(max_length=2, choices=VatCategory.choices)
    vat_rate = models.DecimalField(max_digits=7, decimal_places=6)
    vat_note = models.CharField(max_length=200, blank=True)
    net_amount = models.DecimalField(max_digits=18, decimal_places=2)
    vat_amount = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        ordering = ["vat_category", "-vat_rate"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "vat_category", "vat_rate"], name="invoice_vat_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vat_category} {self.vat_rate}: {self.vat_amount}"


class InvoiceInstalment(models.Model):
    """A part of the total with its due date; becomes an open item."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="instalments")
    position = models.PositiveSmallIntegerField()
    due_on = models.DateField(_("due"))
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoice_instalment"),
        ]

    def __str__(self) -> str:
        return f"{self.due_on}: {self.amount}"


class InvoiceDelivery(CompanyScoped):
    """One way an invoice went to the buyer: once per (invoice, channel, content)."""

    class Channel(models.TextChoices):
        """How."""

        EMAIL = "email", _("e-mail")
        BLOCKED = "blocked", _("not possible")

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    recipient = models.CharField(_("to"), max_length=254, blank=True)
    content_sha256 = models.CharField(max_length=64)
    repeat = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    message = models.ForeignKey(
        OutboundMessage, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["InvoiceDelivery"].as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "channel", "content_sha256", "repeat"], name="invoice_sent_once"
            ),
            models.CheckConstraint(
                condition=Q(repeat=0) | ~Q(reason=""), name="invoice_resent_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice}: {self.get_channel_display()} {self.recipient}"
