"""Netting with a customer who is our supplier too: their items against what they invoiced us.

We keep no ledger of payables, so the supplier's documents are told by hand. A second person
approves; the lower of both sides is set off, the rest is paid by the side that owes it.
"""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMModelMixin, transition

from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet, StoredDocument
from customers.models import Customer
from receivables.models.items import OpenItem
from receivables.models.ledger import JournalEntry


class Netting(ConcurrentTransitionMixin, FSMModelMixin, CompanyScoped):
    """A netting statement. ``amount`` is what is set off: the lower of both sides."""

    class State(models.TextChoices):
        """Where it stands."""

        PROPOSED = "proposed", _("to approve")
        BOOKED = "booked", _("booked")
        REFUSED = "refused", _("refused")
        TAKEN_BACK = "taken_back", _("taken back")

    number = models.CharField(_("number"), max_length=20)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="nettings", verbose_name=_("customer")
    )
    currency = models.CharField(_("currency"), max_length=3)
    ours_amount = models.DecimalField(_("our items"), max_digits=18, decimal_places=2)
    theirs_amount = models.DecimalField(_("their documents"), max_digits=18, decimal_places=2)
    amount = models.DecimalField(_("set off"), max_digits=18, decimal_places=2)
    note = models.CharField(_("note"), max_length=300, blank=True)
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
    entry = models.OneToOneField(
        JournalEntry, on_delete=models.PROTECT, null=True, related_name="+"
    )
    credit_item = models.OneToOneField(
        OpenItem, on_delete=models.PROTECT, null=True, related_name="netting"
    )
    document = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = ScopedQuerySet["Netting"].as_manager()

    class Meta:
        verbose_name = _("netting")
        verbose_name_plural = _("nettings")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="netting_number"),
            models.CheckConstraint(
                condition=Q(amount__gt=0)
                & Q(amount__lte=F("ours_amount"))
                & Q(amount__lte=F("theirs_amount"))
                & (Q(amount=F("ours_amount")) | Q(amount=F("theirs_amount"))),
                name="netting_amounts",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", entry=None, decided_on=None)
                | Q(state="refused", entry=None, decided_on__isnull=False)
                | Q(
                    state__in=["booked", "taken_back"],
                    entry__isnull=False,
                    credit_item__isnull=False,
                    decided_on__isnull=False,
                ),
                name="netting_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "refused"])
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="netting_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def rest_amount(self) -> Decimal:
        """What is left to pay: by the customer above nought, by us below."""
        return self.ours_amount - self.theirs_amount

    @property
    def our_debt_amount(self) -> Decimal:
        """What is left for us to pay; nought or less where it is the customer who pays."""
        return -self.rest_amount

    def get_absolute_url(self) -> str:
        """Its page."""
        return page_of("receivables:netting", self.pk)

    @transition(field=state, source=State.PROPOSED, target=State.BOOKED)
    def to_booked(self) -> None:
        """A second person approved it."""

    @transition(field=state, source=State.PROPOSED, target=State.REFUSED)
    def to_refused(self) -> None:
        """Nothing is set off."""

    @transition(field=state, source=State.BOOKED, target=State.TAKEN_BACK)
    def to_taken_back(self) -> None:
        """The items are open again."""


class NettingItem(models.Model):
    """One of our items in a netting, with what was open of it; in one live netting at a time."""

    netting = models.ForeignKey(Netting, on_delete=models.PROTECT, related_name="items")
    item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, related_name="netted_by")
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    is_waiting = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("item of a netting")
        verbose_name_plural = _("items of nettings")
        constraints = [
            models.UniqueConstraint(fields=["netting", "item"], name="netting_item_once"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(is_waiting=True), name="netting_item_waits_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="netting_item_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.amount}"


class NettingDocument(models.Model):
    """A document of the supplier's, told by hand. ``is_live``: its netting waits or is booked.

    ``number_key`` is the number without blanks and signs, in capitals: two spellings are one.
    """

    netting = models.ForeignKey(Netting, on_delete=models.PROTECT, related_name="documents")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(_("number"), max_length=40)
    number_key = models.CharField(max_length=40)
    document_on = models.DateField(_("date"))
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    is_live = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("supplier's document")
        verbose_name_plural = _("supplier's documents")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["netting", "position"], name="netting_position"),
            models.UniqueConstraint(
                fields=["customer", "number_key"],
                condition=Q(is_live=True),
                name="netting_document_once",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & ~Q(number_key=""), name="netting_document_facts"
            ),
        ]

    def __str__(self) -> str:
        return self.number
