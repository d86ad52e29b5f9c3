"""Undo an import that nobody has used: everything it booked by itself is reversed on its own days.

Nothing is deleted. The entries stay as undone, out of every list of money, and the same file can be
imported again. Order of locks: bank accounts, then bank entries, matches, open items.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formats
from core.actors import Actor, require
from core.models import Company
from core.services import atomic_verb, record_event, retrying
from o2c.errors import Conflict
from receivables.models import (
    Allocation,
    BankAccount,
    BankEntry,
    BankFile,
    BankMatch,
    BankNotice,
    BankRefund,
    BankStatement,
    BooksExport,
    Debit,
    JournalEntry,
    OpenItem,
    OrderAdvance,
    RemittanceAdvice,
)
from receivables.rules.areas import BANK, RECEIVABLES
from receivables.services.advances import free_advances_of
from receivables.services.awaiting import await_again
from receivables.services.collecting import forget_matches
from receivables.services.learning import unlearn
from receivables.services.periods import closed_by_area, closed_days
from receivables.services.posting import BATCH, Posting, post_all
from receivables.services.refund_settling import forget_refunds
from receivables.services.reversing import mirrored
from receivables.services.undoing import lines_of, take_back_matches


@dataclass(frozen=True, slots=True)
class _Booked:
    """What one import left in the books: its entries and their live matches."""

    file: BankFile
    entries: QuerySet[BankEntry]
    matches: QuerySet[BankMatch]


@retrying
@atomic_verb
def undo_import(file_pk: int, *, by: Actor, on: date) -> BankFile:
    """Take an import back: its matches, its postings; what it taught is forgotten.

    Raises ``Conflict`` with the reason of ``why_not_undone``, and ``PermissionMissing``.
    """
    company = BankFile.objects.select_related("company").get(pk=file_pk).company
    require(by, "receivables.reverse", company.pk)
    list(BankAccount.objects.filter(company=company).for_update())
    file = BankFile.objects.for_update().get(pk=file_pk)
    booked = _booked(file)
    list(BankEntry.objects.filter(pk__in=booked.entries.values("pk")).for_update().values("pk"))
    if reason := why_not_undone(file):
        raise Conflict("bank_file.used", reason)
    _take_back(company, booked, by)
    file.state, file.undone_at = BankFile.State.UNDONE, timezone.now()
    file.undone_by_name = by.actor_name
    file.save(update_fields=["state", "undone_at", "undone_by_name"])
    record_event(
        "bank_file.undone",
        file,
        by=by,
        on=on,
        label=file.filename,
        entries=file.new_count,
        matched=file.matched_count,
    )
    return file


def why_not_undone(file: BankFile) -> str:
    """Why an import can't be undone, in plain words; empty if it can."""
    booked = _booked(file)
    checks = (
        _not_booked,
        _being_matched,
        _later,
        _closed,
        _handed_out,
        _decided_by_people,
        _payment_used,
        _returned,
    )
    return next(filter(None, (check(booked) for check in checks)), "")


def _booked(file: BankFile) -> _Booked:
    return _Booked(
        file,
        BankEntry.objects.in_books().filter(statement__file=file),
        BankMatch.objects.filter(bank_entry__statement__file=file, undone_at=None),
    )


# --- what stands in the way ----------------------------------------------------------------------
def _not_booked(booked: _Booked) -> str:
    is_booked = booked.file.state == BankFile.State.BOOKED
    return "" if is_booked else _("Nothing of this file is in the books.")


def _being_matched(booked: _Booked) -> str:
    waits = booked.file.match_from_id is not None
    return _("The payments of this file are still being matched.") if waits else ""


def _later(booked: _Booked) -> str:
    """What came later was read against this: which entries are known, which balances connect."""
    accounts = BankStatement.objects.filter(file=booked.file).values("bank_account")
    later = (
        BankStatement.objects.filter(bank_account__in=accounts, file__pk__gt=booked.file.pk)
        .filter(file__state=BankFile.State.BOOKED)
        .select_related("file")
        .order_by("-file_id")
        .first()
    )
    if later is None:
        return ""
    return _("“%(file)s” was imported for the same bank account later. Undo that import first.") % {
        "file": later.file.filename
    }


def _closed(booked: _Booked) -> str:
    areas = closed_by_area(closed_days(booked.file.company).get())
    until = max(filter(None, (areas[BANK], areas[RECEIVABLES])), default=None)
    day = booked.entries.aggregate(day=Min("booking_on"))["day"]
    if until is None or day is None or day > until:
        return ""
    return _("Entries of %(day)s lie in books that are closed until %(closed)s.") % {
        "day": formats.day(day),
        "closed": formats.day(until),
    }


