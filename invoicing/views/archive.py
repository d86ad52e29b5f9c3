"""The archive: found by what people know of a document, opened as it was stored."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from core.auth import right_required
from core.lists import Empty, ListView
from core.models import StoredDocument
from core.requests import Request
from core.tabs import Tab
from invoicing.archive import Checked, Traces, senders_of, traces_of
from invoicing.filters import ArchiveFilter
from invoicing.models import Invoice
from invoicing.retention import retention_of
from invoicing.tables import ArchiveTable


class ArchiveList(ListView):
    """Stored invoices and credit notes of the chosen company."""

    right = "invoicing.view"
    title = gettext_lazy("Archive")
    table_class = ArchiveTable
    filterset_class = ArchiveFilter
    sorts = {
        "number": ("number",),
        "customer": ("customer__name",),
        "issued_on": ("issued_on",),
        "signed_amount": ("signed_amount",),
    }
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("Invoices"), {"kind": "invoice"}),
        Tab(gettext_lazy("Credit notes"), {"kind": "credit_note"}),
    )
    search_placeholder = gettext_lazy("Number, customer, their order number or an amount")
    empty = Empty(
        gettext_lazy("Nothing is stored yet"),
        gettext_lazy("Each document that is issued is stored here as it was sent."),
        "archive",
    )

    def get_queryset(self) -> QuerySet[Invoice]:
        """What is stored and may be seen here."""
        rows = Invoice.objects.visible_to(self.request.user).issued()
        rows = rows.filter(company=self.request.company, pdf__isnull=False)
        return rows.with_signed_amount().select_related("customer")

    def _page_rows(self) -> tuple[list[Any], bool]:
        """The page's rows, each with its traces and the day until which it is kept."""
        rows, has_next = super()._page_rows()
        traces, retention = traces_of(rows), retention_of(self.request.company.country)
        for row in rows:
            row.traces = traces.get(row.pk, Traces())
            row.keep_until = retention.keep_until(row.issued_on)
        return rows, has_next


@require_GET
@right_required("invoicing.view")
def archived(request: Request, pk: int) -> HttpResponse:
    """One stored document: its files with their hash checked, who opened it, where it went."""
    rows = Invoice.objects.visible_to(request.user).issued().filter(pdf__isnull=False)
    invoice = get_object_or_404(rows.select_related("company", "customer", "pdf", "xml"), pk=pk)
    assert invoice.issued_on is not None
    retention = retention_of(invoice.company.country)
    files = StoredDocument.objects.visible_to(request.user).about(invoice).order_by("pk")
    context = {
        "invoice": invoice,
        "checked": [Checked.of(file) for file in files],
        "traces": traces_of([invoice])[invoice.pk],
        "senders": senders_of(invoice),
        "retention": retention,
        "keep_until": retention.keep_until(invoice.issued_on),
    }
    return render(request, "invoicing/archived.html", context)
