"""What the bank says about direct debits: the money of a run came, or a customer took it back.

A credit is booked by itself when it is a debit's own end-to-end id over its amount, or the whole of
a run or of one of its batches by reference, or, without any reference, by sum, account and day.
Money that goes back is booked by itself when it names a collected debit and takes no more than a
bank's fee beside it. Everything else waits at the desk as before.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import Company, User
from core.services import atomic_verb, notify, people_with, record_event
from customers.models import Mandate
from customers.services import suspend_mandate
from o2c.money import ZERO
from receivables.models import Account, BankEntry, BankMatch, Debit, OpenItem
from receivables.rules.debits import batch_of, is_suspending
from receivables.rules.tokens import normalise
from receivables.services.joining import Joint, join
from receivables.services.lookups import tokens_of
from receivables.services.posting import Accounts, ItemDraft, LineDraft, Posted, Posting, post
from receivables.services.returning import reopen
from receivables.services.settlements import CLOSING_LIMIT, Settlement, turns_of
from receivables.services.settling import payment_number, settle_all

LATE = timedelta(days=5)
"""A credit without reference counts for a run up to so long after its day."""
CLAIM = "receivables.propose_debits"


@atomic_verb
def collect(company: Company, entry_ids: Iterable[int], *, by: Actor, on: date) -> int:
    """Book what of these (locked or new) entries is surely about direct debits; returns how many.

    Credits before returns, so that a file may hold both.
    """
    if not Debit.objects.filter(company=company, state__in=["sent", "collected"]).exists():
        return 0
    entries = list(
        BankEntry.objects.filter(company=company, pk__in=list(entry_ids), is_settled=False)
        .for_update()
        .select_related("bank_account")
    )
    came = [e for e in entries if e.amount > 0 and not (e.is_reversal or e.return_reason)]
    waiting = _InFlight(company) if came else None
    booked = [e for e in came if waiting and _credit(e, waiting, by=by, on=on)]
    gone = [entry for entry in entries if entry.amount < 0]
    collected = _collected(company, gone)
    back = [entry for entry in gone if _return(entry, collected, by=by, on=on)]
    return len(booked) + len(back)


# --- the money came ------------------------------------------------------------------------------
@dataclass(slots=True)
class _Batches:
    """What one of our accounts waits for: batch reference -> its debits, and what they come to."""

    debits: dict[str, list[Debit]]
    sums: dict[str, Decimal]


class _InFlight:
    """The company's debits at the bank, read once for all entries of a file."""

    def __init__(self, company: Company) -> None:
        self._of_account: dict[int, list[Debit]] = defaultdict(list)
        self._own: dict[tuple[int, str], Debit] = {}
        self._batches: dict[int, _Batches] = {}
        waiting = Debit.objects.filter(company=company).in_flight()
        for debit in waiting.select_related("run", "item").order_by("pk"):
            account = debit.run.bank_account_id
            self._of_account[account].append(debit)
            self._own[account, debit.end_to_end_id] = debit

    def paid_by(self, entry: BankEntry) -> list[Debit]:
        """The debits that this entry is the credit of; empty unless it is sure."""
        own = self._own.get((entry.bank_account_id, entry.end_to_end_id))
        if own is not None and own.amount == entry.amount:
            return [own]
        batches = self._of(entry.bank_account_id)
        if entry.amount not in batches.sums.values():
            return []
        told = {*tokens_of(entry), normalise(entry.bank_reference)}
        days = {key: rows[0].run.collect_on for key, rows in batches.debits.items()}
        near = {key for key, day in days.items() if day <= entry.booking_on <= day + LATE}
        key = batch_of(
            entry.amount, batches.sums, told=told, near=near if not entry.payer_iban else set()
        )
        return batches.debits[key] if key else []

    def take(self, account_id: int, debits: Sequence[Debit]) -> None:
        """They came: nobody else pays them."""
        gone = {debit.pk for debit in debits}
        left = [debit for debit in self._of_account[account_id] if debit.pk not in gone]
        self._of_account[account_id] = left
        self._batches.pop(account_id, None)
        for debit in debits:
            self._own.pop((account_id, debit.end_to_end_id), None)

    def _of(self, account_id: int) -> _Batches:
        if account_id not in self._batches:
            debits: dict[str, list[Debit]] = defaultdict(list)
            for debit in self._of_account[account_id]:
                debits[normalise(debit.run.number)].append(debit)
                debits[normalise(f"{debit.run.number}-{debit.sequence}")].append(debit)
            sums = {key: sum((row.amount for row in rows), ZERO) for key, rows in debits.items()}
            self._batches[account_id] = _Batches(debits, sums)
        return self._batches[account_id]


