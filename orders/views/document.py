"""The page of one order, and its acts."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Case, F, Q, Sum, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.auth import right_required
from core.formats import amount, figure
from core.models import Event, SignedLink, StoredDocument
from core.refusals import show_on_form
from core.requests import Request
from credit.models import CreditHold
from fulfillment.progress import with_quantities
from invoicing.models import Invoice, InvoiceLine
from invoicing.services import ORDER_NUMBER
from o2c import flow
from o2c.money import ZERO
from orders.forms import CancelForm
from orders.models import Order, OrderLine, OrderState
from orders.services.totals import totals_of
from orders.views.entry import submit_or_ask

TIMELINE = 40
MOST_EFFECTS = 8
CONSEQUENCES = "documents/consequences.html"


@require_GET
@right_required("orders.view")
def detail(request: Request, pk: int) -> HttpResponse:
    """Everything about one order."""
    order = _order(request, pk)
    lines = _lines(order)
    charges = list(order.charges.all())
    context = {
        "order": order,
        "lines": lines,
        "charges": charges,
        "totals": totals_of(lines, charges),
        "lines_amount": sum((line.net_amount for line in lines), ZERO),
        "steps": flow.document_flow(order),
        "events": Event.objects.visible_to(request.user).along(order.correlation)[:TIMELINE],
        "files": _files(request, order),
        "today": request.company.today(),
        "may": _rights(request, order),
        "hold": _hold(request, order),
        "is_on_its_way": order.state in (OrderState.RELEASED, OrderState.IN_FULFILMENT),
        **_missing_number(request, order),
    }
    return render(request, "orders/order_detail.html", context)


def _missing_number(request: Request, order: Order) -> dict[str, Any]:
    """Whether the customer's own number may be asked for, and who was asked last."""
    if order.po_number or order.state in (OrderState.DRAFT, OrderState.CANCELLED):
        return {}
    links = SignedLink.objects.visible_to(request.user).about(order).usable(timezone.now())
    return {
        "may_ask": request.user.may("orders.po_number", order.company_id),
        "is_number_needed": order.customer.is_po_number_required,
        "asked": links.filter(purpose=ORDER_NUMBER).first(),
    }


@require_POST
@right_required("orders.enter")
def submit(request: Request, pk: int) -> HttpResponse:
    """Submit a stored draft."""
    return submit_or_ask(request, _order(request, pk))


@right_required("orders.cancel")
def cancel(request: Request, pk: int) -> HttpResponse:
    """Ask why, then cancel the order or what is left of it."""
    order = _order(request, pk)
    form = CancelForm(request.POST) if request.method == "POST" else CancelForm()
    context = {
        "order": order, "title": _("Cancel order %(number)s") % {"number": order.number},
        "back_url": order.get_absolute_url(), "back_label": order.number,
        "submit_label": _("Cancel the order"),
        "lead": f"{order.customer} · {amount(order.gross_amount, order.currency)}",
        "effects": _effects_of_cancelling(order),
    }  # fmt: skip
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, CONSEQUENCES, {"form": form, **context}, status=status)
    show_on_form(request, form, CONSEQUENCES, **context)
    on, reason = request.company.today(), form.cleaned_data["reason"]
    order = flow.cancel_order(order.pk, reason=reason, by=request.user, on=on)
    messages.success(request, _("Order %(number)s cancelled.") % {"number": order.number})
    return redirect(order)


def _effects_of_cancelling(order: Order) -> list[str]:
    """What is cancelled, freed and kept, from the lines as they stand."""
    lines: list[Any] = list(_lines(order))
    rest = [
        (line, line.quantity - line.cancelled_quantity - line.shipped_quantity) for line in lines
    ]
    left = [(line, quantity) for line, quantity in rest if quantity > ZERO]
    said = [
        _("%(quantity)s of %(article)s are cancelled.")
        % {"quantity": figure(quantity, most=3), "article": line.product.number}
        for line, quantity in left[:MOST_EFFECTS]
    ]
    if len(left) > MOST_EFFECTS:
        said.append(_("And so are %(count)s more lines.") % {"count": len(left) - MOST_EFFECTS})
    if reserved := sum((line.reserved_quantity for line in lines), ZERO):
        said.append(
            _("%(quantity)s reserved are free again.") % {"quantity": figure(reserved, most=3)}
        )
    if any(line.shipped_quantity for line in lines):
        said.append(_("What has been shipped stays, and is invoiced."))
    if order.state == OrderState.ON_HOLD:
        said.append(_("Nobody has to decide on its credit any more."))
    return said


def _order(request: Request, pk: int) -> Order:
    visible = Order.objects.visible_to(request.user)
    joined = visible.select_related(
        "company", "customer", "ship_to__customer", "payment_terms", "sales_rep",
        "source_document", "confirmation",
    )  # fmt: skip
    return get_object_or_404(joined, pk=pk)


def _lines(order: Order) -> list[OrderLine]:
    """Lines with what is reserved, shipped and invoiced of each."""
    # scope: lines of an order that was scoped when it was found
    lines = with_quantities(OrderLine.objects.filter(order=order))
    rows = list(lines.select_related("product").order_by("position"))
    invoiced = _invoiced(order)
    for line in rows:
        line.invoiced_quantity = invoiced.get(line.pk, ZERO)
    return rows


def _invoiced(order: Order) -> dict[int, Decimal]:
    """Order line id -> quantity on issued invoices less what was credited."""
    signed = Case(
        When(Q(invoice__kind=Invoice.Kind.CREDIT_NOTE), then=-F("quantity")), default=F("quantity")
    )
    # scope: sums over an order that was scoped when it was found
    rows = InvoiceLine.objects.filter(order_line__order=order, is_value_only=False)
    rows = rows.exclude(invoice__number=None)
    sums = rows.order_by().values("order_line").annotate(total=Sum(signed))
    return {row["order_line"]: row["total"] for row in sums}


def _files(request: Request, order: Order) -> list[StoredDocument]:
    visible = StoredDocument.objects.visible_to(request.user)
    files = list(visible.about(order))
    if order.source_document is not None:
        files.append(order.source_document)
    return files


def _hold(request: Request, order: Order) -> CreditHold | None:
    """The credit hold that waits for a decision, where the order is held."""
    if order.state != OrderState.ON_HOLD:
        return None
    return CreditHold.objects.visible_to(request.user).open().filter(order=order).first()


def _rights(request: Request, order: Order) -> dict[str, Any]:
    rights = {
        "enter": "orders.enter", "cancel": "orders.cancel", "decide": "credit.decide_hold",
        "pick": "fulfillment.pick", "light": "credit.view_light", "note": "customers.note",
        "plan": "invoicing.view", "advances": "receivables.view",
    }  # fmt: skip
    may = request.user.may
    return {name: may(right, order.company_id) for name, right in rights.items()}
