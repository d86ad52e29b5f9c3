"""Give a company its chart of accounts and its bank accounts; safe to call again."""

from django.utils.translation import gettext as _

from core.models import Company
from core.services import atomic_verb
from o2c.errors import InvalidInput
from receivables.bankfiles.accounts import account_key
from receivables.charts import BANK_NUMBERS, CHARTS, PLAIN
from receivables.models import Account, BankAccount


@atomic_verb
def set_up_ledger(company: Company) -> None:
    """Add the accounts of the company's country that are not there yet; change none."""
    known = set(Account.objects.filter(company=company).values_list("number", flat=True))
    rows = CHARTS.get(company.country, CHARTS[PLAIN])
    Account.objects.bulk_create(
        [Account(company=company, **row._asdict()) for row in rows if row.number not in known]
    )


@atomic_verb
def add_bank_account(
    company: Company, *, name: str, iban: str, bic: str = "", currency: str = ""
) -> BankAccount:
    """One of our bank accounts with a ledger account of its own; the same twice is one.

    ``iban`` may be an account number as the bank writes it in its files (``37040044/0532013000``).
    Raises ``InvalidInput`` when it is in another currency than the books.
    """
    currency = currency or company.currency
    if currency != company.currency:
        raise InvalidInput(
            "bank_account.currency",
            _("The books are kept in %(books)s; an account in %(currency)s can't be added yet.")
            % {"books": company.currency, "currency": currency},
            field="currency",
        )
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    for account in BankAccount.objects.filter(company=company, currency=currency):
        if account_key(account.iban) == account_key(iban):
            return account
    first = BANK_NUMBERS.get(company.country, BANK_NUMBERS[PLAIN])
    taken = set(Account.objects.filter(company=company).values_list("number", flat=True))
    number = next(str(n) for n in range(first, first + 1000) if str(n) not in taken)
    ledger_account = Account.objects.create(
        company=company, number=number, name=name[:120], role=Account.Role.BANK
    )
    return BankAccount.objects.create(
        company=company,
        name=name[:80],
        iban=iban[:40],
        bic=bic[:11],
        currency=currency,
        ledger_account=ledger_account,
    )
