"""Turn decisions about bank entries into books: postings, items, allocations, matches; in sets.

Every settlement moves the money from the clearing account to the customer: a payment item
(credit) for the whole entry, a credit item per discount or small difference, and allocations
that join them to the debit items. What is not allocated stays on the customer's account.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Sum
from django.utils import timezone

from core.actors import Actor
from core.models import Company, User
from core.services import EventDraft, record_events
from invoicing.models import InvoiceVat
from receivables.models import (
    Account,
    Allocation,
    BankEntry,
    BankMatch,
    BooksClosing,
    OpenItem,
)
from receivables.rules.discounts import TaxedShare, split_discount
from receivables.services.copying import copy_rows
from receivables.services.joining_days import joinable_from
from receivables.services.posting import (
    BATCH,
    Accounts,
    ItemDraft,
    LineDraft,
    Posted,
    Posting,
    post_all,
)
from receivables.services.settlements import CLOSING_ROLES, Settlement, check


def settle_all(
    company: Company, settlements: Sequence[Settlement], *, by: Actor, on: date
) -> list[BankMatch]:
    """Book decisions; entries and items must be locked by the caller in this transaction.

    Raises ``Conflict`` when an item has less left than is given to it, ``InvalidInput`` when more
    is given than was paid, or items belong to another customer or currency.
    """
    items = _items_of(settlements)
    taken = _taken(settlements)
    for settlement in settlements:
        check(settlement, items, taken)
    context = _Context(
        company,
        items,
        vat_of(_discounted(settlements, items)),
        Accounts(company),
        _first_open(company),
    )
    context.turns = turns_of([s.entry.pk for s in settlements])
    postings = [_posting(settlement, context) for settlement in settlements]
    posted = post_all(company, postings)
    _allocate(company, settlements, posted, context)
    matches = _matches(company, settlements, posted, by)
    BankEntry.objects.filter(pk__in=[s.entry.pk for s in settlements]).update(is_settled=True)
    _record(settlements, items, by=by, on=on)
    return matches


@dataclass(frozen=True, slots=True)
class Turn:
    """How often an entry was matched before, and when that was undone last in the books."""

    number: int = 0
    undone_on: date | None = None


@dataclass(slots=True)
class _Context:
    """What every settlement of a batch needs."""

    company: Company
    items: dict[int, OpenItem]
    vat: dict[int, list[TaxedShare]]
    accounts: Accounts
    first_open_on: date | None
    turns: dict[int, Turn] = field(default_factory=dict)

    def day_of(self, entry: BankEntry) -> date:
        """The bank's booking date; after a closed period or an undone match the first day then."""
        days = (entry.booking_on, self.first_open_on, self.turns[entry.pk].undone_on)
        return max(day for day in days if day)


def _items_of(settlements: Sequence[Settlement]) -> dict[int, OpenItem]:
    wanted = {share.item_id for s in settlements for share in s.shares}
    found: dict[int, OpenItem] = {}
    keys = sorted(wanted)
    for start in range(0, len(keys), BATCH):
        chunk = keys[start : start + BATCH]
        rows = OpenItem.objects.select_related("invoice").filter(pk__in=chunk)
        found.update({item.pk: item for item in rows})
    return found


def _taken(settlements: Sequence[Settlement]) -> dict[int, Decimal]:
    """Discount taken before on the items where it is taken now."""
    wanted = {share.item_id for s in settlements for share in s.shares if share.discount}
    rows = Allocation.objects.discounts().filter(debit_item__in=wanted)
    sums = rows.values_list("debit_item").annotate(Sum("amount")) if wanted else ()
    return dict(sums)


def _discounted(settlements: Iterable[Settlement], items: dict[int, OpenItem]) -> set[int]:
    """Invoices on which discount is taken."""
    return {
        invoice_id
        for s in settlements
        for share in s.shares
        if share.discount and (invoice_id := items[share.item_id].invoice_id)
    }


def vat_of(wanted: Collection[int]) -> dict[int, list[TaxedShare]]:
    """Invoice id -> its VAT rows."""
    found: dict[int, list[TaxedShare]] = defaultdict(list)
    for row in InvoiceVat.objects.filter(invoice_id__in=wanted) if wanted else ():
        found[row.invoice_id].append(
            TaxedShare(row.vat_category, row.vat_rate, row.net_amount, row.vat_amount)
        )
    return found


def _first_open(company: Company) -> date | None:
    closing = BooksClosing.objects.filter(company=company).order_by("-pk").first()
    return closing.closed_until + timedelta(days=1) if closing else None


def turns_of(entry_ids: Sequence[int]) -> dict[int, Turn]:
    """Entry -> its turn: makes the source key of a new match its own.

    A new match is not posted before the last one was undone: in between the money was elsewhere.
    """
    turns = dict.fromkeys(entry_ids, Turn())
    keys = list(turns)
    for start in range(0, len(keys), BATCH):
        rows = BankMatch.objects.filter(bank_entry__in=keys[start : start + BATCH])
        undone = Max("entry__reversed_by__posted_on")
        for pk, number, day in (
            rows.order_by().values_list("bank_entry").annotate(number=Count("pk"), day=undone)
        ):
            turns[pk] = Turn(number, day)
    return turns


