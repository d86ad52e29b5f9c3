"""Give a company its chart of accounts and its bank accounts; safe to call again."""

from django.utils.translation import gettext as _

from core.models import Company
from core.services import atomic_verb
from o2c.errors import Conflict, InvalidInput
from o2c.money import CURRENCIES
from receivables.bankfiles.accounts import account_key
from receivables.charts import BANK_NUMBERS, CHARTS, usual_chart
from receivables.models import Account, BankAccount, BooksSetting


@atomic_verb
def set_up_ledger(company: Company, *, chart: str = "") -> None:
    """Add the accounts of the company's chart that are not there yet; change none.

    ``chart``: SKR03, SKR04 or BAS, chosen once; without, the one chosen before or the usual one of
    the country. Raises: InvalidInput for an unknown one; Conflict for another than the accounts
    there are after.
    """
    known = set(Account.objects.filter(company=company).values_list("number", flat=True))
    rows = CHARTS[_chosen(company, chart, is_new=not known)]
    Account.objects.bulk_create(
        [Account(company=company, **row._asdict()) for row in rows if row.number not in known]
    )


def _chosen(company: Company, chart: str, *, is_new: bool) -> str:
    """The chart that counts, noted where it is a choice."""
    if chart and chart not in CHARTS:
        raise InvalidInput(
            "ledger.chart",
            _("“%(chart)s” is no chart of accounts; there are: %(known)s.")
            % {"chart": chart, "known": ", ".join(sorted(CHARTS))},
            field="chart",
        )
    there = chart_of(company)
    if not chart or chart == there:
        return there
    if not is_new:
        raise Conflict(
            "ledger.chart_chosen",
            _("The accounts of %(company)s are after %(there)s; %(chart)s would double them.")
            % {"company": company, "there": there, "chart": chart},
        )
    BooksSetting.objects.update_or_create(company=company, defaults={"chart": chart})
    return chart


def chart_of(company: Company) -> str:
    """After which chart the company's accounts are numbered."""
    setting = BooksSetting.objects.filter(company=company).first()
    return setting.chart if setting and setting.chart else usual_chart(company.country)


@atomic_verb
def set_up_datev(company: Company, *, consultant_number: int, client_number: int) -> None:
    """Note the numbers that DATEV knows the company by."""
    numbers = {"consultant_number": consultant_number, "client_number": client_number}
    BooksSetting.objects.update_or_create(company=company, defaults=numbers)


@atomic_verb
def add_bank_account(
    company: Company, *, name: str, iban: str, bic: str = "", currency: str = ""
) -> BankAccount:
    """One of our bank accounts with a ledger account of its own; the same twice is one.

    ``iban`` may be an account number as the bank writes it in its files (``37040044/0532013000``).
    In another currency than the books' its entries are booked at the rate of their day.
    Raises ``InvalidInput`` for a currency the books do not know.
    """
    currency = currency or company.currency
    if currency not in CURRENCIES:
        raise InvalidInput(
            "bank_account.currency",
            _("“%(currency)s” is no currency that the books know; there are: %(known)s.")
            % {"currency": currency, "known": ", ".join(sorted(CURRENCIES))},
            field="currency",
        )
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    for account in BankAccount.objects.filter(company=company, currency=currency):
        if account_key(account.iban) == account_key(iban):
            return account
    first = BANK_NUMBERS[chart_of(company)]
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
