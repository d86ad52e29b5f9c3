"""Disputes: an amount of an item the customer contests; it is not reminded while it is open.

A deduction is a dispute that a payment opened: the customer paid less and left the rest open. It
ends like any other, or by itself: the rest is paid later, or the payment is undone.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMModelMixin, transition

from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet
from receivables.models import BankMatch, OpenItem, WriteOff, WriteOffReason


class DisputeState(models.TextChoices):
    """Where a dispute stands."""

    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    PAID = "paid", _("paid")
    UNDONE = "undone", _("payment undone")


class DisputeQuerySet(ScopedQuerySet["Dispute"]):
    """Reads on disputes."""

    def open(self) -> Self:
        """Not decided yet."""
        return self.filter(state=DisputeState.OPEN)

    def payment_undone(self) -> Self:
        """Open deductions whose payment does not stand any more."""
        return self.deductions().filter(state="open", match__undone_at__isnull=False)

    def taken_back(self) -> Self:
        """Accepted deductions of which what was given up is claimed again."""
        return self.deductions().filter(state="accepted", write_off__state="taken_back")

    def paid_off(self) -> Self:
        """Open deductions of whose item nothing is left."""
        return self.deductions().filter(state="open", item__outstanding_amount=0)

    def deductions(self) -> Self:
        """Those that a payment opened."""
        return self.filter(source=Dispute.Source.PAYMENT)


class Dispute(ConcurrentTransitionMixin, FSMModelMixin, CompanyScoped):
    """So much of an item is contested, why, who looks after it, and how it ended.

    ``match`` is the payment that was short; ``evidence`` rows of a code and its figures, from which
    the reason was guessed as far as ``sureness`` says. ``write_off``: what was given up for it.
    """

    class Source(models.TextChoices):
        """Who opened it."""

        PERSON = "person", _("opened by hand")
        PAYMENT = "payment", _("short payment")

    class Sureness(models.TextChoices):
        """How far the reason is known."""

        BOTH = "both", _("amount and words agree")
        AMOUNT = "amount", _("the amount fits")
        WORDS = "words", _("only the words say so")
        NONE = "", _("nothing tells it")

    class Reason(models.TextChoices):
        """What the customer says; a write-off for it has the same."""

        PRICE = WriteOffReason.PRICE.value, WriteOffReason.PRICE.label
        QUANTITY = WriteOffReason.QUANTITY.value, WriteOffReason.QUANTITY.label
        QUALITY = WriteOffReason.QUALITY.value, WriteOffReason.QUALITY.label
        DELIVERY = WriteOffReason.DELIVERY.value, WriteOffReason.DELIVERY.label
        INVOICE = WriteOffReason.INVOICE.value, WriteOffReason.INVOICE.label
        OTHER = WriteOffReason.OTHER.value, WriteOffReason.OTHER.label
        DISCOUNT = WriteOffReason.DISCOUNT.value, WriteOffReason.DISCOUNT.label
        FREIGHT = WriteOffReason.FREIGHT.value, WriteOffReason.FREIGHT.label
        UNKNOWN = WriteOffReason.UNKNOWN.value, WriteOffReason.UNKNOWN.label

    source = models.CharField(
        _("source"), max_length=10, choices=Source.choices, default=Source.PERSON
    )
    match = models.ForeignKey(
        BankMatch, on_delete=models.PROTECT, null=True, blank=True, related_name="disputes"
    )
    sureness = models.CharField(max_length=10, choices=Sureness.choices, blank=True)
    evidence = models.JSONField(default=list)
    write_off = models.OneToOneField(
        WriteOff, on_delete=models.PROTECT, null=True, blank=True, related_name="dispute"
    )
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
            models.UniqueConstraint(
                fields=["item", "match"],
                condition=Q(source="payment"),
                name="dispute_once_per_payment",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_amount"),
            models.CheckConstraint(
                condition=Q(source="person") | Q(source="payment", match__isnull=False),
                name="dispute_of_payment",
            ),
            models.CheckConstraint(
                condition=Q(state="open", resolved_on=None)
                | Q(state__in=["paid", "undone"], resolved_on__isnull=False)
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

    @transition(field=state, source=DisputeState.OPEN, target=DisputeState.PAID)
    def to_paid(self) -> None:
        """Nothing of the item is open any more."""

    @transition(
        field=state, source=[DisputeState.OPEN, DisputeState.ACCEPTED], target=DisputeState.UNDONE
    )
    def to_undone(self) -> None:
        """The payment that was short does not stand any more."""

    @property
    def is_deduction(self) -> bool:
        """Whether a payment opened it."""
        return self.source == self.Source.PAYMENT
