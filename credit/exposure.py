"""Reads the exposure of customers from the rows of the stages before credit."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    DecimalField,
    Exists,
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
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest

from credit.rules import Exposure
from dunning.models import DunningNoticeItem
from fulfillment.models import ShipmentLine, ShipmentState
from invoicing.models import Invoice, InvoiceState
from o2c.money import ZERO, cents
from orders.models import OrderLine, OrderState
from receivables.models import OpenItem

_QUANTITY: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=18, decimal_places=3)
_AMOUNT: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=24, decimal_places=6)
_NONE = Value(Decimal(0), output_field=_QUANTITY)
_GONE = (ShipmentState.DISPATCHED, ShipmentState.DELIVERED)


def exposure_of(customer_ids: Iterable[int], *, on: date) -> Exposure:
    """Exposure of a customer (or a group's customers) on a day; call it inside the account lock.

    Four statements whatever the number of customers, orders and items.
    """
    ids = list(customer_ids)
    return Exposure(
        ordered_amount=_ordered(ids), shipped_amount=_shipped_not_invoiced(ids), **_items(ids, on)
    )


def _ordered(customer_ids: list[int]) -> Decimal:
    """Gross value of what released orders still have to ship."""
    shipped = (
        ShipmentLine.objects.filter(order_line=OuterRef("pk"), shipment__state__in=_GONE)
        .values("order_line")
        .annotate(total=Sum("quantity"))
        .values("total")
    )
    left = Greatest(
        F("quantity")
        - F("cancelled_quantity")
        - Coalesce(Subquery(shipped, output_field=_QUANTITY), _NONE),
        _NONE,
    )
    lines = OrderLine.objects.filter(
        order__customer__in=customer_ids,
        order__state__in=(OrderState.RELEASED, OrderState.IN_FULFILMENT),
    )
    return _gross(lines, quantity=left, line="")


def _shipped_not_invoiced(customer_ids: list[int]) -> Decimal:
    """Gross value of dispatched shipments without an issued invoice, of any order."""
    issued = Invoice.objects.filter(shipment=OuterRef("shipment"), kind=Invoice.Kind.INVOICE)
    lines = ShipmentLine.objects.filter(
        ~Exists(issued.exclude(state=InvoiceState.DRAFT)),
        shipment__order__customer__in=customer_ids,
        shipment__state__in=_GONE,
    )
    return _gross(lines, quantity=F("quantity"), line="order_line__")


def _gross(lines: "QuerySet[Any]", *, quantity: Combinable, line: str) -> Decimal:
    """Sum of quantities at the order lines' net price after discount plus VAT, in cents."""
    unit = (
        F(f"{line}net_amount") * (Value(Decimal(1)) + F(f"{line}vat_rate")) / F(f"{line}quantity")
    )
    worth = ExpressionWrapper(unit * quantity, output_field=_AMOUNT)
    return cents(lines.aggregate(total=Sum(worth))["total"] or ZERO)


def _items(customer_ids: list[int], on: date) -> dict[str, object]:
    overdue = Q(outstanding_amount__gt=0, due_on__lt=on)
    sums = (
        OpenItem.objects.filter(customer__in=customer_ids)
        .open()
        .aggregate(
            not_due=Sum("outstanding_amount", filter=Q(outstanding_amount__gt=0, due_on__gte=on)),
            overdue=Sum("outstanding_amount", filter=overdue),
            credits=Sum("outstanding_amount", filter=Q(outstanding_amount__lt=0)),
            oldest=Min("due_on", filter=overdue),
        )
    )
    level = DunningNoticeItem.objects.filter(
        item__customer__in=customer_ids,
        item__outstanding_amount__gt=0,
        is_live=True,
        notice__state="written",
    ).aggregate(level=Max("level"))["level"]
    return {
        "not_due_amount": sums["not_due"] or ZERO,
        "overdue_amount": sums["overdue"] or ZERO,
        "unapplied_amount": -(sums["credits"] or ZERO),
        "oldest_overdue_days": (on - sums["oldest"]).days if sums["oldest"] else 0,
        "dunning_level": level or 0,
    }
