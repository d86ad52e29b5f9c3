"""What matches taught: whose names and accounts payments came from."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.models import CompanyScoped, ScopedQuerySet
from customers.models import Customer
from receivables.models.matches import BankMatch


class PayerAliasQuerySet(ScopedQuerySet["PayerAlias"]):
    """Reads on what was learned."""

    def in_use(self) -> Self:
        """What the matcher may use: nobody said to forget it."""
        return self.filter(forgotten_at=None)

    def taught_before(self, day: date) -> Self:
        """Of what is in use, what matches of payments before that day taught."""
        return self.filter(Q(learned_from=None) | Q(learned_from__bank_entry__booking_on__lt=day))

    def with_uses(self) -> Self:
        """With ``used_count``: matches that rest on it and stand."""
        uses = RawSQL(_USES, [], output_field=models.IntegerField())  # noqa: S611 - no input
        return self.annotate(used_count=uses)


class HabitSignQuerySet(ScopedQuerySet["HabitSign"]):
    """Reads on signs of habits."""

    def standing(self) -> Self:
        """What counts: nobody said to forget it, and its match was not undone."""
        return self.filter(forgotten_at=None, match__undone_at=None)

    def shown_before(self, day: date) -> Self:
        """Of payments before that day."""
        return self.filter(match__bank_entry__booking_on__lt=day)

    def with_counts(self) -> Self:
        """With ``standing_count``: signs of the same habit of the customer that count."""
        count = RawSQL(_SIGNS, [], output_field=models.IntegerField())  # noqa: S611 - no input
        return self.annotate(standing_count=count)


_SIGNS = """(SELECT count(*) FROM receivables_habitsign AS sign
 JOIN receivables_bankmatch AS made ON made.id = sign.match_id
 WHERE sign.customer_id = receivables_habitsign.customer_id
   AND sign.kind = receivables_habitsign.kind
   AND sign.forgotten_at IS NULL AND made.undone_at IS NULL)"""
HABIT_FROM = 3
"""So many decisions that stand are a habit."""


_USES = """(SELECT count(*) FROM receivables_bankmatch AS used
 WHERE used.rests_on @> ARRAY[receivables_payeralias.id] AND used.undone_at IS NULL)"""


class PayerAlias(CompanyScoped):
    """What a match taught: this name or account pays for this customer.

    A forgotten one stays, so that nothing but a person's decision teaches it anew.
    """

    class Kind(models.TextChoices):
        """What tells the payer."""

        IBAN = "iban", "IBAN"
        NAME = "name", _("name")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="payer_aliases")
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    value = models.CharField(_("learned"), max_length=200)
    learned_from = models.ForeignKey(
        BankMatch, on_delete=models.CASCADE, null=True, related_name="taught"
    )
    created_at = models.DateTimeField(_("since"), auto_now_add=True)
    forgotten_at = models.DateTimeField(_("forgotten"), null=True, blank=True)
    forgotten_by_name = models.CharField(max_length=120, blank=True)

    objects = PayerAliasQuerySet.as_manager()

    class Meta:
        verbose_name = _("payer alias")
        verbose_name_plural = _("payer aliases")
        indexes = [models.Index(fields=["company", "kind", "value"], name="payer_alias_value")]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "customer", "kind", "value"], name="payer_alias_once"
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None, forgotten_by_name="")
                | Q(forgotten_at__isnull=False) & ~Q(forgotten_by_name=""),
                name="payer_alias_forgotten",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} → {self.customer_id}"


class HabitSign(CompanyScoped):
    """A person's decision that shows how a customer pays; three that stand are a habit.

    Who picked among what is due of late does not pay all of it, whatever was shown before.
    ``days``: of a discount, by how many it came late. A forgotten one stays, and counts no more.
    """

    class Kind(models.TextChoices):
        """How they pay."""

        LATE_DISCOUNT = "late", _("takes the discount late")
        STATEMENT = "statement", _("pays all that is due up to a day")
        SELECTED = "selected", _("picks among what is due")
        ENDS = "ends", _("writes our numbers without their beginning")
        BEGINS = "begins", _("leaves the last digit of our numbers out")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="habit_signs")
    kind = models.CharField(_("habit"), max_length=10, choices=Kind.choices)
    days = models.PositiveSmallIntegerField(_("days late"), default=0)
    match = models.ForeignKey(BankMatch, on_delete=models.CASCADE, related_name="habit_signs")
    created_at = models.DateTimeField(_("since"), auto_now_add=True)
    forgotten_at = models.DateTimeField(_("forgotten"), null=True, blank=True)
    forgotten_by_name = models.CharField(max_length=120, blank=True)

    standing_count: int | None = None

    objects = HabitSignQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign of a payment habit")
        verbose_name_plural = _("signs of payment habits")
        indexes = [
            models.Index(
                fields=["customer", "kind"], name="habit_sign", condition=Q(forgotten_at=None)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["match", "customer", "kind"], name="habit_sign_once"),
            models.CheckConstraint(
                condition=Q(kind="late", days__gt=0) | ~Q(kind="late") & Q(days=0),
                name="habit_sign_days",
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None, forgotten_by_name="")
                | Q(forgotten_at__isnull=False) & ~Q(forgotten_by_name=""),
                name="habit_sign_forgotten",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.kind}"

    @property
    def words(self) -> str:
        """The habit, and how late the discount was."""
        if not self.days:
            return self.get_kind_display()
        late = ngettext("%(count)d day late", "%(count)d days late", self.days)
        return f"{self.get_kind_display()}: {late % {'count': self.days}}"

    @property
    def state_words(self) -> str:
        """Whether it counts; needs ``with_counts`` and the match."""
        if self.forgotten_at:
            return gettext("forgotten")
        if self.match.undone_at:
            return gettext("match undone")
        count = self.standing_count or 0
        if count >= HABIT_FROM:
            return gettext("habit, of %(count)d decisions") % {"count": count}
        return gettext("%(count)d of %(enough)d decisions") % {
            "count": count,
            "enough": HABIT_FROM,
        }
