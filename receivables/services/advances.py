"""Payments before the invoice: bound to their order, taken by its invoices, freed (0062)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from core import formats
from core.actors import Actor, require
from core.models import Company
from core.services import atomic_verb, notify, people_with, record_event, retrying
from invoicing.models import Invoice, InvoiceLine
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO, cents
from orders.models import UNENDED_STATES, Order, OrderState
from receivables.models import Allocation, BankMatch, OpenItem, OrderAdvance
from receivables.services.joining import Joint, join
from receivables.services.ordered import not_billed, ordered
from receivables.services.settlements import Settlement

Freed = OrderAdvance.Freed
ADVANCE_RIGHT = "receivables.match"
_CHARGING = (Invoice.Kind.INVOICE, Invoice.Kind.DEPOSIT)


# --- bound ---------------------------------------------------------------------------------------
def lock_orders(order_ids: Iterable[int]) -> None:
    """Orders that are paid ahead; nobody invoices or cancels one before we are done."""
    keys = {pk for pk in order_ids if pk}
    if keys:
        list(Order.objects.filter(pk__in=keys).for_update().values_list("pk", flat=True))


def still_unbilled(order_ids: Iterable[int]) -> set[int]:
    """Those that may still be paid ahead."""
    keys = {pk for pk in order_ids if pk}
    if not keys:
        return set()
    live = Order.objects.filter(pk__in=keys, state__in=UNENDED_STATES)
    return not_billed(live.values_list("pk", flat=True))


def asked_ahead(order_ids: Iterable[int]) -> dict[int, frozenset[Decimal]]:
    """The sums that may be paid ahead of orders, as it is now."""
    keys = {pk for pk in order_ids if pk}
    if not keys:
        return {}
    live = Order.objects.filter(pk__in=keys, state__in=UNENDED_STATES)
    return {pk: told.asks for pk, told in ordered(list(live)).items()}


def bind_paid(
    settlements: Sequence[Settlement], matches: Sequence[BankMatch], *, by: Actor, on: date
) -> list[OrderAdvance]:
    """Let payments that were matched as paid ahead be for their orders, which are locked."""
    pairs = [pair for pair in zip(settlements, matches, strict=True) if pair[0].order_id]
    orders = Order.objects.in_bulk([settlement.order_id for settlement, _match in pairs])
    return [
        _bind(match.payment_item, orders[settlement.order_id], by=by, on=on)
        for settlement, match in pairs
        if match.payment_item
    ]


@retrying
@atomic_verb
def bind_advance(item_pk: int, order_pk: int, *, by: Actor, on: date) -> OrderAdvance:
    """Say that a customer's unapplied payment is for an order of theirs; twice is once.

    Raises ``InvalidInput`` for another customer or currency, or what is no payment; ``Conflict``
    for a payment that is used up or for another order, and an order with nothing left to invoice.
    """
    order = Order.objects.for_update().get(pk=order_pk)
    item = OpenItem.objects.for_update().get(pk=item_pk)
    require(by, ADVANCE_RIGHT, item.company_id)
    _check(item, order)
    known = OrderAdvance.objects.live().filter(item=item).select_related("order").first()
    if known is not None and known.order_id == order.pk:
        return known
    if known is not None:
        raise Conflict(
            "advance.bound",
            _("%(payment)s is paid ahead for order %(order)s: free it there first.")
            % {"payment": item.document_number, "order": known.order},
        )
    return _bind(item, order, by=by, on=on)


def _check(item: OpenItem, order: Order) -> None:
    if (item.kind, item.customer_id, item.currency, item.company_id) != (
        OpenItem.Kind.PAYMENT,
        order.customer_id,
        order.currency,
        order.company_id,
    ):
        raise InvalidInput(
            "advance.other",
            _("%(item)s is no payment in %(currency)s by the customer of order %(order)s.")
            % {"item": item.document_number, "currency": order.currency, "order": order},
        )
    if not item.outstanding_amount:
        raise Conflict(
            "advance.used", _("%(item)s is used up already.") % {"item": item.document_number}
        )
    if not still_unbilled([order.pk]):
        raise Conflict(
            "advance.billed",
            _("Order %(order)s is %(state)s or invoiced in full: apply the payment to an invoice.")
            % {"order": order, "state": order.get_state_display()},
        )


def _bind(item: OpenItem, order: Order, *, by: Actor, on: date) -> OrderAdvance:
    made = OrderAdvance.objects.create(
        company_id=item.company_id, order=order, item=item, bound_by_name=by.actor_name
    )
    facts = {"amount": -item.outstanding_amount, "currency": item.currency}
    record_event(
        "order.paid_ahead", order, by=by, on=on, correlation=order.correlation,
        label=order.number, payment=item.document_number, **facts,
    )  # fmt: skip
    if order.vat_amount:
        _ask_for_deposit(item, order)
    return made


def _ask_for_deposit(item: OpenItem, order: Order) -> None:
    """VAT on an advance is due when the money comes: a deposit invoice says so."""
    words = {
        "amount": formats.amount(-item.outstanding_amount, item.currency),
        "order": order.number,
    }
    notify(
        people_with("invoicing.issue", order.company_id),
        company_id=order.company_id,
        title=_("%(amount)s were paid ahead for order %(order)s") % words,
        body=_("VAT on it is due for the month in which it came. Issue a deposit invoice over it."),
        url=order.get_absolute_url(),
    )


def advance_with_rest(pk: int) -> OrderAdvance:
    """An advance with its order and payment, all locked; raises ``Conflict`` if nothing is left."""
    order_pk = OrderAdvance.objects.values_list("order", flat=True).get(pk=pk)
    lock_orders([order_pk])
    rows = OrderAdvance.objects.with_rest().select_related("order", "item")
    advance = rows.filter(pk=pk).first()
    if advance is None:
        raise Conflict("advance.gone", _("Nothing of this payment is left for the order."))
    return advance


# --- taken by invoices ---------------------------------------------------------------------------
def take_advances(company: Company, invoices: Sequence[Invoice], *, by: Actor) -> int:
    """Let booked invoices and deposits take what was paid ahead for their orders.

    Each up to what it asks, and of a collective invoice up to what it asks for the order; the
    oldest payment and the first instalment first. What is left waits for the next. Again takes
    nothing more. Returns how many payments were used.
    """
    charging = [one for one in invoices if one.kind in _CHARGING]
    advances = _waiting_for(company, charging)
    if not advances:
        return 0
    orders_of = _orders_of(charging)
    mine = {one.pk: one for one in charging if orders_of[one.pk]}
    locked = _locked([advance.item_id for advance in advances], list(mine))
    room = {pk: item.outstanding_amount for pk, item in locked.items()}
    limits: dict[tuple[int, int], Decimal] = {}
    joints: list[Joint] = []
    for advance in advances:
        for invoice in mine.values():
            if advance.order_id in orders_of[invoice.pk]:
                joints += _taken(advance, invoice, locked, room, limits)
    join(company, joints)
    _tell(joints, mine, by=by)
    return len({joint.credit.pk for joint in joints})


def _waiting_for(company: Company, invoices: Sequence[Invoice]) -> list[OrderAdvance]:
    if not invoices:
        return []
    together = [one.pk for one in invoices if one.order_id is None]
    own = Q(order__in=[one.order_id for one in invoices if one.order_id])
    theirs = own
    if together:
        lines = InvoiceLine.objects.filter(invoice__in=together).filter(
            order_line__order=OuterRef("order")
        )
        theirs = own | Q(Exists(lines))
    rows = OrderAdvance.objects.with_rest().filter(theirs, company=company)
    return list(rows.order_by("pk"))


def _orders_of(invoices: Sequence[Invoice]) -> dict[int, set[int]]:
    found = {one.pk: {one.order_id} if one.order_id else set() for one in invoices}
    together = [pk for pk, orders in found.items() if not orders]
    if together:
        lines = InvoiceLine.objects.filter(invoice__in=together, order_line__isnull=False)
        for pk, order in lines.order_by().values_list("invoice", "order_line__order").distinct():
            found[pk].add(order)
    return found


def _locked(payments: Collection[int], invoices: Collection[int]) -> dict[int, OpenItem]:
    """The payments and the invoices' items, locked in one order, as they are now."""
    wanted = Q(pk__in=payments) | Q(invoice__in=invoices, kind=OpenItem.Kind.INVOICE)
    rows = OpenItem.objects.filter(wanted).for_update()
    return {item.pk: item for item in rows}


