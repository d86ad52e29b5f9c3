"""What a collective invoice bills: its deliveries, each with its order and what it comes to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Min, Sum
from django.db.models.functions import Coalesce

from core.addresses import page_of
from invoicing.models import Invoice, InvoiceLine

_GONE, _CREDITED = "shipment_line__shipment", "corrects__shipment_line__shipment"
_ORDER = "order_line__order"


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivery on an invoice; ``net_amount`` is the sum of its positions there."""

    shipment_id: int
    shipment_number: str
    dispatched_on: date | None
    order_id: int
    order_number: str
    po_number: str
    net_amount: Decimal

    @property
    def shipment_url(self) -> str:
        """The delivery's page."""
        return page_of("fulfillment:shipment", self.shipment_id)

    @property
    def order_url(self) -> str:
        """The page of its order."""
        return page_of("orders:detail", self.order_id)


def deliveries_billed(invoice: Invoice) -> list[Delivered]:
    """The deliveries on an invoice that is of none alone, or credited by such a note, in its order.

    Empty where the invoice names its one delivery itself, and where it bills none.
    """
    if invoice.shipment_id:
        return []
    # scope: lines of an invoice that was scoped when it was found
    lines = InvoiceLine.objects.filter(invoice=invoice, order_line__isnull=False)
    lines = lines.annotate(gone=Coalesce(_GONE, _CREDITED)).exclude(gone=None)
    rows = (
        lines.order_by()
        .values_list(
            "gone",
            Coalesce(f"{_GONE}__number", f"{_CREDITED}__number"),
            Coalesce(f"{_GONE}__dispatched_on", f"{_CREDITED}__dispatched_on"),
            _ORDER,
            f"{_ORDER}__number",
            f"{_ORDER}__po_number",
        )
        .annotate(net=Sum("net_amount"), first=Min("position"))
        .order_by("first")
    )
    return [Delivered(*row[:7]) for row in rows]


def po_numbers_of(invoices: Iterable[Invoice]) -> dict[int, list[str]]:
    """Invoice id -> the order numbers of its buyer by which it goes, its own first.

    A collective invoice goes by those of all its orders; one statement for any number of them.
    """
    asked = list(invoices)
    found = {one.pk: [one.po_number] if one.po_number else [] for one in asked}
    collective = [one.pk for one in asked if one.order_id is None]
    if not collective:
        return found
    # scope: lines of invoices that were scoped when they were found
    lines = InvoiceLine.objects.filter(invoice__in=collective, order_line__isnull=False)
    rows = lines.exclude(order_line__order__po_number="").order_by()
    named = rows.values_list("invoice", f"{_ORDER}__po_number").annotate(first=Min("position"))
    for pk, number, _first in named.order_by("first"):
        if number not in found[pk]:
            found[pk].append(number)
    return found
