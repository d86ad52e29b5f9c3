"""Pages of disputes."""

from typing import Any

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import disputes.services as services
from core.actors import require
from core.auth import right_required
from core.lists import Empty, ListView
from core.models import Event
from core.models.events import EventQuerySet
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab
from disputes.filters import DisputeFilter
from disputes.forms import OpenForm, ResolveForm
from disputes.models import Dispute, DisputeState
from disputes.tables import DisputeTable
from invoicing.models import Invoice
from o2c import flow
from receivables.models import OpenItem


class DisputeList(ListView):
    """Disputes of the company."""

    right = "disputes.view"
    title = gettext_lazy("Disputes")
    table_class = DisputeTable
    filterset_class = DisputeFilter
    sorts = {"opened_on": ("pk",), "answer_by": ("answer_by",), "amount": ("amount",)}
    default_sort = "-opened_on"
    tabs = (
        Tab(gettext_lazy("Open"), {"state": "open"}, is_counted=True),
        Tab(gettext_lazy("All")),
    )
    totals = ("amount",)
    empty = Empty(
        gettext_lazy("Nothing is disputed"),
        gettext_lazy("Open a dispute on an open item when a customer contests it."),
        "message-exclamation",
    )

    def get_queryset(self) -> QuerySet[Dispute]:
        """Disputes of the chosen company."""
        return (
            Dispute.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("item__customer", "owner")
            .annotate(currency=F("item__currency"))
        )


@require_GET
@right_required("disputes.view")
def dispute(request: Request, pk: int) -> HttpResponse:
    """One dispute with the history of its item."""
    context = _context(request, pk)
    return render(request, "disputes/detail.html", context | {"form": ResolveForm()})


@require_POST
@right_required("disputes.manage")
def resolve(request: Request, pk: int) -> HttpResponse:
    """Decide it."""
    form = ResolveForm(request.POST)
    context = _context(request, pk)
    if not form.is_valid():
        return render(request, "disputes/detail.html", context | {"form": form}, status=422)
    show_on_form(request, form, "disputes/detail.html", **context)
    services.resolve_dispute(
        context["dispute"].pk,
        is_accepted=form.cleaned_data["decision"] == "accept",
        resolution=form.cleaned_data["resolution"],
        by=request.user,
        on=request.company.today(),
    )
    messages.success(request, _("The dispute is decided."))
    return redirect("disputes:detail", pk)


@require_http_methods(["GET", "POST"])
@right_required("disputes.manage")
def open_for_item(request: Request, pk: int) -> HttpResponse:
    """Open a dispute on an item."""
    items = OpenItem.objects.visible_to(request.user).select_related("customer")
    item = get_object_or_404(items, pk=pk)
    require(request.user, "disputes.manage", item.company_id)
    form = OpenForm(request.POST or None, initial={"amount": item.outstanding_amount})
    context: dict[str, Any] = {
        "title": _("Open a dispute"),
        "lead": f"{item.document_number} · {item.customer}",
        "back_url": item.customer.get_absolute_url(),
        "back_label": str(item.customer),
        "submit_label": _("Open dispute"),
    }
    if form.is_valid():
        show_on_form(request, form, "form.html", **context)
        made = services.open_dispute(
            item.pk, **form.cleaned_data, by=request.user, on=request.company.today()
        )
        messages.success(request, _("The dispute is open; the amount is not reminded."))
        return redirect("disputes:detail", made.pk)
    status = 422 if form.is_bound else 200
    return render(request, "form.html", context | {"form": form}, status=status)


def _context(request: Request, pk: int) -> dict[str, Any]:
    disputes = Dispute.objects.visible_to(request.user)
    found = get_object_or_404(
        disputes.select_related(
            "item__customer", "item__invoice__pdf", "item__invoice__xml", "owner"
        ),
        pk=pk,
    )
    require(request.user, "disputes.view", found.company_id)
    invoice = found.item.invoice
    visible = Event.objects.visible_to(request.user)
    today = request.company.today()
    return {
        "dispute": found,
        "may_resolve": found.state == DisputeState.OPEN
        and request.user.may("disputes.manage", found.company_id),
        "steps": flow.document_flow(invoice) if invoice else None,
        "files": [file for file in (invoice.pdf, invoice.xml) if file] if invoice else None,
        "history": _history(visible, invoice),
        "today": today,
        "days_left": (found.answer_by - today).days,
        "events": visible.about(found)[:20],
    }


def _history(visible: EventQuerySet, invoice: Invoice | None) -> list[Event]:
    """What happened from the order to the invoice: the evidence the answer rests on."""
    if invoice is None:
        return []
    first = visible.about(invoice).exclude(correlation="").first()
    if first is None:  # of many orders: its own events, which belong to none alone
        return list(visible.about(invoice)[:12])
    way = visible.along(first.correlation).exclude(subject_type=Dispute._meta.label_lower)
    return list(way[:12])
