"""Hand out the books of a period: write the file, keep it, say what is in it and what is new.

A file holds the entries of a period up to a number: the company's newest entry when it was made.
Numbers are drawn before rows are committed, so for a moment nobody may post while that number is
read; below it nothing can appear any more, and nothing of it changes. The same period up to the
same number is the same file, as long as names and addresses of accounts and customers stay.
"""

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.actors import Actor, require
from core.models import Company, Job, StoredDocument
from core.services import atomic_verb, hash_of_file, record_event, start_job, store_file
from customers.models import Customer
from o2c.errors import Conflict, InvalidInput
from receivables.exports.datev import datev_files
from receivables.exports.facts import CONTROL, Books, fiscal_year
from receivables.exports.journal import journal_csv
from receivables.exports.saft import saft
from receivables.exports.saft_codes import NORWAY
from receivables.exports.sie import sie4
from receivables.models import BooksExport, BooksSetting, JournalEntry, PersonalAccount
from receivables.services.books_reading import Counted, Selection, count_of, read_books

RIGHT = "receivables.export_books"
KIND = "receivables.books_out"
Format = BooksExport.Format
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""What files in an archive are dated: an archive must not depend on when it was made."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How a format is written: end of the file's name, type, and the writer of it."""

    ending: str
    content_type: str
    write: Callable[[Books, IO[bytes]], None]


def _plain(pieces: Callable[[Books], Iterator[bytes]]) -> Callable[[Books, IO[bytes]], None]:
    def write(books: Books, file: IO[bytes]) -> None:
        for piece in pieces(books):
            file.write(piece)

    return write


