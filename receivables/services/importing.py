"""Import a bank file: booked in one transaction, whole or not at all; then match what is certain.

Order of locks: the company's bank accounts, then open items. A file that can't be booked is kept
as refused with the reason, and nothing of it is in the books. The file is read twice, entry by
entry, so that its length needs little memory: first all of it is checked and recognised, then
what is new is booked.
"""

import io
from dataclasses import dataclass
from datetime import date
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formats
from core.actors import Actor, require
from core.models import Company, StoredDocument
from core.services import hash_of_file, record_event, require_open, store_file
from o2c.errors import BusinessError, InvalidInput
from receivables.bankfiles import ParsedFile, camt, entries_of, outline, pain002
from receivables.models import BankAccount, BankFile
from receivables.services.csv_profiles import csv_reader
from receivables.services.entering import enter
from receivables.services.matching_files import match_file, match_new
from receivables.services.noticing import join_notices
from receivables.services.notifying_files import keep, told_by
from receivables.services.recognising import assigned, recognised
from receivables.services.reporting_orders import take_report

_BEGINNING = 4096


@dataclass(frozen=True, slots=True)
class _Incoming:
    """A file as it comes, and who brings it; ``document`` where its bytes are kept already."""

    company: Company
    source: IO[bytes]
    filename: str
    sha256: str
    by: Actor
    on: date
    document: StoredDocument | None


def import_bank_file(  # noqa: PLR0913 - all of it is told by the caller
    company: Company,
    content: bytes | IO[bytes],
    *,
    filename: str,
    by: Actor,
    on: date,
    document: StoredDocument | None = None,
    is_patient: bool = True,
) -> BankFile:
    """Book a bank file and match what is certain; the answer tells what came of it.

    State ``booked``: counts of new, known and matched entries. ``known``: the same file, or
    nothing new in it; nothing changed. ``refused``: ``message`` names line, value and remedy,
    nothing was booked. A long file is matched by thousands once it is booked; without
    ``is_patient`` that is left to ``match_file``. ``document`` is the file where it is stored
    already. Raises ``PermissionMissing``, ``Conflict`` for a closed company, and ``InvalidInput``
    only for a file too big to keep. A status report (pain.002) frees what the bank rejected.
    """
    require(by, "receivables.import_statement", company.pk)
    require_open(company)
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    _require_size(source)
    incoming = _Incoming(company, source, filename, hash_of_file(source), by, on, document)
    source.seek(0)
    if pain002.is_report(source.read(_BEGINNING)):
        return _reported(incoming)
    try:
        parsed = outline(source, csv=csv_reader(company))
        with transaction.atomic():
            file = _book(incoming, parsed)
    except BusinessError as error:
        if error.code == camt.ENRICHES:
            return _notified(incoming)
        return _refuse(incoming, error)
    return _matched(file, by=by, on=on) if is_patient and file.match_from_id else file


def _require_size(source: IO[bytes]) -> None:
    size, limit = source.seek(0, io.SEEK_END), settings.BANK_FILE_MAX_BYTES
    if size > limit:
        raise InvalidInput(
            "bankfile.too_big",
            _(
                "The file has %(size)d MB; at most %(limit)d MB are read. Ask the bank for a file "
                "per month, or let an administrator raise O2C_BANK_FILE_MAX_MIB."
            )
            % {"size": size >> 20, "limit": limit >> 20},
        )


def _matched(file: BankFile, *, by: Actor, on: date) -> BankFile:
    """The file, matched to its end, or with the reason why that stopped; it is booked anyway."""
    try:
        return match_file(file.pk, by=by, on=on)
    except BusinessError:
        file.refresh_from_db()
        return file


def _book(incoming: _Incoming, parsed: ParsedFile) -> BankFile:
    company, by, on = incoming.company, incoming.by, incoming.on
    accounts = list(BankAccount.objects.filter(company=company, is_active=True).for_update())
    same = BankFile.objects.filter(company=company, sha256=incoming.sha256, state="booked").first()
    if same:
        return _as_known(same)
    fresh = recognised(assigned(parsed, accounts), shape=parsed.kind)
    if not any(any(found.numbers) for found in fresh):
        return _nothing_new(incoming, parsed)
    file = _file(incoming, kind=parsed.kind, state="booked")
    entered = enter(file, fresh, entries_of(incoming.source, parsed), accounts)
    file.new_count, file.known_count = entered.new_count, entered.known_count
    join_notices(company, accounts)
    match_new(file, entered.first_id, by=by, on=on)
    file.save(
        update_fields=[
            "new_count", "known_count", "matched_count", "looked_at_count", "match_from_id",
            "booked_at",
        ]
    )  # fmt: skip
    record_event(
        "bank_file.imported",
        file,
        by=by,
        on=on,
        label=file.filename,
        new=file.new_count,
        known=file.known_count,
        matched=file.matched_count,
    )
    return file


