"""Reads the exposure of customers from the rows of the stages before credit."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    DecimalField,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, NullIf

from core.prepared import Prepared
from credit.rules import Exposure
from customers.models import BillingPolicy, Customer
from dunning.models import DunningNoticeItem
from fulfillment.models import ShipmentLine, ShipmentState
from invoicing.models import Invoice, InvoiceLine, InvoiceState
from o2c.money import ZERO, cents
from orders.models import OrderLine, OrderState
from receivables.models import OpenItem

_QUANTITY: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=18, decimal_places=3)
_AMOUNT: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=24, decimal_places=6)
_NONE = Value(Decimal(0), output_field=_QUANTITY)
_GONE = (ShipmentState.DISPATCHED, ShipmentState.DELIVERED)


def exposures_of(customers: "QuerySet[Customer]", *, on: date) -> dict[int, Exposure]:
    """Customer id -> exposure on a day; call it inside the account lock.

    One statement whatever the number of customers, orders and items.
    """
    return {row["pk"]: _exposure(dict(row), on) for row in _rows(customers, on=on)}


class GroupExposures:
    """Exposures on a day of the groups that customers head: what credit decisions ask.

    Read once, inside the account locks; what is let through meanwhile is added by ``let_through``.
    """

    def __init__(self, head_ids: Collection[int], *, on: date) -> None:
        self._on = on
        self._rows: dict[int, dict[int, dict[str, Any]]] = {head: {} for head in head_ids}
        for row in _group_of(head_ids, on=on):
            self._rows[row["group_parent"] or row["pk"]][row["pk"]] = dict(row)

    def of(self, head_id: int) -> dict[int, Exposure]:
        """Customer id -> exposure, for the head and the members of its group."""
        return {pk: _exposure(row, self._on) for pk, row in self._rows[head_id].items()}

    def let_through(self, customer: Customer, gross: Decimal) -> None:
        """An order of the customer counts from now on; ``gross`` is not rounded yet."""
        row = self._rows[customer.group_parent_id or customer.pk][customer.pk]
        row["ordered"] = (row["ordered"] or ZERO) + gross


def _group_of(head_ids: Collection[int], *, on: date) -> Iterable[Mapping[str, Any]]:
    if len(head_ids) == 1:
        return _GROUP.rows(head=next(iter(head_ids)), on=on)
    group = Customer.objects.filter(Q(pk__in=head_ids) | Q(group_parent__in=head_ids))
    return _rows(group, on=on)


def worth_of(orders: Collection[int]) -> dict[int, Decimal]:
    """Order id -> what it will add to the exposure once released, as ``_ordered`` counts it."""
    lines = OrderLine.objects.filter(order__in=orders, quantity__gt=F("cancelled_quantity"))
    gross = F("net_amount") * (Value(Decimal(1)) + F("vat_rate"))
    sums = (
        lines.order_by()
        .values("order")
        .annotate(worth=Sum(ExpressionWrapper(gross, output_field=_AMOUNT)))
    )
    return {row["order"]: row["worth"] for row in sums}


def _rows(customers: "QuerySet[Customer]", *, on: date) -> "QuerySet[Any, Any]":
    owed = OpenItem.objects.filter(customer=OuterRef("pk")).debits().open()
    late = owed.filter(due_on__lt=on)
    given = OpenItem.objects.filter(customer=OuterRef("pk"), outstanding_amount__lt=0)
    rows = customers.order_by().values("pk", "group_parent")
    return rows.annotate(
        not_due=_outstanding(owed.filter(due_on__gte=on)),
        overdue=_outstanding(late),
        credits=_outstanding(given),
        oldest=Subquery(_per_customer(late, first=Min("due_on")).values("first")),
        ordered=_ordered(),
        deposited=_deposited(),
        unbilled=_unbilled(),
        drafted=_drafted(),
        level=_dunning_level(),
    )


def _outstanding(items: "QuerySet[OpenItem]") -> Subquery:
    """A sum of its own for each: joined to the customer, the other sums would be asked per item."""
    sums = _per_customer(items, total=Sum("outstanding_functional_amount"))
    return Subquery(sums.values("total"), output_field=_AMOUNT)


def _per_customer(items: "QuerySet[OpenItem]", **sums: Any) -> "QuerySet[Any, Any]":
    return items.order_by().values("customer").annotate(**sums)


def total_of(exposures: Collection[Exposure]) -> Exposure:
    """What several customers owe together: sums, the oldest day and the highest level."""
    return Exposure(
        ordered_amount=sum((one.ordered_amount for one in exposures), ZERO),
        shipped_amount=sum((one.shipped_amount for one in exposures), ZERO),
        not_due_amount=sum((one.not_due_amount for one in exposures), ZERO),
        overdue_amount=sum((one.overdue_amount for one in exposures), ZERO),
        unapplied_amount=sum((one.unapplied_amount for one in exposures), ZERO),
        oldest_overdue_days=max((one.oldest_overdue_days for one in exposures), default=0),
        dunning_level=max((one.dunning_level for one in exposures), default=0),
    )


def _exposure(row: dict[str, Any], on: date) -> Exposure:
    return Exposure(
        ordered_amount=max(cents(row["ordered"] or ZERO) - (row["deposited"] or ZERO), ZERO),
        shipped_amount=cents((row["unbilled"] or ZERO) + (row["drafted"] or ZERO)),
        not_due_amount=row["not_due"] or ZERO,
        overdue_amount=row["overdue"] or ZERO,
        unapplied_amount=-(row["credits"] or ZERO),
        oldest_overdue_days=(on - row["oldest"]).days if row["oldest"] else 0,
        dunning_level=row["level"] or 0,
    )


def _ordered() -> Subquery:
    """Gross value of what released orders still have to ship; what was billed ahead is owed."""
    shipped = (
        ShipmentLine.objects.filter(order_line=OuterRef("pk"), shipment__state__in=_GONE)
        .values("order_line")
        .annotate(total=Sum("quantity"))
        .values("total")
    )
    gone = Coalesce(Subquery(shipped, output_field=_QUANTITY), _NONE)
    ahead = Case(
        When(
            order__billing_policy=BillingPolicy.ADVANCE,
            then=Coalesce(Subquery(_billed_ahead(), output_field=_QUANTITY), _NONE),
        ),
        default=_NONE,
        output_field=_QUANTITY,
    )
    left = Greatest(F("quantity") - F("cancelled_quantity") - Greatest(gone, ahead), _NONE)
    lines = OrderLine.objects.filter(
        order__customer=OuterRef("pk"),
        order__state__in=(OrderState.RELEASED, OrderState.IN_FULFILMENT),
    )
    return _gross(lines, "order__customer", quantity=left, line="")


def _billed_ahead() -> "QuerySet[Any, Any]":
    """Quantity of an order line that is invoiced without a shipment."""
    lines = InvoiceLine.objects.filter(
        order_line=OuterRef("pk"),
        shipment_line=None,
        invoice__kind=Invoice.Kind.INVOICE,
        invoice__state=InvoiceState.ISSUED,
    )
    return lines.order_by().values("order_line").annotate(total=Sum("quantity")).values("total")


def _deposited() -> Subquery:
    """Gross value of deposits asked for of open orders and not deducted yet: owed, or paid."""
    deposits = Invoice.objects.filter(
        customer=OuterRef("pk"),
        kind=Invoice.Kind.DEPOSIT,
        state=InvoiceState.ISSUED,
        order__state__in=(OrderState.RELEASED, OrderState.IN_FULFILMENT),
    ).exclude(deductions__is_live=True)
    sums = deposits.order_by().values("customer").annotate(total=Sum("gross_amount"))
    return Subquery(sums.values("total"), output_field=_AMOUNT)


def _unbilled() -> Subquery:
    """Gross value of dispatched shipments that no invoice was made of, ahead or after."""
    lines = ShipmentLine.objects.exclude(
        shipment__order__billing_policy=BillingPolicy.ADVANCE
    ).filter(
        shipment__has_invoice=False,
        shipment__order__customer=OuterRef("pk"),
        shipment__state__in=_GONE,
    )
    return _gross(lines, "shipment__order__customer", quantity=F("quantity"), line="order_line__")


def _drafted() -> Subquery:
    """Gross value of dispatched shipments whose invoice is a draft: they owe nothing yet."""
    drafts = Invoice.objects.drafts().filter(
        customer=OuterRef(OuterRef("pk")), kind=Invoice.Kind.INVOICE
    )
    lines = ShipmentLine.objects.filter(
        invoice_lines__invoice__in=drafts.order_by(), shipment__state__in=_GONE
    )
    return _gross(lines, "shipment__order__customer", quantity=F("quantity"), line="order_line__")


def _gross(lines: "QuerySet[Any]", customer: str, *, quantity: Combinable, line: str) -> Subquery:
    """Sum of quantities at the order lines' net price after discount plus VAT.

    A line's net is that of what was not cancelled; nothing of a line cancelled whole is left.
    """
    wanted = NullIf(F(f"{line}quantity") - F(f"{line}cancelled_quantity"), _NONE)
    unit = F(f"{line}net_amount") * (Value(Decimal(1)) + F(f"{line}vat_rate")) / wanted
    worth = ExpressionWrapper(unit * quantity, output_field=_AMOUNT)
    sums = lines.order_by().values(customer).annotate(total=Sum(worth))
    return Subquery(sums.values("total"), output_field=_AMOUNT)


def _dunning_level() -> Subquery:
    written = DunningNoticeItem.objects.filter(
        item__customer=OuterRef("pk"),
        item__outstanding_amount__gt=0,
        is_live=True,
        notice__state="written",
    )
    highest = written.order_by().values("item__customer").annotate(highest=Max("level"))
    return Subquery(highest.values("highest"))


def _group_rows(head: int, on: date) -> "QuerySet[Any, Any]":
    return _rows(Customer.objects.filter(Q(pk=head) | Q(group_parent=head)), on=on)


_GROUP = Prepared(_group_rows, head=int, on=date)
