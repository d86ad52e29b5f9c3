"""How one customer gets invoices: the ladder of channels."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

import invoicing.services as services
from core.auth import right_required
from core.refusals import show_on_form
from core.requests import Request
from customers.models import Customer
from invoicing.delivery_forms import ChannelsForm


@require_http_methods(["GET", "POST"])
@right_required("customers.change")
def channels(request: Request, pk: int) -> HttpResponse:
    """Up to three channels, first to last; none leaves it to what the customer has."""
    rows = Customer.objects.visible_to(request.user).select_related("company")
    customer = get_object_or_404(rows, pk=pk)
    known = list(customer.delivery_routes.order_by("position"))
    form = ChannelsForm(request.POST or None, initial=ChannelsForm.initial_of(known))
    page = {
        "title": _("How %(customer)s gets invoices") % {"customer": customer.name},
        "lead": _(
            "The next channel is taken when the one before fails. Without any: Peppol where there"
            " is an electronic address, else e-mail to the contact for invoices, else a letter."
        ),
        "back_url": customer.get_absolute_url(),
        "back_label": str(customer),
    }
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "invoicing/channels.html", {"form": form, **page}, status=status)
    show_on_form(request, form, "invoicing/channels.html", **page)
    services.set_routes(pk, form.rungs(), by=request.user, on=customer.company.today())
    messages.success(request, _("Saved."))
    return redirect(customer)
