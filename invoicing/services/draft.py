"""Draft an invoice from what has left the house; throw a wrong draft away."""

from collections.abc import Iterable, Sequence
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
from invoicing.services.rows import vat_rows_of
from o2c.errors import Conflict
from o2c.money import TaxableLine, Totals, cents, totals
from orders.models import Order, OrderLine

GONE = (ShipmentState.DISPATCHED, ShipmentState.DELIVERED)
Invoiced = dict[int, tuple[Decimal, Decimal]]
NOTHING = (Decimal(0), Decimal(0))


def draft_from_shipment(shipment: Shipment | int, *, by: Actor, on: date) -> Invoice:
    """Draft the invoice of a dispatched shipment; see ``draft_from_shipments``."""
    return draft_from_shipments([shipment], by=by, on=on)[0]


@atomic_verb
def draft_from_shipments(
    shipments: Sequence[Shipment | int], *, by: Actor, on: date
) -> list[Invoice]:
    """Draft the invoices of dispatched shipments, all or none; again gives those that are there.

    A shipment given as a row is one whose order the caller has locked. Lines carry the order
    line's price, discount and VAT; part shipments share its net so that all parts together make
    it exactly. Raises: Conflict when the goods of one have not left.
    """
    gone = _locked(shipments)
    _read_lines(gone)
    before, known = _invoiced_before(gone)
    there = {pk: invoice for pk, invoice in zip(known, locked(known.values()), strict=True)}
    fresh = [shipment for shipment in gone if shipment.pk not in there]
    for shipment in fresh:
        _refuse_at_home(shipment)
    for shipment, invoice in zip(fresh, _insert(fresh, before), strict=True):
        there[shipment.pk] = invoice
        record_event(
            "invoice.drafted",
            invoice,
            by=by,
            on=on,
            correlation=invoice.correlation,
            shipment=shipment.number,
            gross_amount=invoice.gross_amount,
        )
    return [there[shipment.pk] for shipment in gone]


def _refuse_at_home(shipment: Shipment) -> None:
    if shipment.state not in GONE:
        raise Conflict(
            "invoice.not_shipped",
            _("Shipment %(number)s has not left yet (%(state)s): dispatch it first.")
            % {"number": shipment.number, "state": shipment.get_state_display()},
        )


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


def sums_of(lines: Iterable[InvoiceLine]) -> Totals:
    """Totals and VAT table of lines."""
    return totals(TaxableLine(line.net_amount, line.vat_category, line.vat_rate) for line in lines)


def _locked(shipments: Sequence[Shipment | int]) -> list[Shipment]:
    """The shipments once their orders are locked: who waited sees what was billed meanwhile."""
    wanted = {one for one in shipments if isinstance(one, int)}
    read: dict[int, Shipment] = {}
    if wanted:
        orders = Shipment.objects.filter(pk__in=wanted).order_by().values("order")
        list(Order.objects.for_update().filter(pk__in=orders).values_list("pk"))
        known = Shipment.objects.select_related(
            "company", "order__customer", "order__payment_terms"
        )
        read = known.in_bulk(wanted)
    if missing := wanted - read.keys():
        raise Shipment.DoesNotExist(f"There is no shipment {min(missing)}.")
    return [read[one] if isinstance(one, int) else one for one in dict.fromkeys(shipments)]


def _insert(shipments: Sequence[Shipment], before: Invoiced) -> list[Invoice]:
    """Insert drafts with their lines and VAT tables: three statements for any number of them.

    ``before`` grows with each, since two shipments may share an order line.
    """
    rows = [
        [_line(row, position, before) for position, row in enumerate(shipment.lines.all(), 1)]
        for shipment in shipments
    ]
    sums = [sums_of(lines) for lines in rows]
    drafts = [_draft(shipment, found) for shipment, found in zip(shipments, sums, strict=True)]
    if not drafts:
        return []
    Invoice.objects.bulk_create(drafts)
    for invoice, lines in zip(drafts, rows, strict=True):
        for line in lines:
            line.invoice = invoice
    InvoiceLine.objects.bulk_create([line for lines in rows for line in lines], batch_size=1000)
    tables = [
        vat_rows_of(invoice, found, lines)
        for invoice, lines, found in zip(drafts, rows, sums, strict=True)
    ]
    InvoiceVat.objects.bulk_create([row for table in tables for row in table])
    for invoice, lines, table in zip(drafts, rows, tables, strict=True):
        remember(invoice, "lines", lines)
        remember(invoice, "vat_rows", table)
        remember(invoice, "charges", ())
        remember(invoice, "files", ())
    return drafts


def _draft(shipment: Shipment, sums: Totals) -> Invoice:
    order = shipment.order
    customer = order.customer
    return Invoice(
        company=shipment.company,
        customer=customer,
        order=order,
        shipment=shipment,
        payment_terms=order.payment_terms,
        currency=order.currency,
        language=customer.language,
        delivered_on=shipment.dispatched_on,
        po_number=order.po_number,
        buyer_reference=customer.buyer_reference,
        project_reference=customer.project_reference,
        contract_reference=customer.contract_reference,
        accounting_reference=customer.accounting_reference,
        net_amount=sums.net_amount,
        vat_amount=sums.vat_amount,
        gross_amount=sums.gross_amount,
    )


def _read_lines(shipments: Sequence[Shipment]) -> None:
    """Their lines by position, read unless whoever dispatched them has them at hand."""
    ordered = ShipmentLine.objects.select_related("order_line__product")
    prefetch_related_objects(shipments, Prefetch("lines", ordered.order_by("order_line__position")))


def _invoiced_before(shipments: Sequence[Shipment]) -> tuple[Invoiced, dict[int, int]]:
    """Order line id -> quantity and net on invoices that were not taken back.

    And shipment id -> its own invoice, for those that have one.
    """
    before: Invoiced = {}
    known: dict[int, int] = {}
    asked = {shipment.pk for shipment in shipments}
    rows = (
        InvoiceLine.objects.filter(
            order_line__in=[line.order_line_id for one in shipments for line in one.lines.all()],
            invoice__in=Invoice.objects.live(),
        )
        .order_by()
        .values("order_line", "invoice", "invoice__shipment")
        .annotate(quantity_sum=Sum("quantity"), net_sum=Sum("net_amount"))
    )
    for row in rows:
        quantity, net = before.get(row["order_line"], NOTHING)
        before[row["order_line"]] = quantity + row["quantity_sum"], net + row["net_sum"]
        if row["invoice__shipment"] in asked:
            known[row["invoice__shipment"]] = row["invoice"]
    return before, known


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
    before[ordered.pk] = quantity + row.quantity, net + net_amount
    return InvoiceLine(
        position=position,
        order_line=ordered,
        shipment_line=row,
        product=ordered.product,
        product_number=ordered.product.number,
        description=ordered.description,
        item=ordered.product.item(),
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
