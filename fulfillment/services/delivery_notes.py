"""Paper that goes with the goods: pick list for the warehouse, delivery note for the customer."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.letters import Letter, address_lines, render_letter
from core.models import StoredDocument
from core.services import record_event, store_document
from fulfillment.models import Shipment, ShipmentLine
from fulfillment.progress import LineProgress, progress_of
from orders.models import OrderLine

NOTE = "fulfillment/letter_delivery_note.html"
PICK_LIST = "fulfillment/letter_pick_list.html"


def make_delivery_note(pk: int, *, by: Actor, on: date) -> Shipment | None:
    """Make and keep the delivery note of one dispatched shipment.

    None when it is not due (any more). Twice, or beside itself, one document is kept: the PDF is
    made outside the transaction, and only the first one is attached.
    """
    shipment = _shipments().awaiting_delivery_note(on=on).filter(pk=pk).first()
    if shipment is None:
        return None
    pdf = delivery_note_pdf(shipment)
    with transaction.atomic():
        if not Shipment.objects.awaiting_delivery_note(on=on).for_update().filter(pk=pk).exists():
            return None
        shipment.delivery_note = _kept(shipment, pdf)
        Shipment.objects.filter(pk=pk).update(delivery_note=shipment.delivery_note)
        record_event(
            "shipment.delivery_note_made",
            shipment,
            by=by,
            on=on,
            correlation=shipment.correlation,
            label=shipment.number,
        )
    return shipment


def delivery_note_pdf(shipment: Shipment) -> bytes:
    """The note in the customer's language, without prices; equal facts give equal bytes."""
    order = shipment.order
    facts = (
        (_("Date"), shipment.dispatched_on),
        (_("Order no."), order.number),
        (_("Your order"), order.po_number),
        (_("Customer no."), order.customer.number),
        (_("Carrier"), shipment.carrier),
        (_("Tracking number"), shipment.tracking_number),
    )
    title = format_lazy("{} {}", _("Delivery note"), shipment.number)
    return _letter(shipment, NOTE, title, facts, language=order.customer.language)


def pick_list_pdf(shipment: Shipment, *, language: str) -> bytes:
    """What to fetch from where, in the language of whoever picks."""
    order = shipment.order
    facts = (
        (_("Warehouse"), shipment.warehouse.name),
        (_("Order no."), order.number),
        (_("Wanted on"), order.requested_on),
        (_("Customer"), order.customer.number),
    )
    title = format_lazy("{} {}", _("Pick list"), shipment.number)
    return _letter(shipment, PICK_LIST, title, facts, language=language)


def printable(shipment_pk: int) -> Shipment:
    """The shipment with all that its papers print."""
    return _shipments().get(pk=shipment_pk)


def _shipments() -> Any:
    return Shipment.objects.select_related("order__customer", "company", "warehouse")


def _letter(
    shipment: Shipment,
    template: str,
    title: object,
    facts: Sequence[tuple[object, object]],
    *,
    language: str,
) -> bytes:
    lines = list(
        ShipmentLine.objects.filter(shipment=shipment)
        .select_related("order_line__product")
        .order_by("order_line__position")
    )
    return render_letter(
        template,
        {"shipment": shipment, "rows": _with_rest(lines)},
        letter=Letter(
            sender=shipment.company.snapshot(),
            recipient=_recipient(shipment, language),
            title=title,
            facts=facts,
            on=shipment.dispatched_on or shipment.created_at.date(),
        ),
        language=language,
    )


def _with_rest(lines: Sequence[ShipmentLine]) -> list[tuple[ShipmentLine, LineProgress]]:
    """Each line with how far its order line has come."""
    order_lines = OrderLine.objects.filter(pk__in=[line.order_line_id for line in lines])
    found = {row.line_id: row for row in progress_of(order_lines.order_by(F("position")))}
    return [(line, found[line.order_line_id]) for line in lines]


def _recipient(shipment: Shipment, language: str) -> list[str]:
    address = {"street": "", "postcode": "", "city": "", "name": "", **shipment.ship_to}
    country = address.pop("country", "") or shipment.order.customer.country
    return address_lines(
        **address, country=country, home_country=shipment.company.country, language=language
    )


def _kept(shipment: Shipment, pdf: bytes) -> StoredDocument:
    with translation.override(shipment.order.customer.language):
        name = f"{_('Delivery note')} {shipment.number}.pdf"
    return store_document(
        pdf,
        company_id=shipment.company_id,
        kind="delivery_note",
        filename=name,
        content_type="application/pdf",
        subject=shipment,
    )
