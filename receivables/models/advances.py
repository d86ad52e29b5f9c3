"""Payments that came before the invoice of an order: which order they are for."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import CompanyScoped, ScopedQuerySet
from orders.models import Order
from receivables.models.items import OpenItem


class OrderAdvanceQuerySet(ScopedQuerySet["OrderAdvance"]):
    """Reads on advances."""

    def live(self) -> Self:
        """Bound to their order still."""
        return self.filter(freed_at=None)

    def with_rest(self) -> Self:
        """Bound, with money left that no invoice took yet."""
        return self.live().filter(item__outstanding_amount__lt=0)


class OrderAdvance(CompanyScoped):
    """A payment on account is for this order until its invoices take it, or it is freed.

    How much is left of it is what is left of its item. A payment is for one order at a time; who
    bound and who freed it stays told.
    """

    class Freed(models.TextChoices):
        """Why it is for the order no more."""

        UNDONE = "undone", _("the match was undone")
        TAKEN_BACK = "taken_back", _("what it paid was taken back")
        CANCELLED = "cancelled", _("the order was cancelled")
        BILLED = "billed", _("the order is invoiced in full")
        BY_HAND = "by_hand", _("a person freed it")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="advances")
    item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, related_name="advances")
    bound_at = models.DateTimeField(_("since"), auto_now_add=True)
    bound_by_name = models.CharField(_("by"), max_length=120)
    freed_at = models.DateTimeField(_("freed"), null=True, blank=True)
    freed_by_name = models.CharField(max_length=120, blank=True)
    freed_because = models.CharField(max_length=10, choices=Freed.choices, blank=True)

    objects = OrderAdvanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("advance payment")
        verbose_name_plural = _("advance payments")
        indexes = [
            models.Index(fields=["order"], name="advance_order", condition=Q(freed_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], name="advance_for_one_order", condition=Q(freed_at=None)
            ),
            models.CheckConstraint(
                condition=Q(freed_at=None, freed_by_name="", freed_because="")
                | Q(freed_at__isnull=False) & ~Q(freed_by_name="") & ~Q(freed_because=""),
                name="advance_freed",
            ),
        ]

    @property
    def paid_amount(self) -> Decimal:
        """What was paid, above nought."""
        return -self.item.amount

    @property
    def left_amount(self) -> Decimal:
        """What of it no invoice took yet, above nought."""
        return -self.item.outstanding_amount

    def __str__(self) -> str:
        return f"{self.item_id} → {self.order_id}"
