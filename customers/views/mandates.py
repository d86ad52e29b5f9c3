"""SEPA mandates: the list, entering one, checking it, suspending and revoking it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.actors import require
from core.auth import right_required
from core.forms import Form
from core.lists import Empty, ListView
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab
from customers import services
from customers.filters import MandateFilter
from customers.forms import MandateForm, MandateReasonForm
from customers.models import Customer, Mandate
from customers.rules import masked_iban
from customers.tables import MandateTable

PANEL_ROWS = 20


class MandateList(ListView):
    """The company's mandates."""

    right = "receivables.view"
    title = gettext_lazy("SEPA mandates")
    table_class = MandateTable
    filterset_class = MandateFilter
    sorts = {
        "reference": ("reference",),
        "signed_on": ("signed_on",),
        "last_used_on": ("last_used_on",),
    }
    default_sort = "reference"
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("To be checked"), {"state": "draft"}, is_counted=True),
        Tab(gettext_lazy("In use"), {"state": "active"}),
        Tab(gettext_lazy("Suspended"), {"state": "suspended"}),
    )
    search_placeholder = gettext_lazy("Mandate or customer")
    empty = Empty(
        gettext_lazy("No mandate yet"),
        gettext_lazy("A mandate is entered on the customer's page, under Terms."),
        "file-check",
    )

    def get_queryset(self) -> QuerySet[Mandate]:
        """Mandates of the chosen company with their customers."""
        return (
            Mandate.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("customer")
        )


@require_GET
@right_required("customers.view")
def panel(request: Request, pk: int) -> HttpResponse:
    """Fragment: the customer's mandates and what the person may do with them."""
    user = request.user
    customer = get_object_or_404(Customer.objects.visible_to(user), pk=pk)
    require(user, "customers.view", customer.company_id)
    in_full = user.may("receivables.view", customer.company_id)
    rows = [
        {
            "mandate": mandate,
            "iban": mandate.iban if in_full else masked_iban(mandate.iban),
            "is_own": mandate.entered_by_id == user.pk,
        }
        for mandate in Mandate.objects.visible_to(user).filter(customer=customer)[:PANEL_ROWS]
    ]
    may_change = user.may("customers.change_bank_details", customer.company_id)
    context = {"mandates": rows, "may_change": may_change}
    return render(request, "customers/mandate_panel.html", context)


@require_http_methods(["GET", "POST"])
@right_required("customers.change_bank_details")
def new(request: Request, pk: int) -> HttpResponse:
    """Enter what stands on the signed paper."""
    rows = Customer.objects.visible_to(request.user).select_related("company")
    customer = get_object_or_404(rows, pk=pk)
    require(request.user, "customers.change_bank_details", customer.company_id)
    known = customer.bank_accounts.order_by("-pk").first()
    initial = {"iban": known.iban, "bic": known.bic, "holder": known.holder} if known else {}
    form = MandateForm(request.POST or None, initial=initial)
    lead = _("Somebody else checks it against the paper before it is used.")
    page = _page(customer, _("New SEPA mandate"), lead)

    def save(act: dict[str, Any]) -> None:
        made = services.enter_mandate(customer.pk, form.draft(), **act)
        messages.success(request, _("Mandate %s is entered.") % made.reference)

    return _filled(request, form, customer, page, save)


@require_POST
@right_required("customers.change_bank_details")
def activate(request: Request, pk: int) -> HttpResponse:
    """Checked against the paper: put it to use."""
    mandate = _mandate(request, pk)
    services.activate_mandate(mandate.pk, by=request.user, on=mandate.customer.company.today())
    messages.success(request, _("Mandate %s is in use.") % mandate.reference)
    return redirect(mandate)


@require_http_methods(["GET", "POST"])
@right_required("customers.change_bank_details")
def suspend(request: Request, pk: int) -> HttpResponse:
    """Collect nothing from it for now."""
    return _with_reason(request, pk, _("Suspend mandate"), services.suspend_mandate)


@require_http_methods(["GET", "POST"])
@right_required("customers.change_bank_details")
def revoke(request: Request, pk: int) -> HttpResponse:
    """End it for good."""
    return _with_reason(request, pk, _("Revoke mandate"), services.revoke_mandate)


def _with_reason(request: Request, pk: int, title: str, verb: Callable[..., Any]) -> HttpResponse:
    mandate = _mandate(request, pk)
    form = MandateReasonForm(request.POST or None)
    page = _page(mandate.customer, title, f"{mandate.reference} · {mandate.customer}")

    def save(act: dict[str, Any]) -> None:
        verb(mandate.pk, **form.cleaned_data, **act)

    return _filled(request, form, mandate.customer, page, save)


def _mandate(request: Request, pk: int) -> Mandate:
    rows = Mandate.objects.visible_to(request.user).select_related("customer__company")
    mandate = get_object_or_404(rows, pk=pk)
    require(request.user, "customers.change_bank_details", mandate.company_id)
    return mandate


def _page(customer: Customer, title: str, lead: str) -> dict[str, Any]:
    return {
        "title": title,
        "lead": lead,
        "submit_label": title,
        "back_url": customer.get_absolute_url(),
        "back_label": str(customer),
    }


def _filled(
    request: Request,
    form: Form,
    customer: Customer,
    page: dict[str, Any],
    save: Callable[[dict[str, Any]], None],
) -> HttpResponse:
    """Show the form until it can be read, then act and go back to the customer's terms."""
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "form.html", {"form": form, **page}, status=status)
    show_on_form(request, form, "form.html", **page)
    save({"by": request.user, "on": customer.company.today()})
    return redirect("customers:terms", customer.pk)
