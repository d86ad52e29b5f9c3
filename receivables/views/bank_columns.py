"""What the columns of banks' CSV files hold: said once, listed, forgotten."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

import receivables.services as services
from core.auth import right_required
from core.lists import Empty, ListView
from core.refusals import show_on_form
from core.requests import Request
from o2c import flow
from receivables.bankfiles.csv_table import Table, table
from receivables.filters import CsvProfileFilter
from receivables.forms_bank import CsvColumnsForm
from receivables.models import BankAccount, BankCsvProfile, BankFile
from receivables.tables import CsvProfileTable

_TEMPLATE = "receivables/csv_columns.html"


class CsvProfileList(ListView):
    """What was said of columns, by account."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Columns of CSV files")
    table_class = CsvProfileTable
    filterset_class = CsvProfileFilter
    sorts = {"account": ("bank_account__name", "pk"), "saved_at": ("saved_at", "pk")}
    default_sort = "account"
    search_placeholder = gettext_lazy("Account")
    empty = Empty(
        gettext_lazy("No columns told yet"),
        gettext_lazy(
            "Import a bank's CSV file: what its columns hold is asked once, where the file does"
            " not tell it."
        ),
        "list-details",
    )

    def get_queryset(self) -> QuerySet[BankCsvProfile]:
        """Those of the chosen company."""
        rows = BankCsvProfile.objects.visible_to(self.request.user)
        return rows.filter(company=self.request.company).select_related("bank_account")


@require_POST
@right_required("receivables.import_statement")
def forget_csv_profile(request: Request, pk: int) -> HttpResponse:
    """The next such file asks again."""
    get_object_or_404(BankCsvProfile.objects.visible_to(request.user), pk=pk)
    if saved := services.forget_csv_profile(pk, by=request.user):
        told = _("The columns of %(account)s are forgotten; its next CSV file asks again.")
        messages.success(request, told % {"account": saved.bank_account.name})
    return redirect("receivables:csv_profiles")


@require_http_methods(["GET", "POST"])
@right_required("receivables.import_statement")
def csv_columns(request: Request, pk: int) -> HttpResponse:
    """The columns of a refused CSV with samples; its rows as they would be read; the import."""
    file = get_object_or_404(BankFile.objects.visible_to(request.user).csv_to_tell(), pk=pk)
    found = table(file.document.read())
    if found is None:
        raise Http404
    accounts = BankAccount.objects.visible_to(request.user).filter(
        company=file.company_id, is_active=True
    )
    form = CsvColumnsForm(request.POST or None, table=found, accounts=accounts)
    context = _context(file)
    show_on_form(request, form, _TEMPLATE, **context)
    if request.method == "POST" and form.is_valid():
        if request.POST.get("act") == "save":
            return _imported(request, file, found, form)
        context["preview"] = services.preview_csv(found, form.profile())
    status = 422 if form.errors else 200
    return render(request, _TEMPLATE, {**context, "form": form}, status=status)


def _context(file: BankFile) -> dict[str, Any]:
    return {
        "title": _("Columns of %(file)s") % {"file": file.filename},
        "lead": _(
            "Say once what the columns hold. Later files with these columns are read by themselves."
        ),
        "back_url": file.get_absolute_url(),
        "back_label": file.filename,
        "file": file,
    }


def _imported(request: Request, file: BankFile, found: Table, form: CsvColumnsForm) -> HttpResponse:
    services.preview_csv(found, form.profile())
    services.save_csv_profile(
        form.cleaned_data["account"].pk,
        found,
        fields=form.fields_told(),
        decimal=form.cleaned_data["decimal"],
        is_month_first=form.cleaned_data["is_month_first"],
        by=request.user,
    )
    return redirect(
        flow.import_statement(
            file.company,
            file.document.read(),
            filename=file.filename,
            by=request.user,
            on=request.company.today(),
        )
    )
