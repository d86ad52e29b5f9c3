"""Pages of disputes."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import DurationField, ExpressionWrapper, F, QuerySet, Value
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import disputes.services as services
from core.actors import require
from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.models import Event
from core.models.events import EventQuerySet
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab
from disputes.filters import DisputeFilter
from disputes.forms import DecideForm, OpenForm, ResolveForm
from disputes.models import Dispute, DisputeState
from disputes.papers import deduction_context
from disputes.tables import DisputeTable
from invoicing.models import Invoice
from o2c import flow
from receivables.models import OpenItem


class DisputeList(ListView):
    """Disputes of the company."""

    right = "disputes.view"
    title = gettext_lazy("Disputes and deductions")
    table_class = DisputeTable
    filterset_class = DisputeFilter
    sorts = {
        "opened_on": ("pk",),
        "age": ("-opened_on",),
        "answer_by": ("answer_by",),
        "amount": ("amount",),
    }
    default_sort = "-opened_on"
    tabs = (
        Tab(gettext_lazy("Open"), {"state": "open"}, is_counted=True),
        Tab(gettext_lazy("Deductions"), {"state": "open", "source": "payment"}, is_counted=True),
        Tab(gettext_lazy("Waits for approval"), {"approval": "1"}, is_counted=True),
        Tab(gettext_lazy("All")),
    )
    totals = ("amount",)
    empty = Empty(
        gettext_lazy("Nothing is disputed"),
        gettext_lazy(
            "A payment that is short opens a case by itself; open a dispute on an item when a"
            " customer contests it."
        ),
        "message-exclamation",
    )

    def get_queryset(self) -> QuerySet[Dispute]:
        """Disputes of the chosen company."""
        return (
            Dispute.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("item__customer", "owner")
            .annotate(
                currency=F("item__currency"),
                age=ExpressionWrapper(
                    Value(self.request.company.today()) - F("opened_on"),
                    output_field=DurationField(),
                ),
            )
        )

    def actions(self) -> Sequence[Action]:
        """What belongs to them."""
        return (
            Action(
                _("Write-offs"),
                reverse("receivables:write_offs"),
                "receipt-off",
                "receivables.view",
                is_primary=False,
            ),
            Action(
                _("Tolerances"),
                reverse("receivables:tolerances"),
                "percentage",
                "receivables.view",
                is_primary=False,
            ),
        )


@require_GET
@right_required("disputes.view")
def dispute(request: Request, pk: int) -> HttpResponse:
    """One dispute with the history of its item."""
    context = dispute_context(request, pk)
    found: Dispute = context["dispute"]
    if found.is_deduction:
        return render(request, "disputes/deduction.html", context | deduction_context(found))
    return render(request, "disputes/detail.html", context | {"form": ResolveForm()})


@require_POST
@right_required("disputes.manage")
def resolve(request: Request, pk: int) -> HttpResponse:
    """Decide it."""
    form = ResolveForm(request.POST)
    context = dispute_context(request, pk)
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


@require_POST
@right_required("disputes.manage")
def accept(request: Request, pk: int) -> HttpResponse:
    """Accept a deduction: the rest is given up, or waits for somebody else's approval."""
    made = _decide(request, pk, services.accept_deduction, with_reason=True)
    if isinstance(made, HttpResponse):
        return made
    told = (
        _("Accepted and booked.")
        if made.state == DisputeState.ACCEPTED
        else _("Accepted: somebody else approves it, as it is above your limit.")
    )
    messages.success(request, told)
    return redirect("disputes:detail", pk)


@require_POST
@right_required("disputes.manage")
def charge_back(request: Request, pk: int) -> HttpResponse:
    """Charge a deduction back: the rest is due as it was."""
    made = _decide(request, pk, services.reject_deduction, with_reason=False)
    if isinstance(made, HttpResponse):
        return made
    messages.success(request, _("Charged back: the rest is due as before and is reminded."))
    return redirect("disputes:detail", pk)


def _decide(
    request: Request, pk: int, verb: Callable[..., Dispute], *, with_reason: bool
) -> Dispute | HttpResponse:
    """Do it, or show the form again with what is wrong."""
    context = dispute_context(request, pk)
    context |= deduction_context(context["dispute"])
    form = DecideForm(request.POST)
    if not form.is_valid():
        return render(request, "disputes/deduction.html", context | {"form": form}, status=422)
    show_on_form(request, form, "disputes/deduction.html", **context)
    given = {"resolution": form.cleaned_data["resolution"]}
    if with_reason:
        given["reason"] = form.cleaned_data["reason"]
    return verb(pk, **given, by=request.user, on=request.company.today())


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


def dispute_context(request: Request, pk: int) -> dict[str, Any]:
    """What every page of a dispute shows; 404 or 403 where it may not be seen."""
    disputes = Dispute.objects.visible_to(request.user)
    found = get_object_or_404(
        disputes.select_related(
            "item__customer",
            "item__invoice__pdf",
            "item__invoice__xml",
            "item__invoice__order",
            "item__company",
            "owner",
            "match__bank_entry",
            "write_off",
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
