"""What is certain of a bank file is matched by itself, of a long one by thousands.

A long file is booked whole before. Its thousands have a transaction each, in the order of its
entries; the file remembers where to go on, so a process that ends loses nothing (see ADR 0048).
"""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import count

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import Company
from core.services import atomic_verb, record_event, retrying
from core.sql import analyze, wait_for_locks
from o2c.errors import BusinessError
from receivables.models import (
    Allocation,
    BankEntry,
    BankFile,
    BankMatch,
    JournalEntry,
    JournalLine,
    OpenItem,
)
from receivables.services.collecting import collect
from receivables.services.depositing import match_deposits
from receivables.services.matching import auto_match
from receivables.services.naming import Names, names_of
from receivables.services.provider_settling import match_payouts
from receivables.services.refund_settling import settle_refunds

MATCHED_AT_ONCE = 2000
PATIENCE = "5min"
_WRITTEN = (JournalEntry, JournalLine, BankEntry, BankMatch, OpenItem, Allocation)


Follow = Callable[[Company, Sequence[int]], object]


def _nothing(_company: Company, _entry_ids: Sequence[int]) -> None:
    return None


def match_new(file: BankFile, first_id: int | None, *, by: Actor, on: date) -> None:
    """Match a file just booked if it is short, else note where to begin; the caller saves it."""
    if file.new_count > MATCHED_AT_ONCE:
        file.match_from_id = first_id
    else:
        keys = list(_entries(file).values_list("pk", flat=True))
        file.matched_count = _match(file, keys, names_of(file.company), by=by, on=on)
        file.looked_at_count, file.booked_at = file.new_count, timezone.now()


def match_file(
    pk: int,
    *,
    by: Actor,
    on: date,
    most: int | None = None,
    tell: Callable[[BankFile], object] = lambda file: None,
    follow: Follow = _nothing,
) -> BankFile:
    """Go on matching a long file, to its end or ``most`` thousands; ``tell`` hears of each.

    ``follow`` is given the entries of each, in its transaction: what belongs to the match for
    others. Twice, or beside itself, each thousand is matched once. What the business refuses is
    noted on the file and raised; it can be gone on with later.
    """
    file = BankFile.objects.select_related("company").get(pk=pk)
    names = names_of(file.company)
    if not file.looked_at_count:
        analyze(*_WRITTEN)
    try:
        for _turn in range(most) if most else count():
            done = _match_next(pk, names, follow, by=by, on=on)
            if done is None:
                break
            tell(done)
    except BusinessError as error:
        BankFile.objects.filter(pk=pk).update(
            message=_("Booked. Matching stopped: %(why)s") % {"why": error.message}
        )
        raise
    file.refresh_from_db()
    return file


@retrying
@atomic_verb
def _match_next(pk: int, names: Names, follow: Follow, *, by: Actor, on: date) -> BankFile | None:
    """The next thousand; None when there is nothing left to look at."""
    wait_for_locks(PATIENCE)
    waiting = BankFile.objects.awaiting_matching().select_related("company")
    file = waiting.select_for_update(of=("self",)).filter(pk=pk).first()
    if file is None:
        return None
    rows = _entries(file).filter(pk__gte=file.match_from_id)
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:MATCHED_AT_ONCE])
    file.matched_count += _match(file, keys, names, by=by, on=on)
    file.looked_at_count += len(keys)
    file.match_from_id = keys[-1] + 1 if len(keys) == MATCHED_AT_ONCE else None
    if file.match_from_id is None:
        _finish(file, by=by, on=on)
    file.save(
        update_fields=["matched_count", "looked_at_count", "match_from_id", "message", "booked_at"]
    )
    follow(file.company, keys)
    return file


def _finish(file: BankFile, *, by: Actor, on: date) -> None:
    """Returns that stood before what they return; then the file is told of."""
    back = _entries(file).filter(is_settled=False, amount__lt=0)
    file.matched_count += collect(
        file.company, list(back.values_list("pk", flat=True)), by=by, on=on
    )
    file.message, file.booked_at = "", timezone.now()
    record_event(
        "bank_file.matched", file, by=by, on=on, label=file.filename, matched=file.matched_count
    )


def _match(file: BankFile, keys: list[int], names: Names, *, by: Actor, on: date) -> int:
    company = file.company
    collected = match_payouts(company, keys, by=by, on=on)
    collected += match_deposits(company, keys, by=by, on=on)
    collected += settle_refunds(company, keys, by=by, on=on)
    collected += collect(company, keys, by=by, on=on)
    return collected + auto_match(company, keys, names=names, by=by, on=on)


def _entries(file: BankFile) -> QuerySet[BankEntry]:
    return BankEntry.objects.filter(company_id=file.company_id, statement__file=file)
