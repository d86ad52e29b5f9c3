"""Take in a camt.054: its bookings join what the statements booked, or wait for it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO

from django.utils.translation import gettext as _

from core.actors import Actor
from core.services import record_event
from o2c.errors import InvalidInput
from receivables.bankfiles.accounts import is_same_account
from receivables.bankfiles.camt054 import Notice, notices, to_json
from receivables.models import BankAccount, BankFile, BankNotice
from receivables.services.collecting import collect
from receivables.services.matching import auto_match
from receivables.services.noticing import join_notices, message_of


@dataclass(frozen=True, slots=True)
class Taken:
    """What a camt.054 holds: each booking with our account; ``count`` of them were new."""

    told: Sequence[tuple[BankAccount, Notice]]


def told_by(source: IO[bytes], accounts: Sequence[BankAccount]) -> Taken:
    """The bookings of a camt.054. Raises ``InvalidInput``: unreadable, empty, a foreign account."""
    told = [(_account(notice, accounts), notice) for notice in notices(source)]
    if not told:
        raise InvalidInput("bankfile.no_entries", _("The notification holds no booked entry."))
    return Taken(told)


def _account(notice: Notice, accounts: Sequence[BankAccount]) -> BankAccount:
    part = notice.parts[0]
    for account in accounts:
        if account.currency == part.currency and is_same_account(account.iban, notice.account):
            return account
    raise InvalidInput(
        "bankfile.account",
        _(
            "Line %(line)d: account %(account)s in %(currency)s is none of this company's "
            "bank accounts. An administrator adds it in the set-up; or choose the other "
            "company."
        )
        % {"line": part.line, "account": notice.account, "currency": part.currency},
    )


def keep(file: BankFile, taken: Taken, *, by: Actor, on: date) -> None:
    """Write the bookings that no other notification told, join them, match what that brings."""
    rows = _rows(file, taken)
    BankNotice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    accounts = list({account.pk: account for account, _notice in taken.told}.values())
    made = join_notices(file.company, accounts)
    matched = collect(file.company, made, by=by, on=on)
    matched += auto_match(file.company, made, by=by, on=on)
    kept = BankNotice.objects.filter(file=file)
    file.new_count, file.matched_count = kept.count(), matched
    file.known_count = len(rows) - file.new_count
    file.message = message_of(file)
    file.save(update_fields=["new_count", "known_count", "matched_count", "message"])
    record_event(
        "bank_file.joined",
        file,
        by=by,
        on=on,
        label=file.filename,
        new=file.new_count,
        known=file.known_count,
        matched=matched,
    )


def _rows(file: BankFile, taken: Taken) -> list[BankNotice]:
    seen: Counter[tuple[int, str]] = Counter()
    rows = []
    for account, notice in taken.told:
        part = notice.parts[0]
        name = f"{part.booked_on:%Y%m%d}:{part.content_key}.{part.batch}"
        seen[account.pk, name] += 1
        rows.append(
            BankNotice(
                company_id=file.company_id,
                bank_account=account,
                file=file,
                identity_key=f"{name}:{seen[account.pk, name]}",
                turn=seen[account.pk, name],
                booking_on=part.booked_on,
                amount=notice.amount,
                currency=part.currency,
                bank_reference=notice.reference[:80],
                parts=[to_json(one) for one in notice.parts],
            )
        )
    return rows
