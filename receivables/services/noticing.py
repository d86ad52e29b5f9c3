"""Notifications (camt.054) join the bookings of statements, whichever comes first.

A booking that the statement tells as one sum is taken apart: its posting is reversed, its
transactions are booked instead on the same day, and each is matched like any entry. A booking that
somebody has decided on, or that lies in closed books, stays as it is; its transactions are shown.
Order of locks: bank accounts, notices, bank entries.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formats
from core.models import Company
from receivables.bankfiles.camt054 import MARK, from_json
from receivables.models import (
    Account,
    BankAccount,
    BankEntry,
    BankFile,
    BankMatch,
    BankNotice,
    JournalEntry,
)
from receivables.rules.areas import BANK
from receivables.rules.notices import NEAR, Announced, Booked, Fit, fit
from receivables.services.entering import posting_of, row_of, undone_turns
from receivables.services.posting import Accounts, Posting, post_all
from receivables.services.rates import Rates
from receivables.services.reversing import mirrored
from receivables.services.undoing import lines_of


@dataclass(slots=True)
class _Pair:
    """A notice and the rows of the booking that it is about."""

    notice: BankNotice
    rows: list[BankEntry]


def join_notices(company: Company, accounts: Sequence[BankAccount]) -> list[int]:
    """Join what waits for a booking of these (locked) accounts; the ids of the new entries."""
    waiting = BankNotice.objects.filter(bank_account__in=accounts, bank_entry=None)
    notices = list(waiting.select_for_update().order_by("pk"))
    if not notices:
        return []
    groups = _groups(accounts, notices)
    pairs = []
    for notice in notices:
        rows = groups[notice.bank_account_id]
        found, one = fit(_announced(notice), [_booked(group) for group in rows.values()])
        notice.note = _note(found, one)
        if found == Fit.JOIN and one:
            pairs.append(_Pair(notice, rows.pop(one.pk)))
    made = _taken_apart(company, _to_part(company, pairs))
    for pair in pairs:
        pair.notice.bank_entry = made.get(pair.notice.pk, pair.rows)[0]
    BankNotice.objects.bulk_update(notices, ["bank_entry", "note"], batch_size=500)
    for file in BankFile.objects.filter(pk__in={pair.notice.file_id for pair in pairs}):
        BankFile.objects.filter(pk=file.pk).update(message=message_of(file))
    return [row.pk for rows in made.values() for row in rows]


def _announced(notice: BankNotice) -> Announced:
    return Announced(notice.booking_on, notice.amount, notice.bank_reference)


def _groups(
    accounts: Iterable[BankAccount], notices: Sequence[BankNotice]
) -> dict[int, dict[int, list[BankEntry]]]:
    """Bookings near the notices by account and first row; those with a notice are left out."""
    days = [notice.booking_on for notice in notices]
    rows = (
        BankEntry.objects.in_books()
        .filter(bank_account__in=accounts, booking_on__range=(min(days) - NEAR, max(days) + NEAR))
        .exclude(identity_key__contains=f".{MARK}")
        .filter(
            Q(amount__in={notice.amount for notice in notices})
            | Q(bank_reference__in={n.bank_reference for n in notices if n.bank_reference})
            | Q(identity_key__contains=".")
        )
        .filter(notices=None)
        .order_by("pk")
    )
    by_batch: dict[tuple[int | None, str], list[BankEntry]] = defaultdict(list)
    for row in rows:
        batch = row.identity_key.split(":")[1].partition(".")[2]
        number = row.identity_key.rpartition(":")[2]
        by_batch[row.statement_id, f"{batch}:{number}" if batch else f"#{row.pk}"].append(row)
    found: dict[int, dict[int, list[BankEntry]]] = defaultdict(dict)
    for group in by_batch.values():
        found[group[0].bank_account_id][group[0].pk] = group
    return found


def _booked(rows: Sequence[BankEntry]) -> Booked:
    amount = sum((row.amount for row in rows), Decimal(0))
    return Booked(rows[0].pk, rows[0].booking_on, amount, rows[0].bank_reference)


def _note(found: Fit, one: Booked | None) -> str:
    if found == Fit.OTHER_AMOUNT and one:
        return _("The booked entry of %(day)s with this reference is of %(amount)s.") % {
            "day": formats.day(one.day),
            "amount": one.amount,
        }
    if found == Fit.SEVERAL:
        return _("Several booked entries of this day and amount; nothing says which.")
    return ""


def _to_part(company: Company, pairs: Sequence[_Pair]) -> list[_Pair]:
    """Those of which the notice tells more than the booking, and nobody has decided on it."""
    told = [pair for pair in pairs if _tells_more(pair)]
    if not told:
        return []
    keys = [pair.rows[0].pk for pair in told]
    decided = set(
        BankMatch.objects.filter(bank_entry__in=keys, undone_at=None).values_list(
            "bank_entry", flat=True
        )
    )
    closed_until = Accounts(company).closed[BANK]
    chosen = []
    for pair in told:
        row = pair.rows[0]
        if row.pk in decided or (closed_until and row.booking_on <= closed_until):
            pair.notice.note = _("The entry was decided before; the transactions are only shown.")
        else:
            chosen.append(pair)
    return chosen


def _tells_more(pair: _Pair) -> bool:
    row = pair.rows[0]
    if len(pair.rows) > 1 or not row.amount:
        return False
    return len(pair.notice.parts) > 1 or not (row.payer_name or row.payer_iban)


def _taken_apart(company: Company, pairs: Sequence[_Pair]) -> dict[int, list[BankEntry]]:
    """The transactions of each notice as entries, in place of the booking's one row."""
    if not pairs:
        return {}
    locked = BankEntry.objects.for_update().filter(pk__in=[pair.rows[0].pk for pair in pairs])
    sums = {row.pk: row for row in locked.select_related("statement", "entry")}
    _reverse(company, [row.entry for row in sums.values() if row.entry])
    BankEntry.objects.filter(pk__in=sums).update(is_undone=True, is_settled=True)
    made = {pair.notice.pk: _rows(company, pair.notice, sums[pair.rows[0].pk]) for pair in pairs}
    _write(company, [row for rows in made.values() for row in rows])
    return made