def _credit(entry: BankEntry, waiting: _InFlight, *, by: Actor, on: date) -> bool:
    debits = waiting.paid_by(entry)
    if not debits:
        return False
    _book(entry, debits, by=by, on=on)
    waiting.take(entry.bank_account_id, debits)
    return True


def _book(entry: BankEntry, debits: Sequence[Debit], *, by: Actor, on: date) -> None:
    company = entry.company
    keys = [debit.item_id for debit in debits]
    items = {item.pk: item for item in OpenItem.objects.filter(pk__in=keys).for_update()}
    posted = post(company, _posting(entry, debits))
    join(
        company,
        (
            Joint(
                item,
                payment,
                min(debit.amount, item.outstanding_amount),
                posted.entry.posted_on,
            )
            for debit, payment in zip(debits, posted.items, strict=True)
            if (item := items[debit.item_id]).outstanding_amount > 0
        ),
    )
    for debit, payment in zip(debits, posted.items, strict=True):
        debit.state, debit.payment_item = Debit.State.COLLECTED, payment
    Debit.objects.bulk_update(debits, ["state", "payment_item"], batch_size=1000)
    _match(entry, debits, posted, by=by, on=on)


def _posting(entry: BankEntry, debits: Sequence[Debit]) -> Posting:
    """Clearing against receivables, a payment of its customer for each debit."""
    accounts = Accounts(entry.company)
    closed, turn = accounts.closed_until, turns_of([entry.pk])[entry.pk]
    first = closed + timedelta(days=1) if closed else None
    day = max(day for day in (entry.booking_on, first, turn.undone_on) if day)
    owed = accounts.of(Account.Role.RECEIVABLES)
    return Posting(
        posted_on=day,
        text=f"{payment_number(entry)} {debits[0].run.number}",
        source_key=f"match:{entry.pk}:{turn.number}",
        lines=[
            LineDraft(accounts.of(Account.Role.CLEARING), entry.amount),
            *(LineDraft(owed, -d.amount, customer_id=d.item.customer_id) for d in debits),
        ],
        items=[
            ItemDraft(
                customer_id=debit.item.customer_id,
                kind=OpenItem.Kind.PAYMENT,
                document_number=payment_number(entry),
                amount=-debit.amount,
                document_on=day,
                due_on=day,
            )
            for debit in debits
        ],
        document_number=payment_number(entry),
    )


def _match(
    entry: BankEntry, debits: Sequence[Debit], posted: Posted, *, by: Actor, on: date
) -> None:
    run = debits[0].run
    BankMatch.objects.create(
        company=entry.company,
        bank_entry=entry,
        way=BankMatch.Way.AUTO,
        confidence="strong",
        evidence=[{"code": "direct_debit", "value": run.number}],
        payment_item=posted.items[0] if len(debits) == 1 else None,
        entry=posted.entry,
        decided_by_name=by.actor_name,
        decided_by_id=by.actor_id if isinstance(by, User) else None,
    )
    BankEntry.objects.filter(pk=entry.pk).update(is_settled=True)
    facts: dict[str, Any] = {"amount": entry.amount, "currency": entry.currency}
    documents = ", ".join(debit.item.document_number for debit in debits[:10])
    record_event(
        "bank_entry.matched", entry, by=by, on=on, label=payment_number(entry),
        documents=documents, way="auto", **facts,
    )  # fmt: skip
    record_event("debit.collected", run, by=by, on=on, label=run.number, items=len(debits), **facts)


