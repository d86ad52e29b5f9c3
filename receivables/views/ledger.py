"""The journal and its entries."""

from collections.abc import Sequence

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.requests import Request
from receivables.filters import JournalFilter
from receivables.models import BankEntry, JournalEntry, JournalLine
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
                _("Close a month"),
                reverse("receivables:cockpit"),
                "lock",
                "receivables.view",
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
