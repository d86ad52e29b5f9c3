"""What the end of an order leaves: charges nobody bore, and invoices ahead that ask too much."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from core.actors import Actor
from core.services import atomic_verb, record_event
from invoicing.models import Invoice, InvoiceCharge, InvoiceLine, InvoiceState
from invoicing.services.charging import Charging
from invoicing.services.crediting import CreditPart, left_of
from invoicing.services.draft import draft_of_orders, store_drafts
from o2c.money import ZERO
from orders.models import Order, OrderState


@atomic_verb
def draft_rest(order: Order, *, by: Actor, on: date) -> Invoice | None:
    """Draft what of a locked order's charges no invoice bears, once all its lines are invoiced.

    That is so when the rest of an order is cancelled after its last delivery was billed: no
    closing invoice will come to take them. None when nothing is left to ask for.
    """
    charging = Charging.of([order])
    if not charging.is_whole(order.pk):
        return None
    with translation.override(order.customer.language):
        charges = charging.bear([], is_rest=True)
        line = _words(order, charges) if charges else None
    if line is None:
        return None
    draft = draft_of_orders(order.company, [order])
    draft.delivered_on = on
    store_drafts([draft], [[line]], [charges])
    record_event(
        "invoice.drafted",
        draft,
        by=by,
        on=on,
        correlation=draft.correlation,
        gross_amount=draft.gross_amount,
    )
    return draft


def _words(order: Order, charges: list[InvoiceCharge]) -> InvoiceLine:
    """A line without an amount, since no document may be without one (BR-16)."""
    what = ", ".join(one.reason for one in charges)
    text = _("Order %(order)s, its rest cancelled: %(what)s") % {"order": order, "what": what}
    return InvoiceLine(
        position=1,
        description=text[:200],
        quantity=Decimal(1),
        unit="C62",
        unit_price=ZERO,
        net_amount=ZERO,
        vat_category=charges[0].vat_category,
        vat_rate=charges[0].vat_rate,
        vat_note=charges[0].vat_note,
    )


@dataclass(slots=True)
class TooMuch:
    """What an invoice asks for that is not wanted any more: parts of its lines and charges."""

    lines: dict[int, CreditPart] = field(default_factory=dict)
    charges: dict[int, Decimal] = field(default_factory=dict)


def over_billed(order: Order) -> dict[int, TooMuch]:
    """Invoice id -> what of an invoice ahead of delivery is to be credited, newest first.

    A cancelled order wants nothing, another what of its lines was not cancelled.
    """
    is_over = order.state == OrderState.CANCELLED
    wanted = {
        line.pk: ZERO if is_over else line.quantity - line.cancelled_quantity
        for line in order.lines.all()
    }
    charged = {one.pk: ZERO if is_over else one.amount for one in order.charges.all()}
    ahead = Invoice.objects.filter(
        order=order, shipment=None, kind=Invoice.Kind.INVOICE, state=InvoiceState.ISSUED
    )
    lefts = {invoice.pk: left_of(invoice) for invoice in ahead.order_by("-pk")}
    asked: dict[int, Decimal] = {}
    borne: dict[int, Decimal] = {}
    for left in lefts.values():
        for row in left.lines.values():
            _add(asked, row.line.order_line_id, row.quantity_left)
        for one in left.charges.values():
            _add(borne, one.charge.order_charge_id, one.amount_left)
    found: dict[int, TooMuch] = {}
    for pk, left in lefts.items():
        much = TooMuch()
        for line_pk, row in left.lines.items():
            if take := _take(asked, wanted, row.line.order_line_id, row.quantity_left):
                much.lines[line_pk] = CreditPart(quantity=take)
        for charge_pk, one in left.charges.items():
            if take := _take(borne, charged, one.charge.order_charge_id, one.amount_left):
                much.charges[charge_pk] = take
        if much.lines or much.charges:
            found[pk] = much
    return found


def _add(sums: dict[int, Decimal], key: int | None, amount: Decimal) -> None:
    if key is not None:
        sums[key] = sums.get(key, ZERO) + amount


def _take(
    asked: dict[int, Decimal], wanted: Mapping[int, Decimal], key: int | None, most: Decimal
) -> Decimal:
    """How much of a row is beyond what is wanted; ``asked`` becomes less by it."""
    if key is None or key not in wanted:
        return ZERO
    take = min(max(asked[key] - wanted[key], ZERO), most)
    asked[key] -= take
    return take