def _taken(
    advance: OrderAdvance,
    invoice: Invoice,
    items: dict[int, OpenItem],
    room: dict[int, Decimal],
    limits: dict[tuple[int, int], Decimal],
) -> Iterable[Joint]:
    """``limits``: what is left of the sums that collective invoices ask for each order."""
    assert invoice.issued_on is not None
    credit = items[advance.item_id]
    asked = [item for item in items.values() if item.invoice_id == invoice.pk]
    key = invoice.pk, advance.order_id
    if invoice.order_id is None and key not in limits:
        limits[key] = _asked_for(*key) - _taken_before(*key)
    for item in sorted(asked, key=lambda item: (item.due_on, item.pk)):
        part = min(room[item.pk], -room[credit.pk])
        part = min(part, limits.get(key, part))
        if part > 0 and item.currency == credit.currency:
            room[item.pk] -= part
            room[credit.pk] += part
            if key in limits:
                limits[key] -= part
            yield Joint(item, credit, part, invoice.issued_on)


def _asked_for(invoice: int, order_id: int) -> Decimal:
    """What a collective invoice asks for one of its orders, VAT included."""
    lines = InvoiceLine.objects.filter(invoice=invoice, order_line__order=order_id)
    gross = lines.aggregate(total=Sum(F("net_amount") * (1 + F("vat_rate"))))["total"]
    return cents(gross or ZERO)


