"""Draft invoices of what has left the house, or of orders ahead of it; throw a wrong one away."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import (
    Exists,
    OuterRef,
    Prefetch,
    QuerySet,
    Sum,
    prefetch_related_objects,
)
from django.utils import translation
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company, remember
from core.services import atomic_verb, record_event
from customers.models import BillingPolicy
from fulfillment.models import Shipment, ShipmentLine, ShipmentState
from invoicing.models import Invoice, InvoiceCharge, InvoiceLine, InvoiceState, InvoiceVat
from invoicing.rules import part_net
from invoicing.services.charging import Charging
from invoicing.services.issue import locked
from invoicing.services.rows import sums_of, vat_rows_of
from o2c.errors import Conflict
from o2c.money import cents
from orders.models import Order, OrderCharge, OrderLine

GONE = (ShipmentState.DISPATCHED, ShipmentState.DELIVERED)
Invoiced = dict[int, tuple[Decimal, Decimal]]
"""Order line id -> quantity and net on invoices that were not taken back."""
NOTHING = (Decimal(0), Decimal(0))


def draft_from_shipment(shipment: Shipment | int, *, by: Actor, on: date) -> Invoice:
    """Draft the invoice of a dispatched shipment; see ``draft_from_shipments``."""
    return draft_from_shipments([shipment], by=by, on=on)[0]


def draft_from_shipments(
    shipments: Sequence[Shipment | int], *, by: Actor, on: date
) -> list[Invoice]:
    """Draft an invoice for each shipment, all or none; again gives those that are there.

    See ``draft_bills``. Raises: Conflict when the goods of one have not left.
    """
    return draft_bills([[shipment] for shipment in dict.fromkeys(shipments)], by=by, on=on)


@atomic_verb
def draft_bills(
    groups: Sequence[Sequence[Shipment | int]], *, by: Actor, on: date
) -> list[Invoice]:
    """Draft one invoice for each group of dispatched shipments, all or none.

    The shipments of a group are of one customer, company, currency and terms (``bills_of`` groups
    them so). A shipment given as a row is one whose order the caller has locked. What was billed
    before is left out; a group that was billed whole gives the invoice of its first shipment.
    Lines carry the order line's price, discount and VAT; part shipments share its net, and the
    order's charges, so that all parts together make it exactly. Raises: Conflict when the goods of
    one have not left, or were invoiced in advance.
    """
    found = _locked(one for group in groups for one in group)
    gone = [[found[_pk(one)] for one in group] for group in groups]
    every = [shipment for group in gone for shipment in group]
    _read_lines(every)
    before, known = _invoiced_before(every)
    there = dict(zip(known, locked(known.values()), strict=True))
    fresh = [[one for one in group if one.pk not in there] for group in gone]
    for shipment in (one for group in fresh for one in group):
        _refuse_at_home(shipment)
        _refuse_billed_ahead(shipment, before)
    made = iter(_insert([group for group in fresh if group], before))
    drafts = []
    for group, new in zip(gone, fresh, strict=True):
        drafts.append(next(made) if new else there[group[0].pk])
        if new:
            _record(drafts[-1], new, by=by, on=on)
    return drafts


def _record(draft: Invoice, shipments: Sequence[Shipment], *, by: Actor, on: date) -> None:
    """One event for the invoice; a collective one is told to each of its orders as well."""
    record_event(
        "invoice.drafted",
        draft,
        by=by,
        on=on,
        correlation=draft.correlation,
        shipment=", ".join(one.number for one in shipments[:5]),
        gross_amount=draft.gross_amount,
    )
    if draft.order_id is None:
        for order in {one.order_id: one.order for one in shipments}.values():
            record_event(
                "order.billed_together",
                order,
                by=by,
                on=on,
                correlation=order.correlation,
                label=order.number,
                invoice=draft.pk,
            )


def _refuse_at_home(shipment: Shipment) -> None:
    if shipment.state not in GONE:
        raise Conflict(
            "invoice.not_shipped",
            _("Shipment %(number)s has not left yet (%(state)s): dispatch it first.")
            % {"number": shipment.number, "state": shipment.get_state_display()},
        )


def _refuse_billed_ahead(shipment: Shipment, before: Invoiced) -> None:
    """An invoice ahead asked for it already; another would state the same goods twice."""
    if shipment.order.billing_policy != BillingPolicy.ADVANCE:
        return
    for row in shipment.lines.all():
        billed, _net = before.get(row.order_line_id, NOTHING)
        if billed + row.quantity > _wanted(row.order_line):
            raise Conflict(
                "invoice.billed_ahead",
                _(
                    "Shipment %(number)s was invoiced in advance with order %(order)s: credit that"
                    " invoice first."
                )
                % {"number": shipment.number, "order": shipment.order},
            )


@atomic_verb
def discard_draft(pk: int, *, by: Actor, on: date) -> None:
    """Throw a draft away; its shipments await an invoice again.

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


