"""Payments by card or wallet through a payment provider, and how the provider settles them.

A payment is begun by whoever owes; what became of it is told by movements, append-only rows that
each book one journal entry: captured, refunded, charged back, and a charge-back that we won. What
a payment is worth now is the sum of its movements. A settlement tells what the provider pays out
for which movements and what it keeps as its fee.
"""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet, StoredDocument
from customers.models import Customer
from receivables.models.items import OpenItem
from receivables.models.ledger import JournalEntry
from receivables.models.matches import BankMatch

STALE = timedelta(minutes=15)
"""A payment that the payer left open so long is asked for."""


class ProviderPaymentQuerySet(ScopedQuerySet["ProviderPayment"]):
    """Reads on payments."""

    def unfinished(self) -> Self:
        """The payer may still pay them, or nobody knows."""
        return self.filter(state__in=["begun", "open"])

    def to_ask(self, now: datetime) -> Self:
        """Unfinished ones that the provider has told nothing about for a while."""
        return self.unfinished().filter(asked_at__lt=now - STALE)

    def disagreeing(self) -> Self:
        """What a person must look at."""
        return self.exclude(trouble="")


class ProviderPayment(CompanyScoped):
    """One payment on the provider's page. ``key`` names it to the provider, once for ever.

    ``remote_id`` is the provider's name for it, empty until its answer or a message of it came.
    ``trouble`` is the code of what does not agree with the provider, until a person looked at it.
    """

    class State(models.TextChoices):
        """Where it stands; what was given back later is told by its movements."""

        BEGUN = "begun", _("begun")
        OPEN = "open", _("waits for the payer")
        PAID = "paid", _("paid")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("given up")

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    key = models.UUIDField(unique=True, default=uuid.uuid4)
    remote_id = models.CharField(_("number at the provider"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.BEGUN)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    method = models.CharField(_("by"), max_length=40, blank=True)
    page_url = models.URLField(max_length=500, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    trouble = models.CharField(_("does not agree"), max_length=20, blank=True)
    started_by_name = models.CharField(_("begun by"), max_length=120)
    started_at = models.DateTimeField(_("begun"), auto_now_add=True)
    asked_at = models.DateTimeField(default=timezone.now)

    objects = ProviderPaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("card payment")
        verbose_name_plural = _("card payments")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["company", "-id"], name="provider_payment_company"),
            models.Index(
                fields=["company"], name="provider_payment_trouble", condition=~Q(trouble="")
            ),
            models.Index(
                fields=["asked_at"],
                name="provider_payment_to_ask",
                condition=Q(state__in=["begun", "open"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "remote_id"],
                condition=~Q(remote_id=""),
                name="provider_payment_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="provider_payment_amount"),
            models.CheckConstraint(
                condition=Q(state__in=["begun", "open", "paid", "declined", "expired"]),
                name="provider_payment_state",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """How people call it."""
        return f"CP-{self.pk:06d}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return page_of("receivables:provider_payment", self.pk)


class ProviderShare(models.Model):
    """What the payer chose: so much for an item, below nought for a credit that is used with it."""

    payment = models.ForeignKey(ProviderPayment, on_delete=models.PROTECT, related_name="shares")
    item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, related_name="provider_shares")
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)

    class Meta:
        verbose_name = _("item of a card payment")
        verbose_name_plural = _("items of card payments")
        constraints = [
            models.UniqueConstraint(fields=["payment", "item"], name="provider_share_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="provider_share_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} → {self.item_id}: {self.amount}"


class ProviderMovementQuerySet(ScopedQuerySet["ProviderMovement"]):
    """Reads on movements."""

    def settled(self) -> Self:
        """Named by a settlement."""
        lines = ProviderSettlementLine.objects.filter(movement=OuterRef("pk"))
        return self.filter(Exists(lines))

    def unsettled(self) -> Self:
        """Not named by a settlement yet."""
        lines = ProviderSettlementLine.objects.filter(movement=OuterRef("pk"))
        return self.filter(~Exists(lines))


class ProviderMovement(CompanyScoped):
    """Money that came to the provider or went back from it, booked once. Append-only."""

    class Kind(models.TextChoices):
        """What happened."""

        CAPTURE = "capture", _("paid")
        REFUND = "refund", _("refund")
        CHARGEBACK = "chargeback", _("charge-back")
        WON = "chargeback_won", _("charge-back taken back")

    payment = models.ForeignKey(ProviderPayment, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    remote_id = models.CharField(_("number at the provider"), max_length=80)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    happened_on = models.DateField(_("date"))
    recorded_at = models.DateTimeField(auto_now_add=True)
    item = models.OneToOneField(
        OpenItem, on_delete=models.PROTECT, related_name="provider_movement"
    )
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="+")

    objects = ProviderMovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("movement of a card payment")
        verbose_name_plural = _("movements of card payments")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["company", "remote_id"], name="provider_movement_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="provider_movement_amount"),
            models.CheckConstraint(
                condition=Q(kind__in=["capture", "refund", "chargeback", "chargeback_won"]),
                name="provider_movement_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remote_id} {self.kind} {self.amount}"

    @property
    def signed_amount(self) -> Decimal:
        """What it does to our claim on the provider."""
        return self.amount if self.kind in ("capture", "chargeback_won") else -self.amount


class ProviderRefund(CompanyScoped):
    """Money to be given back: above the limit only after a second person approved."""

    class State(models.TextChoices):
        """Where it stands."""

        PROPOSED = "proposed", _("to approve")
        APPROVED = "approved", _("on its way")
        DONE = "done", _("given back")
        REFUSED = "refused", _("refused")

    payment = models.ForeignKey(ProviderPayment, on_delete=models.PROTECT, related_name="refunds")
    key = models.UUIDField(unique=True, default=uuid.uuid4)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    needs_approval = models.BooleanField(default=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    proposed_by_name = models.CharField(_("proposed by"), max_length=120)
    proposed_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_by_name = models.CharField(_("decided by"), max_length=120, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = ScopedQuerySet["ProviderRefund"].as_manager()

    class Meta:
        verbose_name = _("refund of a card payment")
        verbose_name_plural = _("refunds of card payments")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["company", "state"],
                name="provider_refund_waiting",
                condition=Q(state__in=["proposed", "approved"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="provider_refund_amount"),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "approved", "done", "refused"]),
                name="provider_refund_state",
            ),
            models.CheckConstraint(
                condition=Q(needs_approval=False)
                | Q(state__in=["proposed", "refused"])
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="provider_refund_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment} −{self.amount}"

    def get_absolute_url(self) -> str:
        """The page of its payment."""
        return page_of("receivables:provider_payment", self.payment_id)


class ProviderSettlementQuerySet(ScopedQuerySet["ProviderSettlement"]):
    """Reads on settlements."""

    def awaiting_money(self) -> Self:
        """Whose payout no bank entry was matched with, or only by a match that was undone."""
        return self.filter(Q(match=None) | Q(match__undone_at__isnull=False)).exclude(net_amount=0)

    def disagreeing(self) -> Self:
        """With a line that names no movement of ours over this amount."""
        lines = ProviderSettlementLine.objects.filter(settlement=OuterRef("pk"), movement=None)
        return self.filter(Exists(lines))


class ProviderSettlement(CompanyScoped):
    """A payout as the provider tells it: gross less fee is what comes to the bank.

    Below nought the provider takes money from us.
    """

    reference = models.CharField(_("reference"), max_length=80)
    paid_on = models.DateField(_("paid out"))
    currency = models.CharField(_("currency"), max_length=3)
    gross_amount = models.DecimalField(_("gross"), max_digits=18, decimal_places=2)
    fee_amount = models.DecimalField(_("fee"), max_digits=18, decimal_places=2)
    net_amount = models.DecimalField(_("net"), max_digits=18, decimal_places=2)
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    entry = models.OneToOneField(
        JournalEntry, on_delete=models.PROTECT, null=True, related_name="+"
    )
    match = models.OneToOneField(
        BankMatch, on_delete=models.PROTECT, null=True, related_name="provider_settlement"
    )
    imported_by_name = models.CharField(_("by"), max_length=120)
    imported_at = models.DateTimeField(_("imported"), auto_now_add=True)

    objects = ProviderSettlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("settlement of the payment provider")
        verbose_name_plural = _("settlements of the payment provider")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "reference"], name="provider_settlement_once"
            ),
            models.CheckConstraint(
                condition=Q(net_amount=F("gross_amount") - F("fee_amount")),
                name="provider_settlement_sum",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_paid(self) -> bool:
        """Whether the payout is on the bank account."""
        return self.match is not None and self.match.undone_at is None

    def get_absolute_url(self) -> str:
        """Its page."""
        return page_of("receivables:provider_settlement", self.pk)


class ProviderSettlementLine(models.Model):
    """What a settlement says of one movement; without ``movement`` it agrees with none of ours."""

    settlement = models.ForeignKey(
        ProviderSettlement, on_delete=models.PROTECT, related_name="lines"
    )
    position = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=20)
    remote_id = models.CharField(max_length=80)
    payment_remote_id = models.CharField(max_length=80, blank=True)
    gross_amount = models.DecimalField(_("gross"), max_digits=18, decimal_places=2)
    fee_amount = models.DecimalField(_("fee"), max_digits=18, decimal_places=2)
    net_amount = models.DecimalField(_("net"), max_digits=18, decimal_places=2)
    movement = models.OneToOneField(
        ProviderMovement, on_delete=models.PROTECT, null=True, related_name="settlement_line"
    )

    class Meta:
        verbose_name = _("line of a settlement")
        verbose_name_plural = _("lines of settlements")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["settlement", "position"], name="provider_line_position"
            ),
            models.CheckConstraint(
                condition=Q(net_amount=F("gross_amount") - F("fee_amount")),
                name="provider_line_sum",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remote_id} {self.gross_amount}"


class ProviderEvent(CompanyScoped):
    """What the provider told us by itself: kept as it came, worked off afterwards."""

    event_id = models.CharField(max_length=120)
    body = models.JSONField()
    received_at = models.DateTimeField(auto_now_add=True)
    processed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=200, blank=True)

    objects = ScopedQuerySet["ProviderEvent"].as_manager()

    class Meta:
        verbose_name = _("message of the payment provider")
        verbose_name_plural = _("messages of the payment provider")
        indexes = [
            models.Index(
                fields=["id"], name="provider_event_waiting", condition=Q(processed_at=None)
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "event_id"], name="provider_event_once"),
        ]

    def __str__(self) -> str:
        return self.event_id
