"""SEPA mandates: that a customer lets us collect what they owe from their account.

A mandate is entered by one person and put to use by another (it is a bank detail). Once in use its
reference, account and signature stay: another account is another mandate.
"""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMModelMixin, transition

from core.models import CompanyScoped, ScopedQuerySet
from customers.models.customers import Customer

UNUSED_YEARS = 3
"""A mandate not collected from for 36 months is void (EPC SDD rulebook, 4.1)."""


class MandateQuerySet(ScopedQuerySet["Mandate"]):
    """Reads on mandates."""

    def usable(self, on: date) -> Self:
        """What may be collected from: in use, and used or signed within 36 months."""
        return self.filter(~self._is_unused(on), state=Mandate.State.ACTIVE)

    def unused(self, on: date) -> Self:
        """Neither signed nor used within 36 months."""
        return self.filter(self._is_unused(on))

    @staticmethod
    def _is_unused(on: date) -> Q:
        limit = on.replace(
            year=on.year - UNUSED_YEARS, day=min(on.day, 28 if on.month == 2 else 31)
        )
        return Q(last_used_on__lt=limit) | Q(last_used_on=None, signed_on__lt=limit)


class Mandate(ConcurrentTransitionMixin, FSMModelMixin, CompanyScoped):
    """One mandate; ``last_used_on`` is kept by receivables: the last day it was collected from."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("to be checked")
        ACTIVE = "active", _("in use")
        SUSPENDED = "suspended", _("suspended")
        REVOKED = "revoked", _("revoked")
        EXPIRED = "expired", _("expired")

    class Scheme(models.TextChoices):
        """Core: eight weeks to have the money back. B2B: businesses only, no way back."""

        CORE = "CORE", _("Core")
        B2B = "B2B", _("B2B")

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="mandates", verbose_name=_("customer")
    )
    reference = models.CharField(_("mandate"), max_length=35)
    scheme = models.CharField(_("scheme"), max_length=4, choices=Scheme.choices, default="CORE")
    iban = models.CharField(_("IBAN"), max_length=34)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    holder = models.CharField(_("holder"), max_length=70)
    signed_on = models.DateField(_("signed"))
    state = FSMField(_("state"), default=State.DRAFT, choices=State.choices, protected=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    last_used_on = models.DateField(_("last used"), null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_by_name = models.CharField(_("entered by"), max_length=120)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("SEPA mandate")
        verbose_name_plural = _("SEPA mandates")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["company", "reference"], name="mandate_reference_once"),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(state="active"), name="mandate_one_in_use"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "active", "suspended", "revoked", "expired"],
                    scheme__in=["CORE", "B2B"],
                ),
                name="mandate_known_words",
            ),
            models.CheckConstraint(
                condition=Q(
                    reference__regex=r"^[A-Za-z0-9+?:().,'-]([A-Za-z0-9+?/:().,' -]{0,34})$",
                    iban__regex=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$",
                ),
                name="mandate_signs",
            ),
            models.CheckConstraint(
                condition=Q(entered_by=None)
                | Q(activated_by=None)
                | ~Q(activated_by=F("entered_by")),
                name="mandate_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["active", "suspended"]) | Q(activated_by__isnull=False),
                name="mandate_used_only_checked",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["suspended", "revoked"]) | ~Q(reason=""),
                name="mandate_ended_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Where it is shown and decided: the customer's terms."""
        return f"{reverse('customers:terms', args=[self.customer_id])}#mandates"

    @property
    def next_sequence(self) -> str:
        """FRST for the first collection, RCUR from then on (both may be RCUR since 2016)."""
        return "RCUR" if self.last_used_on else "FRST"

    @transition(field=state, source="draft", target="active")
    def to_active(self) -> None:
        """A second person checked it against the signed paper."""

    @transition(field=state, source="active", target="suspended")
    def to_suspended(self) -> None:
        """The bank refused, or somebody stops it for now."""

    @transition(field=state, source="suspended", target="active")
    def to_resumed(self) -> None:
        """It is good again."""

    @transition(field=state, source=["draft", "active", "suspended"], target="revoked")
    def to_revoked(self) -> None:
        """The customer took it back, or it was entered wrongly."""

    @transition(field=state, source=["active", "suspended"], target="expired")
    def to_expired(self) -> None:
        """36 months without a collection."""
