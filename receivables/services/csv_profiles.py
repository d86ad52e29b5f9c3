"""How a bank's CSV is read: a saved profile by its header, else what the file tells by itself."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company
from core.services import atomic_verb, record_event
from o2c.errors import InvalidInput
from receivables.bankfiles.accounts import is_same_account
from receivables.bankfiles.csv_columns import FIELDS, SEVERAL, guess, is_enough
from receivables.bankfiles.csv_entries import CsvProfile, parts
from receivables.bankfiles.csv_table import Table
from receivables.bankfiles.facts import ParsedEntry, ParsedStatement
from receivables.bankfiles.reading import CsvReader
from receivables.models import BankAccount, BankCsvProfile, BankStatement

UNKNOWN, WHOSE = "bankfile.csv_columns", "bankfile.csv_account"


def csv_reader(company: Company) -> CsvReader:
    """The profile for a table of one of the company's accounts.

    Raises ``InvalidInput``: the columns are not known, or several accounts have files like it and
    neither a column nor the balances say whose it is.
    """

    def profile_for(table: Table) -> CsvProfile:
        saved = BankCsvProfile.objects.filter(company=company, header_key=table.key)
        known = list(
            saved.filter(bank_account__is_active=True).select_related("bank_account").order_by("pk")
        )
        if not known:
            return _by_itself(company, table)
        return _own(table, known)

    return profile_for


def preview_csv(table: Table, profile: CsvProfile, *, most: int = 20) -> list[ParsedEntry]:
    """The first rows as they would be booked, all of them read. Raises ``InvalidInput``."""
    check_fields(profile.fields)
    return [part for part in parts(table, profile) if isinstance(part, ParsedEntry)][:most]


def profile_of(saved: BankCsvProfile) -> CsvProfile:
    """A saved profile as the reader takes it."""
    account = saved.bank_account
    return CsvProfile(
        saved.header_key,
        tuple(saved.fields),
        account.iban,
        account.currency,
        saved.decimal,
        saved.is_month_first,
    )


def _by_itself(company: Company, table: Table) -> CsvProfile:
    """A header we know the words of, with a column that names one of our accounts."""
    fields = guess(table.header)
    told = _told_accounts(table, fields)
    accounts = BankAccount.objects.filter(company=company, is_active=True)
    own = [account for account in accounts if any(is_same_account(account.iban, t) for t in told)]
    if len(told) != 1 or len(own) != 1:
        raise InvalidInput(
            UNKNOWN,
            _(
                "The columns of this CSV file are not known yet. Say once which account it is of "
                "and what its columns hold; later files are then read by themselves."
            ),
        )
    return CsvProfile(table.key, tuple(fields), own[0].iban, own[0].currency)


def _told_accounts(table: Table, fields: Sequence[str]) -> set[str]:
    if "account" not in fields:
        return set()
    at = list(fields).index("account")
    return {cells[at].replace(" ", "") for _line, cells in table.rows if at < len(cells)} - {""}


def _own(table: Table, known: Sequence[BankCsvProfile]) -> CsvProfile:
    """Of several accounts the one that the file names, or whose balance it goes on from."""
    if len(known) == 1:
        return profile_of(known[0])
    told = {t for saved in known for t in _told_accounts(table, saved.fields)}
    own = [one for one in known if any(is_same_account(one.bank_account.iban, t) for t in told)]
    own = own or [saved for saved in known if _goes_on(saved, _opening(table, saved))]
    if len(own) == 1:
        return profile_of(own[0])
    raise InvalidInput(
        WHOSE,
        _(
            "Several bank accounts have files with these columns, and nothing in this one says "
            "whose it is. Export it with the account or with balances."
        ),
    )


def _opening(table: Table, saved: BankCsvProfile) -> Decimal | None:
    for part in parts(table, profile_of(saved)):
        if isinstance(part, ParsedStatement) and part.has_balances:
            return part.opening_amount
    return None


def _goes_on(saved: BankCsvProfile, opening: Decimal | None) -> bool:
    return (
        opening is not None
        and BankStatement.objects.filter(
            bank_account=saved.bank_account_id, file__state="booked", closing_amount=opening
        ).exists()
    )


@atomic_verb
def save_csv_profile(  # noqa: PLR0913 - what a person says of a file
    account_pk: int,
    table: Table,
    *,
    fields: Sequence[str],
    decimal: str = "",
    is_month_first: bool = False,
    by: Actor,
) -> BankCsvProfile:
    """Keep what a person says the columns hold; for the same header and account it is replaced.

    Raises ``InvalidInput`` when no booking day or amount is among them, or a field comes twice.
    """
    account = BankAccount.objects.for_update().select_related("company").get(pk=account_pk)
    require(by, "receivables.import_statement", account.company_id)
    check_fields(fields)
    saved, _is_new = BankCsvProfile.objects.update_or_create(
        bank_account=account,
        header_key=table.key,
        defaults={
            "company_id": account.company_id,
            "header": list(table.header),
            "fields": list(fields),
            "decimal": decimal,
            "is_month_first": is_month_first,
            "saved_by_name": by.actor_name,
        },
    )
    record_event(
        "bank_account.csv_profile_saved",
        account,
        by=by,
        on=account.company.today(),
        label=str(account),
        columns=len(fields),
    )
    return saved


@atomic_verb
def forget_csv_profile(pk: int, *, by: Actor) -> BankCsvProfile | None:
    """Drop what was said of the columns; the next such file asks again. Twice is once.

    What was booked stays. None if it was dropped before.
    """
    rows = BankCsvProfile.objects.select_for_update(of=("self",))
    saved = rows.select_related("bank_account__company").filter(pk=pk).first()
    if saved is None:
        return None
    account = saved.bank_account
    require(by, "receivables.import_statement", account.company_id)
    record_event(
        "bank_account.csv_profile_forgotten",
        account,
        by=by,
        on=account.company.today(),
        label=str(account),
        columns=len(saved.fields),
    )
    BankCsvProfile.objects.filter(pk=pk).delete()
    return saved


def check_fields(fields: Sequence[str]) -> None:
    """Raise ``InvalidInput`` unless the fields are enough and each is told once."""
    twice = [f for f in FIELDS if f not in SEVERAL and list(fields).count(f) > 1]
    if twice:
        raise InvalidInput(
            "csv_profile.twice",
            _("“%(field)s” is given to two columns; only the text may be in several.")
            % {"field": FIELDS[twice[0]]},
        )
    if not is_enough(fields):
        raise InvalidInput(
            "csv_profile.missing",
            _("Say which column holds the booking day and which the amount, or money in and out."),
        )
