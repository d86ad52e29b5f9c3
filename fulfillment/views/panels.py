"""Fragments for other rooms' pages."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from catalog.models import Product
from core.auth import right_required
from core.requests import Request
from fulfillment import services
from fulfillment.models import Availability
from fulfillment.progress import progress_of, shipments_of
from orders.models import Order, OrderLine


@require_GET
@right_required("fulfillment.view")
def order_panel(request: Request, pk: int) -> HttpResponse:
    """Shipments of an order, and the next pick list where there is something to pick."""
    order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
    # scope: lines of an order that was scoped above
    lines = progress_of(OrderLine.objects.filter(order=order).order_by("position"))
    may_pick = request.user.may("fulfillment.pick", order.company_id)
    context = {
        "order": order,
        "shipments": shipments_of(order),
        "can_pick": may_pick and any(line.to_pick > 0 for line in lines),
    }
    return render(request, "fulfillment/order_panel.html", context)


@require_GET
@right_required("fulfillment.view")
def product_panel(request: Request, pk: int) -> HttpResponse:
    """Stock of a product per warehouse."""
    product = get_object_or_404(Product.objects.visible_to(request.user), pk=pk)
    levels = product.stock_levels.select_related("warehouse").order_by("warehouse")
    context = {"product": product, "levels": levels}
    return render(request, "fulfillment/product_panel.html", context)


@require_GET
@right_required("fulfillment.view")
def availability(request: Request, pk: int) -> HttpResponse:
    """A small hint beside an article: how much is free."""
    product = get_object_or_404(Product.objects.visible_to(request.user), pk=pk)
    found = services.availability([product.pk]).get(product.pk, Availability())
    context = {"product": product, "stock": found}
    return render(request, "fulfillment/availability.html", context)
