"""Draft an invoice from what has left the house; throw a wrong draft away."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, Sum, prefetch_related_objects
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import remember
from core.services import atomic_verb, record_event
from fulfillment.models import Shipment, ShipmentLine, ShipmentState
from invoicing.models import Invoice, InvoiceLine, InvoiceState, InvoiceVat
from invoicing.rules import part_net
from invoicing.services.issue import locked
from o2c.errors import Conflict
from o2c.money import TaxableLine, Totals, cents, totals
from orders.models import Order, OrderLine

GONE = (ShipmentState.DISPATCHED, ShipmentState.DELIVERED)
Invoiced = dict[int, tuple[Decimal, Decimal]]
NOTHING = (Decimal(0), Decimal(0))


@atomic_verb
def draft_from_shipment(shipment: Shipment | int, *, by: Actor, on: date) -> Invoice:
    """Draft the invoice of a dispatched shipment; again gives the one that is there.

    A shipment given as a row is one whose order the caller has locked. Lines carry the order
    line's price, discount and VAT; part shipments share its net so that all parts together make
    it exactly. Raises: Conflict when the goods have not left.
    """
    shipment = _locked(shipment)
    shipped = _shipped(shipment)
    before, known_id = _invoiced_before(shipment, shipped)
    if known_id:
        return locked(known_id)
    if shipment.state not in GONE:
        raise Conflict(
            "invoice.not_shipped",
            _("Shipment %(number)s has not left yet (%(state)s): dispatch it first.")
            % {"number": shipment.number, "state": shipment.get_state_display()},
        )
    lines = [_line(row, position, before) for position, row in enumerate(shipped, start=1)]
    invoice = _insert(shipment, lines)
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


@atomic_verb
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
    vat_rows = InvoiceVat.objects.bulk_create(
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
    remember(invoice, "lines", lines)
    remember(invoice, "vat_rows", vat_rows)


def sums_of(lines: Iterable[InvoiceLine]) -> Totals:
    """Totals and VAT table of lines."""
    return totals(TaxableLine(line.net_amount, line.vat_category, line.vat_rate) for line in lines)


def _locked(shipment: Shipment | int) -> Shipment:
    if isinstance(shipment, Shipment):
        return shipment
    """The shipment once its order is locked: who waited for that sees what was billed meanwhile."""
    Order.objects.for_update().get(shipments=shipment)
    return Shipment.objects.select_related(
        "company", "order__customer", "order__payment_terms"
    ).get(pk=shipment)


def _insert(shipment: Shipment, lines: list[InvoiceLine]) -> Invoice:
    sums = sums_of(lines)
    order = shipment.order
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


def _shipped(shipment: Shipment) -> list[ShipmentLine]:
    """The lines by position, read unless whoever dispatched them has them at hand."""
    ordered = ShipmentLine.objects.select_related("order_line__product")
    prefetch_related_objects(
        [shipment], Prefetch("lines", ordered.order_by("order_line__position"))
    )
    return list(shipment.lines.all())


def _invoiced_before(
    shipment: Shipment, shipped: list[ShipmentLine]
) -> tuple[Invoiced, int | None]:
    """Order line id -> quantity and net on invoices that were not taken back; this shipment's."""
    before: Invoiced = {}
    known_id = None
    rows = (
        InvoiceLine.objects.filter(
            order_line__in=[line.order_line_id for line in shipped],
            invoice__in=Invoice.objects.live(),
        )
        .order_by()
        .values("order_line", "invoice", "invoice__shipment")
        .annotate(quantity_sum=Sum("quantity"), net_sum=Sum("net_amount"))
    )
    for row in rows:
        quantity, net = before.get(row["order_line"], NOTHING)
        before[row["order_line"]] = quantity + row["quantity_sum"], net + row["net_sum"]
        if row["invoice__shipment"] == shipment.pk:
            known_id = row["invoice"]
    return before, known_id


def _line(row: ShipmentLine, position: int, before: Invoiced) -> InvoiceLine:
    ordered: OrderLine = row.order_line
    quantity, net = before.get(ordered.pk, NOTHING)
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
