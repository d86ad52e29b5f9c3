"""Open items, a customer's account, applying unapplied cash."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Case, Q, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

import receivables.services as services
from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.models import Event
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab
from customers.models import Customer
from o2c.money import ZERO
from receivables.filters import ItemFilter
from receivables.forms import AccountForm, AllocateForm
from receivables.models import Allocation, BankMatch, OpenItem, OrderAdvance, ProviderPayment
from receivables.tables import ItemTable


class ItemList(ListView):
    """What customers owe, and what we owe them."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Open items")
    table_class = ItemTable
    filterset_class = ItemFilter
    sorts = {
        "document_number": ("document_number",),
        "customer": ("customer__name",),
        "document_on": ("document_on",),
        "due_on": ("due_on",),
        "amount": ("amount",),
        "outstanding_amount": ("outstanding_amount",),
    }
    default_sort = "due_on"
    tabs = (
        Tab(gettext_lazy("Open")),
        Tab(gettext_lazy("Overdue"), {"overdue": "1"}, is_counted=True),
        Tab(gettext_lazy("Credits and unapplied cash"), {"credit": "1"}),
        Tab(gettext_lazy("Settled ones too"), {"settled": "1"}),
    )
    totals = ("outstanding_amount",)
    search_placeholder = gettext_lazy("Document or customer")
    empty = Empty(
        gettext_lazy("No open items yet"),
        gettext_lazy("An item appears here when an invoice is issued."),
        "list-details",
    )

    def get_queryset(self) -> QuerySet[OpenItem]:
        """Items of the chosen company that have something left, settled ones when asked for."""
        rows = (
            OpenItem.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("customer")
        )
        return rows if self.request.GET.get("settled") == "1" else rows.open()

    def actions(self) -> Sequence[Action]:
        """Go and match."""
        return (
            Action(
                _("Import opening items"),
                reverse("receivables:import_items"),
                "database-import",
                "receivables.open",
                is_primary=False,
            ),
            Action(
                _("Match payments"),
                reverse("receivables:matching"),
                "arrows-exchange",
                "receivables.match",
            ),
        )


@require_GET
@right_required("receivables.view")
def item(request: Request, pk: int) -> HttpResponse:
    """One item with everything that was set against it."""
    found = get_object_or_404(
        OpenItem.objects.visible_to(request.user).select_related(
            "customer", "invoice", "entry", "company"
        ),
        pk=pk,
    )
    context = _item_context(request, found) | {"form": AllocateForm()}
    return render(request, "receivables/item.html", context)


def _item_context(request: Request, found: OpenItem) -> dict[str, Any]:
    side = "debit_item" if found.amount > 0 else "credit_item"
    other = "credit_item" if found.amount > 0 else "debit_item"
    rows = (
        Allocation.objects.visible_to(request.user)
        .filter(**{side: found})
        .select_related(other, "reversed_by")
        .prefetch_related("exchange_entries")
        .order_by("pk")
    )
    is_credit = found.amount < 0 and found.outstanding_amount != 0
    return {
        "item": found,
        "allocations": [(row, getattr(row, other)) for row in rows],
        "candidates": _payable(found)[:50] if is_credit else (),
        "may_match": request.user.may("receivables.match", found.company_id),
        "may_reverse": request.user.may("receivables.reverse", found.company_id),
        "may_write_off": found.amount > 0
        and found.outstanding_amount > 0
        and request.user.may("receivables.write_off", found.company_id),
        "may_refund": is_credit
        and found.kind in ("payment", "credit_note")
        and request.user.may("receivables.refund", found.company_id),
        "may_claim": found.kind == "invoice"
        and found.amount > 0
        and found.due_on < request.company.today()
        and request.user.may("receivables.claim_interest", found.company_id),
        "claims": found.claims.select_related("item").order_by("-pk")[:10],
        "bank_refunds": found.bank_refunds.order_by("-pk")[:5] if found.amount < 0 else (),
        "cases": found.disputes.order_by("-pk")[:5] if found.amount > 0 else (),
        "write_offs": found.write_offs.order_by("-pk")[:5] if found.amount > 0 else (),
        "today": request.company.today(),
        "advance": _advance(request, found),
        "card_payments": _card_payments(request, found),
        "may_offer": found.amount > 0
        and found.outstanding_amount
        and services.provider_of(found.company) is not None
        and request.user.may(services.PAY, found.company_id),
        "events": _history(request, found)[:20],
    }


def _advance(request: Request, found: OpenItem) -> OrderAdvance | None:
    """The order that a payment is for before its invoice."""
    rows = OrderAdvance.objects.visible_to(request.user).live().filter(item=found)
    return rows.select_related("order").first() if found.amount < 0 else None


