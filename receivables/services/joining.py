"""Join open items: so much of a credit pays so much of a debit. The only code that allocates.

In the books' own currency both sides give the same worth. In another one each side gives its share
of what it stands in the books for (``rules.exchange``), and the difference is booked at once as a
gain or loss of exchange, on the allocation's day or the first open one after it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Company
from receivables.models import Account, Allocation, OpenItem
from receivables.rules.exchange import Rest
from receivables.services.copying import copy_rows
from receivables.services.joining_days import joinable_from
from receivables.services.posting import BATCH, Accounts, LineDraft, Posting, post_all

_COLUMNS = (
    "company_id",
    "debit_item_id",
    "credit_item_id",
    "amount",
    "debit_functional_amount",
    "credit_functional_amount",
    "effective_on",
    "recorded_at",
)


@dataclass(frozen=True, slots=True)
class Joint:
    """``amount`` (> 0, in the items' currency) of a credit for a debit; both are locked.

    It counts from the first day, not before ``wanted_on``, on which both may be joined.
    """

    debit: OpenItem
    credit: OpenItem
    amount: Decimal
    wanted_on: date


class Worths:
    """What each of some items still stands in the books for, as parts are taken of it in turn."""

    def __init__(self, company: Company, items: Iterable[OpenItem]) -> None:
        self._items = {item.pk: item for item in items if item.currency != company.currency}
        self._rests: dict[int, Rest] = {}

    def take(self, item_id: int, amount: Decimal) -> Decimal:
        """The worth of the next part; an item in the books' currency is worth its amount."""
        item = self._items.get(item_id)
        if item is None:
            return amount
        if item_id not in self._rests:
            self._rests[item_id] = Rest(
                abs(item.outstanding_amount), abs(item.outstanding_functional_amount)
            )
        return self._rests[item_id].take(amount)


def join(company: Company, joints: Iterable[Joint], *, made: Iterable[OpenItem] = ()) -> None:
    """Allocate, in the order given; the database keeps what is left of the items.

    ``made``: items that this act has just booked, so that nothing was ever taken back of them.
    """
    wanted = list(joints)
    days = _days(wanted, made)
    home = [one for one in wanted if one.debit.currency == company.currency]
    now = timezone.now()
    copy_rows(
        Allocation,
        _COLUMNS,
        (
            (company.pk, one.debit.pk, one.credit.pk, *[one.amount] * 3, days(one), now)
            for one in home
        ),
    )
    foreign = [one for one in wanted if one.debit.currency != company.currency]
    if foreign:
        _insert(company, _rows(company, foreign, days))


def join_one(company: Company, joint: Joint) -> Allocation:
    """Allocate one part and return the row."""
    return _insert(company, _rows(company, [joint], _days([joint], ())))[0]


def _days(joints: Sequence[Joint], made: Iterable[OpenItem]) -> Callable[[Joint], date]:
    """Tells from which day an allocation counts."""
    first = {item.pk: item.document_on for item in made}
    found = {item.pk for one in joints for item in (one.debit, one.credit)} - first.keys()
    first |= joinable_from(found)

    def day_of(one: Joint) -> date:
        return max(one.wanted_on, first[one.debit.pk], first[one.credit.pk])

    return day_of


def take_apart(company: Company, live: Sequence[Allocation], *, on: date) -> list[Allocation]:
    """Append the reversing row of each allocation; items are locked by the caller."""
    return _insert(
        company,
        [
            Allocation(
                company_id=row.company_id,
                debit_item_id=row.debit_item_id,
                credit_item_id=row.credit_item_id,
                amount=-row.amount,
                debit_functional_amount=-row.debit_functional_amount,
                credit_functional_amount=-row.credit_functional_amount,
                effective_on=max(on, row.effective_on),
                reverses=row,
            )
            for row in live
        ],
    )


def _rows(
    company: Company, joints: Sequence[Joint], days: Callable[[Joint], date]
) -> list[Allocation]:
    """Allocations with the worth each side gives, read afresh: parts may have come or gone."""
    keys = {
        item.pk
        for joint in joints
        for item in (joint.debit, joint.credit)
        if item.currency != company.currency
    }
    worths = Worths(company, OpenItem.objects.filter(pk__in=keys) if keys else ())
    return [
        Allocation(
            company=company,
            debit_item=joint.debit,
            credit_item=joint.credit,
            amount=joint.amount,
            debit_functional_amount=worths.take(joint.debit.pk, joint.amount),
            credit_functional_amount=worths.take(joint.credit.pk, joint.amount),
            effective_on=days(joint),
        )
        for joint in joints
    ]


def _insert(company: Company, rows: Sequence[Allocation]) -> list[Allocation]:
    written = Allocation.objects.bulk_create(rows, batch_size=BATCH)
    apart = [row for row in written if row.difference_amount]
    if apart:
        accounts = Accounts(company)
        items = OpenItem.objects.in_bulk({row.debit_item_id for row in apart})
        post_all(
            company,
            [_exchange(row, items[row.debit_item_id], accounts) for row in apart],
            accounts=accounts,
        )
    return written


def _exchange(row: Allocation, debit: OpenItem, accounts: Accounts) -> Posting:
    """A gain where the money was worth more than what it paid, else a loss."""
    difference = row.difference_amount
    is_gain = (difference > 0) != bool(row.reverses_id)
    role = Account.Role.EXCHANGE_GAIN if is_gain else Account.Role.EXCHANGE_LOSS
    return Posting(
        posted_on=accounts.open_day(row.effective_on),
        text=_("Difference of exchange on %(number)s") % {"number": debit.document_number},
        source_key=f"exchange:{row.pk}",
        lines=[
            LineDraft(
                accounts.of(Account.Role.RECEIVABLES),
                difference,
                customer_id=debit.customer_id,
                currency=debit.currency,
            ),
            LineDraft(accounts.of(role), -difference),
        ],
        document_number=debit.document_number,
        exchange_of_id=row.pk,
    )
