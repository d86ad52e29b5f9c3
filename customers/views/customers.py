"""List, page and forms of customers, and the lookup behind every customer field."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab
from customers import services
from customers.filters import CustomerFilter
from customers.forms import CustomerForm, NewCustomerForm
from customers.models import Customer
from customers.tables import CustomerTable

LOOKUP_ROWS = 10


class CustomerList(ListView):
    """All customers of the company."""

    right = "customers.view"
    title = gettext_lazy("Customers")
    table_class = CustomerTable
    filterset_class = CustomerFilter
    sorts = {
        "number": ("number",),
        "name": ("name",),
        "country": ("country",),
        "risk_class": ("risk_class",),
    }
    default_sort = "name"
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("Blocked or stopped"), {"blocked": "1"}),
        Tab(gettext_lazy("Inactive"), {"inactive": "1"}),
    )
    search_placeholder = gettext_lazy("Number, name or VAT id")
    empty = Empty(
        gettext_lazy("No customers yet"),
        gettext_lazy("Enter the first one, with address, terms and contact in one form."),
        "users",
    )

    def get_queryset(self) -> QuerySet[Any]:
        """Customers of the chosen company with their city."""
        request: Any = self.request
        rows = Customer.objects.visible_to(request.user).of(request.company).with_city()
        return rows.select_related("payment_terms", "sales_rep")

    def actions(self) -> tuple[Action, ...]:
        """One may enter a customer here."""
        return (
            Action(
                _("Import customers"),
                reverse("customers:import"),
                "database-import",
                right="customers.change_bank_details",
                is_primary=False,
            ),
            Action(_("New customer"), reverse("customers:new"), "plus", right="customers.change"),
        )


@right_required("customers.change")
def new(request: Request) -> HttpResponse:
    """Enter a customer with address, terms and contact."""
    company, initial = request.company, {"country": request.company.country}
    initial |= {"currency": company.currency, "language": company.language}
    form = NewCustomerForm(request.POST or None, company=company, initial=initial)
    page = {"title": _("New customer"), "submit_label": _("Create customer"), **_back_to_list()}
    if not form.is_valid():
        return _form(request, form, page)
    show_on_form(request, form, "customers/customer_form.html", **page)
    customer = services.create_customer(
        company,
        form.draft(),
        by=request.user,
        on=company.today(),
        addresses=form.addresses(),
        contacts=form.contacts(),
    )
    messages.success(request, _("%(customer)s is in the books.") % {"customer": customer})
    return redirect(customer)


@right_required("customers.change")
def edit(request: Request, pk: int) -> HttpResponse:
    """Change a customer's own facts."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    form = CustomerForm.of(customer, request.POST or None)
    page = {"title": _("Change %(name)s") % {"name": customer.name}, "customer": customer}
    page |= {"back_url": customer.get_absolute_url(), "back_label": customer.number}
    if not form.is_valid():
        return _form(request, form, page)
    show_on_form(request, form, "customers/customer_form.html", **page)
    version, on = form.cleaned_data["version"], customer.company.today()
    services.change_customer(pk, form.draft(), by=request.user, on=on, version=version)
    messages.success(request, _("Saved."))
    return redirect(customer)


def _back_to_list() -> dict[str, Any]:
    return {"back_url": reverse("customers:list"), "back_label": _("Customers")}


def _form(request: Request, form: CustomerForm, page: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "customers/customer_form.html", {"form": form, **page}, status=status)


@require_POST
@right_required("customers.change")
def set_active(request: Request, pk: int) -> HttpResponse:
    """Take a customer out of business (``is_active=0``) or back (``1``)."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    is_active = request.POST.get("is_active") == "1"
    services.set_customer_active(
        pk, is_active=is_active, by=request.user, on=customer.company.today()
    )
    return redirect(customer)


@require_GET
@right_required("customers.view")
def lookup(request: Request) -> JsonResponse:
    """The ten best customers for what is typed (``q``), for comboboxes."""
    rows = Customer.objects.visible_to(request.user).of(request.company).active().with_city()
    found = rows.search(request.GET.get("q", "")[:80])[:LOOKUP_ROWS]
    results = [
        {
            "value": row.pk,
            "label": row.number,
            "text": row.name,
            "hint": getattr(row, "city", "") or row.country,
        }
        for row in found
    ]
    return JsonResponse({"results": results})
