"""What reports keep so that they stay fast: sums per day, and statistics of the past.

Nothing here is a fact of its own. ``DayMove`` is the history of open items and of the receivables
account up to marks, summed per day; reads add what came after the marks, so figures are exact at
any moment, and ``prove`` sums again. ``Kept`` holds statistics over a year that one day more or
less hardly moves, made once a day where making them takes long.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Company, CompanyScoped, ScopedQuerySet


class DayMove(CompanyScoped):
    """By how much open items of one due day moved on a day, in one currency.

    ``side``: ``owed``, ``credit`` and ``cash`` (unapplied) move open items; ``billed`` are invoices
    less credit notes, ``ledger`` the receivables account, both with the day itself as due day.
    """

    side = models.CharField(max_length=6)
    currency = models.CharField(max_length=3)
    moved_on = models.DateField()
    due_on = models.DateField()
    amount = models.DecimalField(max_digits=20, decimal_places=2)

    objects = ScopedQuerySet["DayMove"].as_manager()

    class Meta:
        verbose_name = _("day's move")
        verbose_name_plural = _("days' moves")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "currency", "side", "moved_on", "due_on"], name="day_move_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.moved_on} {self.amount} {self.currency}"


class Fold(models.Model):
    """Up to which rows the days of a company are summed."""

    company = models.OneToOneField(Company, on_delete=models.CASCADE, related_name="+")
    item_id = models.BigIntegerField(default=0)
    allocation_id = models.BigIntegerField(default=0)
    line_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.company_id}: {self.item_id}, {self.allocation_id}, {self.line_id}"


class Kept(CompanyScoped):
    """Rows of one statistic as of a day."""

    key = models.CharField(max_length=40)
    as_of = models.DateField(_("as of"))
    made_at = models.DateTimeField(auto_now=True)
    rows = models.JSONField(default=list)

    objects = ScopedQuerySet["Kept"].as_manager()

    class Meta:
        verbose_name = _("kept statistic")
        verbose_name_plural = _("kept statistics")
        constraints = [models.UniqueConstraint(fields=["company", "key"], name="kept_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.as_of}"
