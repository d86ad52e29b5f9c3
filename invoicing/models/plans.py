"""What is to be invoiced by agreement and not by delivery: deposits and milestones of an order."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import CompanyScoped, ScopedQuerySet
from invoicing.models.invoices import Invoice
from orders.models import Order


class BillingStep(CompanyScoped):
    """A part of an order's total that is asked for before the final invoice.

    Either a share of the order's total or an amount (net). It is billed on its day, when the order
    is released, or when somebody says that it is reached. The final invoice deducts it.
    """

    class Kind(models.TextChoices):
        """Why it is asked for."""

        DEPOSIT = "deposit", _("deposit")
        MILESTONE = "milestone", _("milestone")

    class Trigger(models.TextChoices):
        """When it is billed."""

        RELEASE = "release", _("when the order is released")
        DATE = "date", _("on a day")
        REACHED = "reached", _("when it is reached")

    class State(models.TextChoices):
        """Where it stands."""

        PLANNED = "planned", _("planned")
        DUE = "due", _("to be billed")
        BILLED = "billed", _("billed")
        CANCELLED = "cancelled", _("cancelled")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="billing_steps")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    label = models.CharField(_("what for"), max_length=120)
    share = models.DecimalField(_("share"), max_digits=7, decimal_places=6, null=True, blank=True)
    net_amount = models.DecimalField(
        _("net"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    trigger = models.CharField(_("billed"), max_length=10, choices=Trigger.choices)
    due_on = models.DateField(_("day"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default="planned")
    invoice = models.OneToOneField(
        Invoice, on_delete=models.PROTECT, null=True, blank=True, related_name="billing_step"
    )

    objects = ScopedQuerySet["BillingStep"].as_manager()

    class Meta:
        verbose_name = _("billing step")
        verbose_name_plural = _("billing steps")
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="billing_step_position"),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1, net_amount=None)
                | Q(share=None, net_amount__gt=0),
                name="billing_step_worth",
            ),
            models.CheckConstraint(
                condition=~Q(trigger="date") | Q(due_on__isnull=False), name="billing_step_day"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["deposit", "milestone"],
                    trigger__in=["release", "date", "reached"],
                    state__in=["planned", "due", "billed", "cancelled"],
                ),
                name="billing_step_kinds",
            ),
            models.CheckConstraint(
                condition=Q(state="billed", invoice__isnull=False)
                | (~Q(state="billed") & Q(invoice=None)),
                name="billing_step_invoice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.label}"