@atomic_verb
def draft_in_advance(orders: Sequence[Order], *, by: Actor, on: date) -> list[Invoice]:
    """Draft an invoice for what is not invoiced yet of each locked order, delivered or not.

    Orders of which everything is invoiced give none.
    """
    lines: dict[int, list[OrderLine]] = {order.pk: [] for order in orders}
    rows = OrderLine.objects.filter(order__in=list(lines)).select_related("product")
    for line in rows.order_by("order_id", "position"):
        lines[line.order_id].append(line)
    before = _invoiced([line.pk for own in lines.values() for line in own])
    charging = Charging.of(orders)
    drafts = []
    for order in orders:
        wanted = [
            (line, left)
            for line in lines[order.pk]
            if (left := _wanted(line) - before.get(line.pk, NOTHING)[0]) > 0
        ]
        if wanted:
            drafts.append(_advance(order, wanted, before, charging, on=on))
            _record(drafts[-1], (), by=by, on=on)
    return drafts


def _advance(
    order: Order,
    wanted: Sequence[tuple[OrderLine, Decimal]],
    before: Invoiced,
    charging: Charging,
    *,
    on: date,
) -> Invoice:
    lines = [_line(line, left, position, before) for position, (line, left) in enumerate(wanted, 1)]
    draft = _head(order, lines, on=on)
    with translation.override(draft.language):
        charges = charging.bear(lines)
    store_drafts([draft], [lines], [charges])
    return draft


def _head(order: Order, lines: Sequence[InvoiceLine], *, on: date) -> Invoice:
    """The invoice before delivery; only a supply within the EU needs a day already (BR-IC-11)."""
    draft = draft_of_orders(order.company, [order])
    draft.ship_to = order.ship_to.snapshot() if order.ship_to else {}
    if any(line.vat_category == "K" for line in lines):
        draft.delivered_on = order.requested_on or on
    return draft


def _pk(one: Shipment | int) -> int:
    return one if isinstance(one, int) else one.pk


def _locked(shipments: Iterable[Shipment | int]) -> dict[int, Shipment]:
    """The shipments once their orders are locked: who waited sees what was billed meanwhile."""
    asked = list(shipments)
    found = {one.pk: one for one in asked if not isinstance(one, int)}
    wanted = {one for one in asked if isinstance(one, int)} - found.keys()
    if wanted:
        of_these = Shipment.objects.filter(pk__in=wanted).order_by().values("order")
        list(Order.objects.for_update().filter(pk__in=of_these).values_list("pk"))
        known = Shipment.objects.select_related(
            "company", "order__customer", "order__payment_terms"
        ).annotate(has_charges=Exists(OrderCharge.objects.filter(order=OuterRef("order"))))
        for shipment in known.filter(pk__in=wanted):
            shipment.order.has_charges = shipment.has_charges
            found[shipment.pk] = shipment
    if missing := wanted - found.keys():
        raise Shipment.DoesNotExist(f"There is no shipment {min(missing)}.")
    return found


def _insert(groups: Sequence[Sequence[Shipment]], before: Invoiced) -> list[Invoice]:
    """Insert a draft for each group; ``before`` grows, since groups may share an order line."""
    charging = Charging.of({one.order_id: one.order for group in groups for one in group}.values())
    drafts, rows, charges = [], [], []
    for group in groups:
        gone = [line for shipment in group for line in shipment.lines.all()]
        lines = [
            _line(row.order_line, row.quantity, position, before, gone=row)
            for position, row in enumerate(gone, start=1)
        ]
        draft = _collected(group)
        with translation.override(draft.language):
            charges.append(charging.bear(lines))
        drafts.append(draft)
        rows.append(lines)
    store_drafts(drafts, rows, charges)
    return drafts


def store_drafts(
    drafts: Sequence[Invoice],
    rows: Sequence[list[InvoiceLine]],
    charges: Sequence[list[InvoiceCharge]],
) -> None:
    """Insert drafts with lines, charges and VAT tables: a statement each for any number of them."""
    sums = [sums_of(*parts) for parts in zip(rows, charges, strict=True)]
    for draft, found in zip(drafts, sums, strict=True):
        draft.net_amount, draft.vat_amount = found.net_amount, found.vat_amount
        draft.gross_amount = found.gross_amount
    if not drafts:
        return
    Invoice.objects.bulk_create(drafts)
    for draft, lines, own in zip(drafts, rows, charges, strict=True):
        for line in lines:
            line.invoice = draft
        for charge in own:
            charge.invoice = draft
    InvoiceLine.objects.bulk_create([line for lines in rows for line in lines], batch_size=1000)
    InvoiceCharge.objects.bulk_create([charge for own in charges for charge in own])
    tables = [
        vat_rows_of(draft, found, [*own, *lines])
        for draft, lines, own, found in zip(drafts, rows, charges, sums, strict=True)
    ]
    InvoiceVat.objects.bulk_create([row for table in tables for row in table])
    for draft, lines, own, table in zip(drafts, rows, charges, tables, strict=True):
        remember(draft, "lines", lines)
        remember(draft, "vat_rows", table)
        remember(draft, "charges", own)
        remember(draft, "files", ())


