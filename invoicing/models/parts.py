"""What an invoice is made of: lines, charges and allowances, VAT table, instalments, deposits."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Product, VatCategory
from fulfillment.models import ShipmentLine
from invoicing.models.invoices import Invoice
from orders.models import OrderCharge, OrderLine


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
    is_value_only = models.BooleanField(
        default=False, help_text=_("a credit of money alone: it gives no quantity back")
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    product_number = models.CharField(_("article"), max_length=40, blank=True)
    description = models.CharField(_("description"), max_length=200)
    period_from = models.DateField(_("period from"), null=True, blank=True)
    period_to = models.DateField(_("period to"), null=True, blank=True)
    item = models.JSONField(default=dict, help_text=_("what else is known of the article"))
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
                condition=Q(period_from=None, period_to=None) | Q(period_from__lte=F("period_to")),
                name="invoice_line_period",
            ),
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


class InvoiceCharge(models.Model):
    """A charge (BG-21) or allowance (BG-20) on the whole document; ``amount`` is positive."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="charges")
    position = models.PositiveSmallIntegerField()
    order_charge = models.ForeignKey(
        OrderCharge,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invoice_charges",
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    is_charge = models.BooleanField(_("charge"))
    reason_code = models.CharField(_("reason"), max_length=3)
    reason = models.CharField(_("text"), max_length=100)
    rate = models.DecimalField(_("percent"), max_digits=7, decimal_places=6, null=True, blank=True)
    base_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    vat_category = models.CharField(_("VAT category"), max_length=2, choices=VatCategory.choices)
    vat_rate = models.DecimalField(_("VAT"), max_digits=7, decimal_places=6)
    vat_note = models.CharField(_("VAT text"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges and allowances")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoice_charge_position"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, vat_category__in=VatCategory.values),
                name="invoice_charge_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason}: {self.signed_amount}"

    @property
    def signed_amount(self) -> Decimal:
        """What it adds to the net."""
        return self.amount if self.is_charge else -self.amount


class InvoiceDeposit(models.Model):
    """What a final invoice takes off for a deposit invoice, per VAT category and rate.

    VAT of the deposit was owed with the deposit: here it is taken off again, so that it is owed
    once. Rows of a final invoice that was taken back are not live any more.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="deposits")
    deposit = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="deductions")
    vat_category = models.CharField(max_length=2, choices=VatCategory.choices)
    vat_rate = models.DecimalField(max_digits=7, decimal_places=6)
    net_amount = models.DecimalField(max_digits=18, decimal_places=2)
    vat_amount = models.DecimalField(max_digits=18, decimal_places=2)
    is_live = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("deducted deposit")
        verbose_name_plural = _("deducted deposits")
        ordering = ["deposit", "vat_category", "-vat_rate"]
        constraints = [
            models.UniqueConstraint(
                fields=["deposit", "vat_category", "vat_rate"],
                condition=Q(is_live=True),
                name="deposit_deducted_once",
            ),
            models.CheckConstraint(
                condition=Q(net_amount__gte=0, vat_amount__gte=0), name="deposit_deducted_amounts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deposit}: {self.gross_amount}"

    @property
    def gross_amount(self) -> Decimal:
        """What it takes off the total."""
        return self.net_amount + self.vat_amount
