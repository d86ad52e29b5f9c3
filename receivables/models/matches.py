"""What bank entries were matched to, by whom and why."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import CompanyScoped, ScopedQuerySet
from receivables.models.bank import BankEntry
from receivables.models.items import OpenItem
from receivables.models.ledger import JournalEntry


class BankMatch(CompanyScoped):
    """Why a bank entry paid what it paid: who decided, on which evidence, and whether undone.

    ``rests_on``: keys of the payers' names and accounts, learned before, that told who paid.
    """

    class Way(models.TextChoices):
        """Who matched."""

        AUTO = "auto", _("by itself")
        ACCEPTED = "accepted", _("proposal accepted")
        MANUAL = "manual", _("by hand")
        ON_ACCOUNT = "on_account", _("on account")

    bank_entry = models.ForeignKey(BankEntry, on_delete=models.PROTECT, related_name="matches")
    way = models.CharField(_("how"), max_length=12, choices=Way.choices)
    confidence = models.CharField(_("confidence"), max_length=10, blank=True)
    evidence = models.JSONField(default=list)
    payment_item = models.ForeignKey(
        OpenItem, on_delete=models.PROTECT, null=True, related_name="matches"
    )
    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="+")
    decided_by_name = models.CharField(_("by"), max_length=120)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by_name = models.CharField(max_length=120, blank=True)
    rests_on = ArrayField(models.BigIntegerField(), null=True)

    objects = ScopedQuerySet["BankMatch"].as_manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        indexes = [
            GinIndex(
                fields=["rests_on"],
                name="bank_match_rests_on",
                condition=Q(rests_on__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["bank_entry"], condition=Q(undone_at=None), name="bank_entry_matched_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_entry_id} {self.way}"
