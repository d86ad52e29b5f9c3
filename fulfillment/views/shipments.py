"""A shipment's page and the acts on it; pick lists from orders."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.auth import right_required
from core.models import Event
from core.refusals import show_on_form
from core.requests import Request, row_number
from fulfillment import services
from fulfillment.forms import DeliveredForm, DispatchForm
from fulfillment.models import Shipment, ShipmentLine, ShipmentState
from fulfillment.progress import progress_of
from invoicing.models import Invoice
from o2c import flow
from orders.models import Order, OrderLine

TEMPLATE = "fulfillment/shipment.html"


@require_GET
@right_required("fulfillment.view")
def shipment(request: Request, pk: int) -> HttpResponse:
    """The shipment with its lines, and the one thing to do next."""
    found = _find(request, pk)
    form = DispatchForm(lines=_lines(found))
    return render(request, TEMPLATE, _context(request, found, form) | {"form": form})


@require_POST
@right_required("fulfillment.dispatch")
def dispatch(request: Request, pk: int) -> HttpResponse:
    """Send it off with what was packed; the invoice follows by itself."""
    found = _find(request, pk)
    form = DispatchForm(request.POST, lines=_lines(found))
    context = _context(request, found, form)
    if not form.is_valid():
        return render(request, TEMPLATE, context | {"form": form}, status=422)
    show_on_form(request, form, TEMPLATE, **context)
    gone = flow.dispatch_shipment(
        pk,
        carrier=form.cleaned_data["carrier"],
        tracking_number=form.cleaned_data["tracking_number"],
        quantities=form.quantities,
        by=request.user,
        on=request.company.today(),
    )
    messages.success(request, _("Shipment %s is on its way.") % gone.number)
    return redirect(gone)


@require_POST
@right_required("fulfillment.pick")
def cancel(request: Request, pk: int) -> HttpResponse:
    """Drop the pick list."""
    found = _find(request, pk)
    services.cancel_shipment(found.pk, by=request.user, on=request.company.today())
    messages.success(
        request, _("Shipment %s is cancelled; its goods stay reserved.") % found.number
    )
    return redirect(found)


@require_POST
@right_required("fulfillment.dispatch")
def deliver(request: Request, pk: int) -> HttpResponse:
    """Record the proof of delivery."""
    found = _find(request, pk)
    form = DeliveredForm(request.POST, company=request.company)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["delivered_on"])))
        return redirect(found)
    arrived = form.cleaned_data["delivered_on"]
    services.deliver(pk, delivered_on=arrived, by=request.user, on=request.company.today())
    messages.success(request, _("Delivery of %s is recorded.") % found.number)
    return redirect(found)


@require_GET
@right_required("fulfillment.view")
def pick_list(request: Request, pk: int) -> HttpResponse:
    """The pick list as PDF in the reader's language."""
    found = _find(request, pk)
    pdf = services.pick_list_pdf(services.printable(found.pk), language=get_language() or "en")
    return _pdf(pdf, f"{found.number}-pick.pdf")


@require_GET
@right_required("fulfillment.view")
def delivery_note(request: Request, pk: int) -> HttpResponse:
    """The delivery note as kept; where none was made, one from the same facts."""
    found = _find(request, pk)
    if found.delivery_note:
        return _pdf(found.delivery_note.read(), found.delivery_note.filename)
    pdf = services.delivery_note_pdf(services.printable(found.pk))
    return _pdf(pdf, f"{found.number}.pdf")


@require_POST
@right_required("fulfillment.pick")
def pick(request: Request, pk: int) -> HttpResponse:
    """Make the pick lists of one order, one per warehouse, and show the first."""
    order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
    made = services.create_shipments(order.pk, by=request.user, on=request.company.today())
    _say_made(request, len(made))
    return redirect(made[0])


@require_POST
@right_required("fulfillment.pick")
def pick_selected(request: Request) -> HttpResponse:
    """Make the pick lists of all orders ticked; each that can't be made says why."""
    keys = [row_number(key) for key in request.POST.getlist("selected")][:200]
    orders = Order.objects.visible_to(request.user).filter(company=request.company, pk__in=keys)
    found = list(orders.order_by("requested_on", "pk").values_list("pk", flat=True))
    picked = services.pick_orders(found, by=request.user, on=request.company.today())
    for reason in picked.refusals:
        messages.error(request, reason)
    _say_made(request, len(picked.shipments))
    return redirect("fulfillment:list")


def _say_made(request: Request, count: int) -> None:
    words = ngettext("%(n)s pick list made.", "%(n)s pick lists made.", count)
    messages.success(request, words % {"n": count})


def _find(request: Request, pk: int) -> Shipment:
    shipments = Shipment.objects.visible_to(request.user)
    related = ("order__customer", "warehouse", "delivery_note", "company")
    return get_object_or_404(shipments.select_related(*related), pk=pk)


def _lines(found: Shipment) -> list[ShipmentLine]:
    # scope: lines of a shipment that was scoped when it was found
    lines = ShipmentLine.objects.filter(shipment=found)
    return list(lines.select_related("order_line__product").order_by("order_line__position"))


def _invoice(request: Request, found: Shipment) -> Invoice | None:
    """What bills it now, for those who see invoices."""
    if not found.dispatched_on or not request.user.may("invoicing.view", found.company_id):
        return None
    return Invoice.objects.visible_to(request.user).live().of_shipment(found).first()


def _context(request: Request, found: Shipment, form: DispatchForm) -> dict[str, Any]:
    lines = _lines(found)
    # scope: lines of a shipment's order, which is of the same company
    order_lines = OrderLine.objects.filter(order=found.order_id).order_by("position")
    progress = {row.line_id: row for row in progress_of(order_lines)}
    is_picking = found.state == ShipmentState.PICKING
    return {
        "shipment": found,
        "order": found.order,
        "rows": [
            {
                "line": line,
                "progress": progress[line.order_line_id],
                "gtin": line.order_line.product.gtin,
                "field": form[f"quantity_{line.pk}"] if is_picking else None,
            }
            for line in lines
        ],
        "is_picking": is_picking,
        "may_pick": request.user.may("fulfillment.pick", found.company_id),
        "may_dispatch": request.user.may("fulfillment.dispatch", found.company_id),
        "delivered_form": DeliveredForm(company=found.company),
        "invoice": _invoice(request, found),
        "steps": flow.document_flow(found),
        "events": Event.objects.visible_to(request.user).about(found)[:50],
        "files": [found.delivery_note] if found.delivery_note else [],
    }


def _pdf(content: bytes, filename: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    return response
