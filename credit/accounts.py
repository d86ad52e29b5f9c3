"""Credit accounts: which one holds a customer, and how it is locked."""

from collections.abc import Iterable

from credit.models import CreditAccount
from customers.models import Customer


def open_account(customer: Customer) -> CreditAccount:
    """The customer's credit account; a new customer starts with a limit of zero."""
    account, _made = CreditAccount.objects.get_or_create(
        customer=customer, defaults={"company_id": customer.company_id}
    )
    return account


def account_of(customer: Customer) -> CreditAccount:
    """The account for a page: the one there is, else an unsaved one with a limit of zero."""
    known = CreditAccount.objects.filter(customer=customer).first()
    return known or CreditAccount(customer=customer, company_id=customer.company_id)


def head_of(customer: Customer) -> int:
    """Whose limit holds the customer too: the head of its group, or itself."""
    return customer.group_parent_id or customer.pk


def locked_accounts(customers: Iterable[Customer]) -> dict[int, CreditAccount]:
    """Customer id -> its account, locked; the group heads' too, in primary-key order.

    All members of a group lock the head's account, so the group's exposure stands still as well.
    """
    wanted = {pk for customer in customers for pk in (customer.pk, head_of(customer))}
    accounts = _lock(wanted)
    if len(accounts) < len(wanted):
        for owner in Customer.objects.filter(pk__in=wanted).order_by("pk"):
            open_account(owner)
        accounts = _lock(wanted)
    return accounts


def _lock(customer_ids: Iterable[int]) -> dict[int, CreditAccount]:
    """Customer id -> its account, locked by primary key; those without one are not there."""
    accounts = CreditAccount.objects.for_update().filter(customer__in=customer_ids)
    return {account.customer_id: account for account in accounts.select_related("customer")}
