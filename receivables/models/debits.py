"""Direct debits: runs that are proposed, approved and given to the bank, and what came of them.

An item is on one live debit at a time: who proposes it twice, or reminds while it is in flight,
is refused by the database or left out by the rule.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMModelMixin, transition

from core.addresses import page_of
from core.models import CompanyScoped, OutboundMessage, ScopedQuerySet, StoredDocument
from customers.models import Mandate
from receivables.models.bank import BankAccount, BankEntry
from receivables.models.items import OpenItem


class DebitRun(ConcurrentTransitionMixin, FSMModelMixin, CompanyScoped):
    """What is to be collected on one day with one file; nothing leaves before a second person."""

    class State(models.TextChoices):
        """Where it stands."""

        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved")
        DISCARDED = "discarded", _("discarded")

    class Format(models.TextChoices):
        """Which version the bank takes."""

        V8 = "pain.008.001.08", "pain.008.001.08"
        V2 = "pain.008.001.02", "pain.008.001.02"

    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(_("scheme"), max_length=4, choices=Mandate.Scheme.choices)
    format = models.CharField(_("format"), max_length=20, choices=Format.choices)
    proposed_on = models.DateField(_("proposed"))
    collect_on = models.DateField(_("collected on"))
    notice_days = models.PositiveSmallIntegerField(_("days announced ahead"))
    announced_on = models.DateField(_("announced"), null=True, blank=True)
    state = FSMField(_("state"), default=State.PROPOSED, choices=State.choices, protected=True)
    left_out = models.JSONField(_("left out, and why"), default=list)
    content_hash = models.CharField(max_length=64, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_by_name = models.CharField(_("proposed by"), max_length=120)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    document = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedQuerySet["DebitRun"].as_manager()

    class Meta:
        verbose_name = _("direct debit run")
        verbose_name_plural = _("direct debit runs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "scheme"],
                condition=Q(state="proposed"),
                name="debit_one_proposal",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | Q(proposed_by=None)
                | ~Q(approved_by=F("proposed_by")),
                name="debit_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "discarded"])
                | Q(
                    state="approved",
                    approved_by__isnull=False,
                    announced_on__isnull=False,
                    document__isnull=False,
                ),
                name="debit_sent_only_approved",
            ),
            models.CheckConstraint(
                condition=Q(
                    scheme__in=["CORE", "B2B"],
                    format__in=["pain.008.001.08", "pain.008.001.02"],
                    notice_days__gte=1,
                ),
                name="debit_known_words",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """How people and the bank call it: also the message's id in the file."""
        return f"DD-{self.pk:06d}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return page_of("receivables:debit_run", self.pk)

    @transition(field=state, source="proposed", target="approved")
    def to_approved(self) -> None:
        """The file is written and the customers are told."""

    @transition(field=state, source="proposed", target="discarded")
    def to_discarded(self) -> None:
        """Nothing is collected."""


class DebitQuerySet(ScopedQuerySet["Debit"]):
    """Reads on debits."""

    def in_flight(self) -> Self:
        """Given to the bank, and not yet on a statement."""
        return self.filter(state=Debit.State.SENT)

    def live(self) -> Self:
        """Proposed or given to the bank: the item is collected by nobody else."""
        return self.filter(state__in=[Debit.State.PROPOSED, Debit.State.SENT])


class Debit(CompanyScoped):
    """One item collected from one mandate; the bank names it by ``end_to_end_id``."""

    class State(models.TextChoices):
        """Where it stands."""

        PROPOSED = "proposed", _("proposed")
        SENT = "sent", _("at the bank")
        COLLECTED = "collected", _("collected")
        RETURNED = "returned", _("returned")
        DROPPED = "dropped", _("not collected")

    class Sequence(models.TextChoices):
        """First from a mandate, or a further one."""

        FIRST = "FRST", _("first")
        RECURRENT = "RCUR", _("recurrent")

    run = models.ForeignKey(DebitRun, on_delete=models.PROTECT, related_name="debits")
    item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, related_name="debits")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="debits")
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    sequence = models.CharField(_("sequence"), max_length=4, choices=Sequence.choices)
    end_to_end_id = models.CharField(max_length=35)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default="proposed")
    payment_item = models.ForeignKey(
        OpenItem, on_delete=models.PROTECT, null=True, blank=True, related_name="collected_by"
    )
    returned_on = models.DateField(_("returned"), null=True, blank=True)
    return_reason = models.CharField(_("reason of the return"), max_length=35, blank=True)
    fee_amount = models.DecimalField(_("bank's fee"), max_digits=18, decimal_places=2, default=0)
    return_entry = models.ForeignKey(
        BankEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    message = models.ForeignKey(
        OutboundMessage, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DebitQuerySet.as_manager()

    class Meta:
        verbose_name = _("direct debit")
        verbose_name_plural = _("direct debits")
        constraints = [
            models.UniqueConstraint(fields=["company", "end_to_end_id"], name="debit_end_to_end"),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(state__in=["proposed", "sent"]),
                name="debit_item_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["proposed", "sent", "collected", "returned", "dropped"],
                    sequence__in=["FRST", "RCUR"],
                    amount__gt=0,
                ),
                name="debit_facts",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["proposed", "sent", "dropped"],
                    payment_item=None,
                    returned_on=None,
                    fee_amount=0,
                )
                | Q(state="collected", payment_item__isnull=False, returned_on=None, fee_amount=0)
                | Q(
                    state="returned",
                    payment_item__isnull=False,
                    returned_on__isnull=False,
                    return_entry__isnull=False,
                    fee_amount__gte=0,
                ),
                name="debit_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.end_to_end_id
