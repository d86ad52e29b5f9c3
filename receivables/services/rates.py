"""What foreign money is worth in a company's books on a day: rates as they were recorded.

The rate of a day is that of the last day on or before it that has one; a rate older than a week
is none, since weekends and holidays are shorter than that.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from core.models import Company
from o2c.errors import InvalidInput
from receivables.models import ExchangeRate
from receivables.rules.exchange import Rate

OLDEST = timedelta(days=7)


class Rates:
    """The rates a company's act needs, read once per currency and span of days."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self._known: dict[tuple[str, date], Rate] = {}

    def prepare(self, wanted: Iterable[tuple[str, date]]) -> None:
        """Read what many (currency, day) need in one statement; the books' own is left out."""
        pairs = {pair for pair in wanted if pair[0] != self.company.currency} - self._known.keys()
        if not pairs:
            return
        days = [day for _currency, day in pairs]
        rows = ExchangeRate.objects.filter(
            company=self.company,
            currency__in={currency for currency, _day in pairs},
            valid_on__gt=min(days) - OLDEST,
            valid_on__lte=max(days),
        )
        found = {(row.currency, row.valid_on): row for row in rows}
        for currency, day in pairs:
            back = (day - timedelta(days=age) for age in range(OLDEST.days))
            row = next((found[currency, at] for at in back if (currency, at) in found), None)
            if row:
                self._known[currency, day] = Rate(row.currency_amount, row.books_amount)

    def rate(self, currency: str, day: date) -> Rate:
        """The rate of a day. Raises ``InvalidInput`` naming currency, day and the remedy."""
        self.prepare([(currency, day)])
        found = self._known.get((currency, day))
        if found is None:
            raise InvalidInput(
                "ledger.no_rate",
                _(
                    "%(company)s keeps its books in %(books)s and has no exchange rate for"
                    " %(currency)s on %(day)s or in the week before. Enter it under “Exchange"
                    " rates”, or import a list (manage.py import_rates)."
                )
                % {
                    "company": self.company,
                    "books": self.company.currency,
                    "currency": currency,
                    "day": day,
                },
            )
        return found

    def in_books(self, amount: Decimal, currency: str, day: date) -> Decimal:
        """The worth of an amount on a day; one in the books' currency is its own."""
        if currency == self.company.currency:
            return amount
        return self.rate(currency, day).in_books(amount)
