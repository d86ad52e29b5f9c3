"""What other currencies are worth in a company's books, by day; a missing rate is never guessed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import CompanyScoped, ScopedQuerySet


class ExchangeRate(CompanyScoped):
    """On a day ``currency_amount`` of a currency was worth ``books_amount`` of the books' currency.

    Both sides are kept as quoted, so that nothing is rounded before an amount is: 1.0832 USD for
    1 EUR as the European Central Bank says it, 1 EUR for 11.215 SEK as Swedish books want it.
    """

    currency = models.CharField(_("currency"), max_length=3)
    valid_on = models.DateField(_("day"))
    currency_amount = models.DecimalField(_("foreign amount"), max_digits=18, decimal_places=6)
    books_amount = models.DecimalField(_("worth in the books"), max_digits=18, decimal_places=6)
    source = models.CharField(_("source"), max_length=80)
    recorded_at = models.DateTimeField(_("recorded"), auto_now=True)

    objects = ScopedQuerySet["ExchangeRate"].as_manager()

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["-valid_on", "currency"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "currency", "valid_on"], name="exchange_rate_once"
            ),
            models.CheckConstraint(
                condition=Q(currency_amount__gt=0, books_amount__gt=0), name="exchange_rate_amounts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.valid_on}: {self.currency_amount} = {self.books_amount}"
