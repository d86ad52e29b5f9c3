"""The journal, its entries, and closing the books."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

import receivables.services as services
from core.auth import right_required
from core.formats import day
from core.lists import Action, Empty, ListView
from core.refusals import show_on_form
from core.requests import Request
from receivables.filters import JournalFilter
from receivables.forms import CloseForm
from receivables.models import BankEntry, BooksClosing, JournalEntry, JournalLine
from receivables.tables import JournalTable

_DEBITS = (
    # scope: lines of the entries below, which are scoped
    JournalLine.objects.filter(entry=OuterRef("pk"), amount__gt=0)
    .order_by()
    .values("entry")
    .annotate(total=Sum("amount"))
    .values("total")
)


class JournalList(ListView):
    """Entries, newest first."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Journal")
    table_class = JournalTable
    filterset_class = JournalFilter
    sorts = {"id": ("pk",), "posted_on": ("posted_on",)}
    default_sort = "-id"
    currency_field = "company__currency"
    totals = ("debit_amount",)
    search_placeholder = gettext_lazy("Document or text")
    empty = Empty(
        gettext_lazy("Nothing is booked yet"),
        gettext_lazy("Issued invoices and bank entries book themselves."),
        "book",
    )

    def get_queryset(self) -> QuerySet[JournalEntry]:
        """Entries of the chosen company with the sum of their debits."""
        return (
            JournalEntry.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("company")
            .annotate(debit_amount=Subquery(_DEBITS))
        )

    def actions(self) -> Sequence[Action]:
        """Hand out the books; close a period."""
        return (
            Action(
                _("Exchange rates"),
                reverse("receivables:rates"),
                "currency-euro",
                "receivables.view",
                is_primary=False,
            ),
            Action(
                _("Books out"),
                reverse("receivables:books_exports"),
                "package-export",
                "receivables.view",
                is_primary=False,
            ),
            Action(
                _("Close the books"),
                reverse("receivables:close"),
                "lock",
                "receivables.close_period",
                is_primary=False,
            ),
        )


@require_GET
@right_required("receivables.view")
def journal_entry(request: Request, pk: int) -> HttpResponse:
    """One entry with its lines."""
    entry = get_object_or_404(
        JournalEntry.objects.visible_to(request.user).select_related("company", "reverses"), pk=pk
    )
    lines = entry.lines.select_related("account", "customer").order_by("pk")
    context = {
        "entry": entry,
        "lines": lines,
        "debit_total": sum(line.amount for line in lines if line.amount > 0),
        "reversal": JournalEntry.objects.visible_to(request.user).filter(reverses=entry).first(),
        "items": entry.open_items.order_by("pk"),
        "payment": _payment_of(request, entry),
    }
    return render(request, "receivables/journal_entry.html", context)


def _payment_of(request: Request, entry: JournalEntry) -> BankEntry | None:
    """The bank entry that was booked or matched by a posting."""
    booked_or_matched = Q(entry=entry) | Q(matches__entry=entry)
    return BankEntry.objects.visible_to(request.user).filter(booked_or_matched).first()


@require_http_methods(["GET", "POST"])
@right_required("receivables.close_period")
def close(request: Request) -> HttpResponse:
    """Close the books up to a day, or reopen with a reason."""
    last = BooksClosing.objects.visible_to(request.user).filter(company=request.company).last()
    form = CloseForm(request.POST or None)
    context: dict[str, Any] = {
        "title": _("Close the books"),
        "back_url": reverse("receivables:journal"),
        "back_label": _("Journal"),
        "submit_label": _("Close"),
        "lead": _closing_words(last),
    }
    show_on_form(request, form, "form.html", **context)
    if request.method == "POST" and form.is_valid():
        made = services.close_books(
            request.company, by=request.user, on=request.company.today(), **form.cleaned_data
        )
        messages.success(
            request, _("The books are closed until %(day)s.") % {"day": day(made.closed_until)}
        )
        return redirect("receivables:journal")
    return render(
        request, "form.html", {**context, "form": form}, status=422 if form.is_bound else 200
    )


def _closing_words(last: BooksClosing | None) -> str:
    """What closing does, and up to when the books are closed."""
    effect = _(
        "Nothing can be posted on that day or before any more. Payments are still matched; what "
        "such a match has to post goes to the first open day. An earlier day reopens the books "
        "and needs a reason."
    )
    if last is None:
        return _("No day is closed yet. %(effect)s") % {"effect": effect}
    words = {"day": day(last.closed_until), "name": last.closed_by_name, "effect": effect}
    return _("Closed until %(day)s by %(name)s. %(effect)s") % words
