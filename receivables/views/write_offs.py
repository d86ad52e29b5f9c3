"""Write-offs: asked for on an item, approved by somebody else, taken back; and tolerances."""

from typing import Any

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import receivables.services as services
from core.actors import require
from core.auth import right_required
from core.lists import Empty, ListView
from core.models import Event
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab
from o2c import flow
from receivables.filters import WriteOffFilter
from receivables.forms_write_offs import DEDUCTED, TolerancesForm, WriteOffForm, initial_of
from receivables.models import OpenItem, TolerancePolicy, WriteOff
from receivables.services import WriteOffDraft
from receivables.tables import WriteOffTable


class WriteOffList(ListView):
    """What was given up, and what waits for approval."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Write-offs")
    table_class = WriteOffTable
    filterset_class = WriteOffFilter
    sorts = {"asked_on": ("pk",), "amount": ("amount",)}
    default_sort = "-asked_on"
    tabs = (
        Tab(gettext_lazy("Waits for approval"), {"state": "asked"}, is_counted=True),
        Tab(gettext_lazy("Accepted by itself"), {"automatic": "1"}),
        Tab(gettext_lazy("All")),
    )
    totals = ("amount",)
    empty = Empty(
        gettext_lazy("Nothing was written off"),
        gettext_lazy("Ask for a write-off on an open item, or accept a deduction."),
        "receipt-off",
    )

    def get_queryset(self) -> QuerySet[WriteOff]:
        """Write-offs of the chosen company."""
        return (
            WriteOff.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("item__customer")
            .annotate(currency=F("item__currency"))
        )


@require_GET
@right_required("receivables.view")
def write_off(request: Request, pk: int) -> HttpResponse:
    """One write-off with its posting."""
    found = _found(request, pk)
    user, company = request.user, found.company_id
    is_own = found.asked_by_id == user.pk
    context = {
        "row": found,
        "lines": found.entry.lines.select_related("account") if found.entry else (),
        "is_own": is_own,
        "may_approve": found.state == "asked" and user.may(services.APPROVE_RIGHT, company),
        "may_reverse": found.state == "booked" and user.may("receivables.reverse", company),
        "events": Event.objects.visible_to(user).about(found)[:20],
    }
    return render(request, "receivables/write_off.html", context)


@require_http_methods(["GET", "POST"])
@right_required("receivables.write_off")
def write_off_item(request: Request, pk: int) -> HttpResponse:
    """Ask for the write-off of an item or a rest of it."""
    items = OpenItem.objects.visible_to(request.user).select_related("customer")
    item = get_object_or_404(items, pk=pk)
    require(request.user, services.ASK_RIGHT, item.company_id)
    form = WriteOffForm(request.POST or None, initial={"amount": item.outstanding_amount})
    context: dict[str, Any] = {
        "title": _("Write off"),
        "lead": f"{item.document_number} · {item.customer}",
        "back_url": item.get_absolute_url(),
        "back_label": item.document_number,
        "submit_label": _("Write off"),
    }
    show_on_form(request, form, "form.html", **context)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = flow.write_off(
            item.pk,
            WriteOffDraft(item.pk, data["amount"], data["reason"], data["note"]),
            by=request.user,
            on=request.company.today(),
        )
        told = _("Written off.") if made.entry_id else _("Asked: somebody else approves it.")
        messages.success(request, told)
        return redirect(made)
    status = 422 if form.is_bound else 200
    return render(request, "form.html", context | {"form": form}, status=status)


@require_POST
@right_required("receivables.approve_write_off")
def decide_write_off(request: Request, pk: int) -> HttpResponse:
    """Approve or refuse."""
    found = _found(request, pk)
    is_approved = request.POST.get("decision") == "approve"
    flow.decide_write_off(
        found.pk, is_approved=is_approved, by=request.user, on=request.company.today()
    )
    messages.success(request, _("Approved and booked.") if is_approved else _("Refused."))
    return redirect(found)


@require_POST
@right_required("receivables.reverse")
def take_back_write_off(request: Request, pk: int) -> HttpResponse:
    """Book the opposite."""
    found = _found(request, pk)
    flow.take_back_write_off(found.pk, by=request.user, on=request.company.today())
    messages.success(request, _("Taken back; the item is open again."))
    return redirect(found)


@require_GET
@right_required("receivables.view")
def tolerances(request: Request) -> HttpResponse:
    """What holds today, and what held before."""
    company = request.company
    policies = TolerancePolicy.objects.visible_to(request.user).filter(company=company)
    words = dict(DEDUCTED)
    context = {
        "policies": [
            (row, [(words[one.reason], one) for one in row.tolerances.all()])
            for row in policies.select_related("owner").prefetch_related("tolerances")[:20]
        ],
        "today": company.today(),
        "currency": company.currency,
        "may_set": request.user.may(services.TOLERANCE_RIGHT, company.pk),
    }
    return render(request, "receivables/tolerances.html", context)


@require_http_methods(["GET", "POST"])
@right_required("receivables.set_tolerances")
def set_tolerances(request: Request) -> HttpResponse:
    """Tolerances that hold from a day on."""
    company = request.company
    today = company.today()
    initial = initial_of(services.policy_on(company, today)) | {"valid_from": today}
    form = TolerancesForm(request.POST or None, initial=initial, company=company)
    context: dict[str, Any] = {
        "title": _("Tolerances of deductions"),
        "back_url": reverse("receivables:tolerances"),
        "back_label": _("Tolerances"),
        "lead": _(
            "A deduction whose amount proves its reason is accepted by itself up to both limits of"
            " that reason and what is left of the customer's year. What nothing proves counts as"
            " unknown."
        ),
    }
    show_on_form(request, form, "form.html", **context)
    if request.method == "POST" and form.is_valid():
        services.set_tolerances(
            company,
            form.policy(),
            valid_from=form.cleaned_data["valid_from"],
            by=request.user,
            on=today,
        )
        messages.success(request, _("The tolerances are kept."))
        return redirect("receivables:tolerances")
    status = 422 if form.is_bound else 200
    return render(request, "form.html", {**context, "form": form}, status=status)


def _found(request: Request, pk: int) -> WriteOff:
    rows = WriteOff.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("item__customer", "entry", "company"), pk=pk)
