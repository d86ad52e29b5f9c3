"""What matches taught of payers: the list of the company, a customer's part, forgetting."""

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

import receivables.services as services
from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.refusals import page_before
from core.requests import Request
from core.tabs import Tab
from customers.models import Customer
from receivables.filters import LearnedFilter
from receivables.models import PayerAlias
from receivables.tables import LearnedTable
from receivables.views.habits import signs_shown

_SHOWN = 20


class LearnedList(ListView):
    """Names and accounts that matches taught, newest first."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Learned payers")
    table_class = LearnedTable
    filterset_class = LearnedFilter
    sorts = {"value": ("value",), "created_at": ("created_at", "pk")}
    default_sort = "-created_at"
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("In use"), {"state": "in_use"}),
        Tab(gettext_lazy("Forgotten"), {"state": "forgotten"}, is_counted=True),
    )
    search_placeholder = gettext_lazy("Payer, IBAN or customer")
    empty = Empty(
        gettext_lazy("Nothing learned yet"),
        gettext_lazy(
            "When a payment is matched, the payer's name and account are remembered for the next."
        ),
        "user-check",
    )

    def actions(self) -> Sequence[Action]:
        """How payers pay."""
        url = reverse("receivables:habits")
        return (Action(_("Payment habits"), url, "repeat", "receivables.view", is_primary=False),)

    def get_queryset(self) -> QuerySet[PayerAlias]:
        """What was learned in the chosen company."""
        return _learned(self.request).filter(company=self.request.company)


@require_GET
@right_required("receivables.view")
def learned_panel(request: Request, pk: int) -> HttpResponse:
    """Fragment: what was learned of one customer."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    rows = list(_learned(request).filter(customer=customer).order_by("-created_at", "-pk")[:_SHOWN])
    context = {
        "customer": customer,
        "rows": rows,
        "is_more": len(rows) == _SHOWN,
        "may_forget": request.user.may(services.FORGET_RIGHT, customer.company_id),
        "signs": signs_shown(request).filter(customer=customer).order_by("-pk")[:_SHOWN],
    }
    return render(request, "receivables/learned_panel.html", context)


@require_POST
@right_required(services.FORGET_RIGHT)
def forget(request: Request, pk: int) -> HttpResponse:
    """The matcher does not use it any more."""
    alias = services.forget_payer(_own(request, pk).pk, by=request.user, on=request.company.today())
    told = _("%(value)s is forgotten for %(customer)s. Payments that were matched stay so.")
    messages.success(request, told % {"value": alias.value, "customer": alias.customer})
    return _back(request)


@require_POST
@right_required(services.FORGET_RIGHT)
def remember(request: Request, pk: int) -> HttpResponse:
    """The matcher uses it again."""
    alias = services.remember_payer(
        _own(request, pk).pk, by=request.user, on=request.company.today()
    )
    told = _("%(value)s is known again as a payer of %(customer)s.")
    messages.success(request, told % {"value": alias.value, "customer": alias.customer})
    return _back(request)


def _learned(request: Request) -> QuerySet[PayerAlias]:
    return (
        PayerAlias.objects.visible_to(request.user)
        .with_uses()
        .select_related("customer", "learned_from__bank_entry")
    )


def _own(request: Request, pk: int) -> PayerAlias:
    return get_object_or_404(PayerAlias.objects.visible_to(request.user), pk=pk)


def _back(request: Request) -> HttpResponse:
    """To the page the button stood on."""
    return redirect(page_before(request) or "receivables:learned")