def _taken_before(invoice: int, order_id: int) -> Decimal:
    """What a collective invoice took already of the payments of one of its orders."""
    payments = OrderAdvance.objects.filter(order=order_id).values("item")
    taken = Allocation.objects.filter(debit_item__invoice=invoice, credit_item__in=payments)
    return taken.aggregate(total=Sum("amount"))["total"] or ZERO


def _tell(joints: Sequence[Joint], invoices: dict[int, Invoice], *, by: Actor) -> None:
    taken: dict[int, list[Joint]] = defaultdict(list)
    for joint in joints:
        taken[joint.debit.invoice_id or 0].append(joint)
    for pk, parts in taken.items():
        invoice = invoices[pk]
        assert invoice.issued_on is not None
        record_event(
            "invoice.paid_ahead", invoice, by=by, on=invoice.issued_on,
            correlation=invoice.correlation, label=invoice.number or "",
            amount=sum(part.amount for part in parts), currency=invoice.currency,
            payment=", ".join(sorted({part.credit.document_number for part in parts})[:5]),
        )  # fmt: skip


def invoices_to_be_paid_ahead(company: Company) -> QuerySet[Invoice]:
    """Booked ones that ask for money which was paid ahead for their order; due work.

    A payment that was matched while its order was invoiced is missed by the push.
    """
    open_ = OpenItem.objects.filter(invoice=OuterRef("pk"), outstanding_amount__gt=0)
    waiting = OrderAdvance.objects.with_rest().filter(
        order=OuterRef("order"), item__currency=OuterRef("currency")
    )
    rows = Invoice.objects.filter(company=company, kind__in=_CHARGING, order__isnull=False)
    return rows.issued().filter(Exists(waiting), Exists(open_))


@retrying
@atomic_verb
def take_advance(invoice_pk: int, *, by: Actor) -> int:
    """``take_advances`` of one invoice that is booked."""
    invoice = Invoice.objects.for_update().select_related("company").get(pk=invoice_pk)
    return take_advances(invoice.company, [invoice], by=by)


