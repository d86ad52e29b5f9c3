"""Money paid ahead: the panel on an order's page, and its acts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

import receivables.services as services
from core import formats
from core.auth import right_required
from core.requests import Request
from o2c import flow
from orders.models import Order
from receivables.models import OpenItem, OrderAdvance

_SHOWN = 20


@require_GET
@right_required("receivables.view")
def order_panel(request: Request, pk: int) -> HttpResponse:
    """What was paid ahead for an order, and the customer's payments that could be."""
    order = _order(request, pk)
    advances = OrderAdvance.objects.visible_to(request.user).filter(order=order)
    may_bind = request.user.may(services.ADVANCE_RIGHT, order.company_id)
    is_open = bool(services.still_unbilled([order.pk]))
    context = {
        "order": order,
        "advances": advances.select_related("item").order_by("pk")[:_SHOWN],
        "is_taxed": bool(order.vat_amount),
        "may_bind": may_bind,
        "may_bill": request.user.may("invoicing.issue", order.company_id),
        "payments": _unapplied(request, order) if may_bind and is_open else (),
    }
    return render(request, "receivables/order_panel.html", context)


def _unapplied(request: Request, order: Order) -> list[tuple[int, str]]:
    """Payments of the customer with money left that are for no order: key, and what they are."""
    rows = OpenItem.objects.visible_to(request.user).filter(
        customer=order.customer_id, kind=OpenItem.Kind.PAYMENT, currency=order.currency
    )
    bound = OrderAdvance.objects.visible_to(request.user).live().values("item")
    found = rows.credits().open().exclude(pk__in=bound).order_by("-pk")[:_SHOWN]
    return [(item.pk, _words(item)) for item in found]


def _words(item: OpenItem) -> str:
    left = formats.amount(-item.outstanding_amount, item.currency)
    return f"{item.document_number} · {formats.day(item.document_on)} · {left}"


@require_POST
@right_required(services.ADVANCE_RIGHT)
def bind(request: Request, pk: int) -> HttpResponse:
    """An unapplied payment is for this order; without one the page is shown again."""
    order, number = _order(request, pk), request.POST.get("item", "")
    key = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
    if not key:
        return redirect(order)
    item = get_object_or_404(OpenItem.objects.visible_to(request.user), pk=key)
    on = request.company.today()
    services.bind_advance(item.pk, order.pk, by=request.user, on=on)
    told = _("%(payment)s is paid ahead for order %(order)s.")
    messages.success(request, told % {"payment": item.document_number, "order": order})
    return redirect(order)


@require_POST
@right_required(services.ADVANCE_RIGHT)
def free(request: Request, pk: int) -> HttpResponse:
    """What is left of a payment is for this order no more."""
    advance = _own(request, pk)
    services.free_advance(advance.pk, by=request.user, on=request.company.today())
    messages.success(request, _("%(payment)s is free.") % {"payment": advance.item.document_number})
    return redirect(advance.order)


@require_POST
@right_required("invoicing.issue")
def bill(request: Request, pk: int) -> HttpResponse:
    """A deposit invoice over what was paid ahead, paid by it at once."""
    invoice = flow.bill_advance(_own(request, pk).pk, by=request.user, on=request.company.today())
    messages.success(request, _("Deposit invoice %(number)s issued.") % {"number": invoice})
    return redirect(invoice)


def _order(request: Request, pk: int) -> Order:
    return get_object_or_404(Order.objects.visible_to(request.user), pk=pk)


def _own(request: Request, pk: int) -> OrderAdvance:
    rows = OrderAdvance.objects.visible_to(request.user).select_related("order", "item")
    return get_object_or_404(rows, pk=pk)
