"""Money that moved at the provider, in the books: against its clearing account and the customer's.

What was paid settles the items that the payer chose, as far as they are open; the rest stays on
account. What goes back opens the items again: with their own due day and level, since nothing of
the item itself changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from core.actors import Actor
from core.models import Company
from o2c.money import ZERO
from receivables.models import (
    Account,
    Allocation,
    OpenItem,
    ProviderMovement,
    ProviderPayment,
)
from receivables.provider import RemoteMovement
from receivables.services.joining import Joint, join, take_apart
from receivables.services.posting import Accounts, ItemDraft, LineDraft, Posted, Posting, post
from receivables.services.refund_freeing import free_refunds_of
from receivables.services.reversing import locked_live

Kind = ProviderMovement.Kind
INWARD = (Kind.CAPTURE, Kind.WON)


@dataclass(slots=True)
class Booked:
    """A movement in the books; ``rest_amount`` of it paid nothing and stays on account.

    ``documents``: what it paid, or opened again.
    """

    movement: ProviderMovement
    rest_amount: Decimal = ZERO
    documents: list[str] = field(default_factory=list)


def book_movement(payment: ProviderPayment, moved: RemoteMovement, *, by: Actor) -> Booked:
    """Book what moved; the payment is locked by the caller, and the movement is not known yet.

    It counts from its day at the provider, after a closed period from the first open one. Raises
    ``Conflict`` where the chart lacks the accounts of a provider.
    """
    accounts = Accounts(payment.company)
    items = _locked(payment)
    posted = _post(payment, moved, accounts)
    movement = ProviderMovement.objects.create(
        company=payment.company,
        payment=payment,
        kind=moved.kind,
        remote_id=moved.id,
        amount=moved.amount,
        reason=moved.reason,
        happened_on=_day(payment.company, moved),
        item=posted.items[0],
        entry=posted.entry,
    )
    if moved.kind in INWARD:
        return _pay(payment, movement, posted, items)
    return _open_again(payment, movement, posted, by)


def _day(company: Company, moved: RemoteMovement) -> date:
    return moved.at.astimezone(ZoneInfo(company.time_zone)).date()


def _locked(payment: ProviderPayment) -> dict[int, OpenItem]:
    """The items that the payer chose, locked in one order."""
    keys = payment.shares.values_list("item_id", flat=True)
    rows = OpenItem.objects.filter(pk__in=list(keys)).order_by("pk").for_update()
    return {item.pk: item for item in rows}


def _post(payment: ProviderPayment, moved: RemoteMovement, accounts: Accounts) -> Posted:
    sign = 1 if moved.kind in INWARD else -1
    day = accounts.open_day(_day(payment.company, moved))
    return post(
        payment.company,
        Posting(
            posted_on=day,
            text=f"{payment.number} {Kind(moved.kind).label} {payment.customer.name}",
            source_key=f"provider:{moved.id}",
            lines=[
                LineDraft(accounts.of(Account.Role.PROVIDER), sign * moved.amount),
                LineDraft(
                    accounts.of(Account.Role.RECEIVABLES),
                    -sign * moved.amount,
                    customer_id=payment.customer_id,
                ),
            ],
            items=[
                ItemDraft(
                    customer_id=payment.customer_id,
                    kind=OpenItem.Kind.PAYMENT,
                    document_number=payment.number,
                    amount=-sign * moved.amount,
                    document_on=day,
                    due_on=day,
                )
            ],
            document_number=payment.number,
        ),
        accounts=accounts,
    )


# --- it came -------------------------------------------------------------------------------------
def _pay(
    payment: ProviderPayment,
    movement: ProviderMovement,
    posted: Posted,
    items: dict[int, OpenItem],
) -> Booked:
    """Credits that were chosen first, so that they are not left over; then the money."""
    day, money = posted.entry.posted_on, posted.items[0]
    wanted = _wanted(payment, items)
    joints: list[Joint] = []
    paying: list[tuple[OpenItem, Decimal]] = [(money, movement.amount)]
    if movement.kind == Kind.CAPTURE:
        paying = [*_credits(payment, items), *paying]
    rest = ZERO
    for credit, amount in paying:
        rest = amount
        for debit in wanted:
            part = min(rest, wanted[debit])
            if part > 0:
                joints.append(Joint(debit, credit, part, day))
                wanted[debit] -= part
                rest -= part
    join(payment.company, joints)
    documents = dict.fromkeys(one.debit.document_number for one in joints)
    return Booked(movement, rest, list(documents))


def _wanted(payment: ProviderPayment, items: dict[int, OpenItem]) -> dict[OpenItem, Decimal]:
    """What the payer chose and is open still, the oldest first."""
    shares = payment.shares.filter(amount__gt=0).order_by("item__due_on", "item_id")
    return {
        items[share.item_id]: min(share.amount, items[share.item_id].outstanding_amount)
        for share in shares
    }


def _credits(
    payment: ProviderPayment, items: dict[int, OpenItem]
) -> list[tuple[OpenItem, Decimal]]:
    """What is left of the credits that the payer used."""
    shares = payment.shares.filter(amount__lt=0).order_by("item__due_on", "item_id")
    return [
        (items[share.item_id], min(-share.amount, -items[share.item_id].outstanding_amount))
        for share in shares
    ]


# --- it went back --------------------------------------------------------------------------------
def _open_again(
    payment: ProviderPayment, movement: ProviderMovement, posted: Posted, by: Actor
) -> Booked:
    """Free so much of what came, unapplied money first, then what was paid last.

    Where more goes back than came, that much is a debit on the customer's account.
    """
    day, back = posted.entry.posted_on, posted.items[0]
    came = [
        row.item
        for row in payment.movements.filter(kind__in=INWARD).select_related("item").order_by("-pk")
    ]
    left = movement.amount
    documents: list[str] = []
    if movement.kind == Kind.CHARGEBACK:
        free_refunds_of(came, by=by, on=day)
    live = locked_live([back, *came])
    for item in came:
        item.refresh_from_db(fields=["outstanding_amount"])
    for item in came:
        part = min(left, -item.outstanding_amount)
        part += _free(payment.company, item, live, left - part, day, documents)
        if part > 0:
            join(payment.company, [Joint(back, item, part, day)])
            left -= part
    return Booked(movement, left, documents)


def _free(  # noqa: PLR0913 - what is freed, from what, and what is told of it
    company: Company,
    came: OpenItem,
    live: Iterable[Allocation],
    wanted: Decimal,
    on: date,
    documents: list[str],
) -> Decimal:
    """Take back what this money paid, the last first, up to an amount; returns how much it was."""
    given_back = _given_back(came)
    freed = ZERO
    mine = [row for row in live if row.credit_item_id == came.pk]
    for row in sorted(mine, key=lambda one: -one.pk):
        is_gone = row.debit_item_id in given_back or row.debit_item.kind == OpenItem.Kind.REFUND
        if freed >= wanted or is_gone:
            continue
        take_apart(company, [row], on=on)
        part = min(row.amount, wanted - freed)
        debit = row.debit_item
        if row.amount > part:
            join(company, [Joint(debit, came, row.amount - part, on)])
        freed += part
        documents.append(debit.document_number)
    return freed


def _given_back(came: OpenItem) -> set[int]:
    """Debits that are money gone back already: nothing is freed from those."""
    rows = ProviderMovement.objects.exclude(kind__in=INWARD)
    return set(rows.filter(item__customer=came.customer_id).values_list("item_id", flat=True))
