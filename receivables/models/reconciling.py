"""The general ledger as another system tells it, and what of receivables is provided for.

Balances as of a day come as lists and stay; the newest list of a day counts. Percentages of the
flat-rate provision hold from a day on; a new set replaces them from a later one.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import CompanyScoped, ScopedQuerySet, StoredDocument


class LedgerList(CompanyScoped):
    """A list of balances as of the end of a day, as it came."""

    balance_on = models.DateField(_("balances of"))
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    imported_by_name = models.CharField(_("by"), max_length=120)
    imported_at = models.DateTimeField(_("imported"), auto_now_add=True)

    objects = ScopedQuerySet["LedgerList"].as_manager()

    class Meta:
        verbose_name = _("list of balances")
        verbose_name_plural = _("lists of balances")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "balance_on", "sha256"], name="ledger_list_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company_id}: {self.balance_on}"


class LedgerBalance(models.Model):
    """What the other ledger has on an account, or open of one document on it; debit > 0."""

    ledger_list = models.ForeignKey(LedgerList, on_delete=models.PROTECT, related_name="balances")
    account_number = models.CharField(_("account"), max_length=12)
    document_number = models.CharField(_("document"), max_length=40, blank=True)
    amount = models.DecimalField(_("balance"), max_digits=18, decimal_places=2)

    class Meta:
        verbose_name = _("balance")
        verbose_name_plural = _("balances")
        indexes = [
            models.Index(
                fields=["ledger_list", "account_number", "document_number"],
                name="ledger_balance_list",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_number} {self.document_number}: {self.amount}"


class ProvisionRate(CompanyScoped):
    """So much of what is so many days overdue is not expected to come (0: not due yet)."""

    valid_from = models.DateField(_("holds from"))
    days_overdue = models.PositiveSmallIntegerField(_("days overdue from"))
    rate = models.DecimalField(_("rate"), max_digits=7, decimal_places=6)
    source = models.CharField(_("source"), max_length=120, blank=True)

    objects = ScopedQuerySet["ProvisionRate"].as_manager()

    class Meta:
        verbose_name = _("provision rate")
        verbose_name_plural = _("provision rates")
        ordering = ["-valid_from", "days_overdue"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "valid_from", "days_overdue"], name="provision_rate_once"
            ),
            models.CheckConstraint(
                condition=Q(rate__gte=0, rate__lte=1), name="provision_rate_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}: {self.days_overdue} d {self.rate}"
