"""Turn decisions about bank entries into books: postings, items, allocations, matches; in sets.

Every settlement moves the money from the clearing account to the customer: a payment item
(credit) for the whole entry, a credit item per discount or small difference, and allocations
that join them to the debit items. What is not allocated stays on the customer's account.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from core.actors import Actor
from core.models import Company, User
from core.services import EventDraft, record_events
from o2c.money import ZERO
from receivables.models import (
    Account,
    Allocation,
    BankEntry,
    BankMatch,
    OpenItem,
    RemittanceAdvice,
)
from receivables.rules.discounts import TaxedShare
from receivables.services.advances import bind_paid
from receivables.services.discounting import discount_lines, vat_of
from receivables.services.exchanging import Part, money_in_parts
from receivables.services.joining import Joint, Worths, join
from receivables.services.posting import (
    BATCH,
    Accounts,
    ItemDraft,
    LineDraft,
    Posted,
    Posting,
    post_all,
)
from receivables.services.settlements import (
    CLOSING_ROLES,
    Settlement,
    Turn,
    check,
    money_of,
    turns_of,
)


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
        Worths(company, items.values()),
    )
    context.turns = turns_of([s.entry.pk for s in settlements])
    postings = [_posting(settlement, context) for settlement in settlements]
    posted = post_all(company, postings, accounts=context.accounts)
    made = [item for written in posted for item in written.items]
    join(company, _joints(settlements, posted, context), made=made)
    matches = _matches(company, settlements, posted, by)
    BankEntry.objects.filter(pk__in=[s.entry.pk for s in settlements]).update(is_settled=True)
    _use_advices(settlements, matches)
    bind_paid(settlements, matches, by=by, on=on)
    _record(settlements, items, by=by, on=on)
    return matches


def _use_advices(settlements: Sequence[Settlement], matches: Sequence[BankMatch]) -> None:
    """An advice that decided is used up; undoing the match gives it back."""
    pairs = zip(settlements, matches, strict=True)
    match_of = {s.advice_id: match for s, match in pairs if s.advice_id}
    if not match_of:
        return
    advices = list(RemittanceAdvice.objects.filter(pk__in=match_of).waiting().order_by("pk"))
    for advice in advices:
        advice.state, advice.match = RemittanceAdvice.State.USED, match_of[advice.pk]
    RemittanceAdvice.objects.bulk_update(advices, ["state", "match"], batch_size=BATCH)


@dataclass(slots=True)
class _Context:
    """What every settlement of a batch needs."""

    company: Company
    items: dict[int, OpenItem]
    vat: dict[int, list[TaxedShare]]
    accounts: Accounts
    worths: Worths
    turns: dict[int, Turn] = field(default_factory=dict)

    def day_of(self, entry: BankEntry) -> date:
        """The bank's booking date; after a closed period or an undone match the first day then."""
        day = self.accounts.open_day(entry.booking_on)
        return max(day, self.turns[entry.pk].undone_on or day)


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


def _posting(settlement: Settlement, context: _Context) -> Posting:
    entry, accounts = settlement.entry, context.accounts
    day = context.day_of(entry)
    clearing = accounts.of(Account.Role.CLEARING)
    lines = [_moved(clearing, entry.amount, entry.functional_amount, entry.currency)]
    money = money_in_parts(settlement, context.items, context.company, accounts)
    lines += money.lines
    items = _payments(settlement, money.parts, day)
    granted = list(_granted(settlement, context))
    items += _set_off_items(settlement, context, day)
    for grant in granted:
        lines += grant.lines
        items.append(
            _credit(
                settlement,
                grant.amount,
                grant.kind,
                grant.number,
                day,
                worth=grant.worth,
                of=grant.customer_id,
            )
        )
    items += _payments(settlement, money.rest, day)
    lines += _owed(items, accounts, entry.currency)
    return Posting(
        posted_on=day,
        text=f"{payment_number(entry)} {entry.payer_name}".strip(),
        source_key=f"match:{entry.pk}:{context.turns[entry.pk].number}",
        lines=lines,
        items=items,
        document_number=payment_number(entry),
    )


def _payments(settlement: Settlement, parts: Sequence[Part], day: date) -> list[ItemDraft]:
    """The money as an item of each customer it is for, the first's first."""
    number, kind = payment_number(settlement.entry), OpenItem.Kind.PAYMENT
    return [
        _credit(
            settlement,
            part.amount,
            kind,
            number,
            day,
            worth=part.worth,
            of=part.customer_id,
            currency=part.currency,
        )
        for part in parts
    ]


