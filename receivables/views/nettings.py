"""Nettings: the list, one with both sides, proposing, deciding, taking back, the letter."""

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import receivables.services as services
from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.models import Event, OutboundMessage
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab
from customers.models import Customer
from o2c import flow
from receivables.hand_filters import NettingFilter
from receivables.hand_forms import CustomerForm, NettingForm
from receivables.hand_tables import NettingTable
from receivables.models import Netting


class NettingList(ListView):
    """Nettings, newest first."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Nettings")
    table_class = NettingTable
    filterset_class = NettingFilter
    sorts = {"number": ("pk",), "customer": ("customer__name", "pk"), "amount": ("amount",)}
    default_sort = "-number"
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("To approve"), {"state": "proposed"}, is_counted=True),
        Tab(gettext_lazy("Booked"), {"state": "booked"}),
    )
    totals = ("ours_amount", "theirs_amount", "amount")
    search_placeholder = gettext_lazy("Number or customer")
    empty = Empty(
        gettext_lazy("No netting yet"),
        gettext_lazy("With a customer who supplies you, both sides are set off here."),
        "arrows-diff",
    )

    def get_queryset(self) -> QuerySet[Netting]:
        """Nettings of the chosen company."""
        return (
            Netting.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("customer")
        )

    def actions(self) -> Sequence[Action]:
        """Propose one."""
        return (
            Action(
                _("Propose netting"), reverse("receivables:start_netting"), "arrows-diff",
                services.NET_RIGHT,
            ),
        )  # fmt: skip


@require_GET
@right_required("receivables.view")
def netting(request: Request, pk: int) -> HttpResponse:
    """Both sides, what is set off and what is left."""
    found, user = _netting(request, pk), request.user
    company = found.company_id
    context = {
        "netting": found,
        "items": found.items.select_related("item").order_by("item__due_on", "item_id"),
        "documents": found.documents.all(),
        "is_own": found.proposed_by_id == user.pk,
        "may_decide": found.state == "proposed" and user.may(services.APPROVE_NETTING, company),
        "may_take_back": found.state == "booked" and user.may("receivables.reverse", company),
        "told": OutboundMessage.objects.visible_to(user)
        .filter(about_type=Netting._meta.label_lower, about_id=found.pk)
        .first(),
        "events": Event.objects.visible_to(user).about(found)[:20],
    }
    return render(request, "receivables/netting.html", context)


@require_GET
@right_required("receivables.view")
def netting_file(request: Request, pk: int) -> HttpResponse:
    """The letter, made at the first look."""
    found = _netting(request, pk)
    return redirect("core:document", services.netting_paper(found.pk).pk)


@require_http_methods(["GET", "POST"])
@right_required("receivables.propose_netting")
def start_netting(request: Request) -> HttpResponse:
    """With whom."""
    customers = Customer.objects.visible_to(request.user).filter(company=request.company)
    form = CustomerForm(request.POST or None, customers=customers)
    if request.method == "POST" and form.is_valid():
        return redirect("receivables:propose_netting", form.cleaned_data["customer"].pk)
    page = {
        "title": _("Propose netting"),
        "lead": _("Which customer supplies you too?"),
        "submit_label": _("Next"),
        "back_url": reverse("receivables:nettings"),
        "back_label": _("Nettings"),
    }
    status = 422 if form.is_bound else 200
    return render(request, "form.html", {"form": form, **page}, status=status)


@require_http_methods(["GET", "POST"])
@right_required("receivables.propose_netting")
def propose_netting(request: Request, customer_pk: int) -> HttpResponse:
    """Our items against their documents."""
    customers = Customer.objects.visible_to(request.user).filter(company=request.company)
    customer = get_object_or_404(customers.select_related("company"), pk=customer_pk)
    today = request.company.today()
    form = NettingForm(request.POST or None, items=flow.nettable(customer), today=today)
    page = {
        "title": _("Propose netting"),
        "lead": str(customer),
        "submit_label": _("Propose netting"),
        "back_url": reverse("receivables:nettings"),
        "back_label": _("Nettings"),
    }
    show_on_form(request, form, "form.html", **page)
    if request.method == "POST" and form.is_valid():
        made = flow.propose_netting(customer.pk, form.draft(), by=request.user, on=today)
        messages.success(request, _("Proposed: somebody else approves it."))
        return redirect(made)
    status = 422 if form.is_bound else 200
    return render(request, "form.html", {"form": form, **page}, status=status)


@require_POST
@right_required("receivables.approve_netting")
def decide_netting(request: Request, pk: int) -> HttpResponse:
    """Approve or refuse."""
    found = _netting(request, pk)
    is_approved = request.POST.get("decision") == "approve"
    flow.decide_netting(
        found.pk, is_approved=is_approved, by=request.user, on=request.company.today()
    )
    messages.success(request, _("Approved and booked.") if is_approved else _("Refused."))
    return redirect(found)


@require_POST
@right_required("receivables.reverse")
def take_back_netting(request: Request, pk: int) -> HttpResponse:
    """Book the opposite."""
    found = _netting(request, pk)
    services.take_back_netting(found.pk, by=request.user, on=request.company.today())
    messages.success(request, _("Taken back; the items are open again."))
    return redirect(found)


def _netting(request: Request, pk: int) -> Netting:
    rows = Netting.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("customer", "company", "entry"), pk=pk)
