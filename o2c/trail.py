"""The document-flow picture: orders or subscription → shipments → invoices → payments."""

from django.db import models
from django.db.models import Sum
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.badges import look_of
from core.pictures import FlowStep
from fulfillment.models import Shipment
from invoicing.collected import deliveries_billed
from invoicing.models import Invoice, Subscription
from orders.models import Order
from receivables.models import Allocation, BankMatch, OpenItem

BOXES = 4
"""As many orders or shipments of a collective invoice as fit; the last box counts the rest."""


def document_flow(subject: models.Model) -> list[FlowStep]:
    """Boxes from order to cash around a document, in process order; missing stages stay as “—”.

    A collective invoice follows from all its orders and shipments, and shows in the flow of each.
    """
    order = _order_of(subject)
    invoices = _invoices_of(subject, order)
    steps = _steps_of_order(order, subject) if order else _steps_before(subject)
    steps += [_invoice_step(row, subject) for row in _with_credit_notes(invoices)]
    if not invoices:
        steps.append(FlowStep(_("Invoice")))
    return steps + _payment_steps(invoices)


def _steps_of_order(order: Order, subject: models.Model) -> list[FlowStep]:
    shipments = list(order.shipments.order_by("pk"))
    steps = [_order_step(order, subject)]
    steps += [_shipment_step(row, subject) for row in shipments if row.state != "cancelled"]
    return steps if shipments else [*steps, FlowStep(_("Shipment"))]


def _steps_before(subject: models.Model) -> list[FlowStep]:
    """Where a document comes from that has no single order."""
    if not isinstance(subject, Invoice):
        return []
    if subject.subscription is not None:
        return _subscription_steps(subject.subscription)
    billed = deliveries_billed(subject)
    orders = list(dict.fromkeys(one.order_id for one in billed))
    shipments = [one.shipment_id for one in billed]
    drawn, sent = _drawn(orders), _drawn(shipments)
    # scope: orders and shipments of an invoice that was scoped when it was found
    found, gone = Order.objects.in_bulk(drawn), Shipment.objects.in_bulk(sent)
    return [
        *(_order_step(found[pk], subject) for pk in drawn),
        *_rest(_("Order"), len(orders) - len(drawn)),
        *(_shipment_step(gone[pk], subject) for pk in sent),
        *_rest(_("Shipment"), len(shipments) - len(sent)),
    ]


def _drawn(keys: list[int]) -> list[int]:
    return keys if len(keys) <= BOXES else keys[: BOXES - 1]


def _rest(label: str, left: int) -> list[FlowStep]:
    """One box for those that are not drawn."""
    return [FlowStep(label, _("and %(count)s more") % {"count": left})] if left else []


def _order_of(subject: models.Model) -> Order | None:
    if isinstance(subject, Order):
        return subject
    order = getattr(subject, "order", None)
    return order if isinstance(order, Order) else None


def _invoices_of(subject: models.Model, order: Order | None) -> list[Invoice]:
    rows = Invoice.objects.order_by("pk")
    if order:
        return list(rows.of_order(order))
    if isinstance(subject, Invoice):
        root = subject.corrects_id or subject.pk
        near = models.Q(pk=root) | models.Q(corrects=root)
        near |= models.Q(replaces=root) | models.Q(replaced_by=root)
        return list(rows.filter(near))
    return []


def _with_credit_notes(invoices: list[Invoice]) -> list[Invoice]:
    """Each invoice followed by the credit notes that correct it."""
    notes = [row for row in invoices if row.kind == Invoice.Kind.CREDIT_NOTE]
    known = {row.pk for row in invoices}
    found = []
    for row in invoices:
        if row not in notes or row.corrects_id not in known:
            found += [row, *(note for note in notes if note.corrects_id == row.pk)]
    return found


def _order_step(order: Order, subject: models.Model) -> FlowStep:
    return FlowStep(
        _("Order"),
        order.number,
        reverse("orders:detail", args=[order.pk]),
        order.get_state_display(),
        look_of("orders.order", order.state).family,
        order == subject,
    )


def _subscription_steps(subscription: Subscription) -> list[FlowStep]:
    return [
        FlowStep(
            _("Subscription"),
            subscription.number,
            subscription.get_absolute_url(),
            subscription.get_state_display(),
            look_of("invoicing.subscription", subscription.state).family,
            right="invoicing.view",
        )
    ]


def _shipment_step(shipment: Shipment, subject: models.Model) -> FlowStep:
    return FlowStep(
        _("Shipment"),
        shipment.number,
        reverse("fulfillment:shipment", args=[shipment.pk]),
        shipment.get_state_display(),
        "blue" if shipment.state == "picking" else "green",
        shipment == subject,
    )


def _invoice_step(invoice: Invoice, subject: models.Model) -> FlowStep:
    is_credit = invoice.kind == Invoice.Kind.CREDIT_NOTE
    return FlowStep(
        capfirst(invoice.get_kind_display()),
        str(invoice),
        reverse("invoicing:detail", args=[invoice.pk]),
        invoice.get_state_display(),
        "teal" if is_credit else "blue",
        invoice == subject,
        "invoicing.view",
        is_credit,
    )


def _payment_steps(invoices: list[Invoice]) -> list[FlowStep]:
    items = OpenItem.objects.filter(invoice__in=[row.pk for row in invoices], amount__gt=0)
    sums = items.aggregate(open=Sum("outstanding_amount"), total=Sum("amount"))
    if not sums["total"]:
        return [FlowStep(_("Payment"))]
    paid_by = (
        Allocation.objects.filter(debit_item__in=items, credit_item__kind=OpenItem.Kind.PAYMENT)
        .values("credit_item", "credit_item__document_number")
        .annotate(total=Sum("amount"))
        .filter(total__gt=0)
        .order_by("credit_item")
    )
    matches = dict(
        BankMatch.objects.filter(
            payment_item__in=[row["credit_item"] for row in paid_by]
        ).values_list("payment_item", "bank_entry")
    )
    steps = [
        FlowStep(
            _("Payment"),
            row["credit_item__document_number"],
            reverse("receivables:bank_entry", args=[matches[row["credit_item"]]])
            if row["credit_item"] in matches
            else "",
            _("matched"),
            "green",
            right="receivables.view",
        )
        for row in paid_by
    ]
    if sums["open"]:
        steps.append(FlowStep(_("Payment"), state=_("open"), family="amber"))
    elif not steps:
        steps.append(FlowStep(_("Payment"), state=_("settled"), family="green"))
    return steps
