"""What is given up of an item, and up to how much that is done without asking.

A write-off is asked for, decided and booked as an entry with one credit item; taking it back is the
opposite entry. Tolerances hold from a day on; a new set replaces them from a later one.
"""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet
from receivables.models.items import OpenItem
from receivables.models.ledger import JournalEntry
from receivables.models.matches import BankMatch


class WriteOffReason(models.TextChoices):
    """Why it is given up; the accounts and the VAT follow from it."""

    DISCOUNT = "discount", _("discount taken late or without agreement")
    FREIGHT = "freight", _("freight and charges")
    PRICE = "price", _("price")
    QUANTITY = "quantity", _("quantity")
    QUALITY = "quality", _("quality")
    DELIVERY = "delivery", _("not or late delivered")
    INVOICE = "invoice", _("invoice wrong")
    OTHER = "other", _("other")
    UNKNOWN = "unknown", _("reason unknown")
    GOODWILL = "goodwill", _("goodwill")
    INSOLVENT = "insolvent", _("customer insolvent")
    LOST = "lost", _("can't be collected")
    SMALL = "small", _("not worth pursuing")


class WriteOffState(models.TextChoices):
    """Where it stands."""

    ASKED = "asked", _("waits for approval")
    BOOKED = "booked", _("booked")
    REFUSED = "refused", _("refused")
    TAKEN_BACK = "taken_back", _("taken back")


class WriteOffQuerySet(ScopedQuerySet["WriteOff"]):
    """Reads on write-offs."""

    def asked(self) -> "WriteOffQuerySet":
        """Waiting for somebody else."""
        return self.filter(state=WriteOffState.ASKED)

    def booked(self) -> "WriteOffQuerySet":
        """In the books now."""
        return self.filter(state=WriteOffState.BOOKED)


class WriteOff(CompanyScoped):
    """So much of an item is given up: who asked, who decided, and the entry that booked it.

    ``limit_amount`` is what one person may book alone, as it held when it was asked (both it and
    ``worth_amount`` in the books' currency). ``match``: the payment whose shortage it closes; it
    goes back with it. ``is_automatic``: by the tolerances, without a person.
    """

    item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, related_name="write_offs")
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    worth_amount = models.DecimalField(max_digits=18, decimal_places=2)
    limit_amount = models.DecimalField(max_digits=18, decimal_places=2, default=Decimal("0.00"))
    reason = models.CharField(_("reason"), max_length=10, choices=WriteOffReason.choices)
    note = models.CharField(_("why"), max_length=300, blank=True)
    match = models.ForeignKey(
        BankMatch, on_delete=models.PROTECT, null=True, blank=True, related_name="write_offs"
    )
    is_automatic = models.BooleanField(default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=WriteOffState.choices, default=WriteOffState.ASKED
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_by_name = models.CharField(_("asked by"), max_length=120)
    asked_on = models.DateField(_("asked"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_by_name = models.CharField(_("decided by"), max_length=120, blank=True)
    decided_on = models.DateField(_("decided"), null=True, blank=True)
    entry = models.OneToOneField(
        JournalEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="write_off"
    )

    objects = WriteOffQuerySet.as_manager()

    class Meta:
        verbose_name = _("write-off")
        verbose_name_plural = _("write-offs")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["company", "state", "-id"], name="write_off_state"),
            models.Index(
                fields=["company", "decided_on"],
                name="write_off_automatic",
                condition=Q(is_automatic=True, state="booked"),
                include=["item", "worth_amount"],
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(state="asked"), name="write_off_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, worth_amount__gte=0, limit_amount__gte=0),
                name="write_off_amount",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", entry=None, decided_on=None)
                | Q(state="refused", entry=None, decided_on__isnull=False)
                | Q(
                    state__in=["booked", "taken_back"],
                    entry__isnull=False,
                    decided_on__isnull=False,
                ),
                name="write_off_booked_by_entry",
            ),
            models.CheckConstraint(
                condition=Q(is_automatic=True)
                | ~Q(state__in=["booked", "taken_back"])
                | ~Q(decided_by=F("asked_by"))
                | Q(worth_amount__lte=F("limit_amount")),
                name="write_off_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.document_number}: {self.amount}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return page_of("receivables:write_off", self.pk)


class TolerancePolicy(CompanyScoped):
    """What holds for shortages from a day on.

    ``year_amount``: what may be accepted without a person per customer and calendar year;
    ``alone_amount``: up to which one person decides alone. ``part_rate``: a rest beyond this share
    of its item that nothing explains is a payment in part, no deduction. In the books' currency.
    """

    valid_from = models.DateField(_("holds from"))
    year_amount = models.DecimalField(max_digits=18, decimal_places=2)
    alone_amount = models.DecimalField(max_digits=18, decimal_places=2)
    part_rate = models.DecimalField(max_digits=7, decimal_places=6)
    answer_days = models.PositiveSmallIntegerField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    set_by_name = models.CharField(_("by"), max_length=120)
    set_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["TolerancePolicy"].as_manager()

    class Meta:
        verbose_name = _("tolerances of deductions")
        verbose_name_plural = _("tolerances of deductions")
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["company", "valid_from"], name="tolerance_policy_once"),
            models.CheckConstraint(
                condition=Q(
                    year_amount__gte=0, alone_amount__gte=0, part_rate__gte=0, part_rate__lte=1
                ),
                name="tolerance_policy_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company_id}: {self.valid_from}"


class Tolerance(models.Model):
    """Up to how much, and which share of the item, a reason is accepted by itself."""

    policy = models.ForeignKey(TolerancePolicy, on_delete=models.CASCADE, related_name="tolerances")
    reason = models.CharField(_("reason"), max_length=10, choices=WriteOffReason.choices)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    rate = models.DecimalField(max_digits=7, decimal_places=6)

    class Meta:
        verbose_name = _("tolerance")
        verbose_name_plural = _("tolerances")
        constraints = [
            models.UniqueConstraint(fields=["policy", "reason"], name="tolerance_reason_once"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, rate__gte=0, rate__lte=1), name="tolerance_amounts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason}: {self.amount}"
