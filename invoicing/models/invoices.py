"""Invoices and credit notes: drafts that may be thrown away, issued documents that never change.

An invoice is draft, issued or cancelled. Whether it is paid is receivables' fact (its open items
are zero). Credit notes carry positive amounts and their kind; the ledger gives them their sign.
"""

from decimal import Decimal
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMModelMixin, transition

from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet, StoredDocument
from customers.models import Customer, PaymentTerms
from fulfillment.models import Shipment
from invoicing.models.subscriptions import Subscription
from orders.models import Order


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

    def of_order(self, order: Order) -> Self:
        """Of an order, and the collective ones that bill it beside others."""
        own = self.model.objects.filter(order=order)
        together = self.model.objects.filter(order=None, lines__order_line__order=order)
        keys = own.order_by().values("pk").union(together.order_by().values("pk"))
        return self.filter(pk__in=keys)

    def of_shipment(self, shipment: Shipment) -> Self:
        """That bill a shipment, alone or beside others."""
        keys = self.model.objects.filter(lines__shipment_line__shipment=shipment)
        return self.filter(pk__in=keys.order_by().values("pk"))

    def awaiting_delivery(self) -> Self:
        """With documents but no delivery row; due work."""
        return self.issued().filter(pdf__isnull=False, is_delivery_planned=False)


class Invoice(ConcurrentTransitionMixin, FSMModelMixin, CompanyScoped):
    """A request for payment, or its reversal (credit note)."""

    class Kind(models.TextChoices):
        """UNTDID 1001 kinds in use."""

        INVOICE = "invoice", _("invoice")
        DEPOSIT = "deposit", _("deposit invoice")
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
    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, null=True, blank=True, related_name="invoices"
    )
    payment_terms = models.ForeignKey(
        PaymentTerms,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("terms"),
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    language = models.CharField(_("language"), max_length=5)
    issued_on = models.DateField(_("date"), null=True, blank=True)
    delivered_on = models.DateField(_("date of supply"), null=True, blank=True)
    period_from = models.DateField(_("period from"), null=True, blank=True)
    period_to = models.DateField(_("period to"), null=True, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    po_number = models.CharField(_("customer's order number"), max_length=60, blank=True)
    buyer_reference = models.CharField(_("buyer reference"), max_length=60, blank=True)
    project_reference = models.CharField(_("project"), max_length=60, blank=True)
    contract_reference = models.CharField(_("contract"), max_length=60, blank=True)
    receiving_advice = models.CharField(_("customer's goods receipt"), max_length=60, blank=True)
    accounting_reference = models.CharField(_("cost centre"), max_length=60, blank=True)
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
    deposit_amount = models.DecimalField(
        _("deposits deducted"), max_digits=18, decimal_places=2, default=0
    )
    rounding_amount = models.DecimalField(_("rounding"), max_digits=18, decimal_places=2, default=0)
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
                condition=~Q(kind="credit_note") | Q(corrects__isnull=False),
                name="credit_note_of_something",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["invoice", "deposit", "credit_note"]),
                name="invoice_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(deposit_amount=0)
                | Q(kind__in=["invoice", "credit_note"], deposit_amount__gt=0),
                name="invoice_deducts_deposits",
            ),
            models.CheckConstraint(
                condition=Q(rounding_amount__gt=-1, rounding_amount__lt=1),
                name="invoice_rounding",
            ),
            models.CheckConstraint(
                condition=Q(period_from=None, period_to=None) | Q(period_from__lte=F("period_to")),
                name="invoice_period",
            ),
            models.CheckConstraint(
                condition=Q(subscription=None)
                | Q(order=None, shipment=None, period_from__isnull=False, period_to__isnull=False),
                name="invoice_of_subscription",
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
    def payable_amount(self) -> Decimal:
        """What is asked for (BT-115): the total less deposits, rounded if agreed."""
        return self.gross_amount - self.deposit_amount + self.rounding_amount

    @property
    def correlation(self) -> str:
        """Key of the order's way to cash, or of the subscription's."""
        if self.subscription_id:
            return f"subscription:{self.subscription_id}"
        return f"order:{self.order_id}" if self.order_id else ""

    @transition(field=state, source=InvoiceState.DRAFT, target=InvoiceState.ISSUED)
    def to_issued(self) -> None:
        """Numbered and frozen."""

    @transition(field=state, source=InvoiceState.ISSUED, target=InvoiceState.CANCELLED)
    def to_cancelled(self) -> None:
        """Credited in full; stays in the books with its credit note."""
