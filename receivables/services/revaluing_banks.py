"""Month-end valuation of bank balances in foreign currency, on the account itself.

What an account holds stands in the books at the rates of the days on which it came and went. At
the end of a month it is worth the closing rate (IAS 21.23); the difference is booked on its ledger
account with nothing of the currency, and taken back the day after as that of the items is.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from core.models import Company
from o2c.money import ZERO
from receivables.models import Account, BankAccount, JournalLine
from receivables.rules.exchange import Rate, unrealised
from receivables.services.posting import Accounts, LineDraft
from receivables.services.rates import Rates

_ANY = Rate(Decimal(1), Decimal(1))


@dataclass(frozen=True, slots=True)
class BankValuation:
    """What an account holds at the end of a day: its amount, its worth in the books, at the rate.

    Counted from the first statement in the books on, as its ledger account is.
    """

    bank: BankAccount
    amount: Decimal
    functional_amount: Decimal
    rate: Rate
    difference: Decimal

    @property
    def currency(self) -> str:
        """The account's."""
        return self.bank.currency

    @property
    def value(self) -> Decimal:
        """The worth at the rate of the day."""
        return self.functional_amount + self.difference

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.bank)

    def key(self, day: date) -> str:
        """Names its entry of a day."""
        return f"valuation:{day:%Y%m%d}:{self.currency}:bank:{self.bank.pk}"

    def lines(self, accounts: Accounts, sign: int) -> list[LineDraft]:
        """The account against an unrealised gain or loss."""
        role = Account.Role.VALUATION_GAIN if self.difference > 0 else Account.Role.VALUATION_LOSS
        own, worth = self.bank.ledger_account_id, sign * self.difference
        return [
            LineDraft(own, worth, currency=self.currency),
            LineDraft(accounts.of(role), -worth),
        ]


def bank_valuations(company: Company, *, on: date) -> list[BankValuation]:
    """Accounts in foreign currency with something on them at the end of a day.

    Raises ``InvalidInput`` for a currency without a rate on that day; an account with nothing on
    it needs none.
    """
    banks = BankAccount.objects.filter(company=company).exclude(currency=company.currency)
    found = {bank.ledger_account_id: bank for bank in banks.order_by("pk")}
    rates = Rates(company)
    held = _held(list(found), on) if found else {}
    return [
        BankValuation(
            bank, amount, worth, rate, unrealised(amount, worth, rate) if amount else -worth
        )
        for key, bank in found.items()
        for amount, worth in [held.get(key, (ZERO, ZERO))]
        if amount or worth
        for rate in [rates.rate(bank.currency, on) if amount else _ANY]
    ]


def _held(accounts: list[int], on: date) -> dict[int, tuple[Decimal, Decimal]]:
    """Account -> what is on it in its currency and in the books, valuations left out."""
    # scope: accounts that the caller scopes
    rows = (
        JournalLine.objects.filter(account__in=accounts, entry__posted_on__lte=on)
        .exclude(entry__source_key__startswith="valuation:")
        .order_by()
        .values_list("account")
        .annotate(held=Sum("currency_amount"), worth=Sum("amount"))
    )
    return {account: (held, worth) for account, held, worth in rows}
