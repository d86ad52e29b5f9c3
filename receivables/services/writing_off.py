"""Give up a part of an item: asked by one, decided by another above a limit, booked, taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.badges import source_word
from core.formats import amount as amount_words
from core.models import Company, User
from core.services import EventDraft, atomic_verb, record_events, require_open, retrying
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO, cents
from receivables.models import (
    Account,
    BankMatch,
    OpenItem,
    WriteOff,
    WriteOffReason,
    WriteOffState,
)
from receivables.rules.discounts import TaxedShare, split_discount
from receivables.rules.write_offs import treatment_of
from receivables.services.discounting import discount_lines, vat_of
from receivables.services.joining import Joint, Worths, join
from receivables.services.posting import (
    BATCH,
    Accounts,
    ItemDraft,
    LineDraft,
    Posting,
    post_all,
)
from receivables.services.reversing import take_back_entries
from receivables.services.tolerances import policy_on

ASK_RIGHT, APPROVE_RIGHT = "receivables.write_off", "receivables.approve_write_off"
_BOOKED = ("state", "entry", "worth_amount", "decided_by", "decided_by_name", "decided_on")


@dataclass(frozen=True, slots=True)
class WriteOffDraft:
    """What is to be given up of an item (in its currency) and why.

    ``match``: the payment whose shortage it is. ``is_automatic``: within the tolerances.
    """

    item_id: int
    amount: Decimal
    reason: str
    note: str = ""
    match: BankMatch | None = None
    is_automatic: bool = False


@retrying
@atomic_verb
def write_off(
    item_pk: int, *, amount: Decimal, reason: str, note: str, by: User, on: date
) -> WriteOff:
    """Give up a part of an item; up to what one may decide alone it is booked, else it waits.

    Raises: what ``ask_write_off`` does; InvalidInput without a note.
    """
    if not note.strip():
        raise InvalidInput(
            "write_off.note", _("Say why: whoever approves it, and the auditor, ask."), field="note"
        )
    item = locked_item(item_pk)
    draft = WriteOffDraft(item.pk, amount, reason, note.strip()[:300])
    return ask_write_off(item, draft, by=by, on=on)


def locked_item(pk: int) -> OpenItem:
    """An item that is to be changed in this transaction, with what it belongs to."""
    return OpenItem.objects.for_update().select_related("company", "customer", "invoice").get(pk=pk)


def ask_write_off(item: OpenItem, draft: WriteOffDraft, *, by: User, on: date) -> WriteOff:
    """Ask for a write-off of a locked item and book it where one person may.

    Raises: PermissionMissing; InvalidInput for an item that is no claim, or an amount that is not
    between 0.01 and what is open; Conflict while another one waits.
    """
    company = item.company
    require(by, ASK_RIGHT, company.pk)
    require_open(company)
    _check(item, draft)
    made = WriteOff(
        **_facts(item, draft),
        limit_amount=policy_on(company, on).alone_amount,
        asked_by=by,
        asked_by_name=by.actor_name,
        asked_on=on,
    )
    if made.worth_amount <= made.limit_amount:
        _book(company, [made], [item], by=by, on=on)
    else:
        made.save()
    _tell("write_off.booked" if made.entry_id else "write_off.asked", [made], by=by, on=on)
    return made


def write_off_many(
    company: Company,
    drafts: Sequence[WriteOffDraft],
    items: Sequence[OpenItem],
    *,
    by: Actor,
    on: date,
) -> list[WriteOff]:
    """Book what the tolerances accept, of locked items in the order of the drafts."""
    rows = [
        WriteOff(**_facts(item, draft), asked_by_name=by.actor_name, asked_on=on)
        for draft, item in zip(drafts, items, strict=True)
    ]
    _book(company, rows, items, by=by, on=on)
    _tell("write_off.booked", rows, by=by, on=on)
    return rows


@retrying
@atomic_verb
def decide_write_off(pk: int, *, is_approved: bool, by: User, on: date) -> WriteOff:
    """Somebody else approves, and it is booked, or refuses.

    Raises: PermissionMissing; Conflict when it is decided, for the one who asked, or when less is
    open by now.
    """
    item = locked_item(WriteOff.objects.values_list("item", flat=True).get(pk=pk))
    made = WriteOff.objects.for_update().get(pk=pk)
    require(by, APPROVE_RIGHT, made.company_id)
    if made.state != WriteOffState.ASKED:
        raise Conflict("write_off.decided", _("This write-off was decided already. Look again."))
    if made.asked_by_id == by.pk and is_approved:
        raise Conflict(
            "write_off.four_eyes",
            _("You asked for it yourself: somebody else approves %(amount)s.")
            % {"amount": amount_words(made.amount, item.currency)},
        )
    if is_approved:
        if made.amount > item.outstanding_amount:
            raise Conflict(
                "write_off.paid",
                _("%(item)s has only %(open)s open: refuse this and ask again.")
                % {
                    "item": item.document_number,
                    "open": amount_words(item.outstanding_amount, item.currency),
                },
            )
        _book(item.company, [made], [item], by=by, on=on)
    else:
        _decided(made, by=by, on=on)
        made.state = WriteOffState.REFUSED
        made.save()
    _tell("write_off.booked" if is_approved else "write_off.refused", [made], by=by, on=on)
    return made


@retrying
@atomic_verb
def take_back_write_off(pk: int, *, by: User, on: date) -> WriteOff:
    """Book the opposite; the item is open again, due when it was.

    Raises: PermissionMissing; Conflict when it is not booked (any more).
    """
    item = locked_item(WriteOff.objects.values_list("item", flat=True).get(pk=pk))
    made = WriteOff.objects.for_update().get(pk=pk)
    require(by, "receivables.reverse", made.company_id)
    if made.state != WriteOffState.BOOKED or made.entry_id is None:
        raise Conflict("write_off.not_booked", _("This write-off is not in the books. Look again."))
    take_back_entries(item.company, [made.entry_id], on=on)
    made.refresh_from_db()
    _tell("write_off.taken_back", [made], by=by, on=on)
    return made


def _check(item: OpenItem, draft: WriteOffDraft) -> None:
    if item.amount <= 0:
        raise InvalidInput("write_off.credit", _("Only what a customer owes can be written off."))
    if not ZERO < draft.amount <= item.outstanding_amount or cents(draft.amount) != draft.amount:
        raise InvalidInput(
            "write_off.amount",
            _("%(amount)s can't be written off: %(open)s are open.")
            % {
                "amount": draft.amount,
                "open": amount_words(item.outstanding_amount, item.currency),
            },
            field="amount",
        )
    if draft.reason not in WriteOffReason.values:
        raise InvalidInput("write_off.reason", _("Choose a reason."), field="reason")
    if item.write_offs.asked().exists():
        raise Conflict(
            "write_off.waits",
            _("A write-off of %(item)s waits for approval already.")
            % {"item": item.document_number},
        )


def _facts(item: OpenItem, draft: WriteOffDraft) -> dict[str, object]:
    worths = Worths(item.company, [item])
    return {
        "company_id": item.company_id,
        "item": item,
        "amount": draft.amount,
        "worth_amount": worths.take(item.pk, draft.amount),
        "reason": draft.reason,
        "note": draft.note,
        "match": draft.match,
        "is_automatic": draft.is_automatic,
    }


def _decided(made: WriteOff, *, by: Actor, on: date) -> None:
    made.decided_by = by if isinstance(by, User) else None
    made.decided_by_name, made.decided_on = by.actor_name, on


def _book(
    company: Company, rows: Sequence[WriteOff], items: Sequence[OpenItem], *, by: Actor, on: date
) -> None:
    """Entry, credit item and allocation of each, on the day or the first open one after it."""
    accounts = Accounts(company)
    vat = vat_of({item.invoice_id for item in items if item.invoice_id})
    worths = Worths(company, items)
    WriteOff.objects.bulk_create([row for row in rows if row.pk is None])
    postings = []
    for row, item in zip(rows, items, strict=True):
        row.worth_amount = worths.take(item.pk, row.amount)
        day = max(accounts.open_day(on), item.document_on)
        postings.append(_posting(row, item, vat.get(item.invoice_id or 0, []), accounts, day))
    written = post_all(company, postings, accounts=accounts)
    join(
        company,
        (
            Joint(item, posted.items[0], row.amount, posted.entry.posted_on)
            for row, item, posted in zip(rows, items, written, strict=True)
        ),
        made=[posted.items[0] for posted in written],
    )
    for row, posted in zip(rows, written, strict=True):
        _decided(row, by=by, on=on)
        row.entry, row.state = posted.entry, WriteOffState.BOOKED
    WriteOff.objects.bulk_update(rows, _BOOKED, batch_size=BATCH)


def _loss_lines(worth: Decimal, vat: Sequence[TaxedShare], accounts: Accounts) -> list[LineDraft]:
    """The loss without VAT on its account, the VAT corrected where it was charged."""
    parts = split_discount(worth, vat)
    lost = sum((part.net_amount for part in parts), ZERO)
    lines = [LineDraft(accounts.of(Account.Role.WRITE_OFF), lost)]
    for part in parts:
        if part.vat_amount:
            account = accounts.of(Account.Role.VAT, part.vat_category, part.vat_rate)
            lines.append(LineDraft(account, part.vat_amount, tax_base_amount=part.net_amount))
    return lines


def _posting(
    row: WriteOff, item: OpenItem, vat: Sequence[TaxedShare], accounts: Accounts, day: date
) -> Posting:
    treated = treatment_of(row.reason)
    if treated.is_reduction:
        lines = discount_lines(row.worth_amount, vat, accounts)
    else:
        lines = _loss_lines(row.worth_amount, vat if treated.corrects_vat else (), accounts)
    owed = LineDraft(
        accounts.of(Account.Role.RECEIVABLES),
        -row.worth_amount,
        customer_id=item.customer_id,
        currency=item.currency,
        currency_amount=-row.amount,
    )
    kind = OpenItem.Kind.DEDUCTION if treated.is_reduction else OpenItem.Kind.WRITE_OFF
    return Posting(
        posted_on=day,
        text=_("Written off: %(reason)s, %(number)s")
        % {"reason": row.get_reason_display(), "number": item.document_number},
        source_key=f"write_off:{row.pk}",
        lines=[*lines, owed],
        items=[
            ItemDraft(
                customer_id=item.customer_id,
                kind=kind,
                document_number=item.document_number,
                amount=-row.amount,
                document_on=day,
                due_on=day,
                currency=item.currency,
                functional_amount=-row.worth_amount,
            )
        ],
        document_number=item.document_number,
    )


def _tell(name: str, rows: Sequence[WriteOff], *, by: Actor, on: date) -> None:
    record_events(
        [
            EventDraft(
                name,
                row,
                by=by,
                on=on,
                correlation=row.item.invoice.correlation if row.item.invoice else "",
                label=row.item.document_number,
                payload={
                    "amount": row.amount,
                    "currency": row.item.currency,
                    "reason": source_word(row, "reason"),
                    "source_texts": ["reason"],
                    "note": row.note,
                },
            )
            for row in rows
        ]
    )