# --- freed ---------------------------------------------------------------------------------------
@retrying
@atomic_verb
def free_advance(pk: int, *, by: Actor, on: date) -> OrderAdvance:
    """A payment is for its order no more: unapplied cash. What invoices took stays taken.

    Twice is once. Raises ``PermissionMissing``.
    """
    advance = OrderAdvance.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    require(by, ADVANCE_RIGHT, advance.company_id)
    if advance.freed_at is None:
        _free([advance], Freed.BY_HAND, by=by, on=on)
        advance.refresh_from_db()
    return advance


def free_advances_of(
    items: Iterable[OpenItem] | Iterable[int], because: str, *, by: Actor, on: date
) -> list[OrderAdvance]:
    """Whatever payments among these items are bound to: a person took apart what they paid."""
    rows = OrderAdvance.objects.live().filter(item__in=items).order_by("pk")
    return _free(list(rows.select_for_update(of=("self",), no_key=True)), because, by=by, on=on)


@atomic_verb
def free_spare_advances(order_pk: int, *, by: Actor, on: date) -> list[OrderAdvance]:
    """What was paid ahead for an order that will not be invoiced any more is the customer's again.

    Whoever may match payments is told: it can be applied elsewhere or given back. An order with
    something left to invoice keeps it.
    """
    order = Order.objects.get(pk=order_pk)
    is_cancelled = order.state == OrderState.CANCELLED
    if not is_cancelled and (order.state in UNENDED_STATES and order.pk in not_billed([order.pk])):
        return []
    rows = OrderAdvance.objects.with_rest().filter(order=order).order_by("pk")
    spare = list(rows.select_for_update(of=("self",), no_key=True).select_related("item"))
    freed = _free(spare, Freed.CANCELLED if is_cancelled else Freed.BILLED, by=by, on=on)
    for advance in freed:
        _tell_spare(advance, order)
    return freed


def orders_with_spare_advances(company: Company) -> QuerySet[Order]:
    """Those that ended with money paid ahead that no invoice took; due work."""
    waiting = OrderAdvance.objects.with_rest().filter(order=OuterRef("pk"))
    ended = (OrderState.CANCELLED, OrderState.COMPLETED, OrderState.CLOSED)
    rows = Order.objects.filter(Exists(waiting), company=company, state__in=ended)
    return rows.exclude(pk__in=_unbilled_of(rows.exclude(state=OrderState.CANCELLED)))


def _unbilled_of(orders: QuerySet[Order]) -> set[int]:
    return not_billed(orders.values_list("pk", flat=True))


def _free(
    advances: Sequence[OrderAdvance], because: str, *, by: Actor, on: date
) -> list[OrderAdvance]:
    keys = [advance.pk for advance in advances]
    told = {"freed_at": timezone.now(), "freed_by_name": by.actor_name, "freed_because": because}
    OrderAdvance.objects.filter(pk__in=keys, freed_at=None).update(**told)
    freed = OrderAdvance.objects.filter(pk__in=keys).select_related("order", "item")
    for advance in (rows := list(freed.order_by("pk"))):
        order = advance.order
        record_event(
            "order.advance_freed", order, by=by, on=on, correlation=order.correlation,
            label=order.number, payment=advance.item.document_number,
            amount=-advance.item.outstanding_amount, currency=advance.item.currency,
        )  # fmt: skip
    return rows


def _tell_spare(advance: OrderAdvance, order: Order) -> None:
    item = advance.item
    words = {
        "amount": formats.amount(-item.outstanding_amount, item.currency),
        "payment": item.document_number,
        "order": order.number,
    }
    notify(
        people_with(ADVANCE_RIGHT, order.company_id),
        company_id=order.company_id,
        title=_("%(amount)s of %(payment)s are free: order %(order)s takes nothing more") % words,
        body=_("Apply the money to another invoice, or give it back to the customer."),
        url=item.get_absolute_url(),
    )
