"""Reads the exposure of customers from the rows of the stages before credit."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import (
    DecimalField,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Greatest

from credit.rules import Exposure
from dunning.models import DunningNoticeItem
from fulfillment.models import ShipmentLine, ShipmentState
from invoicing.models import Invoice, InvoiceLine, InvoiceState
from o2c.money import ZERO, cents
from orders.models import OrderLine, OrderState
from receivables.models import OpenItem

_QUANTITY: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=18, decimal_places=3)
_AMOUNT: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=24, decimal_places=6)


def exposure_of(customer_ids: Iterable[int], *, on: date) -> Exposure:
    """Exposure of a customer (or a group's customers) on a day; call it inside the account lock."""
    ids = list(customer_ids)
    ordered, shipped = _uninvoiced(ids)
    return Exposure(ordered_amount=ordered, shipped_amount=shipped, **_items(ids, on))


def _sum_of(rows: object) -> Coalesce:
    return Coalesce(
        Subquery(rows, output_field=_QUANTITY), Value(Decimal(0), output_field=_QUANTITY)
    )  # type: ignore[arg-type]


def _uninvoiced(customer_ids: list[int]) -> tuple[Decimal, Decimal]:
    """Gross value of (ordered and not shipped, shipped and not invoiced) on released orders."""
    shipped = (
        ShipmentLine.objects.filter(
            order_line=OuterRef("pk"),
            shipment__state__in=(ShipmentState.DISPATCHED, ShipmentState.DELIVERED),
        )
        .values("order_line")
        .annotate(total=Sum("quantity"))
        .values("total")
    )
    invoiced = (
        InvoiceLine.objects.filter(order_line=OuterRef("pk"), invoice__kind=Invoice.Kind.INVOICE)
        .exclude(invoice__state=InvoiceState.DRAFT)
        .values("order_line")
        .annotate(total=Sum("quantity"))
        .values("total")
    )
    gross_per_unit = ExpressionWrapper(
        F("net_amount") * (Value(Decimal(1)) + F("vat_rate")) / F("quantity"), output_field=_AMOUNT
    )
    sums = (
        OrderLine.objects.filter(
            order__customer__in=customer_ids,
            order__state__in=(
                OrderState.RELEASED,
                OrderState.IN_FULFILMENT,
                OrderState.COMPLETED,
            ),
        )
        .annotate(shipped=_sum_of(shipped), invoiced=_sum_of(invoiced), gross_unit=gross_per_unit)
        .filter(invoiced__lt=F("quantity") - F("cancelled_quantity"))
        .aggregate(
            ordered=Sum(
                ExpressionWrapper(
                    F("gross_unit")
                    * Greatest(
                        F("quantity") - F("cancelled_quantity") - F("shipped"), Value(Decimal(0))
                    ),
                    output_field=_AMOUNT,
                )
            ),
            gone=Sum(
                ExpressionWrapper(
                    F("gross_unit") * Greatest(F("shipped") - F("invoiced"), Value(Decimal(0))),
                    output_field=_AMOUNT,
                )
            ),
        )
    )
    return cents(sums["ordered"] or ZERO), cents(sums["gone"] or ZERO)


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
