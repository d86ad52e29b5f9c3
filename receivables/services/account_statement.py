"""A customer's account as of a day: every document and payment with the running balance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from customers.models import Customer
from o2c.money import ZERO
from receivables.models import OpenItem


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One line of the statement; the balance is what the customer owes after it."""

    item: OpenItem
    balance: Decimal


def statement_of_account(customer: Customer, *, on: date) -> Iterator[AccountRow]:
    """Items up to and including the day, in order of date; debits positive.

    Payments undone since show with their reversal, so that a statement sent earlier stays true.
    """
    balances: dict[str, Decimal] = {}
    items = OpenItem.objects.filter(customer=customer, document_on__lte=on)
    for item in items.select_related("invoice").order_by("document_on", "pk"):
        balances[item.currency] = balances.get(item.currency, ZERO) + item.amount
        yield AccountRow(item, balances[item.currency])
