"""Join what is open on both sides of a customer's account: unapplied cash and credits pay items."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.services import atomic_verb, record_event, retrying
from o2c.errors import Conflict, InvalidInput
from receivables.models import Allocation, Netting, OpenItem, OrderAdvance
from receivables.services.advances import free_advances_of
from receivables.services.joining import Joint, join_one, take_apart
from receivables.services.reversing import GRANTED

_WAIVED = (OpenItem.Kind.FEE, OpenItem.Kind.INTEREST, OpenItem.Kind.FLAT_SUM)
"""Credits of these kinds are the opposite of a claim that was given up."""


@retrying
@atomic_verb
def allocate(
    credit_item_pk: int, debit_item_pk: int, *, amount: Decimal, by: Actor, on: date
) -> Allocation:
    """Pay so much of a debit item with a credit item of the same customer and currency.

    Raises ``InvalidInput`` for another customer or an amount not above zero, ``Conflict`` when
    one of the two has less left.
    """
    locked = _locked([credit_item_pk, debit_item_pk])
    credit, debit = locked[credit_item_pk], locked[debit_item_pk]
    require(by, "receivables.match", credit.company_id)
    _check(credit, debit, amount)
    row = join_one(credit.company, Joint(debit, credit, amount, on))
    record_event(
        "allocation.made",
        debit,
        by=by,
        on=on,
        label=debit.document_number,
        amount=amount,
        currency=debit.currency,
        credit=credit.document_number,
    )
    return row


def _check(credit: OpenItem, debit: OpenItem, amount: Decimal) -> None:
    if (credit.customer_id, credit.currency) != (debit.customer_id, debit.currency):
        raise InvalidInput(
            "allocation.customer", _("Both items must belong to one customer and currency.")
        )
    if amount <= 0 or credit.amount >= 0 or debit.amount <= 0:
        raise InvalidInput("allocation.amount", _("Give an amount above zero, from a credit."))
    left = min(-credit.outstanding_amount, debit.outstanding_amount)
    if amount > left:
        raise Conflict(
            "allocation.too_much",
            _("Only %(left)s can be applied, not %(amount)s: one of the two changed meanwhile.")
            % {"left": left, "amount": amount},
        )


@retrying
@atomic_verb
def take_back(allocation_pk: int, *, by: Actor, on: date) -> Allocation:
    """Reverse one allocation; both items have that much more left.

    Raises ``Conflict`` when it is reversed already or is itself a reversal, and for a discount or
    a small difference: no money stands behind those, so they never become a credit to use.
    """
    row = Allocation.objects.select_related("debit_item__company", "credit_item").get(
        pk=allocation_pk
    )
    require(by, "receivables.reverse", row.company_id)
    _locked([row.credit_item_id, row.debit_item_id])
    if row.amount < 0 or Allocation.objects.filter(reverses=row).exists():
        raise Conflict("allocation.reversed", _("This allocation is taken back already."))
    if {*GRANTED} & {row.credit_item.kind, row.debit_item.kind}:
        raise Conflict(
            "allocation.granted",
            _("This was granted with a payment: undo the match of that payment instead."),
        )
    if Netting.objects.filter(credit_item=row.credit_item_id).exists():
        raise Conflict("allocation.netting", _("This is a netting: take the netting back instead."))
    if row.credit_item.kind in _WAIVED:
        raise Conflict(
            "allocation.waived",
            _("%(number)s was waived: no money stands behind it, and it stays waived.")
            % {"number": row.debit_item.document_number},
        )
    if row.debit_item.kind == OpenItem.Kind.REFUND:
        raise Conflict(
            "allocation.refund",
            _("This credit is given back as %(number)s: withdraw the refund instead.")
            % {"number": row.debit_item.document_number},
        )
    taken = take_apart(row.debit_item.company, [row], on=on)
    free_advances_of([row.credit_item_id], OrderAdvance.Freed.TAKEN_BACK, by=by, on=on)
    record_event(
        "allocation.reversed",
        row.debit_item,
        by=by,
        on=on,
        label=row.debit_item.document_number,
        amount=row.amount,
        currency=row.debit_item.currency,
    )
    return taken[0]


def _locked(pks: Sequence[int]) -> dict[int, OpenItem]:
    items = OpenItem.objects.filter(pk__in=pks).select_related("company").for_update()
    found = {item.pk: item for item in items}
    if len(found) != len(set(pks)):
        raise InvalidInput("allocation.item", _("An open item is not there any more."))
    return found
