"""The entry page, and what it asks the server while one types."""

import uuid
from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from catalog.models import Product
from core import formats
from core.auth import right_required
from core.refusals import show_on_form
from core.requests import Request, row_number
from core.templatetags.letters import unit as unit_name
from customers.models import Customer
from o2c import flow
from orders import services
from orders.entry import ChargeRow, Grid, Row, blank_grid, grid_of, read_grid
from orders.models import Order, OrderState
from orders.readers import read_pasted
from orders.views.hints import add_stock, head_of, stored

PAGE = "orders/order_entry.html"
MOST_RESULTS = 12


@require_GET
@right_required("orders.enter")
def new(request: Request) -> HttpResponse:
    """An empty order, for the customer in the address where one is given."""
    key = row_number(request.GET.get("customer", ""))
    customer = _customers(request).filter(pk=key).first() if key else None
    return _page(request, blank_grid(customer), None)


@require_GET
@right_required("orders.enter")
def edit(request: Request, pk: int) -> HttpResponse:
    """A draft in the grid; anything else is shown, not edited."""
    order = _order(request, pk)
    if order.state != OrderState.DRAFT:
        return redirect(order)
    return _page(request, _stored_grid(order), order)


@require_POST
@right_required("orders.enter")
def save(request: Request, pk: int | None = None) -> HttpResponse:
    """Save what was typed, and submit it where that was asked; errors come back with it all."""
    order, grid = _order(request, pk) if pk else None, _grid(request)
    if not grid.is_sound:
        return _page(request, grid, order, status=422)
    _show_refusals_on(request, grid, order)
    order = _store(request, grid, order)
    if request.POST.get("act") != "submit":
        messages.success(request, _("Draft %(number)s saved.") % {"number": order.number})
        return redirect(order)
    if missing := services.missing_fields(order):
        return _page(request, _stored_grid(order, missing), order, status=422)
    _show_refusals_on(request, _stored_grid(order), order)
    return submit_or_ask(request, order)


@require_POST
@right_required("orders.enter")
def autosave(request: Request, pk: int | None = None) -> JsonResponse:
    """Keep the rows that are understood as a draft, quietly; says what it kept."""
    order, grid = _order(request, pk) if pk else None, _grid(request)
    if grid.customer is None or "requested" in grid.errors:
        return JsonResponse({"is_saved": False, "errors": grid.errors})
    order = _store(request, grid, order)
    return JsonResponse(
        {
            "is_saved": True,
            "is_whole": grid.is_sound,
            "number": order.number,
            "version": order.version,
            "url": reverse("orders:edit", args=[order.pk]),
            "autosave_url": reverse("orders:autosave", args=[order.pk]),
            "saved": _("saved %(time)s") % {"time": timezone.localtime().strftime("%H:%M:%S")},
        }
    )


@require_POST
@right_required("orders.enter")
def price(request: Request) -> JsonResponse:
    """Articles, prices, stock, VAT and totals of the rows as typed; ``seq`` goes back unchanged."""
    grid = _grid(request)
    add_stock(grid)
    head = head_of(request, grid, row_number(request.POST.get("order", "")) or None)
    return JsonResponse({"seq": request.POST.get("seq", ""), "head": head, **grid.as_json()})


@require_GET
@right_required("orders.enter")
def as_stored(request: Request, pk: int) -> JsonResponse:
    """The draft as stored, for a page whose version is behind."""
    return JsonResponse(stored(request, _order(request, pk)))


@require_POST
@right_required("orders.enter")
def pasted(request: Request) -> JsonResponse:
    """Rows of pasted text, as text for the grid."""
    rows = [
        {
            "article": line.article,
            "quantity": formats.figure(line.quantity, most=6),
            "price": "" if line.unit_price is None else formats.figure(line.unit_price, least=2),
        }
        for line in read_pasted(request.POST.get("text", ""))
    ]
    return JsonResponse({"rows": rows})


