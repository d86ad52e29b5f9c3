"""What foreign money is worth in a company's books on a day: rates as they were recorded.

The rate of a day is that of the last day on or before it that has one; a rate older than a week
is none, since weekends and holidays are shorter than that.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from core.models import Company
from o2c.errors import InvalidInput
from o2c.money import cents
from receivables.models import ExchangeRate
from receivables.rules.exchange import Rate

OLDEST = timedelta(days=7)
_LONGEST_MONTH = timedelta(days=31)


class Rates:
    """The rates a company's act needs; those of a currency are read a month at a time."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self._months: dict[tuple[str, date], dict[date, Rate]] = {}

    def _of_month(self, currency: str, first: date) -> dict[date, Rate]:
        """Day -> rate, of a month and of the week before it."""
        key = currency, first
        if key not in self._months:
            rows = ExchangeRate.objects.filter(
                company=self.company,
                currency=currency,
                valid_on__gt=first - OLDEST,
                valid_on__lt=first + _LONGEST_MONTH,
            )
            self._months[key] = {
                row.valid_on: Rate(row.currency_amount, row.books_amount) for row in rows
            }
        return self._months[key]

    def _found(self, currency: str, day: date) -> Rate | None:
        month = self._of_month(currency, day.replace(day=1))
        days = (day - timedelta(days=age) for age in range(OLDEST.days))
        return next((month[one] for one in days if one in month), None)

    def rate(self, currency: str, day: date) -> Rate:
        """The rate of a day. Raises ``InvalidInput`` naming currency, day and the remedy."""
        found = self._found(currency, day)
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

    def known_worth(self, amount: Decimal, currency: str, day: date) -> Decimal | None:
        """The worth of an amount on a day; None where no rate is known."""
        if currency == self.company.currency:
            return amount
        rate = self._found(currency, day)
        return rate.in_books(amount) if rate else None

    def known_amount(self, worth: Decimal, currency: str, day: date) -> Decimal | None:
        """How much of a currency is worth so much in the books; None where no rate is known."""
        if currency == self.company.currency:
            return worth
        rate = self._found(currency, day)
        return cents(worth * rate.currency_amount / rate.books_amount) if rate else None

    def in_books(self, amount: Decimal, currency: str, day: date) -> Decimal:
        """The worth of an amount on a day; one in the books' currency is its own."""
        if currency == self.company.currency:
            return amount
        return self.rate(currency, day).in_books(amount)
