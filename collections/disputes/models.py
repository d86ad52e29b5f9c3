"""Disputes: an amount of an item the customer contests; it is not reminded while it is open."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMModelMixin, transition

from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet
from receivables.models import OpenItem


class DisputeState(models.TextChoices):
    """Where a dispute stands."""

    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")


class DisputeQuerySet(ScopedQuerySet["Dispute"]):
    """Reads on disputes."""

    def open(self) -> Self:
        """Not decided yet."""
        return self.filter(state=DisputeState.OPEN)


class Dispute(ConcurrentTransitionMixin, FSMModelMixin, CompanyScoped):
    """So much of an item is contested, why, who looks after it, and how it ended."""

    class Reason(models.TextChoices):
        """What the customer says."""

        PRICE = "price", _("price")
        QUANTITY = "quantity", _("quantity")
        QUALITY = "quality", _("quality")
        DELIVERY = "delivery", _("not or late delivered")
        INVOICE = "invoice", _("invoice wrong")
        OTHER = "other", _("other")

    item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, related_name="disputes")
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    note = models.TextField(_("what the customer says"), blank=True)
    state = FSMField(
        _("state"), default=DisputeState.OPEN, choices=DisputeState.choices, protected=True
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    opened_on = models.DateField(_("opened"))
    answer_by = models.DateField(_("answer by"))
    resolved_on = models.DateField(_("resolved"), null=True, blank=True)
    resolution = models.TextField(_("resolution"), blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["company", "state", "-id"], name="dispute_state"),
            models.Index(fields=["item"], name="dispute_open_item", condition=Q(state="open")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(state="open"), name="dispute_one_open_per_item"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_amount"),
            models.CheckConstraint(
                condition=Q(state="open", resolved_on=None)
                | (
                    Q(state__in=["accepted", "rejected"], resolved_on__isnull=False)
                    & ~Q(resolution="")
                ),
                name="dispute_resolved_with_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_reason_display()}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return page_of("disputes:detail", self.pk)

    @transition(field=state, source=DisputeState.OPEN, target=DisputeState.ACCEPTED)
    def to_accepted(self) -> None:
        """The customer is right."""

    @transition(field=state, source=DisputeState.OPEN, target=DisputeState.REJECTED)
    def to_rejected(self) -> None:
        """The claim stands."""
