"""Gapless number series, one counter row per company and kind of document."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.company import CompanyScoped, ScopedQuerySet


class NumberSeries(CompanyScoped):
    """The counter behind a kind of number.

    Taking a number locks this row until the transaction ends, so it is the last step of the act
    that needs it; a rollback gives the number back. Never a sequence, never MAX + 1.
    """

    class Kind(models.TextChoices):
        """What is numbered."""

        CUSTOMER = "customer", _("customers")
        ORDER = "order", _("orders")
        SHIPMENT = "shipment", _("shipments")
        INVOICE = "invoice", _("invoices")
        CREDIT_NOTE = "credit_note", _("credit notes")
        SUBSCRIPTION = "subscription", _("subscriptions")
        DUNNING_RUN = "dunning_run", _("dunning runs")
        JOURNAL = "journal", _("journal entries")
        RECEIPT = "receipt", _("receipts of cash and cheques")
        DEPOSIT = "deposit", _("deposit slips")
        NETTING = "netting", _("nettings")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    prefix = models.CharField(_("prefix"), max_length=12, blank=True)
    digits = models.PositiveSmallIntegerField(_("digits"), default=6)
    next_value = models.PositiveBigIntegerField(_("next number"), default=1)
    last_on = models.DateField(_("date of the last number"), null=True, blank=True)

    objects = ScopedQuerySet["NumberSeries"].as_manager()

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            models.UniqueConstraint(fields=["company", "kind"], name="series_once_per_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.prefix}{self.next_value:0{self.digits}d}"