# --- it went back --------------------------------------------------------------------------------
def _return(entry: BankEntry, collected: Sequence[Debit], *, by: Actor, on: date) -> bool:
    debit = _taken_back(entry, collected)
    payment = debit.payment_item if debit else None
    if debit is None or payment is None:
        return False
    evidence = [{"code": "returned", "value": entry.return_reason}]
    settlement = Settlement(
        entry, payment.customer_id, [], BankMatch.Way.AUTO, "strong", evidence=evidence
    )
    made = settle_all(entry.company, [settlement], by=by, on=on)[0]
    reopen(payment, payment.entry_id, made, entry, by=by, on=on)
    debit.refresh_from_db(fields=["state", "returned_on", "return_reason", "fee_amount"])
    _suspend(debit, by=by, on=on)
    _tell(debit, by=by, on=on)
    return True


def _collected(company: Company, entries: Sequence[BankEntry]) -> list[Debit]:
    """The collected debits, locked, that any of these entries names."""
    ids = {entry.end_to_end_id for entry in entries if entry.end_to_end_id}
    mandates = {entry.mandate_id for entry in entries if entry.mandate_id}
    if not ids | mandates:
        return []
    named = Q(end_to_end_id__in=ids) | Q(mandate__reference__in=mandates)
    rows = Debit.objects.filter(named, company=company, state=Debit.State.COLLECTED).for_update()
    return list(rows.select_related("run", "item", "mandate", "payment_item"))


def _taken_back(entry: BankEntry, collected: Sequence[Debit]) -> Debit | None:
    """The one collected debit that this money out takes back, with at most a fee beside it."""
    found = [
        debit
        for debit in collected
        if debit.state == Debit.State.COLLECTED
        and 0 <= -entry.amount - debit.amount <= CLOSING_LIMIT
        and (
            debit.end_to_end_id == entry.end_to_end_id
            if entry.end_to_end_id
            else bool(entry.mandate_id) and debit.mandate.reference == entry.mandate_id
        )
    ]
    return found[0] if len(found) == 1 else None


def _suspend(debit: Debit, *, by: Actor, on: date) -> None:
    """Account closed, no mandate and the like: nothing more is collected until it is mended."""
    if is_suspending(debit.return_reason) and debit.mandate.state == Mandate.State.ACTIVE:
        reason = _("Direct debit of %(item)s came back: %(code)s") % {
            "item": debit.item.document_number,
            "code": debit.return_reason,
        }
        suspend_mandate(debit.mandate_id, reason=reason, by=by, on=on)


def _tell(debit: Debit, *, by: Actor, on: date) -> None:
    run, item = debit.run, debit.item
    record_event(
        "debit.returned",
        run,
        by=by,
        on=on,
        label=run.number,
        document=item.document_number,
        reason=debit.return_reason,
        amount=debit.amount,
        fee_amount=debit.fee_amount,
        currency=item.currency,
    )
    title = _("Direct debit of %(item)s came back: %(code)s") % {
        "item": item.document_number,
        "code": debit.return_reason or "?",
    }
    people = people_with(CLAIM, run.company_id)
    notify(people, company_id=run.company_id, title=title, url=item.get_absolute_url())


# --- undone, or refused before it was booked -----------------------------------------------------
def forget_match(entry: BankEntry, made: Sequence[OpenItem]) -> None:
    """A match about direct debits is undone: the debits stand where they stood before it."""
    forget_matches({item.entry_id for item in made})
    Debit.objects.filter(return_entry=entry, state=Debit.State.RETURNED).update(
        state=Debit.State.COLLECTED, returned_on=None, return_reason="", fee_amount=0,
        return_entry=None,
    )  # fmt: skip


def forget_matches(entries: Collection[int]) -> None:
    """Debits collected by these journal entries wait for their money again."""
    Debit.objects.filter(payment_item__entry__in=entries, state=Debit.State.COLLECTED).update(
        state=Debit.State.SENT, payment_item=None
    )
