"""The import page: one file up, one result per order back."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.auth import right_required
from core.refusals import show_on_form
from core.requests import Request
from core.uploads import read_upload
from orders import services
from orders.forms import ImportForm

PAGE = "orders/order_import.html"


@right_required("orders.enter")
def import_file(request: Request) -> HttpResponse:
    """Take a file and show what became of each order in it."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    context = {"title": _("Import orders")}
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, PAGE, {"form": form, **context}, status=status)
    show_on_form(request, form, PAGE, **context)
    upload, company = form.cleaned_data["file"], request.company
    results = services.import_orders(
        company,
        read_upload(upload),
        upload.name,
        by=request.user,
        on=company.today(),
    )
    found = {"results": results, "filename": upload.name, "form": ImportForm()}
    return render(request, PAGE, {**context, **found})
