"""The accounts a customer pays from; the matcher's best evidence of who pays."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.services import record_event
from customers.models import Customer, CustomerBankAccount
from customers.rules import CheckedIban, check_iban, masked_iban
from o2c.errors import Conflict


@dataclass(frozen=True, slots=True)
class AddedBankAccount:
    """The new account, and what the person should know but may override."""

    account: CustomerBankAccount
    bank_name: str
    warnings: tuple[str, ...] = ()


def add_bank_account(
    customer_pk: int,
    *,
    iban: str,
    bic: str = "",
    holder: str = "",
    source: str = CustomerBankAccount.Source.TYPED,
    by: Actor,
    on: date,
) -> AddedBankAccount:
    """Add an account by its proved IBAN; the BIC is filled in where the bank is known.

    The same IBAN at another customer of the company is a warning (a group may pay from one
    account). Raises: InvalidInput naming IBAN or BIC; Conflict when the customer has it already.
    """
    checked = check_iban(iban, bic)
    with transaction.atomic():
        customer = Customer.objects.for_update().get(pk=customer_pk)
        require(by, "customers.change_bank_details", customer.company_id)
        _check_new(customer, checked)
        account = CustomerBankAccount.objects.create(
            customer=customer,
            iban=checked.iban,
            bic=checked.bic,
            holder=" ".join(holder.split()),
            source=source,
        )
        record_event(
            "customer.bank_account_added",
            customer,
            by=by,
            on=on,
            label=customer.number,
            iban=checked.iban,
            masked=masked_iban(checked.iban),
            source=str(source),
        )
    return AddedBankAccount(account, checked.bank_name, _warnings(customer, checked.iban))


def remove_bank_account(pk: int, *, by: Actor, on: date) -> None:
    """Forget an account, so that payments from it no longer count as this customer's.

    Nothing points to the row; the event keeps the IBAN.
    """
    with transaction.atomic():
        customer = Customer.objects.for_update().get(bank_accounts=pk)
        require(by, "customers.change_bank_details", customer.company_id)
        account = CustomerBankAccount.objects.get(pk=pk)
        account.delete()
        record_event(
            "customer.bank_account_removed",
            customer,
            by=by,
            on=on,
            label=customer.number,
            iban=account.iban,
            masked=masked_iban(account.iban),
        )


def _check_new(customer: Customer, checked: CheckedIban) -> None:
    if customer.bank_accounts.filter(iban=checked.iban).exists():
        raise Conflict(
            "customer.iban_twice",
            _("%(customer)s has the account %(iban)s already.")
            % {"customer": customer, "iban": checked.iban},
            field="iban",
        )


def _warnings(customer: Customer, iban: str) -> tuple[str, ...]:
    others = Customer.objects.filter(company=customer.company_id, bank_accounts__iban=iban)
    return tuple(
        _(
            "%(other)s pays from %(iban)s, too: payments will not tell the two apart by the"
            " account alone."
        )
        % {"other": other, "iban": iban}
        for other in others.exclude(pk=customer.pk).order_by("pk")[:5]
    )