def _card_payments(request: Request, found: OpenItem) -> QuerySet[ProviderPayment]:
    """Payments by card that were begun for the item, or that it is the money of."""
    mine = ProviderPayment.objects.visible_to(request.user)
    about = Q(shares__item=found) | Q(movements__item=found)
    return mine.filter(about, customer=found.customer_id).distinct()[:20]


def _history(request: Request, found: OpenItem) -> QuerySet[Event]:
    """What happened to the item and to the invoice or the payment it comes from."""
    matches = BankMatch.objects.visible_to(request.user).filter(entry=found.entry_id)
    match = matches.select_related("bank_entry").first()
    sources = (found.invoice, match.bank_entry if match else None)
    events = Event.objects.visible_to(request.user)
    return events.about(found, *(source for source in sources if source))


def _payable(credit: OpenItem) -> QuerySet[OpenItem]:
    """In the order of §§ 366, 367 BGB: costs, interest, then the oldest principal."""
    costs = Q(kind__in=[OpenItem.Kind.FEE, OpenItem.Kind.FLAT_SUM])
    turn = Case(
        When(costs, then=Value(0)),
        When(kind=OpenItem.Kind.INTEREST, then=Value(1)),
        default=Value(2),
    )
    return (
        # scope: items of a customer whose credit was scoped when it was found
        OpenItem.objects.filter(customer_id=credit.customer_id, currency=credit.currency)
        .debits()
        .open()
        .order_by(turn, "due_on", "pk")
    )


@require_POST
@right_required("receivables.match")
def allocate(request: Request, pk: int) -> HttpResponse:
    """Apply so much of a credit to an open item."""
    credit = get_object_or_404(
        OpenItem.objects.visible_to(request.user).select_related("customer"), pk=pk
    )
    form = AllocateForm(request.POST)
    context = _item_context(request, credit)
    show_on_form(request, form, "receivables/item.html", **context)
    if not form.is_valid():
        return render(request, "receivables/item.html", context | {"form": form}, status=422)
    debit = get_object_or_404(
        OpenItem.objects.visible_to(request.user), pk=form.cleaned_data["debit_item"]
    )
    services.allocate(
        credit.pk,
        debit.pk,
        amount=form.cleaned_data["amount"],
        by=request.user,
        on=request.company.today(),
    )
    messages.success(request, _("Applied to %(item)s.") % {"item": debit.document_number})
    return redirect(credit)


@require_POST
@right_required("receivables.reverse")
def take_back(request: Request, pk: int) -> HttpResponse:
    """Reverse one allocation."""
    row = get_object_or_404(
        Allocation.objects.visible_to(request.user).select_related("debit_item"), pk=pk
    )
    services.take_back(row.pk, by=request.user, on=request.company.today())
    messages.success(
        request, _("Taken back; %(item)s is open again.") % {"item": row.debit_item.document_number}
    )
    return redirect(row.debit_item)


@require_GET
@right_required("receivables.view")
def account(request: Request, customer_pk: int) -> HttpResponse:
    """A customer's statement of account as of a day, newest first, with the running balance."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_pk)
    today = request.company.today()
    form = AccountForm(request.GET if "as_of" in request.GET else None, initial={"as_of": today})
    as_of = form.cleaned_data["as_of"] if form.is_bound and form.is_valid() else today
    rows = list(services.statement_of_account(customer, on=as_of))[::-1]
    ahead = OrderAdvance.objects.visible_to(request.user).with_rest()
    is_here = customer.company_id == request.company.pk
    context = {
        "customer": customer,
        "form": form,
        "rows": rows[:500],
        "row_count": len(rows),
        "as_of": as_of,
        "today": today,
        "sums": _account_sums(rows, as_of),
        "advances": ahead.filter(item__customer=customer).select_related("item", "order")[:50],
        "may_claim": request.user.may("receivables.claim_interest", customer.company_id),
        "may_report": request.user.may("reporting.view", customer.company_id),
        "may_take": is_here and request.user.may(services.TAKE_RIGHT, customer.company_id),
        "may_net": is_here and request.user.may(services.NET_RIGHT, customer.company_id),
    }
    return render(request, "receivables/account.html", context)


def _account_sums(rows: Sequence[services.AccountRow], on: date) -> list[dict[str, Any]]:
    """Per currency: what is owed, what of it is overdue, what stands to the customer's credit."""
    sums: dict[str, dict[str, Any]] = {}
    for row in rows:
        found = sums.setdefault(
            row.item.currency,
            {"currency": row.item.currency, "balance": ZERO, "overdue": ZERO, "credit": ZERO},
        )
        found["balance"] += row.open_amount
        if row.open_amount < 0:
            found["credit"] += row.open_amount
        elif row.item.due_on < on:
            found["overdue"] += row.open_amount
    return list(sums.values())