def _collected(shipments: Sequence[Shipment]) -> Invoice:
    """The head of an invoice of shipments: what they have in common, and when they left."""
    draft = draft_of_orders(shipments[0].company, [one.order for one in shipments])
    draft.shipment = shipments[0] if len(shipments) == 1 else None
    places = [one.ship_to or {} for one in shipments]
    draft.ship_to = places[0] if all(place == places[0] for place in places) else {}
    days = [one.dispatched_on for one in shipments if one.dispatched_on]
    if len(set(days)) > 1:
        draft.period_from, draft.period_to = min(days), max(days)
    else:
        draft.delivered_on = days[0] if days else None
    return draft


def draft_of_orders(company: Company, orders: Sequence[Order]) -> Invoice:
    """An invoice of one or several orders of a customer, with what they agree on."""
    first, customer = orders[0], orders[0].customer
    po_numbers = {order.po_number for order in orders}
    return Invoice(
        company=company,
        customer=customer,
        order=first if len({order.pk for order in orders}) == 1 else None,
        payment_terms=first.payment_terms,
        currency=first.currency,
        language=customer.language,
        po_number=first.po_number if len(po_numbers) == 1 else "",
        buyer_reference=customer.buyer_reference,
        project_reference=customer.project_reference,
        contract_reference=customer.contract_reference,
        accounting_reference=customer.accounting_reference,
    )


def _read_lines(shipments: Sequence[Shipment]) -> None:
    """Their lines by position, read unless whoever dispatched them has them at hand."""
    ordered = ShipmentLine.objects.select_related("order_line__product")
    prefetch_related_objects(shipments, Prefetch("lines", ordered.order_by("order_line__position")))


def _invoiced_before(shipments: Sequence[Shipment]) -> tuple[Invoiced, dict[int, int]]:
    """What of their order lines is invoiced; shipment id -> invoice id of those that have one."""
    before: Invoiced = {}
    known: dict[int, int] = {}
    asked = {shipment.pk for shipment in shipments}
    lines = [line.order_line_id for one in shipments for line in one.lines.all()]
    rows = _live(lines).values("order_line", "invoice", "shipment_line__shipment")
    for row in rows.annotate(quantity_sum=Sum("quantity"), net_sum=Sum("net_amount")):
        quantity, net = before.get(row["order_line"], NOTHING)
        before[row["order_line"]] = quantity + row["quantity_sum"], net + row["net_sum"]
        if row["shipment_line__shipment"] in asked:
            known[row["shipment_line__shipment"]] = row["invoice"]
    return before, known


def _invoiced(lines: Iterable[int]) -> Invoiced:
    sums = _live(lines).values("order_line").annotate(q=Sum("quantity"), n=Sum("net_amount"))
    return {row["order_line"]: (row["q"], row["n"]) for row in sums}


def _live(lines: Iterable[int]) -> "QuerySet[InvoiceLine]":
    live = Invoice.objects.live()
    return InvoiceLine.objects.filter(order_line__in=list(lines), invoice__in=live).order_by()


def _wanted(line: OrderLine) -> Decimal:
    return line.quantity - line.cancelled_quantity


def _line(
    ordered: OrderLine,
    quantity: Decimal,
    position: int,
    before: Invoiced,
    *,
    gone: ShipmentLine | None = None,
) -> InvoiceLine:
    """A quantity of an order line at its price and VAT; ``before`` grows by it."""
    invoiced, net = before.get(ordered.pk, NOTHING)
    net_amount = part_net(
        ordered.net_amount,
        _wanted(ordered),
        invoiced_quantity=invoiced,
        invoiced_net=net,
        quantity=quantity,
    )
    before[ordered.pk] = invoiced + quantity, net + net_amount
    return InvoiceLine(
        position=position,
        order_line=ordered,
        shipment_line=gone,
        product=ordered.product,
        product_number=ordered.product.number,
        description=ordered.description,
        quantity=quantity,
        item=ordered.product.item(),
        unit=ordered.unit,
        unit_price=ordered.unit_price,
        discount_rate=ordered.discount_rate,
        discount_amount=cents(quantity * ordered.unit_price) - net_amount,
        net_amount=net_amount,
        vat_category=ordered.vat_category,
        vat_rate=ordered.vat_rate,
        vat_note=ordered.vat_note,
    )
