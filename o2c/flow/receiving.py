"""Cash, cheques and nettings: what they pay and open closes and opens deductions and holds."""

from datetime import date
from decimal import Decimal

import disputes.services as disputes
import receivables.services as receivables
from core.actors import Actor
from core.models import Company, User
from core.services import atomic_verb, retrying
from customers.models import Customer
from o2c.flow.cash import recheck_holds
from o2c.flow.deducting import follow_matches
from o2c.money import ZERO
from receivables.models import BankMatch, Netting, OpenItem, Receipt


def take_receipt(
    company: Company, draft: receivables.ReceiptDraft, *, by: Actor, on: date
) -> Receipt:
    """``receivables.take_receipt``, the deduction if less was given, and orders that waited."""
    made = _taken(company, draft, by=by, on=on)
    recheck_holds(company, by=by, on=on, customer=made.customer)
    return made


@retrying
@atomic_verb
def _taken(company: Company, draft: receivables.ReceiptDraft, *, by: Actor, on: date) -> Receipt:
    made = receivables.take_receipt(company, draft, by=by, on=on)
    matches = BankMatch.objects.filter(bank_entry=made.bank_entry_id)
    follow_matches(company, matches, by=by, on=on)
    return made


@retrying
@atomic_verb
def cancel_receipt(pk: int, *, note: str, by: Actor, on: date) -> Receipt:
    """``receivables.cancel_receipt``; its deductions close."""
    made = receivables.cancel_receipt(pk, note=note, by=by, on=on)
    disputes.close_settled(made.company, by=by, on=on)
    return made


@retrying
@atomic_verb
def bounce_cheque(  # noqa: PLR0913 - what the bank told
    pk: int, *, bounced_on: date, reason: str, fee: Decimal = ZERO, by: Actor, on: date
) -> Receipt:
    """``receivables.bounce_cheque``; what was accepted of its shortage goes back with it."""
    made = receivables.bounce_cheque(
        pk, bounced_on=bounced_on, reason=reason, fee=fee, by=by, on=on
    )
    disputes.close_settled(made.company, by=by, on=on)
    return made


def nettable(customer: Customer) -> list[OpenItem]:
    """What of a customer's items may be netted; contested ones may not."""
    return receivables.nettable(customer, disputes.disputed_items(customer.company))


@retrying
@atomic_verb
def propose_netting(
    customer_pk: int, draft: receivables.NettingDraft, *, by: Actor, on: date
) -> Netting:
    """``receivables.propose_netting``; contested items stay out."""
    company = Customer.objects.select_related("company").get(pk=customer_pk).company
    disputed = disputes.disputed_items(company)
    return receivables.propose_netting(customer_pk, draft, disputed=disputed, by=by, on=on)


def decide_netting(pk: int, *, is_approved: bool, by: User, on: date) -> Netting:
    """``receivables.decide_netting``, unless an item is contested by now; frees held orders."""
    made = _decided(pk, is_approved=is_approved, by=by, on=on)
    if is_approved:
        recheck_holds(made.company, by=by, on=on, customer=made.customer)
    return made


@retrying
@atomic_verb
def _decided(pk: int, *, is_approved: bool, by: User, on: date) -> Netting:
    company = Netting.objects.select_related("company").get(pk=pk).company
    made = receivables.decide_netting(
        pk,
        is_approved=is_approved,
        disputed=disputes.disputed_items(company),
        by=by,
        on=on,
    )
    disputes.close_settled(company, by=by, on=on)
    return made
