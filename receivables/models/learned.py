"""What matches taught: whose names and accounts payments came from."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
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