def _reverse(company: Company, originals: Sequence[JournalEntry]) -> None:
    lines = lines_of([original.pk for original in originals])
    post_all(
        company,
        [
            Posting(
                posted_on=original.posted_on,
                text=_("Taken apart: %(text)s") % {"text": original.text},
                source_key=f"bank:undo:{original.pk}",
                lines=mirrored(lines[original.pk]),
                document_number=original.document_number,
                reverses_id=original.pk,
            )
            for original in originals
        ],
    )


def _rows(company: Company, notice: BankNotice, whole: BankEntry) -> list[BankEntry]:
    rates = Rates(company)
    balance = None if whole.balance_amount is None else whole.balance_amount - whole.amount
    rows = []
    assert whole.statement is not None  # a bank told it
    for told in notice.parts:
        part = from_json(told)
        row = row_of(whole.statement, part, whole.position, notice.turn)
        row.identity_key = row.identity_key.replace(
            f"{part.booked_on:%Y%m%d}:", f"{whole.booking_on:%Y%m%d}:", 1
        )
        row.booking_on = whole.booking_on
        row.functional_amount = rates.in_books(row.amount, row.currency, row.booking_on)
        if balance is not None:
            balance += row.amount
            row.balance_amount = balance
        rows.append(row)
    return rows


def _write(company: Company, rows: Sequence[BankEntry]) -> None:
    accounts = Accounts(company)
    clearing, turns = accounts.of(Account.Role.CLEARING), undone_turns(rows)
    ledger = dict(
        BankAccount.objects.filter(company=company).values_list("pk", "ledger_account_id")
    )
    moving = [row for row in rows if row.amount]
    postings = [
        posting_of(
            row,
            ledger[row.bank_account_id],
            clearing,
            turn=turns[row.bank_account_id, row.identity_key],
        )
        for row in moving
    ]
    for row, posted in zip(moving, post_all(company, postings, accounts=accounts), strict=True):
        row.entry = posted.entry
    BankEntry.objects.bulk_create(rows)


def message_of(file: BankFile) -> str:
    """How many of a notification's bookings joined a statement's."""
    kept = BankNotice.objects.filter(file=file)
    joined = kept.filter(bank_entry__isnull=False).count()
    waiting = kept.count() - joined
    told = ngettext(
        "%(count)d booking joined its statement.",
        "%(count)d bookings joined their statements.",
        joined,
    ) % {"count": joined}
    if not waiting:
        return told
    waits = ngettext(
        "%(count)d waits for its statement.", "%(count)d wait for their statements.", waiting
    )
    return f"{told} {waits % {'count': waiting}}"
