"""Deposit slips: receipts go to the bank together, and its entry over their sum empties transit.

Handed in, they leave the till for money in transit. An entry of the bank is their credit when it
names the slip and has its sum, or without a name when no other slip and no other entry has that
sum on that account these weeks, and it says nothing else. What bounced meanwhile may be missing
from the sum, unless the bank took it back by an entry of its own.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company, NumberSeries, User
from core.services import atomic_verb, record_event, require_open, retrying, take_number
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO
from receivables.models import (
    Account,
    BankAccount,
    BankEntry,
    BankMatch,
    DepositSlip,
    ItemReference,
    JournalEntry,
    Receipt,
)
from receivables.rules.tokens import MIN_LENGTH, normalise
from receivables.services.lookups import tokens_of
from receivables.services.posting import Accounts, LineDraft, Posting, post
from receivables.services.receiving import KEPT_IN, TAKE_RIGHT
from receivables.services.settlements import turns_of
from receivables.services.settling import payment_number

NEAR = timedelta(days=30)
"""So long after it was handed in a slip is looked for on the account."""


@retrying
@atomic_verb
def put_on_slip(
    company: Company, receipt_pks: Collection[int], *, bank_account_pk: int, by: Actor, on: date
) -> DepositSlip:
    """Put receipts that are in hand on the open slip of a bank account, begun if there is none.

    Raises: PermissionMissing; InvalidInput without receipts, or for an account that no bank keeps
    or of another currency; Conflict for a receipt that is not in hand.
    """
    require(by, TAKE_RIGHT, company.pk)
    require_open(company)
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    account = BankAccount.objects.filter(
        company=company, pk=bank_account_pk, kind="bank", is_active=True, currency=company.currency
    ).first()
    if account is None:
        raise InvalidInput(
            "deposit.account",
            _("Choose a bank account of %(company)s in %(currency)s.")
            % {"company": company, "currency": company.currency},
            field="bank_account",
        )
    if not receipt_pks:
        raise InvalidInput("deposit.empty", _("Choose the receipts that go to the bank."))
    chosen = list(Receipt.objects.for_update().filter(company=company, pk__in=set(receipt_pks)))
    gone = [row for row in chosen if row.state != Receipt.State.HELD or row.slip_id]
    if gone or len(chosen) != len(set(receipt_pks)):
        raise Conflict(
            "deposit.not_in_hand",
            _("%(number)s is not in hand any more. Look again.")
            % {"number": gone[0].number if gone else _("A receipt")},
        )
    slip = _open_slip(company, account, by=by, on=on)
    Receipt.objects.filter(pk__in=[row.pk for row in chosen]).update(slip=slip)
    slip.refresh_from_db(fields=["amount"])
    return slip


def _open_slip(company: Company, account: BankAccount, *, by: Actor, on: date) -> DepositSlip:
    slips = DepositSlip.objects.for_update()
    known = slips.filter(bank_account=account, state=DepositSlip.State.OPEN).first()
    if known is not None:
        return known
    made = DepositSlip.objects.create(
        company=company,
        number=take_number(company.pk, NumberSeries.Kind.DEPOSIT, on=on),
        bank_account=account,
        currency=account.currency,
        opened_on=on,
        opened_by_name=by.actor_name,
    )
    record_event("deposit.opened", made, by=by, on=on, label=made.number)
    return made


@retrying
@atomic_verb
def take_off_slip(receipt_pk: int, *, by: Actor, on: date) -> DepositSlip:
    """Take a receipt off its open slip; it is in hand again.

    Raises: PermissionMissing; Conflict when it is on none, or the slip is handed in.
    """
    key = Receipt.objects.values_list("slip", flat=True).get(pk=receipt_pk)
    slip = DepositSlip.objects.for_update().filter(pk=key).first()
    receipt = Receipt.objects.for_update().get(pk=receipt_pk)
    require(by, TAKE_RIGHT, receipt.company_id)
    if slip is None or slip.state != DepositSlip.State.OPEN:
        raise Conflict("deposit.handed_in", _("It is on no open slip any more. Look again."))
    Receipt.objects.filter(pk=receipt.pk).update(slip=None)
    slip.refresh_from_db(fields=["amount"])
    return slip


@retrying
@atomic_verb
def hand_in(pk: int, *, by: Actor, on: date) -> DepositSlip:
    """The bank has it: what is on it leaves the till for money in transit.

    A credit that the bank told before is matched at once. Raises: PermissionMissing; Conflict for
    an empty slip or one that is handed in already.
    """
    slip = DepositSlip.objects.for_update().select_related("company", "bank_account").get(pk=pk)
    require(by, TAKE_RIGHT, slip.company_id)
    if slip.state != DepositSlip.State.OPEN or not slip.amount:
        raise Conflict(
            "deposit.not_open",
            _("%(number)s is handed in already, or nothing is on it. Look again.")
            % {"number": slip.number},
        )
    receipts = list(Receipt.objects.for_update().filter(slip=slip))
    slip.entry = _post_transit(slip, receipts, on)
    slip.to_handed_in()
    slip.handed_in_on, slip.handed_in_by_name = on, by.actor_name
    slip.save(update_fields=["state", "entry", "handed_in_on", "handed_in_by_name"])
    for receipt in receipts:
        receipt.to_banked()
        receipt.save(update_fields=["state"])
    record_event(
        "deposit.handed_in", slip, by=by, on=on, label=slip.number, amount=slip.amount,
        currency=slip.currency,
    )  # fmt: skip
    match_near(slip.company, by=by, on=on)
    return DepositSlip.objects.get(pk=slip.pk)


def _post_transit(slip: DepositSlip, receipts: Sequence[Receipt], on: date) -> JournalEntry:
    accounts = Accounts(slip.company)
    lines = [LineDraft(accounts.of(Account.Role.TRANSIT), slip.amount)]
    for kind, role in KEPT_IN.items():
        part = sum((row.amount for row in receipts if row.kind == kind), ZERO)
        if part:
            lines.append(LineDraft(accounts.of(role), -part))
    latest = max(row.received_on for row in receipts)
    posted = post(
        slip.company,
        Posting(
            posted_on=accounts.open_day(max(on, latest)),
            text=_("Deposit slip %(number)s") % {"number": slip.number},
            source_key=f"deposit:{slip.number}",
            lines=lines,
            document_number=slip.number,
        ),
        accounts=accounts,
    )
    return posted.entry


# --- what the bank tells -------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Awaited:
    """Money that the bank's entry will tell of: a slip's credit, or a cheque taken back.

    ``amounts``: what it may come to; ``tokens``: what may name it.
    """

    row: DepositSlip | Receipt
    account_id: int
    since: date
    amounts: frozenset[Decimal]
    tokens: frozenset[str]

    def may_be(self, entry: BankEntry) -> bool:
        """Whether amount, account and day fit."""
        is_near = self.since <= entry.booking_on <= self.since + NEAR
        return is_near and entry.amount in self.amounts and entry.bank_account_id == self.account_id


def match_deposits(company: Company, entry_ids: Iterable[int], *, by: Actor, on: date) -> int:
    """Match bank entries (locked or new) with slips and bounced cheques; returns how many."""
    awaited = _awaited(company)
    if not awaited:
        return 0
    amounts = {amount for one in awaited for amount in one.amounts}
    entries = BankEntry.objects.filter(pk__in=list(entry_ids), amount__in=amounts)
    return _match(company, awaited, entries.values_list("pk", flat=True), by=by, on=on)


def match_near(company: Company, *, by: Actor, on: date) -> int:
    """The same for entries that came before the slip was handed in, or the cheque bounced."""
    awaited = _awaited(company)
    if not awaited:
        return 0
    entries = BankEntry.objects.filter(
        company=company,
        bank_account__in={one.account_id for one in awaited},
        booking_on__gte=min(one.since for one in awaited),
        amount__in={amount for one in awaited for amount in one.amounts},
    )
    return _match(company, awaited, entries.values_list("pk", flat=True), by=by, on=on)


def take_back_cheque(made: Receipt, entry: BankEntry, *, by: Actor, on: date) -> None:
    """This (locked) entry of the bank is the one that takes a bounced cheque back."""
    _credit(made.company, made, entry, by=by, on=on)


def _awaited(company: Company) -> list[_Awaited]:
    slips = list(DepositSlip.objects.filter(company=company).awaiting_money().order_by("pk"))
    bounced = list(
        Receipt.objects.filter(company=company)
        .bounced_at_bank()
        .select_related("slip")
        .order_by("pk")
    )
    missing = dict(
        Receipt.objects.filter(
            slip__in=slips, state=Receipt.State.BOUNCED, bounce_match__isnull=True
        )
        .order_by()
        .values_list("slip")
        .annotate(total=Sum("amount"))
    )
    found = [
        _Awaited(
            slip,
            slip.bank_account_id,
            slip.handed_in_on or slip.opened_on,
            frozenset({slip.amount, slip.amount - missing.get(slip.pk, ZERO)} - {ZERO}),
            _tokens(slip.number),
        )
        for slip in slips
    ]
    return found + [
        _Awaited(
            row,
            row.slip.bank_account_id,
            row.bounced_on,
            frozenset({-row.amount - row.fee_amount}),
            _tokens(row.number, row.cheque_number),
        )
        for row in bounced
        if row.slip and row.bounced_on
    ]


def _tokens(*names: str) -> frozenset[str]:
    return frozenset(token for name in names if len(token := normalise(name)) >= MIN_LENGTH)


def _match(
    company: Company, awaited: list[_Awaited], keys: Iterable[int], *, by: Actor, on: date
) -> int:
    """Pair what surely belongs together, what is named before what is only alone."""
    locked = (
        BankEntry.objects.filter(pk__in=list(keys), bank_account__kind="bank")
        .in_books()
        .exclude(matches__undone_at=None, matches__isnull=False)
        .order_by("pk")
        .for_update()
    )
    entries = [e for e in locked if e.amount < 0 or not e.is_settled]
    left, count = list(awaited), 0
    for is_named in (True, False):
        for entry in list(entries):
            found = [one for one in left if one.may_be(entry)]
            if is_named:
                told = {*tokens_of(entry), normalise(entry.bank_reference)}
                found = [one for one in found if told & one.tokens]
            elif not _is_alone(entry, found) or _is_told(entry):
                continue
            if len(found) == 1:
                _credit(company, found[0].row, entry, by=by, on=on)
                left.remove(found[0])
                entries.remove(entry)
                count += 1
    return count


def _is_alone(entry: BankEntry, found: Sequence[_Awaited]) -> bool:
    """Whether nothing else on the account these weeks has the sum and is not decided."""
    if len(found) != 1:
        return False
    twins = BankEntry.objects.in_books().filter(
        bank_account=entry.bank_account_id,
        amount=entry.amount,
        booking_on__range=(found[0].since, found[0].since + NEAR),
    )
    return not twins.exclude(pk=entry.pk).exclude(matches__undone_at=None, matches__isnull=False)


def _is_told(entry: BankEntry) -> bool:
    """Whether it says that it is something else: a transfer, a direct debit, a paid invoice."""
    if entry.payer_iban or entry.end_to_end_id or entry.mandate_id or entry.structured_reference:
        return True
    told = ItemReference.objects.filter(
        company_id=entry.company_id, token__in=list(tokens_of(entry))
    )
    return told.exists()


def _credit(
    company: Company, row: DepositSlip | Receipt, entry: BankEntry, *, by: Actor, on: date
) -> None:
    match = _book(company, row, entry, by)
    if isinstance(row, DepositSlip):
        if entry.amount != row.amount:  # without what bounced, which needs no entry of its own
            row.receipts.filter(state=Receipt.State.BOUNCED, bounce_match__isnull=True).update(
                bounce_match=match
            )
        row.to_credited()
        row.match = match
        row.save(update_fields=["state", "match"])
    else:
        Receipt.objects.filter(pk=row.pk).update(bounce_match=match)
    record_event(
        "deposit.credited" if isinstance(row, DepositSlip) else "receipt.taken_back",
        row,
        by=by,
        on=on,
        label=row.number,
        amount=entry.amount,
        currency=entry.currency,
        payment=payment_number(entry),
    )


def _book(company: Company, row: DepositSlip | Receipt, entry: BankEntry, by: Actor) -> BankMatch:
    """The bank's entry against money in transit, and the match that says why."""
    accounts, turn = Accounts(company), turns_of([entry.pk])[entry.pk]
    day = accounts.open_day(entry.booking_on)
    posted = post(
        company,
        Posting(
            posted_on=max(day, turn.undone_on or day),
            text=f"{payment_number(entry)} {row.number}",
            source_key=f"match:{entry.pk}:{turn.number}",
            lines=[
                LineDraft(accounts.of(Account.Role.CLEARING), entry.amount),
                LineDraft(accounts.of(Account.Role.TRANSIT), -entry.amount),
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
        evidence=[{"code": "deposit", "value": row.number}],
        entry=posted.entry,
        decided_by_name=by.actor_name,
        decided_by_id=by.actor_id if isinstance(by, User) else None,
    )
    BankEntry.objects.filter(pk=entry.pk).update(is_settled=True)
    return match
