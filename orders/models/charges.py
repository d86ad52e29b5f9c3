"""Charges and allowances on a whole order."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import VatCategory
from orders.models.orders import Order


class OrderCharge(models.Model):
    """A charge or allowance on the whole order: freight, packing, a discount on everything.

    What was entered once (``entry``) is a row for each VAT category and rate of the lines it falls
    on. ``amount`` is stored (positive); ``rate`` and ``base_amount`` say how it came about where it
    is a percentage of the lines. ``spread`` says which of several invoices bear it; the closing
    invoice takes what is left, so that all invoices together bear it exactly once. A percentage
    follows the lines it is of, so each invoice bears its share; a discount is never above them.
    """

    class Reason(models.TextChoices):
        """UNTDID 7161 for charges, 5189 for allowances."""

        FREIGHT = "FC", _("freight")
        PACKING = "PC", _("packing")
        OTHER = "ZZZ", _("other charge")
        DISCOUNT = "95", pgettext_lazy("of a line", "discount")
        SPECIAL_AGREEMENT = "100", _("special agreement")

    class Spread(models.TextChoices):
        """Which invoices of an order bear it."""

        FIRST = "first", _("the first invoice")
        LAST = "last", _("the last invoice")
        PRO_RATA = "pro_rata", _("each invoice its share")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="charges")
    position = models.PositiveSmallIntegerField()
    entry = models.PositiveSmallIntegerField(default=1)
    is_charge = models.BooleanField(_("charge"), default=True)
    reason_code = models.CharField(_("reason"), max_length=3, choices=Reason.choices)
    reason = models.CharField(_("text"), max_length=100, blank=True)
    rate = models.DecimalField(_("percent"), max_digits=7, decimal_places=6, null=True, blank=True)
    base_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    vat_category = models.CharField(_("VAT category"), max_length=2, choices=VatCategory.choices)
    vat_rate = models.DecimalField(_("VAT"), max_digits=7, decimal_places=6)
    vat_note = models.CharField(_("VAT text"), max_length=200, blank=True)
    spread = models.CharField(_("on"), max_length=10, choices=Spread.choices, default="first")

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges and allowances")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "position"],
                name="order_charge_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="order_charge_amount"),
            models.CheckConstraint(
                condition=Q(rate=None, base_amount=None)
                | Q(rate__gte=0, rate__lte=1, base_amount__isnull=False),
                name="order_charge_rate",
            ),
            models.CheckConstraint(
                condition=Q(rate=None) | Q(spread="pro_rata"), name="order_charge_share"
            ),
            models.CheckConstraint(
                condition=Q(is_charge=True, reason_code__in=["FC", "PC", "ZZZ"])
                | (Q(is_charge=False, reason_code__in=["95", "100"]) & ~Q(spread="last")),
                name="order_charge_sign",
            ),
            models.CheckConstraint(
                condition=Q(
                    vat_category__in=VatCategory.values,
                    reason_code__in=["FC", "PC", "ZZZ", "95", "100"],
                    spread__in=["first", "last", "pro_rata"],
                ),
                name="order_charge_kinds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.words} {self.signed_amount}"

    @property
    def words(self) -> str:
        """What it is for: the text somebody gave, else its reason in the active language."""
        return self.reason or str(self.get_reason_code_display())

    @property
    def signed_amount(self) -> Decimal:
        """What it adds to the net."""
        return self.amount if self.is_charge else -self.amount
