"""Goods in and count differences."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from core.auth import right_required
from core.refusals import show_on_form
from core.requests import Request
from fulfillment import services
from fulfillment.forms import AdjustForm, ReceiveForm


@require_http_methods(["GET", "POST"])
@right_required("fulfillment.adjust_stock")
def receive(request: Request) -> HttpResponse:
    """Book several articles in; orders that wait get them at once."""
    form = ReceiveForm(request.POST or None, company=request.company)
    context = _context(_("Receive stock"), _("Book goods in"))
    template = "fulfillment/receive.html"
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, template, context | {"form": form}, status=status)
    show_on_form(request, form, template, **context)
    data = form.cleaned_data
    moves = services.receive_stock(
        data["warehouse"],
        data["receipts"],
        key=data["token"],
        by=request.user,
        on=request.company.today(),
    )
    words = ngettext("%(n)s line booked in.", "%(n)s lines booked in.", len(moves))
    messages.success(request, words % {"n": len(moves)})
    return redirect("fulfillment:stock")


@require_http_methods(["GET", "POST"])
@right_required("fulfillment.adjust_stock")
def adjust(request: Request) -> HttpResponse:
    """Correct one stock level."""
    initial = {"product": request.GET.get("article", "")[:40]}
    form = AdjustForm(request.POST or None, company=request.company, initial=initial)
    context = _context(_("Adjust stock"), _("Book the difference"))
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "form.html", context | {"form": form}, status=status)
    show_on_form(request, form, "form.html", **context)
    data = form.cleaned_data
    services.adjust_stock(
        data["warehouse"],
        data["product"].pk,
        quantity=data["quantity"],
        reason=data["reason"],
        key=data["token"],
        by=request.user,
        on=request.company.today(),
    )
    messages.success(request, _("Stock of %s is corrected.") % data["product"])
    return redirect("fulfillment:product_stock", data["product"].pk)


@require_POST
@right_required("fulfillment.pick")
def reserve(request: Request) -> HttpResponse:
    """Give free stock to orders that wait, if a push was missed."""
    company = request.company
    served = services.reserve_backorders(company.pk, by=request.user, on=company.today())
    words = ngettext("%(n)s line got stock.", "%(n)s lines got stock.", served)
    messages.success(request, words % {"n": served})
    return redirect("fulfillment:backorders")


def _context(title: str, submit_label: str) -> dict[str, object]:
    return {
        "title": title,
        "back_url": reverse("fulfillment:stock"),
        "back_label": _("Stock"),
        "submit_label": submit_label,
    }