def _datev_archive(books: Books, file: IO[bytes]) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name, pieces in datev_files(books):
            info = zipfile.ZipInfo(name, _MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as member:
                for piece in pieces:
                    member.write(piece)


_FORMS = {
    Format.DATEV: _Form("zip", "application/zip", _datev_archive),
    Format.SIE: _Form("se", "application/x-sie", _plain(sie4)),
    Format.SAFT: _Form("xml", "application/xml", _plain(saft)),
    Format.SAFT_NO: _Form("xml", "application/xml", _plain(lambda books: saft(books, NORWAY))),
    Format.CSV: _Form("csv", "text/csv; charset=utf-8", _plain(journal_csv)),
}


def start_books_export(
    company: Company, *, form: str, start: date, end: date, by: Actor, token: str
) -> Job:
    """Have a job hand out the books; the same token is the same job.

    Raises: PermissionMissing; InvalidInput as ``export_books``.
    """
    require(by, RIGHT, company.pk)
    _check(company, form, start, end)
    params = {"form": form, "start": start.isoformat(), "end": end.isoformat()}
    name = f"{KIND}:{company.pk}:{by.actor_id}:{token[:32]}"
    return start_job(company, KIND, gettext_noop("Books out"), params, by=by, token=name)


def export_books(
    company: Company, *, form: str, start: date, end: date, by: Actor, on: date
) -> BooksExport:
    """Write the books from ``start`` to ``end`` in a format and keep the file.

    Not one transaction: writing a million entries takes minutes, and what is read can't change.
    Raises: PermissionMissing; InvalidInput for a period or format that can't be; Conflict where
    DATEV's numbers are missing or the books are too busy to draw a line.
    """
    require(by, RIGHT, company.pk)
    _check(company, form, start, end)
    selection = Selection(company, start, end, last_entry_of(company))
    if form == Format.DATEV:
        number_debtors(selection)
    counted = count_of(selection)
    books = read_books(selection, counted)
    with tempfile.TemporaryFile() as file:
        _FORMS[Format(form)].write(books, file)
        return _keep(selection, counted, form, file, by=by, on=on)


def _check(company: Company, form: str, start: date, end: date) -> None:
    if form not in _FORMS:
        raise InvalidInput(
            "books_out.format",
            _("“%(format)s” is no format of the books; there are: %(known)s.")
            % {"format": form, "known": ", ".join(_FORMS)},
            field="form",
        )
    if start > end:
        raise InvalidInput("books_out.period", _("The period ends before it begins."), field="end")
    setting = BooksSetting.objects.filter(company=company).first()
    if form == Format.DATEV:
        _check_datev(company, setting)
    if form == Format.SIE:
        _check_sie(company, start, end)


def _check_datev(company: Company, setting: BooksSetting | None) -> None:
    if company.currency != "EUR":
        raise InvalidInput(
            "books_out.datev_currency",
            _("DATEV takes books in EUR; %(company)s keeps its books in %(currency)s.")
            % {"company": company, "currency": company.currency},
            field="form",
        )
    if setting is None or setting.consultant_number is None or setting.client_number is None:
        raise InvalidInput(
            "books_out.datev_numbers",
            _(
                "DATEV needs to know whose books they are: an administrator enters consultant and "
                "client number in the set-up, under settings of books out."
            ),
            field="form",
        )


def _check_sie(company: Company, start: date, end: date) -> None:
    if company.country != "SE":
        raise InvalidInput(
            "books_out.sie_country",
            _("SIE is for Swedish companies with accounts after BAS; choose another format."),
            field="form",
        )
    setting = BooksSetting.objects.filter(company=company).first() or BooksSetting()
    if fiscal_year(start, setting.year_start_month) != fiscal_year(end, setting.year_start_month):
        raise InvalidInput(
            "books_out.sie_year",
            _("A SIE file holds one fiscal year: choose a period inside one."),
            field="end",
        )


def last_entry_of(company: Company) -> int:
    """The number of the company's newest entry; no lower one can still appear.

    Raises ``Conflict`` when a long posting does not let go of the journal.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            cursor.execute(f"LOCK TABLE {JournalEntry._meta.db_table} IN SHARE MODE")
            newest = JournalEntry.objects.filter(company=company).order_by("-pk")
            return newest.values_list("pk", flat=True).first() or 0
    except OperationalError as error:
        raise Conflict(
            "books_out.busy", _("The books are being written to. Try again in a minute.")
        ) from error


@atomic_verb
def number_debtors(selection: Selection) -> None:
    """Give each customer with receivables in the period a debtor's number, for good.

    The customer's own number where it is one a debtor can have and free, else the next free one.
    Raises ``Conflict`` when the range is full.
    """
    company = selection.company
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    length = BooksSetting.objects.get(company=company).account_length
    first, last = 10**length, 7 * 10**length - 1
    used = set(PersonalAccount.objects.filter(company=company).values_list("number", flat=True))
    posted = selection.lines().filter(account__role=CONTROL).order_by().values("customer_id")
    unnumbered = Customer.objects.filter(pk__in=posted.distinct(), company=company).exclude(
        pk__in=PersonalAccount.objects.filter(company=company).values("customer_id")
    )
    free = (number for number in range(first, last + 1) if number not in used)
    rows = []
    for customer in unnumbered.order_by("pk").only("pk", "number"):
        number = _own_number(customer, first, last)
        if number is None or number in used:
            number = next(free, None)
        if number is None:
            raise Conflict(
                "books_out.no_debtor_number",
                _("All debtors' numbers from %(first)s to %(last)s are given.")
                % {"first": first, "last": last},
            )
        used.add(number)
        rows.append(PersonalAccount(company=company, customer=customer, number=number))
    PersonalAccount.objects.bulk_create(rows, batch_size=2000)


def _own_number(customer: Customer, first: int, last: int) -> int | None:
    text = customer.number
    is_number = text.isascii() and text.isdecimal() and first <= int(text) <= last
    return int(text) if is_number else None


@atomic_verb
def _keep(
    selection: Selection, counted: Counted, form: str, file: IO[bytes], *, by: Actor, on: date
) -> BooksExport:
    company = selection.company
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    same = BooksExport.objects.filter(
        company=company, format=form, start_on=selection.start, end_on=selection.end
    )
    previous = same.order_by("-pk").first()
    document = _stored(selection, form, file, previous)
    seen = previous.last_entry_id if previous else 0
    export = BooksExport.objects.create(
        company=company,
        format=form,
        start_on=selection.start,
        end_on=selection.end,
        document=document,
        sha256=document.sha256,
        entry_count=counted.entries,
        line_count=counted.lines,
        debit_amount=counted.debit,
        credit_amount=counted.credit,
        last_entry_id=selection.last_entry_id,
        previous=previous,
        added_count=selection.entries().filter(pk__gt=seen).count(),
        made_by_name=by.actor_name,
    )
    record_event(
        "books.exported",
        export,
        by=by,
        on=on,
        label=document.filename,
        count=counted.entries,
        sha256=document.sha256,
    )
    return export


def _stored(
    selection: Selection, form: str, file: IO[bytes], previous: BooksExport | None
) -> StoredDocument:
    """The file in the storage; the same bytes as last time are kept once."""
    if previous and previous.sha256 == hash_of_file(file):
        return previous.document
    company, shape = selection.company, _FORMS[Format(form)]
    name = f"{company.code}-{form}-{selection.start:%Y%m%d}-{selection.end:%Y%m%d}.{shape.ending}"
    return store_file(
        file,
        company_id=company.pk,
        kind="books_export",
        filename=name,
        content_type=shape.content_type,
    )
