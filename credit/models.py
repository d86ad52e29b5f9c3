"""Credit: a limit per customer, decisions with the figures they saw, and holds.

The account row is what a decision locks: exposure is summed inside the lock, and whatever the
decision allows is written in the same transaction.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMModelMixin, transition

from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet
from customers.models import Customer
from orders.models import Order


class CreditAccount(CompanyScoped):
    """How much a customer may owe us at a time, in the company's currency."""

    customer = models.OneToOneField(
        Customer, on_delete=models.PROTECT, related_name="credit_account"
    )
    limit_amount = models.DecimalField(_("limit"), max_digits=18, decimal_places=2, default=0)
    secured_amount = models.DecimalField(_("secured"), max_digits=18, decimal_places=2, default=0)
    review_on = models.DateField(_("review on"), null=True, blank=True)
    tolerated_days_overdue = models.PositiveSmallIntegerField(
        _("days overdue tolerated"), default=14
    )

    objects = ScopedQuerySet["CreditAccount"].as_manager()

    class Meta:
        verbose_name = _("credit account")
        verbose_name_plural = _("credit accounts")
        constraints = [
            models.CheckConstraint(
                condition=Q(limit_amount__gte=0, secured_amount__gte=0),
                name="credit_account_amounts",
            ),
        ]

    def __str__(self) -> str:
        return str(self.customer)


class LimitChange(ConcurrentTransitionMixin, FSMModelMixin, CompanyScoped):
    """A proposed limit; the one who proposes never approves."""

    class State(models.TextChoices):
        """Where it stands."""

        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="changes")
    old_amount = models.DecimalField(_("from"), max_digits=18, decimal_places=2)
    new_amount = models.DecimalField(_("to"), max_digits=18, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=300)
    state = FSMField(_("state"), default="proposed", choices=State.choices, protected=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["LimitChange"].as_manager()

    class Meta:
        verbose_name = _("limit change")
        verbose_name_plural = _("limit changes")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(new_amount__gte=0), name="limit_not_negative"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="limit_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by=None, decided_at=None)
                | Q(
                    state__in=["approved", "rejected"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="limit_decided_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="proposed"), name="limit_one_proposal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.old_amount} → {self.new_amount}"

    def get_absolute_url(self) -> str:
        """Its own page, where it is decided."""
        return page_of("credit:limit", self.pk)

    @transition(field=state, source="proposed", target="approved")
    def to_approved(self) -> None:
        """A second person agrees."""

    @transition(field=state, source="proposed", target="rejected")
    def to_rejected(self) -> None:
        """The limit stays."""


class Outcome(models.TextChoices):
    """What a decision says; the strictest rule wins."""

    PASS = "pass", _("pass")
    HOLD = "hold", _("hold")
    REFUSE = "refuse", _("refuse")


class CreditDecision(CompanyScoped):
    """A decision and everything it saw, so that it can be explained and replayed. Append-only."""

    class Checkpoint(models.TextChoices):
        """When it was asked."""

        SUBMIT = "submit", _("order submitted")
        AMEND = "amend", _("order changed")
        RELEASE = "release", _("released by hand")
        RECHECK = "recheck", _("checked again")
        SHIP = "ship", _("before dispatch")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="credit_decisions")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    checkpoint = models.CharField(_("when"), max_length=10, choices=Checkpoint.choices)
    outcome = models.CharField(_("decision"), max_length=6, choices=Outcome.choices)
    figures = models.JSONField(_("figures"))
    answers = models.JSONField(_("rules"))
    decided_on = models.DateField()
    decided_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["CreditDecision"].as_manager()

    class Meta:
        verbose_name = _("credit decision")
        verbose_name_plural = _("credit decisions")
        ordering = ["-id"]
        indexes = [models.Index(fields=["order", "-id"], name="credit_decision_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    outcome__in=["pass", "hold", "refuse"],
                    checkpoint__in=["submit", "amend", "release", "recheck", "ship"],
                ),
                name="credit_decision_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.checkpoint}: {self.outcome}"

    @property
    def why(self) -> str:
        """The rules that did not pass, with their figures; for those who may see them."""
        return " ".join(answer["text"] for answer in self.answers if answer["outcome"] != "pass")


class CreditHoldQuerySet(ScopedQuerySet["CreditHold"]):
    """Reads on holds."""

    def open(self) -> Self:
        """Waiting for somebody, oldest first."""
        return self.filter(state=CreditHold.State.OPEN).order_by("pk")


class CreditHold(ConcurrentTransitionMixin, FSMModelMixin, CompanyScoped):
    """An order that waits for a credit decision, and how it was decided."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("open")
        RELEASED = "released", _("released")
        REJECTED = "rejected", _("rejected")
        CLEARED = "cleared", _("cleared by itself")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="credit_holds")
    decision = models.ForeignKey(CreditDecision, on_delete=models.PROTECT, related_name="+")
    state = FSMField(_("state"), default="open", choices=State.choices, protected=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects = CreditHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit hold")
        verbose_name_plural = _("credit holds")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="open"), name="credit_one_open_hold"
            ),
            models.CheckConstraint(
                condition=~Q(state="released")
                | ~Q(decided_by=F("requested_by"))
                | Q(requested_by=None),
                name="credit_hold_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None)
                | Q(state="cleared", decided_at__isnull=False)
                | Q(
                    ~Q(reason=""),
                    state__in=["released", "rejected"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="credit_decided_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.state}"

    def get_absolute_url(self) -> str:
        """The page of this decision."""
        return page_of("credit:hold", self.pk)

    @transition(field=state, source="open", target="released")
    def to_released(self) -> None:
        """Somebody takes the risk."""

    @transition(field=state, source="open", target="rejected")
    def to_rejected(self) -> None:
        """The order is refused."""

    @transition(field=state, source="open", target="cleared")
    def to_cleared(self) -> None:
        """Paid or reduced since; the rule passes now."""
