"""The page on which an invoice is cancelled and issued anew in one act."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.auth import right_required
from core.refusals import show_on_form
from core.requests import Request
from invoicing.forms import ReissueForm
from invoicing.models import Invoice
from o2c import flow

PAGE = "invoicing/reissue.html"


@require_http_methods(["GET", "POST"])
@right_required("invoicing.credit")
def reissue(request: Request, pk: int) -> HttpResponse:
    """Put words and quantities right; the old invoice is credited, the new one issued."""
    visible = Invoice.objects.visible_to(request.user).select_related("company", "customer")
    invoice = get_object_or_404(visible.issued(), pk=pk)
    form = ReissueForm(request.POST or None, invoice=invoice)
    context: dict[str, Any] = {
        "invoice": invoice,
        "title": _("Cancel and reissue %(number)s") % {"number": invoice},
        "back_url": invoice.get_absolute_url(),
        "back_label": str(invoice),
        "submit_label": _("Cancel and reissue"),
    }
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, PAGE, {"form": form, **context}, status=status)
    show_on_form(request, form, PAGE, **context)
    new = flow.cancel_and_reissue(
        pk,
        form.corrections(),
        reason=form.cleaned_data["reason"],
        is_issued=not form.cleaned_data["is_draft"],
        by=request.user,
        on=invoice.company.today(),
    )
    words = {"old": invoice, "new": new}
    messages.success(
        request, _("%(old)s is cancelled by a credit note, and replaced by %(new)s.") % words
    )
    return redirect(new)
