"""How an invoice goes to the buyer: the customer's ladder of channels, and each try with its proof.

A delivery is one rung of the ladder for one document: planned, handed over, answered. ``state`` is
what we did (leased work; for a mail the database copies it from the mail), ``receipt`` what the
other side said. A row stays open until it is known to have arrived, another rung took over, or a
person closed it; an open row always has a ``timeout_at`` at which something happens.
"""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.addresses import page_of
from core.models import (
    CompanyScoped,
    LeasedWork,
    OutboundMessage,
    ScopedQuerySet,
    StoredDocument,
    User,
)
from core.models.work import LeasedWorkQuerySet
from customers.models import Customer
from invoicing.models.invoices import Invoice


class Channel(models.TextChoices):
    """How an invoice goes to its buyer."""

    PEPPOL = "peppol", _("Peppol")
    EMAIL = "email", _("e-mail")
    EXPORT = "export", _("buyer's portal")
    LETTER = "letter", _("letter")
    BLOCKED = "blocked", _("not possible")


class Format(models.TextChoices):
    """What is sent."""

    ZUGFERD = "zugferd", _("PDF with e-invoice (ZUGFeRD)")
    XRECHNUNG_UBL = "xrechnung-ubl", _("XRechnung (UBL)")
    XRECHNUNG_CII = "xrechnung-cii", _("XRechnung (CII)")
    PEPPOL = "peppol", _("Peppol BIS Billing")
    PDF = "pdf", _("PDF")


_XML = (Format.PEPPOL, Format.XRECHNUNG_UBL, Format.XRECHNUNG_CII)
FORMATS: dict[str, tuple[Format, ...]] = {
    Channel.PEPPOL: _XML,
    Channel.EMAIL: tuple(Format),
    Channel.EXPORT: tuple(Format),
    Channel.LETTER: (Format.PDF,),
}
"""What may go by which channel; the first is the usual one."""


