"""Card payments: the list of what does not agree, a payment with its refunds, links to pay."""

from collections.abc import Sequence
from typing import Any

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
from core.models import Event
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab
from customers.models import Customer
from o2c import flow
from receivables.card_filters import CardPaymentFilter
from receivables.card_forms import LookedAtForm, OfferForm, RefundForm
from receivables.card_tables import CardPaymentTable
from receivables.card_words import trouble_words
from receivables.models import ProviderPayment, ProviderRefund

PAGE = "receivables/card_payment.html"


class CardPaymentList(ListView):
    """Card payments, newest first."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Card payments")
    table_class = CardPaymentTable
    filterset_class = CardPaymentFilter
    sorts = {"number": ("pk",), "customer": ("customer__name",), "amount": ("amount",)}
    default_sort = "-number"
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("Does not agree"), {"trouble": "1"}, is_counted=True),
        Tab(gettext_lazy("Refunds to approve"), {"refunds": "1"}, is_counted=True),
        Tab(gettext_lazy("Not finished"), {"unfinished": "1"}),
    )
    totals = ("amount",)
    search_placeholder = gettext_lazy("Customer or number at the provider")
    empty = Empty(
        gettext_lazy("No card payment yet"),
        gettext_lazy("Customers pay by the link in their invoices and reminders."),
        "credit-card",
    )

    def get_queryset(self) -> QuerySet[ProviderPayment]:
        """Payments of the chosen company."""
        return (
            ProviderPayment.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("customer")
        )

    def actions(self) -> Sequence[Action]:
        """Look at the provider's settlements."""
        return (
            Action(
                _("Settlements"),
                reverse("receivables:provider_settlements"),
                "building-bank",
                "receivables.view",
                is_primary=False,
            ),
        )


@require_GET
@right_required("receivables.view")
def card_payment(request: Request, pk: int) -> HttpResponse:
    """A payment: what it pays, what moved, what is given back, what does not agree."""
    return render(request, PAGE, _context(request, _payment(request, pk)))


@require_POST
@right_required("receivables.match")
def ask_provider(request: Request, pk: int) -> HttpResponse:
    """Ask the provider now."""
    payment = _payment(request, pk)
    on = request.company.today()
    payment = flow.sync_card_payment(payment.pk, by=request.user, on=on)
    messages.success(
        request,
        _("The provider says: %(state)s.") % {"state": payment.get_state_display()},
    )
    return redirect(payment)


@require_POST
@right_required("receivables.match")
def looked_at(request: Request, pk: int) -> HttpResponse:
    """What did not agree is explained."""
    payment, form = _payment(request, pk), LookedAtForm(request.POST)
    context = _context(request, payment) | {"looked_form": form}
    show_on_form(request, form, PAGE, **context)
    if not form.is_valid():
        return render(request, PAGE, context, status=422)
    note, on = form.cleaned_data["note"], request.company.today()
    services.clear_trouble(payment.pk, note=note, by=request.user, on=on)
    messages.success(request, _("Saved."))
    return redirect(payment)


@require_POST
@right_required("receivables.refund")
def propose_refund(request: Request, pk: int) -> HttpResponse:
    """Give money back; above the limit somebody else approves."""
    payment, form = _payment(request, pk), RefundForm(request.POST)
    context = _context(request, payment) | {"refund_form": form}
    show_on_form(request, form, PAGE, **context)
    if not form.is_valid():
        return render(request, PAGE, context, status=422)
    refund = services.propose_refund(
        payment.pk,
        amount=form.cleaned_data["amount"],
        reason=form.cleaned_data["reason"],
        by=request.user,
        on=request.company.today(),
    )
    told = (
        _("The refund waits for approval by somebody else.")
        if refund.needs_approval
        else _("The refund is on its way to the provider.")
    )
    messages.success(request, told)
    return redirect(payment)


@require_POST
@right_required("receivables.approve_refund")
def approve_refund(request: Request, pk: int) -> HttpResponse:
    """Let a refund go."""
    return _decided(request, pk, is_approved=True)


@require_POST
@right_required("receivables.approve_refund")
def reject_refund(request: Request, pk: int) -> HttpResponse:
    """Do not give it back."""
    return _decided(request, pk, is_approved=False)


def _decided(request: Request, pk: int, *, is_approved: bool) -> HttpResponse:
    refund = get_object_or_404(ProviderRefund.objects.visible_to(request.user), pk=pk)
    services.decide_refund(
        refund.pk, is_approved=is_approved, by=request.user, on=request.company.today()
    )
    messages.success(
        request, _("The refund is approved.") if is_approved else _("The refund is rejected.")
    )
    return redirect(refund.get_absolute_url())


@require_http_methods(["GET", "POST"])
@right_required(services.PAY)
def offer_payment(request: Request, customer_pk: int) -> HttpResponse:
    """Mail a customer the link to the page where they pay by card."""
    customers = Customer.objects.visible_to(request.user)
    customer = get_object_or_404(customers, pk=customer_pk)
    contact = customer.contacts.filter(is_active=True, receives_invoices=True).first()
    form = OfferForm(request.POST or None, initial={"to": contact.email if contact else ""})
    page = {
        "title": _("Mail a link to pay by card"),
        "lead": str(customer),
        "submit_label": _("Mail the link"),
        "back_url": customer.get_absolute_url(),
        "back_label": customer.name,
    }
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "form.html", {"form": form, **page}, status=status)
    show_on_form(request, form, "form.html", **page)
    to = form.cleaned_data["to"]
    services.offer_payment(customer.pk, to=to, by=request.user, on=request.company.today())
    messages.success(request, _("The link is on its way to %(to)s.") % {"to": to})
    return redirect(customer)


def _payment(request: Request, pk: int) -> ProviderPayment:
    rows = ProviderPayment.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("customer", "company"), pk=pk)


def _context(request: Request, payment: ProviderPayment) -> dict[str, Any]:
    user, company = request.user, payment.company_id
    refunds = payment.refunds.order_by("-pk")
    left = services.refundable(payment)
    return {
        "payment": payment,
        "shares": payment.shares.select_related("item").order_by("item__due_on", "item_id"),
        "movements": payment.movements.select_related("entry", "item").prefetch_related(
            "settlement_line__settlement"
        ),
        "refunds": [(row, row.proposed_by_id == user.pk) for row in refunds],
        "refundable": left,
        "refund_form": RefundForm(initial={"amount": left}),
        "looked_form": LookedAtForm(),
        "trouble": trouble_words(payment.trouble),
        "may_match": user.may("receivables.match", company),
        "may_refund": user.may("receivables.refund", company),
        "may_approve": user.may("receivables.approve_refund", company),
        "events": Event.objects.visible_to(user).about(payment)[:20],
    }
