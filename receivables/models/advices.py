"""Remittance advice: what a payer says a payment is for, told apart from the payment itself."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet, StoredDocument
from customers.models import Customer
from receivables.models.items import OpenItem
from receivables.models.matches import BankMatch


class AdviceQuerySet(ScopedQuerySet["RemittanceAdvice"]):
    """Reads on advices."""

    def waiting(self) -> Self:
        """Whose payment has not come yet."""
        return self.filter(state=RemittanceAdvice.State.WAITING)


class RemittanceAdvice(CompanyScoped):
    """One list of documents that one payment is to pay, as somebody sent or uploaded it.

    ``amount`` is what the payment should be; with lines that do not come to it, or name nothing,
    the advice is shown but never decides anything by itself.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("waits for its payment")
        USED = "used", _("used")
        DROPPED = "dropped", _("set aside")

    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    payer_name = models.CharField(_("payer"), max_length=200, blank=True)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="advices",
        verbose_name=_("customer"),
    )  # fmt: skip
    paid_on = models.DateField(_("paid"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    is_complete = models.BooleanField(_("adds up"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    match = models.ForeignKey(
        BankMatch, on_delete=models.PROTECT, null=True, blank=True, related_name="advices"
    )
    told_by_name = models.CharField(_("by"), max_length=120)
    told_at = models.DateTimeField(_("received"), auto_now_add=True)

    objects = AdviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("remittance advice")
        verbose_name_plural = _("remittance advices")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["company", "amount"], name="advice_waiting", condition=Q(state="waiting")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "sha256", "reference"],
                condition=~Q(state="dropped"),
                name="advice_once",
            ),
            models.CheckConstraint(
                condition=Q(state="used", match__isnull=False)
                | Q(state__in=["waiting", "dropped"], match=None),
                name="advice_state",
            ),
        ]

    def __str__(self) -> str:
        return self.reference or self.document.filename

    @property
    def name(self) -> str:
        """Its own reference, else its file."""
        return str(self)

    def get_absolute_url(self) -> str:
        """Its page."""
        return page_of("receivables:advice", self.pk)


class AdviceLine(models.Model):
    """A document an advice names, as told, and the item it was found to be."""

    advice = models.ForeignKey(RemittanceAdvice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    told = models.CharField(_("document"), max_length=80)
    item = models.ForeignKey(
        OpenItem, on_delete=models.PROTECT, null=True, blank=True, related_name="advice_lines"
    )
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    discount_amount = models.DecimalField(_("discount"), max_digits=18, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("line of an advice")
        verbose_name_plural = _("lines of advices")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["advice", "position"], name="advice_line_position"),
            models.CheckConstraint(
                condition=Q(discount_amount__gte=0), name="advice_line_discount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.told}: {self.amount}"