def _owed(items: Sequence[ItemDraft], accounts: Accounts, currency: str) -> Iterable[LineDraft]:
    """What the items made change on the control account, by customer and currency."""
    for customer, of in dict.fromkeys((item.customer_id, item.currency) for item in items):
        theirs = [item for item in items if (item.customer_id, item.currency) == (customer, of)]
        yield _moved(
            accounts.of(Account.Role.RECEIVABLES),
            sum((item.amount for item in theirs), ZERO),
            sum((item.worth for item in theirs), ZERO),
            of or currency,
            customer_id=customer,
        )


def _moved(
    account_id: int,
    amount: Decimal,
    worth: Decimal,
    currency: str,
    *,
    customer_id: int | None = None,
) -> LineDraft:
    return LineDraft(
        account_id, worth, customer_id=customer_id, currency=currency, currency_amount=amount
    )


@dataclass(frozen=True, slots=True)
class _Grant:
    """A credit that no money stands behind: a discount or a small difference on an item."""

    customer_id: int
    amount: Decimal
    worth: Decimal
    kind: str
    number: str
    lines: list[LineDraft]


def _granted(settlement: Settlement, context: _Context) -> Iterable[_Grant]:
    """Grants in order, each worth what it takes off its item; ``join`` takes the parts alike."""
    left = settlement.money
    for share in settlement.shares:
        item = context.items[share.item_id]
        if share.amount < 0:
            continue
        in_money = min(left, share.amount)
        left -= in_money
        for part in (in_money, share.amount - in_money):
            context.worths.take(item.pk, part)
        number = item.document_number
        if share.discount:
            worth = context.worths.take(item.pk, share.discount)
            taxed = context.vat.get(item.invoice_id or 0, [])
            lines = discount_lines(worth, taxed, context.accounts)
            yield _Grant(
                item.customer_id, share.discount, worth, OpenItem.Kind.DISCOUNT, number, lines
            )
        if share.closing:
            worth = context.worths.take(item.pk, share.closing)
            role, kind = CLOSING_ROLES[share.closing_as]
            lines = [LineDraft(context.accounts.of(role), worth)]
            yield _Grant(item.customer_id, share.closing, worth, kind, number, lines)


def _set_off_items(settlement: Settlement, context: _Context, day: date) -> list[ItemDraft]:
    """A debit that takes the credits set off, and its opposite that pays with them.

    They belong to the match, so undoing it opens the credits again.
    """
    used = settlement.set_off_amount
    if not used:
        return []
    worth = sum(
        (context.worths.take(s.item_id, -s.amount) for s in settlement.shares if s.amount < 0),
        ZERO,
    )
    number, kind = payment_number(settlement.entry), OpenItem.Kind.SET_OFF
    return [
        _credit(settlement, -used, kind, number, day, worth=-worth),
        _credit(settlement, used, kind, number, day, worth=worth),
    ]


def payment_number(entry: BankEntry) -> str:
    """How people call a payment: there is no document with a number of ours."""
    return f"P-{entry.pk}"


def _credit(  # noqa: PLR0913 - an item's facts
    settlement: Settlement,
    amount: Decimal,
    kind: str,
    number: str,
    day: date,
    *,
    worth: Decimal,
    of: int = 0,
    currency: str = "",
) -> ItemDraft:
    return ItemDraft(
        customer_id=of or settlement.customer_id,
        kind=kind,
        document_number=number,
        amount=-amount,
        document_on=day,
        due_on=day,
        currency=currency or settlement.currency,
        functional_amount=-worth,
    )


def _joints(
    settlements: Sequence[Settlement], posted: Sequence[Posted], context: _Context
) -> Iterable[Joint]:
    """Join the items made to the items they pay: money first, then discount and differences.

    Money that came before its invoice pays it on the invoice's day: both sides must be there.
    """
    for settlement, written in zip(settlements, posted, strict=True):
        day = context.day_of(settlement.entry)
        for debit, credit, amount in _joined(settlement, written.items, context):
            yield Joint(debit, credit, amount, day)


def _joined(
    settlement: Settlement, written: Sequence[OpenItem], context: _Context
) -> Iterable[tuple[OpenItem, OpenItem, Decimal]]:
    """(debit item, credit item, amount): the money first, then what is set off beside it."""
    made = iter(written)
    money = {customer: next(made) for customer in money_of(settlement, context.items)}
    taker = giver = written[0]
    if settlement.set_off_amount:
        taker, giver = next(made), next(made)
    left = settlement.money
    for share in settlement.shares:
        item = context.items[share.item_id]
        if share.amount < 0:
            yield taker, item, -share.amount
            continue
        in_money = min(left, share.amount)
        left -= in_money
        if in_money:
            yield item, money[item.customer_id], in_money
        if share.amount > in_money:
            yield item, giver, share.amount - in_money
        for extra in filter(None, (share.discount, share.closing)):
            yield item, next(made), extra


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
                payment_item=None if settlement.others else written.items[0],
                entry=written.entry,
                rests_on=sorted(settlement.rests_on) or None,
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
