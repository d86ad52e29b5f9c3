"""Fragments for other rooms' pages: payments of an invoice, money of a customer."""

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core.auth import right_required
from core.pictures import Bar
from core.requests import Request
from customers.models import Customer
from invoicing.models import Invoice
from receivables.models import Allocation, OpenItem, OrderAdvance
from receivables.services.ageing import ageing_of


@require_GET
@right_required("receivables.view")
def invoice_panel(request: Request, pk: int) -> HttpResponse:
    """What is left of an invoice, and each payment, credit and discount set against it."""
    invoice = get_object_or_404(Invoice.objects.visible_to(request.user), pk=pk)
    items = list(
        OpenItem.objects.visible_to(request.user).filter(invoice=invoice).order_by("due_on")
    )
    allocations = (
        Allocation.objects.visible_to(request.user)
        .filter(debit_item__in=items)
        .select_related("credit_item")
        .order_by("pk")
    )
    context = {
        "invoice": invoice,
        "items": items,
        "allocations": allocations[:50],
        "open_amount": sum(item.outstanding_amount for item in items),
        "today": request.company.today(),
    }
    return render(request, "receivables/invoice_panel.html", context)


@require_GET
@right_required("receivables.view")
def customer_panel(request: Request, pk: int) -> HttpResponse:
    """Balance, overdue, ageing and open items of a customer."""
    customers = Customer.objects.visible_to(request.user).select_related("company")
    customer = get_object_or_404(customers, pk=pk)
    today = request.company.today()
    open_items = OpenItem.objects.visible_to(request.user).filter(customer=customer).open()
    sums = (
        open_items.values("currency")
        .annotate(balance=Sum("outstanding_amount"))
        .order_by("currency")
    )
    buckets = ageing_of(open_items, on=today)
    context = {
        "customer": customer,
        "balances": [(row["currency"], row["balance"]) for row in sums],
        "overdue": open_items.overdue(today)
        .values("currency")
        .annotate(total=Sum("outstanding_amount"))
        .order_by("currency"),
        "bars": [
            Bar(label, amount, customer.company.currency, "", family)
            for label, amount, family in buckets
            if amount > 0
        ],
        "items": open_items.order_by("due_on", "pk")[:20],
        "advances": OrderAdvance.objects.visible_to(request.user)
        .with_rest()
        .filter(item__customer=customer)
        .select_related("item", "order")
        .order_by("pk")[:20],
        "today": today,
    }
    return render(request, "receivables/customer_panel.html", context)