@require_GET
@right_required("orders.enter")
def find_customer(request: Request) -> JsonResponse:
    """Customers whose number or name holds what was typed."""
    text = request.GET.get("q", "").strip()[:80]
    found = _customers(request).order_by("name")
    by_number = found.filter(number__istartswith=text)[:MOST_RESULTS]
    rows = [*by_number, *found.filter(name__icontains=text)[:MOST_RESULTS]]
    unique = list(dict.fromkeys(rows))[:MOST_RESULTS]
    return _results((row.pk, str(row), "", f"{row.country} · {row.currency}") for row in unique)


@require_GET
@right_required("orders.enter")
def find_article(request: Request) -> JsonResponse:
    """Articles on sale whose number, name or GTIN holds what was typed."""
    text = request.GET.get("q", "").strip()[:80]
    visible = Product.objects.visible_to(request.user).filter(company=request.company)
    found = visible.active().find(request.company, text)[:MOST_RESULTS]
    return _results((row.pk, row.number, row.name, unit_name(row.unit)) for row in found)


@require_GET
@right_required("orders.enter")
def addresses(request: Request) -> HttpResponse:
    """The delivery addresses of a customer, as options."""
    key = row_number(request.GET.get("customer", ""))
    customer = get_object_or_404(_customers(request), pk=key)
    return render(request, f"{PAGE}#addresses", {"grid": blank_grid(customer)})


def submit_or_ask(request: Request, order: Order) -> HttpResponse:
    """Submit through the flow; a warning is asked first and comes back confirmed."""
    warnings = services.warnings_before_submit(order)
    if warnings and request.POST.get("is_confirmed") != "1":
        context = {"order": order, "warnings": warnings}
        return render(request, "orders/order_submit.html", context, status=409)
    user, company = request.user, request.company
    order = flow.submit_order(order.pk, by=user, on=company.today())
    if order.state == OrderState.ON_HOLD:
        note = _("Order %(number)s is on hold: %(why)s")
        messages.warning(request, note % {"number": order.number, "why": order.hold_words})
    else:
        messages.success(request, _("Order %(number)s released.") % {"number": order.number})
    return redirect(order)


def _show_refusals_on(request: Request, grid: Grid, order: Order | None) -> None:
    """Have a refusal of the verb come back on this page, with everything typed still in it."""
    grid.current_version = order.version if order else None
    context = {"grid": grid, "order": order, "blank_row": Row(), "blank_charge": ChargeRow()}
    show_on_form(request, cast("BaseForm", grid), PAGE, **context)


def _page(request: Request, grid: Grid, order: Order | None, *, status: int = 200) -> HttpResponse:
    grid.token = grid.token or f"entry-{uuid.uuid4().hex}"
    context = {"grid": grid, "order": order, "blank_row": Row(), "blank_charge": ChargeRow()}
    return render(request, PAGE, context, status=status)


def _order(request: Request, pk: int) -> Order:
    visible = Order.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("customer__company", "company"), pk=pk)


def _stored_grid(order: Order, missing: Sequence[services.Missing] = ()) -> Grid:
    """The stored draft in the grid, with what it lacks beside the fields."""
    grid = grid_of(order, list(order.lines.select_related("product")), list(order.charges.all()))
    for item in missing:
        grid.lack(item.field, item.message)
    return grid


def _customers(request: Request) -> Any:
    visible = Customer.objects.visible_to(request.user)
    return visible.filter(company=request.company).active().select_related("payment_terms")


def _grid(request: Request) -> Grid:
    company = request.company
    return read_grid(request.POST, company, customers=_customers(request), on=company.today())


def _store(request: Request, grid: Grid, order: Order | None) -> Order:
    company, draft = request.company, grid.order_draft()
    on, by = company.today(), request.user
    if order is None:
        return services.create_order(company, draft, by=by, on=on, key=grid.token)
    return services.save_draft(order.pk, draft, by=by, on=on, version=grid.version)


def _results(rows: Any) -> JsonResponse:
    names = ("value", "label", "text", "hint")
    return JsonResponse({"results": [dict(zip(names, row, strict=True)) for row in rows]})
