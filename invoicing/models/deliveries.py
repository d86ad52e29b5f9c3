"""How an invoice went to the buyer."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import CompanyScoped, OutboundMessage, ScopedQuerySet
from invoicing.models.invoices import Invoice


class InvoiceDelivery(CompanyScoped):
    """One way an invoice went to the buyer: once per (invoice, channel, content)."""

    class Channel(models.TextChoices):
        """How."""

        EMAIL = "email", _("e-mail")
        BLOCKED = "blocked", _("not possible")

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    recipient = models.CharField(_("to"), max_length=254, blank=True)
    content_sha256 = models.CharField(max_length=64)
    repeat = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    message = models.ForeignKey(
        OutboundMessage, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["InvoiceDelivery"].as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "channel", "content_sha256", "repeat"], name="invoice_sent_once"
            ),
            models.CheckConstraint(
                condition=Q(repeat=0) | ~Q(reason=""), name="invoice_resent_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice}: {self.get_channel_display()} {self.recipient}"
