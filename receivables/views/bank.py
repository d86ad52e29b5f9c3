"""Bank files: what came, what is new, what was refused and why; entries and what became of them."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Model, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.models import Event
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab
from core.uploads import read_upload, sized_upload
from o2c import flow
from receivables import services
from receivables.filters import BankEntryFilter, BankFileFilter
from receivables.forms import LateUploadForm, UploadForm
from receivables.models import Allocation, BankEntry, BankFile, BankMatch, OpenItem, Receipt
from receivables.tables import BankEntryTable, BankFileTable
from receivables.told_words import told_amounts
from receivables.words import confidence_word, evidence_words

AT_ONCE_BYTES = 4 * 1024 * 1024
"""A longer file is left to a job: nobody waits for thousands of payments before a page."""


class BankFileList(ListView):
    """Files as they came."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Bank files")
    table_class = BankFileTable
    filterset_class = BankFileFilter
    sorts = {"filename": ("filename",), "imported_at": ("pk",)}
    default_sort = "-imported_at"
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("Booked"), {"state": "booked"}),
        Tab(gettext_lazy("Refused"), {"state": "refused"}, is_counted=True),
        Tab(gettext_lazy("Undone"), {"state": "undone"}),
    )
    search_placeholder = gettext_lazy("File name")
    empty = Empty(
        gettext_lazy("No bank file yet"),
        gettext_lazy("Import a statement from your bank: camt.053 or MT940."),
        "database-import",
    )

    def get_queryset(self) -> QuerySet[BankFile]:
        """Files of the chosen company."""
        return BankFile.objects.visible_to(self.request.user).filter(company=self.request.company)

    def actions(self) -> Sequence[Action]:
        """Import another one; see the entries."""
        return (
            Action(
                _("Remittance advice"),
                reverse("receivables:advices"),
                "list-check",
                "receivables.view",
                is_primary=False,
            ),
            Action(
                _("Columns of CSV files"),
                reverse("receivables:csv_profiles"),
                "columns-3",
                "receivables.view",
                is_primary=False,
            ),
            Action(
                _("All entries"),
                reverse("receivables:bank_entries"),
                "list-details",
                "receivables.view",
                is_primary=False,
            ),
            Action(
                _("Import bank file"),
                reverse("receivables:upload"),
                "database-import",
                "receivables.import_statement",
            ),
        )


