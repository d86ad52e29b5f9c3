"""Dunning: levels, runs that are proposed, approved and sent, and holds.

The level belongs to the item: it is the highest one reminded. (item, level) is unique over all
notices that were not dropped, so no item is ever reminded twice at one level.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMModelMixin, transition

from core.actors import JOB, shown_name
from core.addresses import page_of
from core.models import CompanyScoped, OutboundMessage, ScopedQuerySet, StoredDocument
from customers.models import Customer
from receivables.models import OpenItem


class DunningLevel(CompanyScoped):
    """One step: so many days after the due day, so many days after the step before, this text."""

    class Tone(models.TextChoices):
        """How it sounds."""

        FRIENDLY = "friendly", _("friendly")
        FIRM = "firm", _("firm")
        FINAL = "final", _("final")

    level = models.PositiveSmallIntegerField(_("level"))
    name = models.CharField(_("name"), max_length=80)
    days_overdue = models.PositiveSmallIntegerField(_("days after due"))
    wait_days = models.PositiveSmallIntegerField(_("days since the last level"), default=10)
    tone = models.CharField(_("tone"), max_length=10, choices=Tone.choices, default="friendly")
    pay_within_days = models.PositiveSmallIntegerField(_("days to pay"), default=7)

    objects = ScopedQuerySet["DunningLevel"].as_manager()

    class Meta:
        verbose_name = _("dunning level")
        verbose_name_plural = _("dunning levels")
        ordering = ["level"]
        constraints = [
            models.UniqueConstraint(fields=["company", "level"], name="dunning_level_once"),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=9), name="dunning_level_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.name}"


class RunState(models.TextChoices):
    """Where a run stands."""

    PROPOSED = "proposed", _("proposed")
    APPROVED = "approved", _("approved")
    SENT = "sent", _("sent")
    DISCARDED = "discarded", _("discarded")


class DunningRun(ConcurrentTransitionMixin, FSMModelMixin, CompanyScoped):
    """A proposal of who is reminded of what; nothing leaves before somebody else approved it."""

    number = models.CharField(_("number"), max_length=20)
    run_on = models.DateField(_("as of"))
    state = FSMField(
        _("state"), default=RunState.PROPOSED, choices=RunState.choices, protected=True
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_by_name = models.CharField(_("proposed by"), max_length=120)
    proposed_at = models.DateTimeField(auto_now_add=True)
    content_hash = models.CharField(max_length=64, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    left_out = models.JSONField(_("left out, and why"), default=list)

    objects = ScopedQuerySet["DunningRun"].as_manager()

    class Meta:
        verbose_name = _("dunning run")
        verbose_name_plural = _("dunning runs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="dunning_run_number"),
            models.UniqueConstraint(
                fields=["company"], condition=Q(state="proposed"), name="dunning_one_proposal"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | Q(proposed_by=None)
                | ~Q(approved_by=F("proposed_by")),
                name="dunning_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "discarded"]) | Q(approved_by__isnull=False),
                name="dunning_sent_only_approved",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RunState.values), name="dunning_run_state"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def proposer(self) -> str:
        """Who proposed it, in the reader's language when it was proposed by itself."""
        return shown_name("user" if self.proposed_by_id else JOB, self.proposed_by_name)

    def get_absolute_url(self) -> str:
        """Its page."""
        return page_of("dunning:run", self.pk)

    @transition(field=state, source=RunState.PROPOSED, target=RunState.APPROVED)
    def to_approved(self) -> None:
        """A second person has looked."""

    @transition(field=state, source=RunState.APPROVED, target=RunState.SENT)
    def to_sent(self) -> None:
        """Every notice has its letter or was dropped."""

    @transition(field=state, source=RunState.PROPOSED, target=RunState.DISCARDED)
    def to_discarded(self) -> None:
        """Thrown away; its items are free for the next run."""


class DunningNoticeQuerySet(ScopedQuerySet["DunningNotice"]):
    """Reads on notices."""

    def awaiting_letter(self) -> Self:
        """Approved and not yet written; due work."""
        return self.filter(run__state=RunState.APPROVED, state="proposed")


class DunningNotice(CompanyScoped):
    """One reminder to one customer in one currency, with all its items."""

    class State(models.TextChoices):
        """What became of it."""

        PROPOSED = "proposed", _("proposed")
        EXCLUDED = "excluded", _("left out by hand")
        WRITTEN = "written", _("written")
        DROPPED = "dropped", _("nothing left to remind")

    run = models.ForeignKey(DunningRun, on_delete=models.CASCADE, related_name="notices")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="dunning_notices")
    level = models.PositiveSmallIntegerField(_("level"))
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(_("overdue"), max_digits=18, decimal_places=2)
    recipient = models.CharField(_("to"), max_length=254, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default="proposed")
    excluded_reason = models.CharField(_("why left out"), max_length=200, blank=True)
    letter = models.ForeignKey(
        StoredDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    message = models.ForeignKey(
        OutboundMessage, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_on = models.DateField(_("written"), null=True, blank=True)

    objects = DunningNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-amount"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "customer", "currency"], name="dunning_notice_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "excluded", "written", "dropped"]),
                name="dunning_notice_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.customer_id}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return page_of("dunning:notice", self.pk)


class DunningNoticeItem(models.Model):
    """An item on a reminder, at the level it reaches with it."""

    notice = models.ForeignKey(DunningNotice, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, related_name="dunning")
    level = models.PositiveSmallIntegerField(_("level"))
    amount = models.DecimalField(_("open"), max_digits=18, decimal_places=2)
    days_overdue = models.PositiveIntegerField(_("days overdue"))
    is_live = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("reminded item")
        verbose_name_plural = _("reminded items")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "level"], condition=Q(is_live=True), name="dunned_once_per_level"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} @ {self.level}"


class DunningHold(CompanyScoped):
    """No reminders for an item, or for a whole customer, until a day; with reason and owner."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="dunning_holds")
    item = models.ForeignKey(
        OpenItem, on_delete=models.PROTECT, null=True, blank=True, related_name="dunning_holds"
    )
    reason = models.CharField(_("reason"), max_length=200)
    until = models.DateField(_("until"))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    objects = ScopedQuerySet["DunningHold"].as_manager()

    class Meta:
        verbose_name = _("dunning hold")
        verbose_name_plural = _("dunning holds")
        indexes = [
            models.Index(
                fields=["customer"], name="dunning_hold_live", condition=Q(lifted_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} → {self.until}: {self.reason}"
