"""Cash and cheques taken by hand, and the deposit slips they go to the bank on.

A receipt is told by an entry of an account that we keep ourselves (``BankAccount.kind``): so it is
matched, undone and returned by the very verbs of a bank entry.
"""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMModelMixin, transition

from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet, StoredDocument
from customers.models import Customer
from receivables.models.bank import BankAccount, BankEntry
from receivables.models.ledger import JournalEntry
from receivables.models.matches import BankMatch


class CashLimits(CompanyScoped):
    """What a company takes in cash: at most so much, and from where on it asks who pays.

    Empty: what the law of the company's country says (``rules.cash``).
    """

    limit_amount = models.DecimalField(
        _("most taken in cash from a customer in a day"),
        max_digits=18, decimal_places=2, null=True, blank=True,
    )  # fmt: skip
    identify_amount = models.DecimalField(
        _("who pays is identified from"), max_digits=18, decimal_places=2, null=True, blank=True
    )

    objects = ScopedQuerySet["CashLimits"].as_manager()

    class Meta:
        verbose_name = _("limits of cash")
        verbose_name_plural = _("limits of cash")
        constraints = [
            models.UniqueConstraint(fields=["company"], name="cash_limits_once"),
            models.CheckConstraint(
                condition=(Q(limit_amount=None) | Q(limit_amount__gt=0))
                & (Q(identify_amount=None) | Q(identify_amount__gt=0)),
                name="cash_limits_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company}"


class DepositSlipQuerySet(ScopedQuerySet["DepositSlip"]):
    """Reads on slips."""

    def awaiting_money(self) -> Self:
        """Handed in, and not on the bank's statement yet."""
        return self.filter(state=DepositSlip.State.HANDED_IN)


class DepositSlip(ConcurrentTransitionMixin, FSMModelMixin, CompanyScoped):
    """Cash and cheques handed in at a bank together; it credits their sum with one entry.

    The database keeps ``amount`` the sum of the receipts on it.
    """

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("open")
        HANDED_IN = "handed_in", _("handed in")
        CREDITED = "credited", _("credited")

    number = models.CharField(_("number"), max_length=20)
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="deposits")
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2, default=0)
    state = FSMField(_("state"), default=State.OPEN, choices=State.choices, protected=True)
    opened_on = models.DateField(_("opened"))
    opened_by_name = models.CharField(_("by"), max_length=120)
    handed_in_on = models.DateField(_("handed in"), null=True)
    handed_in_by_name = models.CharField(max_length=120, blank=True)
    entry = models.OneToOneField(
        JournalEntry, on_delete=models.PROTECT, null=True, related_name="+"
    )
    match = models.OneToOneField(
        BankMatch, on_delete=models.PROTECT, null=True, related_name="deposit_slip"
    )
    document = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = DepositSlipQuerySet.as_manager()

    class Meta:
        verbose_name = _("deposit slip")
        verbose_name_plural = _("deposit slips")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="deposit_number"),
            models.UniqueConstraint(
                fields=["bank_account"], condition=Q(state="open"), name="deposit_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="open", entry=None, handed_in_on=None, match=None)
                | Q(state="handed_in", entry__isnull=False, amount__gt=0, match=None)
                | Q(state="credited", entry__isnull=False, amount__gt=0, match__isnull=False),
                name="deposit_state",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="deposit_amount"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return page_of("receivables:deposit", self.pk)

    @transition(field=state, source=State.OPEN, target=State.HANDED_IN)
    def to_handed_in(self) -> None:
        """The bank has it."""

    @transition(field=state, source=State.HANDED_IN, target=State.CREDITED)
    def to_credited(self) -> None:
        """The bank's entry says so."""

    @transition(field=state, source=State.CREDITED, target=State.HANDED_IN)
    def to_not_credited(self) -> None:
        """The match with the bank's entry was undone."""


class ReceiptQuerySet(ScopedQuerySet["Receipt"]):
    """Reads on receipts."""

    def in_hand(self) -> Self:
        """With us, on no slip."""
        return self.filter(state=Receipt.State.HELD, slip=None)

    def bounced_at_bank(self) -> Self:
        """Cheques that came back after they were handed in, not on the bank's statement yet."""
        return self.filter(
            state=Receipt.State.BOUNCED, slip__isnull=False, bounce_match__isnull=True
        )


class Receipt(ConcurrentTransitionMixin, FSMModelMixin, CompanyScoped):
    """Cash or a cheque that a customer gave us; ``key`` makes taking it twice impossible.

    ``bounce_match``: the match of the bank's entry that tells of the cheque coming back.
    """

    class Kind(models.TextChoices):
        """What it is."""

        CASH = "cash", _("cash")
        CHEQUE = "cheque", _("cheque")

    class State(models.TextChoices):
        """Where it is."""

        HELD = "held", _("in hand")
        BANKED = "banked", _("at the bank")
        BOUNCED = "bounced", _("bounced")
        CANCELLED = "cancelled", _("cancelled")

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("customer")
    )
    key = models.UUIDField(unique=True, default=uuid.uuid4)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=20)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    received_on = models.DateField(_("received"))
    cheque_number = models.CharField(_("cheque number"), max_length=30, blank=True)
    drawer_bank = models.CharField(_("drawer's bank"), max_length=80, blank=True)
    identification = models.CharField(_("who paid, identified by"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    state = FSMField(_("state"), default=State.HELD, choices=State.choices, protected=True)
    bank_entry = models.OneToOneField(BankEntry, on_delete=models.PROTECT, related_name="receipt")
    slip = models.ForeignKey(
        DepositSlip, on_delete=models.PROTECT, null=True, related_name="receipts"
    )
    taken_by_name = models.CharField(_("by"), max_length=120)
    taken_at = models.DateTimeField(_("entered"), auto_now_add=True)
    bounced_on = models.DateField(_("bounced"), null=True)
    bounce_reason = models.CharField(_("reason"), max_length=200, blank=True)
    fee_amount = models.DecimalField(_("bank's fee"), max_digits=18, decimal_places=2, default=0)
    bounce_entry = models.OneToOneField(
        BankEntry, on_delete=models.PROTECT, null=True, related_name="bounced_receipt"
    )
    bounce_match = models.ForeignKey(
        BankMatch, on_delete=models.PROTECT, null=True, related_name="bounced_receipts"
    )
    document = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["company"], name="receipt_in_hand", condition=Q(state="held", slip=None)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="receipt_number"),
            models.UniqueConstraint(
                F("company"), Lower("drawer_bank"), Lower("cheque_number"),
                condition=Q(kind="cheque") & ~Q(state="cancelled"),
                name="receipt_cheque_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="receipt_amount"),
            models.CheckConstraint(
                condition=Q(kind="cash", cheque_number="", drawer_bank="")
                | (Q(kind="cheque") & ~Q(cheque_number="") & ~Q(drawer_bank="")),
                name="receipt_kind",
            ),
            models.CheckConstraint(
                condition=Q(state="held", bounced_on=None)
                | Q(state="banked", slip__isnull=False, bounced_on=None)
                | Q(
                    state="bounced", kind="cheque", bounced_on__isnull=False,
                    bounce_entry__isnull=False, fee_amount__gte=0,
                )
                | Q(state="cancelled", slip=None, bounced_on=None),
                name="receipt_state",
            ),
            models.CheckConstraint(
                condition=Q(state="bounced")
                | Q(fee_amount=0, bounce_entry=None, bounce_match=None),
                name="receipt_bounce",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return page_of("receivables:receipt", self.pk)

    @transition(field=state, source=State.HELD, target=State.BANKED)
    def to_banked(self) -> None:
        """Handed in with its slip."""

    @transition(field=state, source=[State.HELD, State.BANKED], target=State.BOUNCED)
    def to_bounced(self) -> None:
        """The drawer's bank did not pay it."""

    @transition(field=state, source=State.HELD, target=State.CANCELLED)
    def to_cancelled(self) -> None:
        """It was entered in error."""
