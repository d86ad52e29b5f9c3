"""A customer's account as of a day: every document and payment with the running balance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from customers.models import Customer
from o2c.money import ZERO
from receivables.models import Allocation, OpenItem


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One line of the statement; ``balance`` is what the customer owes after it, ``open_amount``
    what was left of it at the end of the day asked for."""

    item: OpenItem
    balance: Decimal
    open_amount: Decimal

    @property
    def credit_amount(self) -> Decimal:
        """The amount as it stands in the credit column."""
        return -self.item.amount


def statement_of_account(customer: Customer, *, on: date) -> Iterator[AccountRow]:
    """Items up to and including the day, in order of date; debits positive.

    Payments undone since show with their reversal, so that a statement sent earlier stays true.
    """
    balances: dict[str, Decimal] = {}
    allocated = _allocated(customer, on)
    items = OpenItem.objects.filter(customer=customer, document_on__lte=on)
    for item in items.select_related("invoice").order_by("document_on", "pk"):
        balances[item.currency] = balances.get(item.currency, ZERO) + item.amount
        left = item.amount - allocated.get(item.pk, ZERO)
        yield AccountRow(item, balances[item.currency], left)


def _allocated(customer: Customer, on: date) -> dict[int, Decimal]:
    """Item -> what was set against it by the end of the day, with the item's own sign."""
    found: dict[int, Decimal] = {}
    for side, sign in (("debit_item", 1), ("credit_item", -1)):
        rows = Allocation.objects.filter(effective_on__lte=on, **{f"{side}__customer": customer})
        for pk, total in rows.order_by().values_list(side).annotate(total=Sum("amount")):
            found[pk] = sign * total
    return found
