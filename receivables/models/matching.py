"""What the matcher may do in a company, and what trying it on past payments gave."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.addresses import page_of
from core.models import CompanyScoped, ScopedQuerySet


class MatchingSettings(CompanyScoped):
    """Limits and kinds held back, in force from a day on; of one day the newest row holds."""

    valid_from = models.DateField(_("valid from"))
    rounding_limit = models.DecimalField(_("cents rounded away"), max_digits=6, decimal_places=2)
    charges_limit = models.DecimalField(_("bank fee"), max_digits=6, decimal_places=2)
    held = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    set_by_name = models.CharField(_("by"), max_length=120)
    set_at = models.DateTimeField(_("set"), auto_now_add=True)

    objects = ScopedQuerySet["MatchingSettings"].as_manager()

    class Meta:
        verbose_name = _("matching settings")
        verbose_name_plural = _("matching settings")
        indexes = [
            models.Index(fields=["company", "-valid_from", "-id"], name="matching_settings_day")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(rounding_limit__gte=0, rounding_limit__lte=1)
                & Q(charges_limit__gte=0, charges_limit__lte=25),
                name="matching_settings_limits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}"


class Backtest(CompanyScoped):
    """Settings tried on payments that were decided: the counts, and the payments that differ.

    ``rows``: entry, amount, currency, payer, what becomes of it (``more``, ``fewer``, ``other``)
    and whether it would be wrong.
    """

    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("to"))
    rounding_limit = models.DecimalField(max_digits=6, decimal_places=2)
    charges_limit = models.DecimalField(max_digits=6, decimal_places=2)
    held = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    counts = models.JSONField(default=dict)
    rows = models.JSONField(default=list)
    run_by_name = models.CharField(_("by"), max_length=120)
    run_at = models.DateTimeField(_("run"), auto_now_add=True)

    objects = ScopedQuerySet["Backtest"].as_manager()

    class Meta:
        verbose_name = _("back-test")
        verbose_name_plural = _("back-tests")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.from_on} – {self.until_on}"

    def get_absolute_url(self) -> str:
        """What it found."""
        return page_of("receivables:backtest", self.pk)
