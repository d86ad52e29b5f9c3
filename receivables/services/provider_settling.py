"""The provider pays out: its file splits gross into fee and net, the bank's entry empties clearing.

Of the clearing account the file takes the fee, and the payout on our bank account takes the net:
what is left there is what was paid and not paid out yet. An entry of the bank is the payout when it
names the settlement and has its very amount.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company, User
from core.services import atomic_verb, record_event, require_open, retrying, store_document
from o2c.errors import BusinessError, Conflict, InvalidInput
from receivables.models import (
    Account,
    BankEntry,
    BankMatch,
    ProviderMovement,
    ProviderPayment,
    ProviderSettlement,
    ProviderSettlementLine,
)
from receivables.provider import Away, Unknown
from receivables.rules.settlement_file import SettledLine, SettlementFile, read_settlement
from receivables.rules.tokens import normalise
from receivables.services.lookups import tokens_of
from receivables.services.posting import Accounts, LineDraft, Posting, post
from receivables.services.provider_access import away, provider_of, required_provider
from receivables.services.provider_taking import sync_payment
from receivables.services.settlements import turns_of
from receivables.services.settling import payment_number

RIGHT = "receivables.import_statement"
NEAR = timedelta(days=14)


def fetch_settlement(company: Company, reference: str, *, by: Actor, on: date) -> None:
    """Take the file of a settlement from the provider. Raises as ``import_settlement``, and
    ``Conflict`` when the provider is away."""
    try:
        content = required_provider(company).settlement(reference)
    except Unknown:
        raise Conflict(
            "settlement.unknown",
            _("The payment provider has no settlement %(reference)s.") % {"reference": reference},
        )
    except Away:
        raise away()
    import_settlement(company, content, filename=f"{reference}.csv", by=by, on=on)


def import_settlement(
    company: Company, content: bytes, *, filename: str, by: Actor, on: date
) -> tuple[ProviderSettlement, bool]:
    """Book the fee of a settlement and remember what it settles; the row, and whether it is new.

    The same file again changes nothing. Payments that it names and we know less of are asked for
    before. Raises ``InvalidInput`` for a file that can't be read or another currency than the
    books', ``Conflict`` for a settlement that came before with other content.
    """
    require(by, RIGHT, company.pk)
    require_open(company)
    read = read_settlement(content)
    if read.currency != company.currency:
        raise InvalidInput(
            "settlement.currency",
            _("The settlement is in %(theirs)s, the books are in %(ours)s.")
            % {"theirs": read.currency, "ours": company.currency},
            field="file",
        )
    _learn(company, read, by=by, on=on)
    return _book(company, read, content, filename, by=by, on=on)


def _learn(company: Company, read: SettlementFile, *, by: Actor, on: date) -> None:
    """Ask for payments of which a movement is not known yet; what can't be asked is left."""
    if provider_of(company) is None:
        return
    ids = [line.remote_id for line in read.lines]
    known = set(
        ProviderMovement.objects.filter(company=company, remote_id__in=ids).values_list(
            "remote_id", flat=True
        )
    )
    wanted = {line.payment_id for line in read.lines if line.remote_id not in known}
    payments = ProviderPayment.objects.filter(company=company, remote_id__in=wanted - {""})
    for pk in payments.order_by("pk").values_list("pk", flat=True):
        try:
            sync_payment(pk, by=by, on=on)
        except BusinessError:
            return


@retrying
@atomic_verb
def _book(
    company: Company,
    read: SettlementFile,
    content: bytes,
    filename: str,
    *,
    by: Actor,
    on: date,
) -> tuple[ProviderSettlement, bool]:
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    digest = hashlib.sha256(content).hexdigest()
    if known := _known(company, read.reference, digest):
        return known, False
    document = store_document(
        content,
        company_id=company.pk,
        kind="settlement",
        filename=filename,
        content_type="text/csv",
    )
    made = ProviderSettlement.objects.create(
        company=company,
        reference=read.reference,
        paid_on=read.paid_on,
        currency=read.currency,
        gross_amount=read.gross,
        fee_amount=read.fee,
        net_amount=read.gross - read.fee,
        document=document,
        sha256=digest,
        entry_id=_post_fee(company, read),
        imported_by_name=by.actor_name,
    )
    _write_lines(made, read)
    _record(made, by=by, on=on)
    _match(company, [made], _near(made), by=by, on=on)
    return made, True


def _known(company: Company, reference: str, digest: str) -> ProviderSettlement | None:
    """The settlement if it came before. Raises ``Conflict`` if with other content."""
    known = ProviderSettlement.objects.filter(company=company, reference=reference).first()
    if known is not None and known.sha256 != digest:
        raise Conflict(
            "settlement.changed",
            _("Settlement %(reference)s came before with other content; nothing was booked.")
            % {"reference": reference},
        )
    return known


def _record(made: ProviderSettlement, *, by: Actor, on: date) -> None:
    record_event(
        "settlement.imported",
        made,
        by=by,
        on=on,
        label=made.reference,
        gross_amount=made.gross_amount,
        fee_amount=made.fee_amount,
        net_amount=made.net_amount,
        currency=made.currency,
    )


