"""The entries of a bank file go into the books, bank against clearing, by thousands.

All in the caller's transaction: whole or not at all. What the database keeps for the commit is
checked after each thousand, so that a file of any length needs no more memory there either.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from core.sql import check_now
from receivables.bankfiles import ParsedEntry
from receivables.models import Account, BankAccount, BankEntry, BankFile, BankStatement
from receivables.services.posting import BATCH, Accounts, LineDraft, Posting, post_all
from receivables.services.rates import Rates
from receivables.services.recognising import Recognised, content_of


@dataclass(slots=True)
class Entered:
    """What came of a file: how many entries are new, how many known, and the first new one."""

    new_count: int = 0
    known_count: int = 0
    first_id: int | None = None


@dataclass(slots=True)
class _Entering:
    """A file on its way; a statement is None where all of it is known, ``waiting`` comes next."""

    file: BankFile
    accounts: Accounts
    rates: Rates
    ledger: dict[int, int]
    statements: list[BankStatement | None]
    waiting: list[BankEntry] = field(default_factory=list)
    entered: Entered = field(default_factory=Entered)


def enter(
    file: BankFile,
    fresh: Sequence[Recognised],
    entries: Iterable[tuple[int, int, ParsedEntry]],
    accounts: Sequence[BankAccount],
) -> Entered:
    """Write what is new of a file's entries; ``entries`` come with their statement and place."""
    running = _Entering(
        file,
        Accounts(file.company),
        Rates(file.company),
        {account.pk: account.ledger_account_id for account in accounts},
        _statements(file, fresh),
    )
    for at, place, entry in entries:
        statement, number = running.statements[at], fresh[at].numbers[place]
        if statement is None or number is None:
            running.entered.known_count += 1
            continue
        row = row_of(statement, entry, place + 1, number)
        row.balance_amount = fresh[at].balances[place]
        row.functional_amount = running.rates.in_books(row.amount, row.currency, row.booking_on)
        running.waiting.append(row)
        if len(running.waiting) == BATCH:
            _write(running)
            check_now()
    _write(running)
    return running.entered


def _statements(file: BankFile, fresh: Sequence[Recognised]) -> list[BankStatement | None]:
    """A row for each statement that brings something new, or that has no entry at all."""
    rows = [
        BankStatement(
            company=file.company,
            bank_account=found.account,
            file=file,
            number=found.statement.number[:40],
            from_on=found.statement.opened_on,
            until_on=found.statement.closed_on,
            opening_amount=_told(found, found.statement.opening_amount),
            closing_amount=_told(found, found.statement.closing_amount),
        )
        if any(found.numbers) or not found.statement.entries
        else None
        for found in fresh
    ]
    BankStatement.objects.bulk_create([row for row in rows if row], batch_size=BATCH)
    return rows


def _told(found: Recognised, balance: Decimal) -> Decimal | None:
    return balance if found.statement.has_balances else None


def row_of(statement: BankStatement, entry: ParsedEntry, position: int, number: int) -> BankEntry:
    """An entry as it is stored; what it is worth in the books is still to be told."""
    is_decided = entry.amount <= 0 and not (entry.is_reversal or entry.return_reason)
    return BankEntry(
        company_id=statement.company_id,
        bank_account_id=statement.bank_account_id,
        statement_id=statement.pk,
        identity_key=f"{entry.booked_on:%Y%m%d}:{content_of(entry)}:{number}",
        position=position,
        booking_on=entry.booked_on,
        value_on=entry.value_on,
        amount=entry.amount,
        currency=entry.currency,
        payer_name=entry.payer_name[:200],
        payer_iban=entry.payer_iban[:40],
        remittance="\n".join(entry.remittance),
        structured_reference="\n".join(entry.references),
        end_to_end_id=entry.end_to_end_id[:70],
        mandate_id=entry.mandate_id[:70],
        bank_reference=entry.bank_reference[:80],
        return_reason=entry.return_reason[:35],
        instructed_amount=entry.instructed_amount,
        instructed_currency=entry.instructed_currency,
        exchange_rate=entry.exchange_rate,
        charges_amount=entry.charges_amount,
        is_reversal=entry.is_reversal,
        is_settled=is_decided,
    )


def _write(running: _Entering) -> None:
    """Journal entries (bank against clearing) and the bank entries that point to them."""
    rows, running.waiting = running.waiting, []
    if not rows:
        return
    clearing = running.accounts.of(Account.Role.CLEARING)
    moving = [row for row in rows if row.amount]
    undone = undone_turns(moving)
    postings = [
        posting_of(row, running.ledger[row.bank_account_id], clearing, turn=undone[_name(row)])
        for row in moving
    ]
    posted = post_all(running.file.company, postings, accounts=running.accounts)
    for row, written in zip(moving, posted, strict=True):
        row.entry = written.entry
    BankEntry.objects.bulk_create(rows)
    running.entered.new_count += len(rows)
    running.entered.first_id = running.entered.first_id or rows[0].pk


def undone_turns(rows: Sequence[BankEntry]) -> Counter[tuple[int, str]]:
    """How often bookings of these days were imported and undone before."""
    days = [row.booking_on for row in rows]
    if not days:
        return Counter()
    undone = BankEntry.objects.filter(
        bank_account__in={row.bank_account_id for row in rows},
        is_undone=True,
        booking_on__range=(min(days), max(days)),
    )
    return Counter(undone.values_list("bank_account_id", "identity_key"))


def _name(row: BankEntry) -> tuple[int, str]:
    return row.bank_account_id, row.identity_key


def posting_of(row: BankEntry, bank: int, clearing: int, *, turn: int) -> Posting:
    """Bank against clearing. ``turn``: how often the same booking was undone before."""
    again = f"~{turn}" if turn else ""
    return Posting(
        posted_on=row.booking_on,
        text=(row.payer_name or row.remittance.replace("\n", " ") or _("Bank entry"))[:120],
        source_key=f"bank:{row.bank_account_id}:{row.identity_key}{again}",
        lines=[_moved(bank, row, 1), _moved(clearing, row, -1)],
        document_number=row.bank_reference[:40],
    )


def _moved(account_id: int, row: BankEntry, sign: int) -> LineDraft:
    return LineDraft(
        account_id,
        sign * row.functional_amount,
        currency=row.currency,
        currency_amount=sign * row.amount,
    )