class DeliveryRoute(CompanyScoped):
    """One rung of a customer's ladder: tried when the rungs before it failed."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="delivery_routes")
    position = models.PositiveSmallIntegerField(_("position"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    format = models.CharField(_("format"), max_length=14, choices=Format.choices)
    recipient = models.CharField(_("to"), max_length=254, blank=True)
    timeout_hours = models.PositiveSmallIntegerField(_("time-out in hours"))

    objects = ScopedQuerySet["DeliveryRoute"].as_manager()

    class Meta:
        verbose_name = _("channel of a customer")
        verbose_name_plural = _("channels of customers")
        ordering = ["customer", "position"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "position"], name="route_position"),
            models.UniqueConstraint(fields=["customer", "channel"], name="route_channel_once"),
            models.CheckConstraint(
                condition=Q(channel__in=list(FORMATS))
                & (~Q(channel="letter") | Q(format="pdf"))
                & (~Q(channel="peppol") | Q(format__in=_XML)),
                name="route_channel_format",
            ),
            models.CheckConstraint(
                condition=Q(timeout_hours__gte=1, timeout_hours__lte=720), name="route_timeout"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.get_channel_display()} {self.recipient}".strip()


class Receipt(models.TextChoices):
    """What the other side said."""

    NONE = "", _("nothing yet")
    AWAITED = "awaited", _("receipt awaited")
    ACCEPTED = "accepted", _("received")
    ASSUMED = "assumed", _("no objection")
    REJECTED = "rejected", _("rejected")
    BOUNCED = "bounced", _("returned")


class DeliveryQuerySet(LeasedWorkQuerySet["InvoiceDelivery"]):
    """Reads on deliveries; each kind of due work is one of them."""

    def open(self) -> Self:
        """Not known to have arrived, nobody has taken over."""
        return self.filter(closed_at=None)

    def closed(self) -> Self:
        """Arrived, taken over by another, or settled by a person."""
        return self.exclude(closed_at=None)

    def sendable(self, now: datetime) -> Self:
        """Waiting for an access point; mails and letters are sent by others."""
        return self.open().filter(channel=Channel.PEPPOL).due(now)

    def to_ask(self, now: datetime) -> Self:
        """Handed to an access point, or perhaps handed: it is asked what became of it."""
        asked = Q(state="uncertain") | Q(state="done", receipt=Receipt.AWAITED)
        return self.open().filter(asked, channel=Channel.PEPPOL, not_before__lte=now)

    def timed_out(self, now: datetime) -> Self:
        """Open for longer than its rung allows."""
        return self.open().filter(timeout_at__lte=now)

    def on_the_way(self) -> Self:
        """Not handed over yet."""
        return self.open().filter(state__in=["pending", "claimed"])

    def awaiting_receipt(self) -> Self:
        """Handed over, not answered."""
        return self.open().filter(state="done", receipt=Receipt.AWAITED)

    def rejected(self) -> Self:
        """Refused by the buyer or a rule; waits for a person."""
        return self.open().filter(receipt=Receipt.REJECTED)

    def failed(self) -> Self:
        """Failed, returned or uncertain; waits for a person."""
        return (
            self.open()
            .filter(Q(state__in=["uncertain", "parked", "cancelled"]) | Q(receipt=Receipt.BOUNCED))
            .exclude(receipt=Receipt.REJECTED)
        )

    def to_settle(self) -> Self:
        """What a person should look at: rejected, failed, or open beyond its time-out."""
        troubled = Q(state__in=["uncertain", "parked", "cancelled"]) | Q(
            receipt__in=[Receipt.REJECTED, Receipt.BOUNCED]
        )
        return self.open().filter(troubled | Q(alarmed_at__isnull=False))

    def letters_waiting(self) -> Self:
        """Letters in no print batch yet."""
        return self.on_the_way().filter(channel=Channel.LETTER, batch=None)


class InvoiceDelivery(LeasedWork):
    """One way an invoice went to the buyer: once per (invoice, channel, content)."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    format = models.CharField(
        _("format"), max_length=14, choices=Format.choices, default=Format.ZUGFERD
    )
    recipient = models.CharField(_("to"), max_length=254, blank=True)
    document = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    content_sha256 = models.CharField(max_length=64)
    repeat = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    message = models.ForeignKey(
        OutboundMessage, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    batch = models.ForeignKey(
        "LetterBatch", on_delete=models.PROTECT, null=True, blank=True, related_name="letters"
    )
    idempotency_key = models.CharField(max_length=64, unique=True)
    timeout_hours = models.PositiveSmallIntegerField(_("time-out in hours"), default=48)
    timeout_at = models.DateTimeField(_("time-out"), null=True, blank=True)
    alarmed_at = models.DateTimeField(_("alarm"), null=True, blank=True)
    receipt = models.CharField(
        _("receipt"), max_length=10, choices=Receipt.choices, blank=True, default=""
    )
    receipt_at = models.DateTimeField(_("answered"), null=True, blank=True)
    receipt_text = models.TextField(_("answer"), blank=True)
    findings = models.JSONField(default=list, blank=True)
    remote_id = models.CharField(_("number at the access point"), max_length=120, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("planned"), auto_now_add=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(
                fields=["company", "timeout_at"],
                name="delivery_open",
                condition=Q(closed_at=None),
            ),
            models.Index(fields=["company", "-id"], name="delivery_company"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "channel", "content_sha256", "repeat"], name="invoice_sent_once"
            ),
            models.CheckConstraint(
                condition=Q(repeat=0) | ~Q(reason=""), name="invoice_resent_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(state__in=LeasedWork.State.values), name="delivery_state"
            ),
            models.CheckConstraint(
                condition=Q(receipt__in=Receipt.values), name="delivery_receipt"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False) | Q(timeout_at__isnull=False),
                name="delivery_never_silent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice}: {self.get_channel_display()} {self.recipient}".strip()

    def get_absolute_url(self) -> str:
        """Its page."""
        return page_of("invoicing:delivery", self.pk)


class LetterBatch(CompanyScoped):
    """The letters of a day as one file for the printer, in postal order."""

    collected_on = models.DateField(_("date"))
    letter_count = models.PositiveIntegerField(_("letters"), default=0)
    page_count = models.PositiveIntegerField(_("pages"), default=0)
    pdf = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    manifest = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    handed_over_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    handed_over_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["LetterBatch"].as_manager()

    class Meta:
        verbose_name = _("print batch")
        verbose_name_plural = _("print batches")
        indexes = [models.Index(fields=["company", "-id"], name="letter_batch_company")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return page_of("invoicing:letter_batch", self.pk)


class AccessPointEvent(models.Model):
    """What an access point told us by itself: kept as it came, worked off afterwards."""

    event_id = models.CharField(max_length=120, unique=True)
    body = models.JSONField()
    received_at = models.DateTimeField(auto_now_add=True)
    processed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("message of an access point")
        verbose_name_plural = _("messages of access points")
        indexes = [
            models.Index(fields=["id"], name="access_point_news", condition=Q(processed_at=None))
        ]

    def __str__(self) -> str:
        return self.event_id
