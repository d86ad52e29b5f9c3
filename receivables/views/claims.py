"""Claims: the list, one claim and waiving it, interest on an item or of a customer, base rates."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

import receivables.services as services
from core import formats
from core.actors import require
from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.models import Event
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab
from customers.models import Customer
from o2c.errors import BusinessError
from receivables.filters_claims import ClaimFilter
from receivables.forms_claims import BaseRateForm, InterestForm, WaiveForm
from receivables.models import Claim, OpenItem
from receivables.tables_claims import ClaimTable


class ClaimList(ListView):
    """Fees, interest and flat sums claimed."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Claims")
    table_class = ClaimTable
    filterset_class = ClaimFilter
    sorts = {"number": ("pk",), "amount": ("amount",), "claimed_on": ("claimed_on",)}
    default_sort = "-number"
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("Open"), {"open": "1"}),
        Tab(gettext_lazy("Waived"), {"state": "waived"}),
    )
    totals = ("amount",)
    empty = Empty(
        gettext_lazy("No claim yet"),
        gettext_lazy("Interest is claimed on a late invoice; a bank's fee by the return itself."),
        "coins",
    )

    def get_queryset(self) -> QuerySet[Claim]:
        """Claims of the chosen company."""
        return (
            Claim.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("item__customer", "principal")
            .annotate(currency=F("item__currency"), left=F("item__outstanding_amount"))
        )

    def actions(self) -> tuple[Action, ...]:
        """Enter a base rate that was published."""
        url = reverse("receivables:enter_base_rate")
        right = "receivables.enter_rates"
        return (Action(_("Enter base rate"), url, "percentage", right, is_primary=False),)


@require_GET
@right_required("receivables.view")
def claim(request: Request, pk: int) -> HttpResponse:
    """A claim: how it came about, what is open of it."""
    found = _found(request, pk)
    context = {
        "row": found,
        "spans": [
            (date.fromisoformat(first), date.fromisoformat(last), Decimal(amount), Decimal(rate))
            for first, last, amount, rate in found.spans
        ],
        "may_waive": found.state == Claim.State.CLAIMED
        and found.item.outstanding_amount
        and request.user.may("receivables.waive_claim", found.company_id),
        "events": Event.objects.visible_to(request.user).about(found)[:20],
    }
    return render(request, "receivables/claim.html", context)


@require_http_methods(["GET", "POST"])
@right_required("receivables.waive_claim")
def waive_claim(request: Request, pk: int) -> HttpResponse:
    """Give up what is open of a claim."""
    found = _found(request, pk)
    form = WaiveForm(request.POST or None)
    page = {
        "title": _("Waive claim"),
        "lead": f"{found.item.document_number} · {found.item.customer}",
        "submit_label": _("Waive"),
        "back_url": found.get_absolute_url(),
        "back_label": found.item.document_number,
    }
    show_on_form(request, form, "form.html", **page)
    if not form.is_valid():
        return _form(request, form, page)
    services.waive_claim(
        found.pk,
        reason=form.cleaned_data["reason"],
        by=request.user,
        on=request.company.today(),
    )
    messages.success(request, _("The claim is waived; the opposite is booked."))
    return redirect(found)


@require_http_methods(["GET", "POST"])
@right_required("receivables.claim_interest")
def claim_interest(request: Request, pk: int) -> HttpResponse:
    """What may be claimed of an invoice, and claiming it."""
    items = OpenItem.objects.visible_to(request.user).select_related("customer", "company")
    item = get_object_or_404(items, pk=pk)
    require(request.user, "receivables.claim_interest", item.company_id)
    today = request.company.today()
    form = InterestForm(request.POST or None, initial={"until": today, "with_flat_sum": True})
    page = {
        "title": _("Claim interest"),
        "lead": _told(item, today),
        "submit_label": _("Claim interest"),
        "back_url": item.get_absolute_url(),
        "back_label": item.document_number,
    }
    show_on_form(request, form, "form.html", **page)
    if not form.is_valid():
        return _form(request, form, page)
    made = services.claim_interest(item.pk, **form.cleaned_data, by=request.user, on=today)
    messages.success(request, _("Claimed: %s.") % ", ".join(str(row) for row in made))
    return redirect(made[0])


@require_http_methods(["GET", "POST"])
@right_required("receivables.claim_interest")
def claim_all_interest(request: Request, customer_pk: int) -> HttpResponse:
    """Claim interest on all late invoices of a customer."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_pk)
    require(request.user, "receivables.claim_interest", customer.company_id)
    today = request.company.today()
    form = InterestForm(request.POST or None, initial={"until": today, "with_flat_sum": True})
    page = {
        "title": _("Claim interest on all late invoices"),
        "lead": str(customer),
        "submit_label": _("Claim interest"),
        "back_url": reverse("receivables:account", args=[customer.pk]),
        "back_label": _("Account"),
    }
    show_on_form(request, form, "form.html", **page)
    if not form.is_valid():
        return _form(request, form, page)
    made = services.claim_all_interest(customer.pk, **form.cleaned_data, by=request.user, on=today)
    messages.success(request, _("Claimed: %s.") % ", ".join(str(row) for row in made[:10]))
    return redirect("receivables:account", customer.pk)


@require_http_methods(["GET", "POST"])
@right_required("receivables.enter_rates")
def enter_base_rate(request: Request) -> HttpResponse:
    """Enter the base rate of a new half-year."""
    company = request.company
    form = BaseRateForm(request.POST or None)
    known = services.base_rates(company)[:4]
    page = {
        "title": _("Enter base rate"),
        "lead": _("Known: %s.")
        % "; ".join(f"{formats.day(day)}: {rate * 100:.2f} %" for day, rate in known),
        "submit_label": _("Save"),
        "back_url": reverse("receivables:claims"),
        "back_label": _("Claims"),
    }
    show_on_form(request, form, "form.html", **page)
    if not form.is_valid():
        return _form(request, form, page)
    services.enter_base_rate(company, **form.cleaned_data, by=request.user, on=company.today())
    messages.success(request, _("The base rate is kept."))
    return redirect("receivables:claims")


def _told(item: OpenItem, on: date) -> str:
    """What would be claimed up to today, or why not."""
    try:
        quote = services.interest_quote(item, until=on)
    except BusinessError as error:
        return error.message
    return _("Up to today: interest %(amount)s, flat sum %(flat)s.") % {
        "amount": formats.amount(quote.amount, item.currency),
        "flat": formats.amount(quote.flat_amount, item.currency),
    }


def _form(request: Request, form: Any, page: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "form.html", {**page, "form": form}, status=status)


def _found(request: Request, pk: int) -> Claim:
    rows = Claim.objects.visible_to(request.user)
    found = get_object_or_404(
        rows.select_related("item__customer", "company", "principal", "entry", "return_entry"),
        pk=pk,
    )
    require(request.user, "receivables.view", found.company_id)
    return found
