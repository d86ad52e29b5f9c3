"""Refunds by bank transfer: proposed, approved by a second person, ordered with a file, answered.

Approving books the refund at once: a debit item takes the credit, and what is owed stands on the
account of refunds on their way until the bank's entry comes. So the credit can be neither applied
nor given back a second time, and the ledger's own rules hold that.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMModelMixin, transition

from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet, StoredDocument
from receivables.models.bank import BankAccount, BankEntry
from receivables.models.items import OpenItem
from receivables.models.matches import BankMatch


class RefundRun(CompanyScoped):
    """One order to the bank: the approved refunds of a currency, with the file that was written."""

    class Format(models.TextChoices):
        """Which version the bank takes."""

        V9 = "pain.001.001.09", "pain.001.001.09"
        V3 = "pain.001.001.03", "pain.001.001.03"

    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+")
    format = models.CharField(_("format"), max_length=20, choices=Format.choices)
    execute_on = models.DateField(_("executed on"))
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_by_name = models.CharField(_("made by"), max_length=120)
    made_on = models.DateField(_("made"))

    objects = ScopedQuerySet["RefundRun"].as_manager()

    class Meta:
        verbose_name = _("payment run")
        verbose_name_plural = _("payment runs")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    format__in=["pain.001.001.09", "pain.001.001.03"],
                    execute_on__gte=F("made_on"),
                ),
                name="refund_run_words",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """How people and the bank call it: also the message's id in the file."""
        return f"PR-{self.pk:06d}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return page_of("receivables:refund_run", self.pk)


class BankRefundQuerySet(ScopedQuerySet["BankRefund"]):
    """Reads on refunds."""

    def live(self) -> Self:
        """Proposed, approved or at the bank: nobody else gives the item back."""
        return self.filter(state__in=["proposed", "approved", "sent"])

    def proposed(self) -> Self:
        """Waiting for a second person."""
        return self.filter(state="proposed")

    def to_pay(self) -> Self:
        """Approved, and on no file yet."""
        return self.filter(state="approved")

    def at_bank(self) -> Self:
        """On a file, and not on a statement."""
        return self.filter(state="sent")


