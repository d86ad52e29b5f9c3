"""Remittance advice: what payers say their payments are for."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import receivables.services as services
from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.models import Event
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab
from core.uploads import read_upload
from o2c import flow
from receivables.filters import AdviceFilter
from receivables.forms import AdviceForm
from receivables.models import RemittanceAdvice
from receivables.tables import AdviceTable


class AdviceList(ListView):
    """Advices, newest first."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Remittance advice")
    table_class = AdviceTable
    filterset_class = AdviceFilter
    sorts = {"told_at": ("pk",), "amount": ("amount",)}
    default_sort = "-told_at"
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("Waiting"), {"state": "waiting"}, is_counted=True),
        Tab(gettext_lazy("Used"), {"state": "used"}),
    )
    search_placeholder = gettext_lazy("Reference, payer or customer")
    empty = Empty(
        gettext_lazy("No advice yet"),
        gettext_lazy(
            "Upload what a customer sends about a payment of many invoices: CSV, Excel or PDF. It"
            " opens the payment when it comes."
        ),
        "list-details",
    )

    def get_queryset(self) -> QuerySet[RemittanceAdvice]:
        """Advices of the chosen company."""
        return (
            RemittanceAdvice.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("customer", "document")
        )

    def actions(self) -> Sequence[Action]:
        """Upload one."""
        return (
            Action(
                _("Upload advice"),
                reverse("receivables:upload_advice"),
                "upload",
                services.ADVICE_RIGHT,
            ),
        )


@require_http_methods(["GET", "POST"])
@right_required("receivables.match")
def upload_advice(request: Request) -> HttpResponse:
    """Take a file in; payments that wait for it are matched at once."""
    form = AdviceForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {
        "title": _("Upload advice"),
        "back_url": reverse("receivables:advices"),
        "back_label": _("Remittance advice"),
        "submit_label": _("Upload"),
        "lead": _(
            "A list with columns like “Document” and “Amount”, with a column of references if it"
            " is for several payments; or a PDF with a line a document."
        ),
    }
    show_on_form(request, form, "form.html", **context)
    if request.method == "POST" and form.is_valid():
        uploaded = form.cleaned_data["file"]
        taken = flow.import_advice(
            request.company,
            read_upload(uploaded),
            uploaded.name,
            by=request.user,
            on=request.company.today(),
        )
        messages.success(request, _told(taken))
        return redirect(taken.advices[0] if len(taken.advices) == 1 else "receivables:advices")
    return render(
        request, "form.html", {**context, "form": form}, status=422 if form.is_bound else 200
    )


def _told(taken: services.AdvicesTaken) -> str:
    if not taken.new_count:
        return _("This file is known already; nothing changed.")
    told = ngettext("%(count)d advice taken.", "%(count)d advices taken.", taken.new_count) % {
        "count": taken.new_count
    }
    if not taken.matched_count:
        return told
    return (
        told
        + " "
        + ngettext(
            "%(count)d payment was matched with it.",
            "%(count)d payments were matched with it.",
            taken.matched_count,
        )
        % {"count": taken.matched_count}
    )


@require_GET
@right_required("receivables.view")
def advice(request: Request, pk: int) -> HttpResponse:
    """One advice: its lines, the items they are, the payment that used it."""
    found = get_object_or_404(
        RemittanceAdvice.objects.visible_to(request.user).select_related(
            "customer", "document", "match__bank_entry"
        ),
        pk=pk,
    )
    lines = list(found.lines.select_related("item__customer"))
    context = {
        "advice": found,
        "lines": lines,
        "line_total": sum(line.amount for line in lines),
        "unknown_count": sum(line.item is None for line in lines),
        "files": [found.document],
        "may_match": request.user.may("receivables.match", found.company_id),
        "events": Event.objects.visible_to(request.user).about(found)[:20],
    }
    return render(request, "receivables/advice.html", context)


@require_POST
@right_required("receivables.match")
def drop_advice(request: Request, pk: int) -> HttpResponse:
    """Set it aside."""
    found = get_object_or_404(RemittanceAdvice.objects.visible_to(request.user), pk=pk)
    dropped = services.drop_advice(found.pk, by=request.user, on=request.company.today())
    messages.success(request, _("%(advice)s is set aside.") % {"advice": dropped})
    return redirect("receivables:advices")
