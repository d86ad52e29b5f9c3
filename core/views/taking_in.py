"""The page that takes a list in: choose a file, see what it would do, confirm.

The first look only tries (``is_trial``) and keeps the file; the second step reads the very bytes
that were looked at. Rooms call ``take_in`` with their own verb.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import Form
from core.models import StoredDocument
from core.refusals import show_on_form
from core.requests import Request
from core.services import store_document
from core.sheets import ImportReport
from core.uploads import read_upload

PAGE = "taking_in.html"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ListForm(Form):
    """A list as CSV or workbook."""

    file = forms.FileField(
        label=gettext_lazy("List"),
        help_text=gettext_lazy("CSV or Excel workbook (.xlsx) with a heading row."),
    )

    def __init__(self, *args: Any, accept: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"].widget.attrs["accept"] = accept


class ConfirmForm(Form):
    """The list that was looked at, and whether its wrong rows are left out."""

    document = forms.IntegerField(widget=forms.HiddenInput)
    skip_bad = forms.BooleanField(
        label=gettext_lazy("Leave the wrong rows out and import the others"), required=False
    )


@dataclass(frozen=True, slots=True)
class Intake:
    """What a room's page needs: its verb, its words, and where it leads.

    ``take`` is called with company, content, filename and ``by``, ``on``, ``skip_bad``,
    ``is_trial``. ``kind`` is that of the stored file, ``fields`` names what columns hold.
    """

    title: str
    lead: str
    take: Callable[..., ImportReport]
    kind: str
    fields: Mapping[str, str | Promise]
    back_url: str
    back_label: str
    accept: str = ".xlsx,.csv,.txt"


def take_in(request: Request, page: Intake) -> HttpResponse:
    """One address for all three steps: the form, the preview, the act."""
    if request.method == "POST" and "document" in request.POST:
        return _confirmed(request, page)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ListForm(*given, accept=page.accept)
    context = {"page": page, "title": page.title}
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, PAGE, {**context, "form": form}, status=status)
    show_on_form(request, form, PAGE, **context)
    upload = form.cleaned_data["file"]
    content = read_upload(upload)
    report = _take(request, page, content, upload.name, is_trial=True)
    document = store_document(
        content,
        company_id=request.company.pk,
        kind=page.kind,
        filename=upload.name,
        content_type=_XLSX if content.startswith(b"PK") else "text/csv",
    )
    return _preview(request, page, document, report)


def _confirmed(request: Request, page: Intake) -> HttpResponse:
    form = ConfirmForm(request.POST)
    pk = form.cleaned_data["document"] if form.is_valid() else 0
    mine = StoredDocument.objects.visible_to(request.user)
    document = get_object_or_404(mine, company=request.company, kind=page.kind, pk=pk)
    skip_bad = form.cleaned_data["skip_bad"]
    report = _take(request, page, document.read(), document.filename, skip_bad=skip_bad)
    if not report.is_written:
        return _preview(request, page, document, report, status=422)
    told = {"file": document.filename, "new": report.counts.get("new", 0)}
    told |= {"known": report.counts.get("known", 0), "refused": report.problem_count}
    messages.success(
        request,
        _("%(file)s: %(new)s new, %(known)s known, %(refused)s left out.") % told,
    )
    return redirect(page.back_url)


def _take(
    request: Request, page: Intake, content: bytes, filename: str, **options: bool
) -> ImportReport:
    company = request.company
    return page.take(company, content, filename, by=request.user, on=company.today(), **options)


def _preview(
    request: Request,
    page: Intake,
    document: StoredDocument,
    report: ImportReport,
    *,
    status: int = 200,
) -> HttpResponse:
    form = ConfirmForm(initial={"document": document.pk})
    if not report.problem_count:
        del form.fields["skip_bad"]
    columns = [(page.fields.get(field, field), name) for field, name in report.columns.items()]
    context: dict[str, Any] = {
        "page": page,
        "title": page.title,
        "form": form,
        "report": report,
        "document": document,
        "columns": columns,
        "more_count": report.problem_count - len(report.problems),
        "may_import": report.counts.get("new") or report.counts.get("changed"),
    }
    return render(request, PAGE, context, status=status)