def _notified(incoming: _Incoming) -> BankFile:
    """Take in a camt.054, whole or not at all."""
    company = incoming.company
    try:
        with transaction.atomic():
            accounts = list(
                BankAccount.objects.filter(company=company, is_active=True).for_update()
            )
            same = BankFile.objects.filter(
                company=company, sha256=incoming.sha256, state=BankFile.State.DETAILS
            ).first()
            if same:
                return same
            taken = told_by(incoming.source, accounts)
            file = _file(incoming, kind="camt.054", state=BankFile.State.DETAILS)
            keep(file, taken, by=incoming.by, on=incoming.on)
            return file
    except BusinessError as error:
        return _refuse(incoming, error)


def _reported(incoming: _Incoming) -> BankFile:
    """Take in a pain.002, whole or not at all; the same again changes nothing."""
    company, by, on = incoming.company, incoming.by, incoming.on
    try:
        with transaction.atomic():
            list(BankAccount.objects.filter(company=company, is_active=True).for_update())
            same = BankFile.objects.filter(
                company=company, sha256=incoming.sha256, state=BankFile.State.DETAILS
            ).first()
            if same:
                return same
            incoming.source.seek(0)
            told = take_report(company, pain002.read(incoming.source.read()), by=by, on=on)
            file = _file(incoming, kind="pain.002", state=BankFile.State.DETAILS)
            file.message = ngettext(
                "Order %(number)s: %(count)d transaction was rejected and is free again.",
                "Order %(number)s: %(count)d transactions were rejected and are free again.",
                told.count,
            ) % {"number": told.number, "count": told.count}
            file.save(update_fields=["message"])
            record_event(
                "bank_file.reported", file, by=by, on=on, label=file.filename,
                number=told.number, count=told.count,
            )  # fmt: skip
            return file
    except BusinessError as error:
        return _refuse(incoming, error)


def _as_known(same: BankFile) -> BankFile:
    """The file as it was booked, told as known; nothing is written."""
    same.known_count = same.new_count + same.known_count
    same.new_count = same.matched_count = 0
    same.state = BankFile.State.KNOWN
    same.message = _("This very file was imported on %(day)s; nothing changed.") % {
        "day": formats.day(same.imported_at)
    }
    return same


def _nothing_new(incoming: _Incoming, parsed: ParsedFile) -> BankFile:
    known = BankFile.objects.filter(
        company=incoming.company, sha256=incoming.sha256, state="known"
    ).first()
    if known:
        return known
    file = _file(incoming, kind=parsed.kind, state="known")
    file.known_count = sum(len(statement.entries) for statement in parsed.statements)
    file.message = ngettext(
        "Its %(count)d entry is known already.",
        "All its %(count)d entries are known already.",
        file.known_count,
    ) % {"count": file.known_count}
    file.save(update_fields=["known_count", "message"])
    return file


def _refuse(incoming: _Incoming, error: BusinessError) -> BankFile:
    """Keep the refused file with its reason; the same file refused for the same reason is one."""
    same = BankFile.objects.filter(
        company=incoming.company, sha256=incoming.sha256, state="refused", message=error.message
    ).first()
    if same:
        return same
    with transaction.atomic():
        file = _file(incoming, kind=error.code, state="refused")
        file.message = error.message
        file.save(update_fields=["message"])
    return file


def _file(incoming: _Incoming, *, kind: str, state: str) -> BankFile:
    document = incoming.document or keep_bank_file(
        incoming.company, incoming.source, filename=incoming.filename
    )
    return BankFile.objects.create(
        company=incoming.company,
        document=document,
        filename=document.filename,
        sha256=incoming.sha256,
        format=kind[:40],
        state=state,
        imported_by_name=incoming.by.actor_name,
    )


def keep_bank_file(company: Company, source: IO[bytes], *, filename: str) -> StoredDocument:
    """Store a bank file's bytes as they came."""
    source.seek(0)
    is_xml = source.read(64).lstrip().startswith((b"<", b"\xef\xbb\xbf<"))
    return store_file(
        source,
        company_id=company.pk,
        kind="bank_file",
        filename=filename,
        content_type="application/xml" if is_xml else "text/plain",
    )