class BankEntryList(ListView):
    """Entries of our accounts."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Bank entries")
    table_class = BankEntryTable
    filterset_class = BankEntryFilter
    sorts = {"booking_on": ("booking_on",), "amount": ("amount",)}
    default_sort = "-booking_on"
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("To match"), {"waiting": "1"}, is_counted=True),
    )
    totals = ("amount",)
    search_placeholder = gettext_lazy("Payer, purpose or IBAN")
    empty = Empty(
        gettext_lazy("No entries yet"), gettext_lazy("They come with bank files."), "building-bank"
    )

    def get_queryset(self) -> QuerySet[BankEntry]:
        """Entries of the chosen company."""
        return (
            BankEntry.objects.visible_to(self.request.user)
            .in_books()
            .filter(company=self.request.company)
            .select_related("bank_account")
        )


@require_http_methods(["GET", "POST"])
@right_required("receivables.import_statement")
def upload(request: Request) -> HttpResponse:
    """Import a bank file and show what came of it."""
    form = _upload_form(request)
    context: dict[str, Any] = {
        "title": _("Import bank file"),
        "back_url": reverse("receivables:bank_files"),
        "back_label": _("Bank files"),
        "submit_label": _("Import"),
    }
    show_on_form(request, form, "form.html", **context)
    if request.method == "POST" and form.is_valid():
        uploaded = form.cleaned_data["file"]
        reason = form.cleaned_data.get("late_reason", "")
        if uploaded.size > AT_ONCE_BYTES and not reason:
            source = sized_upload(uploaded)
            return redirect(
                flow.start_statement(
                    request.company, source, filename=uploaded.name, by=request.user
                )
            )
        words: dict[str, Any] = {"by": request.user, "on": request.company.today()}
        take: Any = flow.import_statement
        if reason:
            take = partial(flow.import_late_statement, reason=reason)
        file = take(request.company, read_upload(uploaded), filename=uploaded.name, **words)
        if file.state != "booked":
            messages.warning(request, file.message)
        return redirect(file)
    status = 422 if form.is_bound else 200
    return render(request, "form.html", {**context, "form": form}, status=status)


def _upload_form(request: Request) -> UploadForm:
    """With a field for the reason where a month is softly closed and the person may post late."""
    company, given = request.company, (request.POST or None, request.FILES or None)
    month_end = company.today().replace(day=1) - timedelta(days=1)
    is_soft = services.is_softly_closed(company, on=month_end)
    if is_soft and request.user.may("receivables.post_late", company.pk):
        return LateUploadForm(*given)
    return UploadForm(*given)


@require_GET
@right_required("receivables.view")
def bank_file(request: Request, pk: int) -> HttpResponse:
    """What came of one file."""
    file = get_object_or_404(
        BankFile.objects.visible_to(request.user).select_related("document"), pk=pk
    )
    if request.htmx and file.match_from_id is None:
        return HttpResponseClientRefresh()
    if request.htmx:
        return render(request, "receivables/bank_file.html#matching", {"file": file})
    entries = (
        BankEntry.objects.visible_to(request.user)
        .filter(statement__file=file)
        .order_by("statement_id", "position")
    )
    may_undo = file.state == "booked" and request.user.may("receivables.reverse", file.company_id)
    context = {
        "file": file,
        "may_undo": may_undo,
        "why_not": services.why_not_undone(file) if may_undo else "",
        "notices": file.notices.select_related("bank_entry").order_by("pk")[:200],
        "statements": file.statements.select_related("bank_account").order_by("pk")[:50],
        "entries": entries[:200],
        "to_match_count": entries.filter(is_settled=False).count(),
        "files": [file.document],
        "may_import": request.user.may("receivables.import_statement", file.company_id),
        "events": Event.objects.visible_to(request.user).about(file)[:20],
    }
    return render(request, "receivables/bank_file.html", context)


@require_POST
@right_required("receivables.reverse")
def undo_import(request: Request, pk: int) -> HttpResponse:
    """Take the import back; the file may be imported again."""
    found = get_object_or_404(BankFile.objects.visible_to(request.user), pk=pk)
    file = flow.undo_import(found.pk, by=request.user, on=request.company.today())
    messages.success(request, _("Undone. Nothing of this file is in the books any more."))
    return redirect(file)


@require_GET
@right_required("receivables.view")
def bank_entry(request: Request, pk: int) -> HttpResponse:
    """One entry: verbatim, and why it paid what it paid."""
    entry = get_object_or_404(
        BankEntry.objects.visible_to(request.user).select_related(
            "bank_account", "statement__file", "entry"
        ),
        pk=pk,
    )
    matches = list(
        entry.matches.select_related("entry", "payment_item__customer")
        .prefetch_related("taught")
        .order_by("-pk")
    )
    context = {
        "entry": entry,
        "told_amounts": told_amounts(entry),
        "matches": [_told(match) for match in matches],
        "live": next((match for match in matches if match.undone_at is None), None),
        "allocations": _allocations(matches),
        "unapplied": _unapplied(matches),
        "cases": [
            case
            for match in matches
            if match.undone_at is None
            for case in match.disputes.select_related("item")
        ],
        "shown": [] if ".n" in entry.identity_key else _shown(entry),
        "may_reverse": request.user.may("receivables.reverse", entry.company_id),
        "events": Event.objects.visible_to(request.user).about(entry, *_told_by(entry))[:20],
    }
    return render(request, "receivables/bank_entry.html", context)


def _told_by(entry: BankEntry) -> list[Model]:
    """The bank's file, or the receipt of an account that we keep ourselves."""
    if entry.statement is not None:
        return [entry.statement.file]
    # scope: of an entry that was scoped when it was found
    return [*Receipt.objects.filter(Q(bank_entry=entry) | Q(bounce_entry=entry))]


def _shown(entry: BankEntry) -> list[dict[str, Any]]:
    """Transactions that a notification told of an entry that stays whole."""
    return [
        {**part, "amount": Decimal(part["amount"]), "text": " ".join(part["remittance"])}
        for notice in entry.notices.all()
        for part in notice.parts
    ]


def _told(match: BankMatch) -> dict[str, Any]:
    return {
        "match": match,
        "confidence": confidence_word(match.confidence),
        "evidence": evidence_words(match.evidence),
    }


def _unapplied(matches: Sequence[BankMatch]) -> list[OpenItem]:
    """What is left of the money on its customer's account."""
    entries = [m.entry_id for m in matches if m.undone_at is None and m.payment_item_id]
    # scope: of matches whose entry was scoped when it was found
    rows = OpenItem.objects.filter(entry__in=entries, kind=OpenItem.Kind.PAYMENT).open()
    return list(rows.order_by("pk")) if entries else []


def _allocations(matches: Sequence[BankMatch]) -> QuerySet[Allocation]:
    entries = [match.entry_id for match in matches if match.undone_at is None]
    return (
        # scope: of matches whose entry was scoped when it was found
        Allocation.objects.filter(credit_item__entry__in=entries, amount__gt=0, reversed_by=None)
        .select_related("debit_item", "credit_item")
        .order_by("pk")
    )
