"""Draft an invoice from what has left the house; throw a wrong draft away."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.services import record_event
from fulfillment.models import Shipment, ShipmentLine, ShipmentState
from invoicing.models import Invoice, InvoiceLine, InvoiceState, InvoiceVat
from invoicing.rules import part_net
from o2c.errors import Conflict
from o2c.money import TaxableLine, Totals, cents, totals
from orders.models import Order, OrderLine

GONE = (ShipmentState.DISPATCHED, ShipmentState.DELIVERED)
Invoiced = dict[int, tuple[Decimal, Decimal]]


@transaction.atomic
def draft_from_shipment(pk: int, *, by: Actor, on: date) -> Invoice:
    """Draft the invoice of a dispatched shipment; again gives the one that is there.

    Lines carry the order line's price, discount and VAT; part shipments share its net so that all
    parts together make it exactly. Raises: Conflict when the goods have not left.
    """
    order = Order.objects.for_update().filter(shipments=pk).get()
    shipment = Shipment.objects.select_related("company").get(pk=pk)
    existing = Invoice.objects.live().filter(shipment=shipment).first()
    if existing:
        return existing
    if shipment.state not in GONE:
        raise Conflict(
            "invoice.not_shipped",
            _("Shipment %(number)s has not left yet (%(state)s): dispatch it first.")
            % {"number": shipment.number, "state": shipment.get_state_display()},
        )
    lines = _lines(shipment)
    invoice = _insert(order, shipment, lines)
    record_event(
        "invoice.drafted",
        invoice,
        by=by,
        on=on,
        correlation=invoice.correlation,
        shipment=shipment.number,
        gross_amount=invoice.gross_amount,
    )
    return invoice


@transaction.atomic
def discard_draft(pk: int, *, by: Actor, on: date) -> None:
    """Throw a draft away; its shipment awaits an invoice again.

    Raises: Conflict for an issued invoice (credit it instead); PermissionMissing.
    """
    invoice = Invoice.objects.for_update().get(pk=pk)
    require(by, "invoicing.issue", invoice.company_id)
    if invoice.state != InvoiceState.DRAFT:
        raise Conflict(
            "invoice.not_a_draft",
            _("%(number)s is issued and can't be thrown away: credit it instead.")
            % {"number": invoice.number},
        )
    record_event(
        "invoice.discarded",
        invoice.shipment or invoice,
        by=by,
        on=on,
        correlation=invoice.correlation,
        gross_amount=invoice.gross_amount,
    )
    invoice.delete()


def write_lines(invoice: Invoice, lines: list[InvoiceLine], sums: Totals) -> None:
    """Insert a draft's lines and VAT table, three statements for any number of lines."""
    notes = {(line.vat_category, line.vat_rate.normalize()): line.vat_note for line in lines}
    InvoiceLine.objects.bulk_create(lines)
    InvoiceVat.objects.bulk_create(
        InvoiceVat(
            invoice=invoice,
            vat_category=row.vat_category,
            vat_rate=row.vat_rate,
            vat_note=notes[row.vat_category, row.vat_rate],
            net_amount=row.net_amount,
            vat_amount=row.vat_amount,
        )
        for row in sums.vat_rows
    )


def sums_of(lines: Iterable[InvoiceLine]) -> Totals:
    """Totals and VAT table of lines."""
    return totals(TaxableLine(line.net_amount, line.vat_category, line.vat_rate) for line in lines)


def _insert(order: Order, shipment: Shipment, lines: list[InvoiceLine]) -> Invoice:
    sums = sums_of(lines)
    customer = order.customer
    invoice = Invoice.objects.create(
        company=shipment.company,
        customer=customer,
        order=order,
        shipment=shipment,
        currency=order.currency,
        language=customer.language,
        delivered_on=shipment.dispatched_on,
        po_number=order.po_number,
        buyer_reference=customer.buyer_reference,
        net_amount=sums.net_amount,
        vat_amount=sums.vat_amount,
        gross_amount=sums.gross_amount,
    )
    for line in lines:
        line.invoice = invoice
    write_lines(invoice, lines, sums)
    return invoice


def _lines(shipment: Shipment) -> list[InvoiceLine]:
    shipped = list(
        shipment.lines.select_related("order_line__product").order_by("order_line__position")
    )
    before = _invoiced_before([line.order_line_id for line in shipped])
    return [_line(row, position, before) for position, row in enumerate(shipped, start=1)]


def _invoiced_before(order_lines: list[int]) -> Invoiced:
    """Order line id -> quantity and net on invoices that were not taken back."""
    rows = (
        InvoiceLine.objects.filter(order_line__in=order_lines, invoice__in=Invoice.objects.live())
        .order_by()
        .values("order_line")
        .annotate(quantity_sum=Sum("quantity"), net_sum=Sum("net_amount"))
    )
    return {row["order_line"]: (row["quantity_sum"], row["net_sum"]) for row in rows}


def _line(row: ShipmentLine, position: int, before: Invoiced) -> InvoiceLine:
    ordered: OrderLine = row.order_line
    quantity, net = before.get(ordered.pk, (Decimal(0), Decimal(0)))
    net_amount = part_net(
        ordered.net_amount,
        ordered.quantity - ordered.cancelled_quantity,
        invoiced_quantity=quantity,
        invoiced_net=net,
        quantity=row.quantity,
    )
    return InvoiceLine(
        position=position,
        order_line=ordered,
        shipment_line=row,
        product=ordered.product,
        product_number=ordered.product.number,
        description=ordered.description,
        quantity=row.quantity,
        unit=ordered.unit,
        unit_price=ordered.unit_price,
        discount_rate=ordered.discount_rate,
        discount_amount=cents(row.quantity * ordered.unit_price) - net_amount,
        net_amount=net_amount,
        vat_category=ordered.vat_category,
        vat_rate=ordered.vat_rate,
        vat_note=ordered.vat_note,
    )
