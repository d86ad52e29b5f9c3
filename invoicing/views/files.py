"""Files that a person puts on a draft invoice."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

import invoicing.services as services
from core.auth import right_required
from core.refusals import show_on_form
from core.requests import Request
from core.uploads import read_upload
from invoicing.attachments import MAX_BYTES
from invoicing.forms import AttachForm
from invoicing.models import Invoice


@require_http_methods(["GET", "POST"])
@right_required("invoicing.issue")
def attach(request: Request, pk: int) -> HttpResponse:
    """Choose a file and say what it is."""
    invoice = _visible(request, pk)
    form = AttachForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {
        "title": _("Attach a file to %(number)s") % {"number": invoice},
        "back_url": invoice.get_absolute_url(),
        "back_label": str(invoice),
        "submit_label": _("Attach file"),
    }
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "form.html", {"form": form, **context}, status=status)
    show_on_form(request, form, "form.html", **context)
    upload = form.cleaned_data["file"]
    file = services.attach_file(
        pk,
        read_upload(upload, max_bytes=MAX_BYTES),
        filename=upload.name,
        description=form.cleaned_data["description"],
        by=request.user,
        on=invoice.company.today(),
    )
    messages.success(request, _("%(file)s goes with the invoice.") % {"file": file})
    return redirect(invoice)


@require_POST
@right_required("invoicing.issue")
def remove(request: Request, pk: int) -> HttpResponse:
    """Take the posted ``file`` off."""
    invoice, named = _visible(request, pk), request.POST.get("file", "")
    file_pk = int(named) if named.isascii() and named.isdecimal() and len(named) < 19 else 0
    services.remove_file(pk, file_pk, by=request.user, on=invoice.company.today())
    return redirect(invoice)


def _visible(request: Request, pk: int) -> Invoice:
    visible = Invoice.objects.visible_to(request.user).select_related("company")
    return get_object_or_404(visible, pk=pk)