def _handed_out(booked: _Booked) -> str:
    told = booked.entries.aggregate(
        first=Min("booking_on"), last=Max("booking_on"), entry=Min("entry_id")
    )
    if told["entry"] is None:
        return ""
    export = BooksExport.objects.filter(
        company=booked.file.company_id,
        last_entry_id__gte=told["entry"],
        start_on__lte=told["last"],
        end_on__gte=told["first"],
    ).first()
    if export is None:
        return ""
    return _("The books of %(start)s to %(end)s were handed out with its entries.") % {
        "start": formats.day(export.start_on),
        "end": formats.day(export.end_on),
    }


def _decided_by_people(booked: _Booked) -> str:
    told = BankMatch.objects.filter(bank_entry__statement__file=booked.file)
    decided = told.exclude(way=BankMatch.Way.AUTO, undone_at=None)
    count = decided.aggregate(count=Count("bank_entry", distinct=True))["count"]
    if not count:
        return ""
    return ngettext(
        "%(count)d of its payments was matched, or unmatched, by a person.",
        "%(count)d of its payments were matched, or unmatched, by people.",
        count,
    ) % {"count": count}


def _payment_used(booked: _Booked) -> str:
    """An allocation came after the import: a rest was applied, or something was taken back."""
    ended = booked.file.booked_at or booked.file.imported_at
    made = OpenItem.objects.filter(entry__in=booked.matches.values("entry"))
    later = Allocation.objects.filter(recorded_at__gt=ended)
    found = (
        (later.filter(credit_item__in=made) | later.filter(debit_item__in=made))
        .select_related("credit_item")
        .order_by("pk")
        .first()
    )
    if found is None:
        return ""
    number = found.credit_item.document_number
    return _("Payment %(number)s was used or changed after the import.") % {"number": number}


def _returned(booked: _Booked) -> str:
    entries = booked.entries.values("pk")
    refund = BankRefund.objects.filter(return_entry__in=entries).first()
    if refund is not None:
        return _("It brought refund %(number)s back, and people were told.") % {
            "number": refund.number
        }
    gone = BankRefund.objects.filter(match__in=booked.matches, state=BankRefund.State.RETURNED)
    if (refund := gone.first()) is not None:
        return _("Refund %(number)s, which it paid out, came back since.") % {
            "number": refund.number
        }
    debit = Debit.objects.filter(return_entry__in=entries).select_related("item").first()
    if debit is None:
        return ""
    return _("It brought the direct debit of %(number)s back, and people were told.") % {
        "number": debit.item.document_number
    }


# --- taking it back ------------------------------------------------------------------------------
def _take_back(company: Company, booked: _Booked, by: Actor) -> None:
    matches = list(booked.matches.select_related("entry").order_by("pk"))
    take_back_matches(company, matches)
    BankNotice.objects.filter(bank_entry__statement__file=booked.file).update(bank_entry=None)
    unlearn(company, matches)
    forget_matches([match.entry_id for match in matches])
    made = OpenItem.objects.filter(entry__in=[match.entry_id for match in matches])
    free_advances_of(made, OrderAdvance.Freed.UNDONE, by=by, on=company.today())
    await_again([match.pk for match in matches])
    forget_refunds(matches)
    RemittanceAdvice.objects.filter(match__in=matches).update(
        state=RemittanceAdvice.State.WAITING, match=None
    )
    keys = list(booked.entries.exclude(entry=None).order_by("pk").values_list("entry", flat=True))
    for first in range(0, len(keys), BATCH):
        _reverse(company, keys[first : first + BATCH])
    BankMatch.objects.filter(pk__in=[match.pk for match in matches]).update(
        undone_at=timezone.now(), undone_by_name=by.actor_name
    )
    booked.entries.update(is_undone=True, is_settled=True)


def _reverse(company: Company, keys: Sequence[int]) -> None:
    """The opposite of each of the bank's bookings, on the same day."""
    lines = lines_of(keys)
    post_all(
        company,
        [
            Posting(
                posted_on=original.posted_on,
                text=_("Undone: %(text)s") % {"text": original.text},
                source_key=f"bank:undo:{original.pk}",
                lines=mirrored(lines[original.pk]),
                document_number=original.document_number,
                reverses_id=original.pk,
            )
            for original in JournalEntry.objects.filter(pk__in=keys).order_by("pk")
        ],
    )
