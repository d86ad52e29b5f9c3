"""Books out: what was handed out, what came since, and handing out more."""

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

import receivables.services as services
from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.models import Company, Event
from core.refusals import show_on_form
from core.requests import Request
from receivables.filters import BooksExportFilter
from receivables.forms import BooksOutForm
from receivables.models import BooksExport
from receivables.tables import BooksExportTable

SHOWN = 50
_USUAL = {"DE": "datev", "SE": "sie", "NO": "saft-no"}


class BooksExportList(ListView):
    """Exports, newest first."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Books out")
    table_class = BooksExportTable
    filterset_class = BooksExportFilter
    sorts = {"made_at": ("pk",), "start_on": ("start_on",)}
    default_sort = "-made_at"
    search_placeholder = gettext_lazy("File name")
    empty = Empty(
        gettext_lazy("Nothing is handed out yet"),
        gettext_lazy("Choose a period and a format: DATEV, SIE 4, SAF-T or CSV."),
        "package-export",
    )

    def get_queryset(self) -> QuerySet[BooksExport]:
        """Exports of the chosen company."""
        return (
            BooksExport.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("company", "document")
        )

    def actions(self) -> Sequence[Action]:
        """Hand out more."""
        return (
            Action(
                _("Hand out books"),
                reverse("receivables:export_books"),
                "package-export",
                "receivables.export_books",
            ),
        )


@require_http_methods(["GET", "POST"])
@right_required("receivables.export_books")
def export_books(request: Request) -> HttpResponse:
    """Choose a period and a format; a job writes the file."""
    form = BooksOutForm(request.POST or None, initial=_usual(request.company))
    context: dict[str, Any] = {
        "title": _("Hand out books"),
        "back_url": reverse("receivables:books_exports"),
        "back_label": _("Books out"),
        "submit_label": _("Hand out"),
        "lead": _(
            "All entries of the days chosen, as they are now. The file is kept; the next one of "
            "the same days says what was posted into them since."
        ),
    }
    show_on_form(request, form, "form.html", **context)
    if request.method == "POST" and form.is_valid():
        job = services.start_books_export(request.company, by=request.user, **form.cleaned_data)
        return redirect("core:job", job.pk)
    status = 422 if form.is_bound else 200
    return render(request, "form.html", {**context, "form": form}, status=status)


def _usual(company: Company) -> dict[str, object]:
    """The month before this one, in the form of the company's country."""
    end = company.today().replace(day=1) - timedelta(days=1)
    return {
        "form": _USUAL.get(company.country, "saft"),
        "start": end.replace(day=1),
        "end": date(end.year, end.month, calendar.monthrange(end.year, end.month)[1]),
        "token": uuid4().hex,
    }


@require_GET
@right_required("receivables.view")
def books_export(request: Request, pk: int) -> HttpResponse:
    """What is in a file, what it has that the one before had not, what was posted since."""
    export = _export(request, pk)
    later = export.later_entries()[: SHOWN + 1]
    context = {
        "export": export,
        "later": later[:SHOWN],
        "is_more": len(later) > SHOWN,
        "is_same_file": export.previous and export.previous.sha256 == export.sha256,
        "events": Event.objects.visible_to(request.user).about(export),
    }
    return render(request, "receivables/books_export.html", context)


@require_GET
@right_required("receivables.view")
def books_export_file(request: Request, pk: int) -> HttpResponseBase:
    """The file as it was kept, sent piece by piece."""
    document = _export(request, pk).document
    response = FileResponse(
        default_storage.open(document.storage_key, "rb"),
        as_attachment=True,
        filename=document.filename,
        content_type=document.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _export(request: Request, pk: int) -> BooksExport:
    exports = BooksExport.objects.visible_to(request.user)
    return get_object_or_404(exports.select_related("company", "document", "previous"), pk=pk)
