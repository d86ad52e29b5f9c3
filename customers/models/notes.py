"""What was said with a customer."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import CompanyScoped, ScopedQuerySet
from customers.models.customers import Contact, Customer


class CustomerNoteQuerySet(ScopedQuerySet["CustomerNote"]):
    """Reads on notes."""

    def without_money(self) -> Self:
        """What everybody may read; promises and claims are the customer's finances."""
        return self.exclude(outcome__in=CustomerNote.MONEY_OUTCOMES)


class CustomerNote(CompanyScoped):
    """What was said with or about a customer, what was promised, and what comes next."""

    class Kind(models.TextChoices):
        """How we spoke."""

        CALL = "call", _("call")
        MAIL = "mail", _("e-mail")
        VISIT = "visit", _("visit")
        NOTE = "note", _("note")

    class Outcome(models.TextChoices):
        """What came of it."""

        REACHED = "reached", _("reached")
        NOT_REACHED = "not_reached", _("not reached")
        PROMISE = "promise", _("promised to pay")
        DISPUTE = "dispute", _("contests the claim")

    MONEY_OUTCOMES = ("promise", "dispute")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(_("how"), max_length=10, choices=Kind.choices, default="call")
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    text = models.TextField(_("what was said"), blank=True)
    promised_amount = models.DecimalField(
        _("amount promised"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    promised_on = models.DateField(_("promised for"), null=True, blank=True)
    next_step = models.CharField(_("next step"), max_length=160, blank=True)
    next_on = models.DateField(_("on"), null=True, blank=True)
    is_done = models.BooleanField(_("next step done"), default=False)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_on = models.DateField(_("date"))
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CustomerNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-id"]
        indexes = [models.Index(fields=["customer", "-id"], name="customer_note")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="promise", promised_on__isnull=False)
                | (~Q(outcome="promise") & Q(promised_on=None, promised_amount=None)),
                name="customer_note_promise",
            ),
            models.CheckConstraint(
                condition=~Q(text="") | ~Q(outcome=""), name="customer_note_says_something"
            ),
            models.CheckConstraint(
                condition=Q(promised_amount=None) | Q(promised_amount__gt=0),
                name="customer_note_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.noted_on}"

    def get_absolute_url(self) -> str:
        """The customer's page."""
        return self.customer.get_absolute_url()
