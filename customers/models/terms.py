"""Payment terms, and how deliveries are put on invoices."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import CompanyScoped, ScopedQuerySet


class BillingPolicy(models.TextChoices):
    """When what a customer orders is invoiced."""

    SHIPMENT = "shipment", _("each delivery by itself")
    ORDER = "order", _("each order, once it is complete")
    WEEK = "week", _("all deliveries of a week together")
    MONTH = "month", _("all deliveries of a month together")
    ADVANCE = "advance", _("the whole order in advance")


class BillingGroup(models.TextChoices):
    """What the deliveries on one collective invoice have in common besides the customer."""

    CUSTOMER = "customer", _("everything together")
    PO_NUMBER = "po_number", _("one for each of their order numbers")
    SHIP_TO = "ship_to", _("one for each delivery address")


class PaymentTerms(CompanyScoped):
    """When a debt falls due: one or more parts, and a discount for paying early (Skonto)."""

    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=80)
    discount_days = models.PositiveSmallIntegerField(_("discount days"), default=0)
    discount_rate = models.DecimalField(
        _("discount rate"), max_digits=7, decimal_places=6, default=0
    )

    objects = ScopedQuerySet["PaymentTerms"].as_manager()

    class Meta:
        verbose_name = _("payment terms")
        verbose_name_plural = _("payment terms")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="payment_terms_code"),
            models.CheckConstraint(
                condition=Q(discount_rate__gte=0, discount_rate__lt=1), name="payment_terms_rate"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PaymentTermsPart(models.Model):
    """One instalment: a share of the total, due so many days after the invoice date."""

    terms = models.ForeignKey(PaymentTerms, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField(default=1)
    share = models.DecimalField(_("share"), max_digits=7, decimal_places=6, default=1)
    due_days = models.PositiveSmallIntegerField(_("days"), default=30)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["terms", "position"], name="payment_terms_part"),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=1), name="terms_part_share"),
        ]

    def __str__(self) -> str:
        return f"{self.share:.0%} / {self.due_days} d"
