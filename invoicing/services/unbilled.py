"""What has left the house and is not on any invoice yet."""

from collections.abc import Iterable

from core.models import Company, Event
from fulfillment.models import Shipment, ShipmentQuerySet


def shipments_awaiting_invoice(company: Company) -> ShipmentQuerySet:
    """Dispatched shipments of the company without an invoice, oldest first; due work.

    A shipment whose invoice was credited does not come back by itself: a person decides whether it
    is billed again.
    """
    return (
        Shipment.objects.filter(company=company)
        .gone()
        .filter(has_invoice=False)
        .order_by("dispatched_on", "pk")
    )


def why_unbilled(shipments: Iterable[Shipment]) -> dict[int, str]:
    """Shipment id -> why the last try to invoice it was refused; one statement for all."""
    events = (
        Event.objects.filter(
            name="invoice.not_possible",
            subject_type=Shipment._meta.label_lower,
            subject_id__in=[shipment.pk for shipment in shipments],
        )
        .order_by("subject_id", "-pk")
        .distinct("subject_id")
    )
    return {event.subject_id: str(event.payload.get("reason", "")) for event in events}