def _posting(settlement: Settlement, context: _Context) -> Posting:
    entry, accounts = settlement.entry, context.accounts
    day = context.day_of(entry)
    lines = [LineDraft(accounts.of(Account.Role.CLEARING), entry.amount)]
    items = [_credit(settlement, entry.amount, OpenItem.Kind.PAYMENT, payment_number(entry), day)]
    items += _set_off_items(settlement, day)
    credited = entry.amount
    for share in settlement.shares:
        item = context.items[share.item_id]
        if share.discount:
            taxed = context.vat.get(item.invoice_id or 0, [])
            lines += discount_lines(share.discount, taxed, accounts)
            items.append(
                _credit(
                    settlement, share.discount, OpenItem.Kind.DISCOUNT, item.document_number, day
                )
            )
        if share.closing:
            role, kind = CLOSING_ROLES[share.closing_as]
            lines.append(LineDraft(accounts.of(role), share.closing))
            items.append(_credit(settlement, share.closing, kind, item.document_number, day))
        credited += share.discount + share.closing
    lines.append(
        LineDraft(
            accounts.of(Account.Role.RECEIVABLES), -credited, customer_id=settlement.customer_id
        )
    )
    return Posting(
        posted_on=day,
        text=f"{payment_number(entry)} {entry.payer_name}".strip(),
        source_key=f"match:{entry.pk}:{context.turns[entry.pk].number}",
        lines=lines,
        items=items,
        document_number=payment_number(entry),
    )


def _set_off_items(settlement: Settlement, day: date) -> list[ItemDraft]:
    """A debit that takes the credits set off, and its opposite that pays with them.

    They belong to the match, so undoing it opens the credits again.
    """
    used = settlement.set_off_amount
    number, kind = payment_number(settlement.entry), OpenItem.Kind.SET_OFF
    if not used:
        return []
    return [
        _credit(settlement, -used, kind, number, day),
        _credit(settlement, used, kind, number, day),
    ]


def payment_number(entry: BankEntry) -> str:
    """How people call a payment: there is no document with a number of ours."""
    return f"P-{entry.pk}"


def _credit(
    settlement: Settlement, amount: Decimal, kind: str, number: str, day: date
) -> ItemDraft:
    return ItemDraft(
        customer_id=settlement.customer_id,
        kind=kind,
        document_number=number,
        amount=-amount,
        document_on=day,
        due_on=day,
    )


def discount_lines(
    discount: Decimal, taxed: Sequence[TaxedShare], accounts: Accounts
) -> list[LineDraft]:
    """Net on the discount account of each rate, VAT corrected on the VAT account of that rate."""
    lines = []
    for part in split_discount(discount, taxed):
        account = accounts.discount(part.vat_category, part.vat_rate)
        lines.append(LineDraft(account, part.net_amount))
        if part.vat_amount:
            vat = accounts.of(Account.Role.VAT, part.vat_category, part.vat_rate)
            lines.append(LineDraft(vat, part.vat_amount, tax_base_amount=part.net_amount))
    return lines


_ALLOCATION_COLUMNS = (
    "company_id",
    "debit_item_id",
    "credit_item_id",
    "amount",
    "effective_on",
    "recorded_at",
)


def _allocate(
    company: Company,
    settlements: Sequence[Settlement],
    posted: Sequence[Posted],
    context: _Context,
) -> None:
    """Join the items made to the items they pay: money first, then discount and differences.

    Money that came before its invoice pays it on the invoice's day: both sides must be there.
    """
    now, first = timezone.now(), joinable_from(context.items)
    rows: list[tuple[object, ...]] = []
    for settlement, written in zip(settlements, posted, strict=True):
        for debit, credit, amount in _joined(settlement, written.items):
            day = context.day_of(settlement.entry)
            day = max([day, *(first[pk] for pk in (debit, credit) if pk in first)])
            rows.append((company.pk, debit, credit, amount, day, now))
    copy_rows(Allocation, _ALLOCATION_COLUMNS, rows)


def _joined(
    settlement: Settlement, written: Sequence[OpenItem]
) -> Iterable[tuple[int, int, Decimal]]:
    """(debit item, credit item, amount): the money first, then what is set off beside it."""
    made = iter(written)
    money = next(made).pk
    taker = giver = 0
    if settlement.set_off_amount:
        taker, giver = next(made).pk, next(made).pk
    left = settlement.entry.amount
    for share in settlement.shares:
        if share.amount < 0:
            yield taker, share.item_id, -share.amount
            continue
        in_money = min(left, share.amount)
        left -= in_money
        if in_money:
            yield share.item_id, money, in_money
        if share.amount > in_money:
            yield share.item_id, giver, share.amount - in_money
        for extra in filter(None, (share.discount, share.closing)):
            yield share.item_id, next(made).pk, extra


def _matches(
    company: Company, settlements: Sequence[Settlement], posted: Sequence[Posted], by: Actor
) -> list[BankMatch]:
    return BankMatch.objects.bulk_create(
        [
            BankMatch(
                company=company,
                bank_entry=settlement.entry,
                way=settlement.way,
                confidence=settlement.confidence,
                evidence=settlement.evidence,
                payment_item=written.items[0],
                entry=written.entry,
                decided_by_name=by.actor_name,
                decided_by_id=by.actor_id if isinstance(by, User) else None,
            )
            for settlement, written in zip(settlements, posted, strict=True)
        ],
        batch_size=BATCH,
    )


def _record(
    settlements: Sequence[Settlement], items: dict[int, OpenItem], *, by: Actor, on: date
) -> None:
    drafts = []
    for settlement in settlements:
        documents = [items[share.item_id] for share in settlement.shares]
        orders = {item.invoice.order_id for item in documents if item.invoice}
        order_id = orders.pop() if len(orders) == 1 else None
        payload: dict[str, Any] = {
            "amount": settlement.entry.amount,
            "currency": settlement.entry.currency,
            "documents": ", ".join(item.document_number for item in documents[:10]),
            "way": settlement.way,
        }
        drafts.append(
            EventDraft(
                "bank_entry.matched",
                settlement.entry,
                by=by,
                on=on,
                correlation=f"order:{order_id}" if order_id else "",
                label=payment_number(settlement.entry),
                payload=payload,
            )
        )
    record_events(drafts)
