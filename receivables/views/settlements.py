"""Settlements of the payment provider: the list, one with its lines, taking a file in."""

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Count, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.models import Event
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab
from core.uploads import read_upload
from o2c import flow
from o2c.money import ZERO
from receivables.card_filters import SettlementFilter
from receivables.card_forms import SettlementForm
from receivables.card_tables import SettlementTable
from receivables.models import ProviderSettlement

LINES_SHOWN = 500


class SettlementList(ListView):
    """Settlements, newest first."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Settlements of the payment provider")
    table_class = SettlementTable
    filterset_class = SettlementFilter
    sorts = {"reference": ("reference",), "paid_on": ("paid_on",), "net_amount": ("net_amount",)}
    default_sort = "-paid_on"
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("Does not agree"), {"trouble": "1"}, is_counted=True),
        Tab(gettext_lazy("Payout awaited"), {"waiting": "1"}, is_counted=True),
    )
    totals = ("gross_amount", "fee_amount", "net_amount")
    search_placeholder = gettext_lazy("Reference")
    empty = Empty(
        gettext_lazy("No settlement yet"),
        gettext_lazy("The provider's file tells what it pays out and what it keeps."),
        "building-bank",
    )

    def get_queryset(self) -> QuerySet[ProviderSettlement]:
        """Settlements of the chosen company."""
        return (
            ProviderSettlement.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("match")
        )

    def actions(self) -> Sequence[Action]:
        """Take a file in."""
        return (
            Action(
                _("Import settlement"),
                reverse("receivables:import_settlement"),
                "upload",
                "receivables.import_statement",
            ),
        )


@require_GET
@right_required("receivables.view")
def settlement(request: Request, pk: int) -> HttpResponse:
    """Gross, fee, net; what agrees with no payment of ours; the payout."""
    rows = ProviderSettlement.objects.visible_to(request.user)
    related = ("document", "entry", "match__bank_entry", "company")
    found = get_object_or_404(rows.select_related(*related), pk=pk)
    lines = list(
        found.lines.select_related("movement__payment__customer").order_by("position")[:LINES_SHOWN]
    )
    strange = found.lines.filter(movement=None).exclude(kind="fee")
    told = strange.aggregate(count=Count("pk"), difference=Sum("gross_amount"))
    context = {
        "settlement": found,
        "lines": lines,
        "line_count": found.lines.count(),
        "strange_count": told["count"],
        "difference": told["difference"] or ZERO,
        "files": [found.document],
        "events": Event.objects.visible_to(request.user).about(found)[:20],
    }
    return render(request, "receivables/settlement.html", context)


@require_http_methods(["GET", "POST"])
@right_required("receivables.import_statement")
def import_settlement(request: Request) -> HttpResponse:
    """Take a settlement's file in."""
    form = SettlementForm(request.POST or None, request.FILES or None)
    page = {
        "title": _("Import settlement"),
        "lead": _("The fee is booked, and the payout is found among the bank's entries by itself."),
        "submit_label": _("Import"),
        "back_url": reverse("receivables:provider_settlements"),
        "back_label": _("Settlements of the payment provider"),
    }
    show_on_form(request, form, "form.html", **page)
    if request.method == "POST" and form.is_valid():
        uploaded = form.cleaned_data["file"]
        made, is_new = flow.import_settlement(
            request.company,
            read_upload(uploaded),
            filename=uploaded.name,
            by=request.user,
            on=request.company.today(),
        )
        told = (
            _("Settlement %(reference)s is booked.")
            if is_new
            else _("Settlement %(reference)s was imported before; nothing changed.")
        )
        messages.success(request, told % {"reference": made.reference})
        return redirect(made)
    status = 422 if form.is_bound else 200
    return render(request, "form.html", {"form": form, **page}, status=status)
