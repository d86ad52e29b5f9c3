"""The page on which some of an invoice is credited: by quantity, by amount, charges."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

import invoicing.services as services
from core.auth import right_required
from core.refusals import show_on_form
from core.requests import Request
from invoicing.forms import CreditPartsForm
from invoicing.models import Invoice
from o2c import flow

PAGE = "invoicing/credit_parts.html"


@require_http_methods(["GET", "POST"])
@right_required("invoicing.credit")
def credit_parts(request: Request, pk: int) -> HttpResponse:
    """Say what of which line, look at the totals, then credit it."""
    visible = Invoice.objects.visible_to(request.user).select_related("company", "customer")
    invoice = get_object_or_404(visible.issued(), pk=pk)
    form = CreditPartsForm(request.POST or None, left=services.left_of(invoice))
    context: dict[str, Any] = {
        "invoice": invoice,
        "title": _("Credit a part of %(number)s") % {"number": invoice},
        "back_url": invoice.get_absolute_url(),
        "back_label": str(invoice),
    }
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, PAGE, {"form": form, **context}, status=status)
    show_on_form(request, form, PAGE, **context)
    wanted = form.wanted()
    if "preview" in request.POST:
        context["credit"] = services.credit_of(invoice, **wanted)
        return render(request, PAGE, {"form": form, **context})
    reason, on = form.cleaned_data["reason"], invoice.company.today()
    note = flow.credit_parts(pk, **wanted, reason=reason, by=request.user, on=on)
    messages.success(request, _("%(number)s is issued.") % {"number": note})
    return redirect(note)
