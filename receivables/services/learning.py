"""What matches teach: whose account, or name, a payment came from. Undoing a match forgets it."""

from collections.abc import Iterable, Sequence

from core.models import Company
from customers.models import CustomerBankAccount
from receivables.models import BankMatch, PayerAlias
from receivables.rules.names import name_key
from receivables.services.naming import Names, keys_near, names_of
from receivables.services.settlements import Settlement

Taught = tuple[Settlement, BankMatch]
_FEW = 3


def learn(company: Company, taught: Sequence[Taught], *, names: Names | None = None) -> None:
    """Remember who pays for whom, each account and name once.

    Who pays for several at once teaches nothing. Neither does an account that we know as another
    customer's own, nor another's own name: a parent that paid for its daughter once still pays
    for itself.
    """
    taught = [one for one in taught if not one[0].others]
    if not taught:
        return
    accounts, called = _owners(company, taught, names or names_of(company))
    PayerAlias.objects.bulk_create(
        [
            PayerAlias(
                company=company,
                customer_id=settlement.customer_id,
                kind=kind,
                value=value[:200],
                learned_from=match,
            )
            for settlement, match in taught
            for kind, value, owners in (
                ("iban", settlement.entry.payer_iban, accounts),
                ("name", name_key(settlement.entry.payer_name), called),
            )
            if value and not owners.get(value, set()) - {settlement.customer_id}
        ],
        ignore_conflicts=True,
    )


def _owners(
    company: Company, taught: Iterable[Taught], names: Names
) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """IBAN -> customers whose own it is; key of a payer's name -> customers who are called so."""
    entries = [settlement.entry for settlement, _match in taught]
    accounts: dict[str, set[int]] = {}
    known = CustomerBankAccount.objects.filter(
        iban__in={entry.payer_iban for entry in entries}, customer__company=company
    )
    for iban, customer in known.values_list("iban", "customer_id"):
        accounts.setdefault(iban, set()).add(customer)
    told = {entry.payer_name for entry in entries if entry.payer_name}
    return accounts, _called(company, told, names)


def _called(company: Company, told: set[str], names: Names) -> dict[str, set[int]]:
    """Key of a name -> customers who are called so; for a click or two not all are read."""
    if len(told) > _FEW:
        return names().by_key
    found: dict[str, set[int]] = {}
    for name in told:
        for pk, key in keys_near(company, name).items():
            found.setdefault(key, set()).add(pk)
    return found
