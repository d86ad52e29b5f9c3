"""Import a bank file: one transaction, whole or not at all; then match what is certain.

Order of locks: the company's bank accounts, then open items. A file that can't be booked is kept
as refused with the reason, and nothing of it is in the books.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formats
from core.actors import Actor, require
from core.models import Company
from core.services import record_event, require_open, store_document
from o2c.errors import BusinessError, InvalidInput
from receivables.bankfiles import ParsedEntry, ParsedFile, read
from receivables.models import Account, BankAccount, BankEntry, BankFile, BankStatement
from receivables.services.collecting import collect
from receivables.services.matching import auto_match
from receivables.services.posting import BATCH, Accounts, LineDraft, Posting, post_all
from receivables.services.rates import Rates
from receivables.services.recognising import Recognised, assigned, content_of, recognised

MAX_BYTES = 64 * 1024 * 1024


@dataclass(slots=True)
class _Import:
    """One file on its way into the books."""

    company: Company
    file: BankFile
    accounts: list[BankAccount]
    rates: Rates
    new: list[BankEntry] = field(default_factory=list)
    known_count: int = 0


def import_bank_file(
    company: Company, content: bytes, *, filename: str, by: Actor, on: date
) -> BankFile:
    """Book a bank file and match what is certain; the answer tells what came of it.

    State ``booked``: counts of new, known and matched entries. ``known``: the same file, or
    nothing new in it; nothing changed. ``refused``: ``message`` names line, value and remedy,
    nothing was booked. Raises ``PermissionMissing``, ``Conflict`` for a closed company, and
    ``InvalidInput`` only for a file too big to keep.
    """
    require(by, "receivables.import_statement", company.pk)
    require_open(company)
    if len(content) > MAX_BYTES:
        raise InvalidInput(
            "bankfile.too_big",
            _("The file has %(size)d MB; at most %(limit)d MB are read. Split it.")
            % {"size": len(content) >> 20, "limit": MAX_BYTES >> 20},
        )
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        parsed = read(content)
        with transaction.atomic():
            return _book(company, content, parsed, filename=filename, sha256=sha256, by=by, on=on)
    except BusinessError as error:
        return _refuse(company, content, error, filename=filename, sha256=sha256, by=by)


def _book(
    company: Company,
    content: bytes,
    parsed: ParsedFile,
    *,
    filename: str,
    sha256: str,
    by: Actor,
    on: date,
) -> BankFile:
    accounts = list(BankAccount.objects.filter(company=company, is_active=True).for_update())
    same = BankFile.objects.filter(company=company, sha256=sha256, state="booked").first()
    if same:
        return _as_known(same)
    fresh = recognised(assigned(parsed, accounts), shape=parsed.kind)
    if not any(any(found.numbers) for found in fresh):
        return _nothing_new(company, content, parsed, filename=filename, sha256=sha256, by=by)
    file = _file(company, content, filename, sha256, by, kind=parsed.kind, state="booked")
    running = _Import(company, file, accounts, Rates(company))
    for found in fresh:
        _take(running, found)
    _write(running)
    keys = [entry.pk for entry in running.new]
    matched = collect(company, keys, by=by, on=on) + auto_match(company, keys, by=by, on=on)
    file.new_count, file.known_count = len(running.new), running.known_count
    file.matched_count, file.booked_at = matched, timezone.now()
    file.save(update_fields=["new_count", "known_count", "matched_count", "booked_at"])
    record_event(
        "bank_file.imported",
        file,
        by=by,
        on=on,
        label=file.filename,
        new=file.new_count,
        known=file.known_count,
        matched=matched,
    )
    return file


def _take(running: _Import, found: Recognised) -> None:
    statement = found.statement
    if statement.entries and not any(found.numbers):
        running.known_count += len(found.numbers)
        return
    row = BankStatement.objects.create(
        company=running.company,
        bank_account=found.account,
        file=running.file,
        number=statement.number[:40],
        from_on=statement.opened_on,
        until_on=statement.closed_on,
        opening_amount=statement.opening_amount,
        closing_amount=statement.closing_amount,
    )
    told = zip(statement.entries, found.numbers, found.balances, strict=True)
    for position, (entry, number, balance) in enumerate(told, start=1):
        if number is None:
            running.known_count += 1
        else:
            made = _entry(running, row, entry, position, number)
            made.balance_amount = balance
            running.new.append(made)


def _entry(
    running: _Import, statement: BankStatement, entry: ParsedEntry, position: int, number: int
) -> BankEntry:
    is_decided = entry.amount <= 0 and not (entry.is_reversal or entry.return_reason)
    return BankEntry(
        company=running.company,
        bank_account=statement.bank_account,
        statement=statement,
        identity_key=f"{entry.booked_on:%Y%m%d}:{content_of(entry)}:{number}",
        position=position,
        booking_on=entry.booked_on,
        value_on=entry.value_on,
        amount=entry.amount,
        currency=entry.currency,
        functional_amount=running.rates.in_books(entry.amount, entry.currency, entry.booked_on),
        payer_name=entry.payer_name[:200],
        payer_iban=entry.payer_iban[:40],
        remittance="\n".join(entry.remittance),
        structured_reference="\n".join(entry.references)[:240],
        end_to_end_id=entry.end_to_end_id[:70],
        mandate_id=entry.mandate_id[:70],
        bank_reference=entry.bank_reference[:80],
        return_reason=entry.return_reason[:35],
        is_reversal=entry.is_reversal,
        is_settled=is_decided,
    )


def _write(running: _Import) -> None:
    """Journal entries (bank against clearing) and the bank entries that point to them."""
    clearing = Accounts(running.company).of(Account.Role.CLEARING)
    ledger = {account.pk: account.ledger_account_id for account in running.accounts}
    moving = [entry for entry in running.new if entry.amount]
    undone = _undone(moving)
    postings = [
        Posting(
            posted_on=entry.booking_on,
            text=(entry.payer_name or entry.remittance.replace("\n", " ") or _("Bank entry"))[:120],
            source_key=f"bank:{entry.bank_account_id}:{entry.identity_key}{_turn(entry, undone)}",
            lines=[
                _moved(ledger[entry.bank_account_id], entry, 1),
                _moved(clearing, entry, -1),
            ],
            document_number=entry.bank_reference[:40],
        )
        for entry in moving
    ]
    for entry, posted in zip(moving, post_all(running.company, postings), strict=True):
        entry.entry = posted.entry
    BankEntry.objects.bulk_create(running.new, batch_size=BATCH)


def _undone(entries: Sequence[BankEntry]) -> Counter[tuple[int, str]]:
    """How often bookings of these days were imported and undone before."""
    if not entries:
        return Counter()
    days = [entry.booking_on for entry in entries]
    accounts = {entry.bank_account_id for entry in entries}
    rows = BankEntry.objects.filter(
        bank_account__in=accounts, is_undone=True, booking_on__range=(min(days), max(days))
    )
    return Counter(rows.values_list("bank_account_id", "identity_key"))


def _turn(entry: BankEntry, undone: Counter[tuple[int, str]]) -> str:
    turn = undone[entry.bank_account_id, entry.identity_key]
    return f"~{turn}" if turn else ""


def _moved(account_id: int, entry: BankEntry, sign: int) -> LineDraft:
    return LineDraft(
        account_id,
        sign * entry.functional_amount,
        currency=entry.currency,
        currency_amount=sign * entry.amount,
    )


def _as_known(same: BankFile) -> BankFile:
    """The file as it was booked, told as known; nothing is written."""
    same.known_count = same.new_count + same.known_count
    same.new_count = same.matched_count = 0
    same.state = BankFile.State.KNOWN
    same.message = _("This very file was imported on %(day)s; nothing changed.") % {
        "day": formats.day(same.imported_at)
    }
    return same


def _nothing_new(
    company: Company, content: bytes, parsed: ParsedFile, *, filename: str, sha256: str, by: Actor
) -> BankFile:
    known = BankFile.objects.filter(company=company, sha256=sha256, state="known").first()
    if known:
        return known
    file = _file(company, content, filename, sha256, by, kind=parsed.kind, state="known")
    file.known_count = sum(len(statement.entries) for statement in parsed.statements)
    file.message = ngettext(
        "Its %(count)d entry is known already.",
        "All its %(count)d entries are known already.",
        file.known_count,
    ) % {"count": file.known_count}
    file.save(update_fields=["known_count", "message"])
    return file


def _refuse(
    company: Company,
    content: bytes,
    error: BusinessError,
    *,
    filename: str,
    sha256: str,
    by: Actor,
) -> BankFile:
    """Keep the refused file with its reason; the same file refused for the same reason is one."""
    same = BankFile.objects.filter(
        company=company, sha256=sha256, state="refused", message=error.message
    ).first()
    if same:
        return same
    with transaction.atomic():
        file = _file(company, content, filename, sha256, by, kind=error.code, state="refused")
        file.message = error.message
        file.save(update_fields=["message"])
    return file


def _file(
    company: Company,
    content: bytes,
    filename: str,
    sha256: str,
    by: Actor,
    *,
    kind: str,
    state: str,
) -> BankFile:
    is_xml = content[:64].lstrip().startswith((b"<", b"\xef\xbb\xbf<"))
    document = store_document(
        content,
        company_id=company.pk,
        kind="bank_file",
        filename=filename,
        content_type="application/xml" if is_xml else "text/plain",
    )
    return BankFile.objects.create(
        company=company,
        document=document,
        filename=document.filename,
        sha256=sha256,
        format=kind[:40],
        state=state,
        imported_by_name=by.actor_name,
    )