def _post_fee(company: Company, read: SettlementFile) -> int | None:
    """The fee, off the clearing account; its tax code is that of its account in the chart."""
    if not read.fee:
        return None
    accounts = Accounts(company)
    posted = post(
        company,
        Posting(
            posted_on=accounts.open_day(read.paid_on),
            text=_("Fees of the payment provider, settlement %(reference)s")
            % {"reference": read.reference},
            source_key=f"provider_fee:{read.reference}",
            lines=[
                LineDraft(accounts.of(Account.Role.PROVIDER_FEE), read.fee),
                LineDraft(accounts.of(Account.Role.PROVIDER), -read.fee),
            ],
            document_number=read.reference,
        ),
        accounts=accounts,
    )
    return posted.entry.pk


def _write_lines(made: ProviderSettlement, read: SettlementFile) -> None:
    ids = [line.remote_id for line in read.lines]
    rows = ProviderMovement.objects.filter(company=made.company_id, remote_id__in=ids).unsettled()
    found = {row.remote_id: row for row in rows}
    ProviderSettlementLine.objects.bulk_create(
        [
            ProviderSettlementLine(
                settlement=made,
                position=position,
                kind=line.kind,
                remote_id=line.remote_id,
                payment_remote_id=line.payment_id,
                gross_amount=line.gross,
                fee_amount=line.fee,
                net_amount=line.net,
                movement=_agreeing(found.get(line.remote_id), line),
            )
            for position, line in enumerate(read.lines, start=1)
        ],
        batch_size=2000,
    )


def _agreeing(movement: ProviderMovement | None, line: SettledLine) -> ProviderMovement | None:
    """The movement, if it is over what the line says."""
    if movement is None or movement.signed_amount != line.gross:
        return None
    return movement if movement.kind == line.kind else None


# --- the payout on our bank account --------------------------------------------------------------
def match_payouts(company: Company, entry_ids: Iterable[int], *, by: Actor, on: date) -> int:
    """Match bank entries (locked or new) that are payouts of settlements; returns how many."""
    waiting = list(ProviderSettlement.objects.filter(company=company).awaiting_money())
    if not waiting:
        return 0
    amounts = {settlement.net_amount for settlement in waiting}
    entries = BankEntry.objects.filter(
        company=company, pk__in=list(entry_ids), amount__in=amounts
    ).in_books()
    return _match(company, waiting, list(entries), by=by, on=on)


def _near(settlement: ProviderSettlement) -> list[BankEntry]:
    """Entries that may be its payout and came before its file."""
    rows = BankEntry.objects.filter(
        company=settlement.company_id,
        amount=settlement.net_amount,
        booking_on__range=(settlement.paid_on - NEAR, settlement.paid_on + NEAR),
    )
    return list(rows.in_books()) if settlement.net_amount else []


def _match(
    company: Company,
    settlements: Sequence[ProviderSettlement],
    entries: Sequence[BankEntry],
    *,
    by: Actor,
    on: date,
) -> int:
    """Pair what surely belongs together; of two entries alike the first is taken."""
    count = 0
    left = {(normalise(one.reference), one.net_amount): one for one in settlements}
    keys = [entry.pk for entry in entries]
    locked = BankEntry.objects.filter(pk__in=keys).order_by("pk").for_update()
    for entry in locked.exclude(matches__undone_at=None, matches__isnull=False):
        if entry.currency != company.currency or (entry.amount > 0 and entry.is_settled):
            continue
        told = {*tokens_of(entry), normalise(entry.bank_reference)}
        found = next(
            (left[t, entry.amount] for t in sorted(told) if (t, entry.amount) in left), None
        )
        if found is not None:
            del left[normalise(found.reference), found.net_amount]
            _pay_out(found, entry, by=by, on=on)
            count += 1
    return count


def _pay_out(settlement: ProviderSettlement, entry: BankEntry, *, by: Actor, on: date) -> None:
    company = settlement.company
    accounts, turn = Accounts(company), turns_of([entry.pk])[entry.pk]
    day = accounts.open_day(entry.booking_on)
    posted = post(
        company,
        Posting(
            posted_on=max(day, turn.undone_on or day),
            text=f"{payment_number(entry)} {settlement.reference}",
            source_key=f"match:{entry.pk}:{turn.number}",
            lines=[
                LineDraft(accounts.of(Account.Role.CLEARING), entry.amount),
                LineDraft(accounts.of(Account.Role.PROVIDER), -entry.amount),
            ],
            document_number=payment_number(entry),
        ),
        accounts=accounts,
    )
    match = BankMatch.objects.create(
        company=company,
        bank_entry=entry,
        way=BankMatch.Way.AUTO,
        confidence="strong",
        evidence=[{"code": "settlement", "value": settlement.reference}],
        entry=posted.entry,
        decided_by_name=by.actor_name,
        decided_by_id=by.actor_id if isinstance(by, User) else None,
    )
    BankEntry.objects.filter(pk=entry.pk).update(is_settled=True)
    ProviderSettlement.objects.filter(pk=settlement.pk).update(match=match)
    record_event(
        "settlement.paid_out",
        settlement,
        by=by,
        on=on,
        label=settlement.reference,
        amount=entry.amount,
        currency=entry.currency,
        payment=payment_number(entry),
    )