class BankRefund(ConcurrentTransitionMixin, FSMModelMixin, CompanyScoped):
    """So much of a credit item goes back to an account; ``worth_amount`` in the books' currency.

    ``account_source``: whether the money came from that account, or a person gave it
    (``account_by``) and why. ``debit_item``: what took the credit when it was approved.
    """

    class State(models.TextChoices):
        """Where it stands."""

        PROPOSED = "proposed", _("waits for approval")
        APPROVED = "approved", _("approved")
        SENT = "sent", _("at the bank")
        PAID = "paid", _("paid out")
        RETURNED = "returned", _("came back")
        REFUSED = "refused", _("refused")

    class Cause(models.TextChoices):
        """Why it is proposed."""

        DUPLICATE = "duplicate", _("paid twice")
        OLD = "old", _("credit left over")
        ASKED = "asked", _("asked for")

    class Source(models.TextChoices):
        """Where the account is known from."""

        PAYER = "payer", _("the money came from it")
        PERSON = "person", _("given by a person")
        NONE = "none", _("not known")

    item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, related_name="bank_refunds")
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    worth_amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    cause = models.CharField(_("why"), max_length=10, choices=Cause.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)
    holder = models.CharField(_("account holder"), max_length=140, blank=True)
    iban = models.CharField(_("IBAN"), max_length=34, blank=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    account_source = models.CharField(
        _("account"), max_length=10, choices=Source.choices, default=Source.NONE
    )
    account_reason = models.CharField(_("reason for this account"), max_length=300, blank=True)
    account_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    state = FSMField(_("state"), default=State.PROPOSED, choices=State.choices, protected=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    proposed_by_name = models.CharField(_("proposed by"), max_length=120)
    proposed_on = models.DateField(_("proposed"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_by_name = models.CharField(_("decided by"), max_length=120, blank=True)
    decided_on = models.DateField(_("decided"), null=True)
    debit_item = models.OneToOneField(
        OpenItem, on_delete=models.PROTECT, null=True, related_name="refund_made"
    )
    run = models.ForeignKey(RefundRun, on_delete=models.PROTECT, null=True, related_name="refunds")
    match = models.ForeignKey(
        BankMatch, on_delete=models.PROTECT, null=True, related_name="refunds"
    )
    returned_on = models.DateField(_("came back"), null=True)
    return_reason = models.CharField(_("reason of the return"), max_length=140, blank=True)
    return_entry = models.ForeignKey(
        BankEntry, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = BankRefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund by transfer")
        verbose_name_plural = _("refunds by transfer")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["company", "state", "-id"], name="refund_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(state__in=["proposed", "approved", "sent"]),
                name="refund_item_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    cause__in=["duplicate", "old", "asked"], amount__gt=0, worth_amount__gte=0
                ),
                name="refund_facts",
            ),
            models.CheckConstraint(
                condition=Q(account_source="none", iban="", account_by=None)
                | Q(account_source="payer", account_by=None, iban__regex=r"^[A-Z]{2}[0-9]{2}")
                | (
                    Q(
                        account_source="person",
                        account_by__isnull=False,
                        iban__regex=r"^[A-Z]{2}[0-9]{2}",
                    )
                    & ~Q(account_reason="")
                ),
                name="refund_account",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", debit_item=None, decided_on=None, run=None)
                | Q(state="refused", run=None, match=None)
                | (
                    Q(
                        state__in=["approved", "sent", "paid", "returned"],
                        debit_item__isnull=False,
                        decided_by__isnull=False,
                    )
                    & ~Q(iban="")
                ),
                name="refund_decided",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "refused"])
                | (
                    (Q(proposed_by=None) | ~Q(decided_by=F("proposed_by")))
                    & (Q(account_by=None) | ~Q(decided_by=F("account_by")))
                ),
                name="refund_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "approved", "refused"], match=None)
                | Q(state="sent", run__isnull=False, match=None)
                | Q(state="paid", run__isnull=False, match__isnull=False)
                | Q(state="returned", run__isnull=False, returned_on__isnull=False),
                name="refund_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """How people call it."""
        return f"R-{self.pk:06d}"

    @property
    def end_to_end_id(self) -> str:
        """What the bank tells again with its entry, and with a return."""
        return f"RF{self.pk:08d}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return page_of("receivables:bank_refund", self.pk)

    @transition(field=state, source="proposed", target="approved")
    def to_approved(self) -> None:
        """The credit is taken; the next file orders it."""

    @transition(field=state, source=["proposed", "approved"], target="refused")
    def to_refused(self) -> None:
        """Nothing goes back; the credit is free."""

    @transition(field=state, source="approved", target="sent")
    def to_sent(self) -> None:
        """It is on a file for the bank."""

    @transition(field=state, source="sent", target="paid")
    def to_paid(self) -> None:
        """The bank's entry came."""

    @transition(field=state, source=["sent", "paid"], target="returned")
    def to_returned(self) -> None:
        """The bank rejected it, or the money came back; the credit is open again."""


class AccountPolicy(CompanyScoped):
    """What happens by itself on customers' accounts; a company without one: the defaults.

    ``refund_after_days``: a credit left so long is proposed to go back; empty: never.
    ``is_return_fee_passed_on``: what a bank takes for a returned debit is claimed, not borne.
    """

    refund_after_days = models.PositiveSmallIntegerField(null=True)
    is_duplicate_refunded = models.BooleanField(default=True)
    is_return_fee_passed_on = models.BooleanField(default=True)
    set_by_name = models.CharField(_("by"), max_length=120)
    set_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet["AccountPolicy"].as_manager()

    class Meta:
        verbose_name = _("rules of customers' accounts")
        verbose_name_plural = _("rules of customers' accounts")
        constraints = [
            models.UniqueConstraint(fields=["company"], name="account_policy_once"),
            models.CheckConstraint(
                condition=Q(refund_after_days=None) | Q(refund_after_days__gte=1),
                name="account_policy_days",
            ),
        ]

    def __str__(self) -> str:
        return str(self.company_id)
