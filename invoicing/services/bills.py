"""Which deliveries go on one invoice: by their order's policy and their customer's wish."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from customers.models import BillingGroup, BillingPolicy
from fulfillment.models import Shipment, ShipmentLine
from invoicing.rules import billing_period
from invoicing.services.unbilled import COLLECTIVE, shipments_to_bill

MOST_LINES = 1000
"""Positions on one invoice; a collective one beyond is cut into several between deliveries."""


def bills_of(shipments: Iterable[int], *, on: date, until: date | None = None) -> list[list[int]]:
    """The groups of shipments that are billed together with these: one invoice each.

    A week's or month's delivery brings along whatever else is due with it by then (``until`` as in
    ``shipments_to_bill``), so that nobody gets two collective invoices for having asked twice; so
    does one of an order billed once it is complete. Locks nothing: whoever drafts looks again.
    """
    asked = _read(Shipment.objects.filter(pk__in=set(shipments)))
    alone = [one for one in asked if not _is_collected(one)]
    keys = {key_of(one) for one in asked if _is_collected(one)}
    found: dict[Any, list[Shipment]] = {("alone", one.pk): [one] for one in alone}
    for one in _together(asked, on=on, until=until):
        if key_of(one) in keys:
            found.setdefault(key_of(one), []).append(one)
    counts = _line_counts(one.pk for group in found.values() for one in group)
    return [part for group in found.values() for part in _cut(group, counts)]


def _line_counts(shipments: Iterable[int]) -> dict[int, int]:
    lines = ShipmentLine.objects.filter(shipment__in=list(shipments)).order_by()
    return dict(lines.values_list("shipment").annotate(count=Count("pk")))


def _is_collected(shipment: Shipment) -> bool:
    return shipment.order.billing_policy in (*COLLECTIVE, BillingPolicy.ORDER)


def _together(asked: Sequence[Shipment], *, on: date, until: date | None) -> Iterable[Shipment]:
    """Everything due of the customers and orders that are billed collectively."""
    collected = [one for one in asked if _is_collected(one)]
    if not collected:
        return []
    companies = {one.company_id: one.company for one in collected}
    customers = {one.order.customer_id for one in collected}
    return [
        one
        for company in companies.values()
        for one in _read(
            shipments_to_bill(company, on=on, until=until).filter(order__customer__in=customers)
        )
    ]


def _read(shipments: "QuerySet[Shipment]") -> list[Shipment]:
    rows = shipments.select_related("company", "order__customer")
    return list(rows.order_by("dispatched_on", "pk"))


def key_of(shipment: Shipment) -> tuple[Any, ...]:
    """What the deliveries on one invoice have in common.

    Always customer, currency, terms and policy, for a collective invoice its week or month, and
    what the customer wants apart. Orders without the number that their customer needs go apart,
    since they can't be invoiced and would hold up the others. Goods for another country than the
    seller's go apart by address: their invoice has to name where they went (BR-IC-12).
    """
    order, customer = shipment.order, shipment.order.customer
    head = (shipment.company_id, customer.pk, order.currency, order.payment_terms_id)
    if order.billing_policy == BillingPolicy.ORDER:
        return (*head, order.billing_policy, order.pk)
    assert shipment.dispatched_on is not None, "what has left has a day"
    start, _end = billing_period(order.billing_policy, shipment.dispatched_on)
    apart: Any = customer.is_po_number_required and not order.po_number
    place = shipment.ship_to or {}
    if customer.billing_group == BillingGroup.PO_NUMBER:
        apart = order.po_number
    abroad = place.get("country") not in (None, "", shipment.company.country)
    where: Any = ""
    if customer.billing_group == BillingGroup.SHIP_TO or abroad:
        where = tuple(sorted((key, str(value)) for key, value in place.items()))
    return (*head, order.billing_policy, start, apart, where)


def _cut(group: Sequence[Shipment], counts: Mapping[int, int]) -> list[list[int]]:
    """A group in pieces of at most so many positions, never within a delivery."""
    pieces: list[list[int]] = [[]]
    count = 0
    for one in group:
        lines = counts.get(one.pk, 0)
        if pieces[-1] and count + lines > MOST_LINES:
            pieces.append([])
            count = 0
        pieces[-1].append(one.pk)
        count += lines
    return pieces
