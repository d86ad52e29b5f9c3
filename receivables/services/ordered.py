"""Orders that a payment names before they are invoiced, and the sums that may be paid of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from django.db.models import Case as When_
from django.db.models import F, Q, Sum, When

from core.models import Company
from invoicing.models import BillingStep, Invoice, InvoiceLine
from invoicing.services.plan_sums import asked_by_steps
from o2c.money import ZERO
from orders.models import UNENDED_STATES, Order, OrderLine, ReferenceKey
from receivables.models import OrderAdvance
from receivables.rules.facts import Ordered, OrderHit
from receivables.rules.tokens import Sureness
from receivables.services.cases import Case, chunks
from receivables.services.references import tokens_of


def find_orders(company: Company, cases: Sequence[Case]) -> None:
    """Give cases the orders that their sure tokens name; a fixed number of queries.

    A token that names an open item is that item's.
    """
    wanted: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        taken = {hit.token for hit in case.hits if hit.item.outstanding}
        for token, sureness in case.tokens.items():
            if sureness == Sureness.WHOLE and token not in taken:
                wanted[token].append(case)
    found: dict[int, Order] = {}
    for chunk in chunks(wanted):
        found |= {order.pk: order for order in _named(company, chunk)}
    facts = ordered(found.values()) if found else {}
    for pk, told in sorted(facts.items()):
        order = found[pk]
        for token in tokens_of("", [order.number, order.po_number]):
            for case in wanted.get(token, ()):
                if case.entry.currency == order.currency:
                    case.orders.append(OrderHit(token, told))


def _named(company: Company, tokens: Sequence[str]) -> Iterable[Order]:
    rows = Order.objects.filter(company=company, state__in=UNENDED_STATES)
    keyed = rows.annotate(key=ReferenceKey("number"), po_key=ReferenceKey("po_number"))
    by_po_number = ~Q(po_number="") & Q(po_key__in=tokens)
    return keyed.filter(Q(key__in=tokens) | by_po_number)


def ordered(orders: Collection[Order]) -> dict[int, Ordered]:
    """Order id -> what the matcher asks about it; those that are invoiced in full are left out."""
    orders = list(orders)
    open_ = {order.pk: order for order in orders if order.pk in not_billed(o.pk for o in orders)}
    if not open_:
        return {}
    billed, paid = _billed(open_), _paid_ahead(open_)
    together = _billed_together(open_)
    deposits = _deposits(open_)
    found = {}
    for pk, order in open_.items():
        asks = set(deposits[pk])
        if pk not in together:
            asks.add(order.gross_amount - billed[pk] - paid[pk])
            if not billed[pk] and not paid[pk]:
                asks.add(order.gross_amount)
        found[pk] = Ordered(
            pk, order.customer_id, order.number, frozenset(ask for ask in asks if ask > 0)
        )
    return found


def not_billed(order_ids: Iterable[int]) -> set[int]:
    """Those of which something that is wanted is on no invoice yet."""
    keys = list(order_ids)
    wanted = OrderLine.objects.filter(order__in=keys).order_by().values_list("order")
    totals_ = dict(wanted.annotate(total=Sum(F("quantity") - F("cancelled_quantity"))))
    lines = InvoiceLine.objects.filter(
        order_line__order__in=keys, invoice__in=Invoice.objects.live(), is_value_only=False
    )
    sums = lines.order_by().values_list("order_line__order").annotate(total=Sum("quantity"))
    billed = dict(sums)
    return {pk for pk, total in totals_.items() if total > billed.get(pk, ZERO)}


def _billed(orders: Mapping[int, Order]) -> dict[int, Decimal]:
    """What their own documents ask, less what was credited."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    rows = Invoice.objects.issued().filter(order__in=orders).order_by()
    asked = F("gross_amount") - F("deposit_amount") + F("rounding_amount")
    signed = When_(When(kind=Invoice.Kind.CREDIT_NOTE, then=-asked), default=asked)
    found.update(dict(rows.values_list("order").annotate(total=Sum(signed))))
    return found


def _paid_ahead(orders: Mapping[int, Order]) -> dict[int, Decimal]:
    """What was paid ahead already and waits for its invoice."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    rows = OrderAdvance.objects.with_rest().filter(order__in=orders).order_by()
    sums = rows.values_list("order").annotate(total=-Sum("item__outstanding_amount"))
    found.update(dict(sums))
    return found


def _billed_together(orders: Mapping[int, Order]) -> set[int]:
    """Those of which a collective invoice asks a part: what is left is not told to the cent."""
    lines = InvoiceLine.objects.filter(Q(order_line__order__in=orders), invoice__order=None)
    return set(lines.order_by().values_list("order_line__order", flat=True).distinct())


def _deposits(orders: Mapping[int, Order]) -> dict[int, list[Decimal]]:
    """What the steps of their billing plans will ask, VAT included."""
    found: dict[int, list[Decimal]] = defaultdict(list)
    planned = BillingStep.objects.filter(order__in=orders)
    by_order: dict[int, list[BillingStep]] = defaultdict(list)
    for step in planned.exclude(state=BillingStep.State.CANCELLED).order_by("order", "position"):
        by_order[step.order_id].append(step)
    for pk, steps in by_order.items():
        found[pk] += asked_by_steps(orders[pk], steps).values()
    return found
