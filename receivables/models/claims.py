"""What a customer owes beside an invoice: a bank's fee passed on, interest, the flat sum.

A claim has an open item of its own, so it stays when the principal is paid; whether it is paid is
read from that item. Damages and interest carry no VAT.
"""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMModelMixin, transition

from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet
from receivables.models.bank import BankEntry
from receivables.models.items import OpenItem
from receivables.models.ledger import JournalEntry


class Claim(ConcurrentTransitionMixin, FSMModelMixin, CompanyScoped):
    """A fee, interest or flat sum claimed with ``item`` for what was late, ``principal``.

    ``spans``: the days of an interest claim as ``[first, last, open amount, rate]``, as known when
    it was last reckoned; ``lowered_amount``: what payments told later took off it. ``entry`` booked
    it, ``return_entry`` is the bank's entry that took the fee.
    """

    class Kind(models.TextChoices):
        """What is claimed."""

        FEE = "fee", _("fee of a returned payment")
        INTEREST = "interest", _("interest on late payment")
        FLAT_SUM = "flat_sum", _("flat sum for late payment")

    class State(models.TextChoices):
        """Where it stands; whether it is paid, its item tells."""

        CLAIMED = "claimed", _("claimed")
        WAIVED = "waived", _("waived")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    item = models.OneToOneField(OpenItem, on_delete=models.PROTECT, related_name="claim")
    principal = models.ForeignKey(
        OpenItem, on_delete=models.PROTECT, null=True, related_name="claims"
    )
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="claim")
    return_entry = models.ForeignKey(
        BankEntry, on_delete=models.PROTECT, null=True, related_name="+"
    )
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    from_on = models.DateField(_("from"), null=True)
    until_on = models.DateField(_("until"), null=True)
    spans = models.JSONField(default=list)
    reckoned_at = models.DateTimeField(null=True)
    lowered_amount = models.DecimalField(
        _("lowered by"), max_digits=18, decimal_places=2, default=Decimal(0)
    )
    state = FSMField(_("state"), default=State.CLAIMED, choices=State.choices, protected=True)
    claimed_on = models.DateField(_("claimed"))
    claimed_by_name = models.CharField(_("claimed by"), max_length=120)
    waived_on = models.DateField(_("waived"), null=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    waived_by_name = models.CharField(_("waived by"), max_length=120, blank=True)
    waived_amount = models.DecimalField(
        _("waived"), max_digits=18, decimal_places=2, default=Decimal(0)
    )
    reason = models.CharField(_("why waived"), max_length=300, blank=True)

    objects = ScopedQuerySet["Claim"].as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["-id"]
        indexes = [models.Index(fields=["company", "-id"], name="claim_company")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="fee", from_on=None)
                | Q(
                    kind="interest",
                    principal__isnull=False,
                    from_on__isnull=False,
                    until_on__gte=F("from_on"),
                )
                | Q(kind="flat_sum", principal__isnull=False, from_on=None),
                name="claim_kind",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount__gt=0,
                    waived_amount__gte=0,
                    lowered_amount__gte=0,
                    waived_amount__lte=F("amount") - F("lowered_amount"),
                ),
                name="claim_amount",
            ),
            models.CheckConstraint(
                condition=Q(state="claimed", waived_on=None, waived_amount=0)
                | (Q(state="waived", waived_on__isnull=False) & ~Q(reason="")),
                name="claim_waived_with_reason",
            ),
            models.UniqueConstraint(
                fields=["principal"], condition=Q(kind="flat_sum"), name="claim_flat_sum_once"
            ),
            models.UniqueConstraint(
                fields=["return_entry"],
                condition=Q(kind="fee", state="claimed"),
                name="claim_fee_once",
            ),
            ExclusionConstraint(
                name="claim_day_once",
                expressions=[
                    ("principal", RangeOperators.EQUAL),
                    (
                        Func(
                            "from_on", "until_on",
                            RangeBoundary(inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(kind="interest"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.item.document_number

    @property
    def is_paid(self) -> bool:
        """Nothing of it is open, and it was not given up."""
        return self.state == self.State.CLAIMED and not self.item.outstanding_amount

    def get_absolute_url(self) -> str:
        """Its page."""
        return page_of("receivables:claim", self.pk)

    @transition(field=state, source="claimed", target="waived")
    def to_waived(self) -> None:
        """What is open of it is given up."""


class BaseRate(CompanyScoped):
    """A base rate published after those the program knows; it holds from a day on."""

    valid_from = models.DateField(_("holds from"))
    rate = models.DecimalField(_("rate"), max_digits=7, decimal_places=6)
    entered_by_name = models.CharField(_("by"), max_length=120)
    entered_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["BaseRate"].as_manager()

    class Meta:
        verbose_name = _("base rate of interest")
        verbose_name_plural = _("base rates of interest")
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["company", "valid_from"], name="base_rate_once"),
            models.CheckConstraint(
                condition=Q(rate__gt=Decimal("-0.2"), rate__lt=Decimal("0.5")),
                name="base_rate_sane",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}: {self.rate}"
