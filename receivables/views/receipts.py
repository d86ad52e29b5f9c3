"""Cash and cheques: what was taken, one receipt with its paper, taking, cancelling, bouncing."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

import receivables.services as services
from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.models import Event
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab
from customers.models import Customer
from o2c import flow
from o2c.money import ZERO
from receivables.hand_filters import ReceiptFilter
from receivables.hand_forms import BounceForm, CancelForm, CustomerForm, ReceiptForm
from receivables.hand_tables import ReceiptTable
from receivables.models import Allocation, OpenItem, Receipt

_OFFERED = 100
"""Items of a customer to tick; the oldest."""


class ReceiptList(ListView):
    """Receipts, newest first."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Cash and cheques")
    table_class = ReceiptTable
    filterset_class = ReceiptFilter
    sorts = {
        "number": ("pk",),
        "received_on": ("received_on", "pk"),
        "customer": ("customer__name", "pk"),
        "amount": ("amount",),
    }
    default_sort = "-number"
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("In hand"), {"state": "held"}, is_counted=True),
        Tab(gettext_lazy("At the bank"), {"state": "banked"}),
        Tab(gettext_lazy("Bounced"), {"state": "bounced"}),
    )
    totals = ("amount",)
    search_placeholder = gettext_lazy("Number, cheque or customer")
    empty = Empty(
        gettext_lazy("No cash and no cheque yet"),
        gettext_lazy("What a customer hands over is entered here and pays its items at once."),
        "cash",
    )

    def get_queryset(self) -> QuerySet[Receipt]:
        """Receipts of the chosen company."""
        return (
            Receipt.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("customer", "slip")
        )

    def actions(self) -> Sequence[Action]:
        """The slips; hand in; take."""
        return (
            Action(
                _("Deposit slips"), reverse("receivables:deposits"), "building-bank",
                "receivables.view", is_primary=False,
            ),
            Action(
                _("Put on a slip"), reverse("receivables:put_on_slip"), "list-check",
                services.TAKE_RIGHT, is_primary=False,
            ),
            Action(
                _("Take cash or a cheque"), reverse("receivables:take_receipt"), "cash",
                services.TAKE_RIGHT,
            ),
        )  # fmt: skip


@require_GET
@right_required("receivables.view")
def receipt(request: Request, pk: int) -> HttpResponse:
    """One receipt: what it paid, where it is."""
    found = _receipt(request, pk)
    entry, user = found.bank_entry, request.user
    live = entry.matches.filter(undone_at=None).select_related("payment_item").first()
    # scope: of a receipt that was scoped when it was found
    paid = Allocation.objects.filter(
        credit_item__entry=live.entry_id if live else None, amount__gt=0, reversed_by=None
    )
    is_live = found.state in (Receipt.State.HELD, Receipt.State.BANKED)
    may_reverse = user.may("receivables.reverse", found.company_id)
    context = {
        "receipt": found,
        "entry": entry,
        "live": live,
        "paid": paid.select_related("debit_item", "credit_item").order_by("pk"),
        "may_cancel": may_reverse and found.state == Receipt.State.HELD and not found.slip_id,
        "may_bounce": may_reverse and is_live and live and found.kind == Receipt.Kind.CHEQUE,
        "events": Event.objects.visible_to(user).about(found, entry)[:20],
    }
    return render(request, "receivables/receipt.html", context)


@require_GET
@right_required("receivables.view")
def receipt_file(request: Request, pk: int) -> HttpResponse:
    """The paper for the customer, made at the first look."""
    found = _receipt(request, pk)
    return redirect("core:document", services.receipt_paper(found.pk).pk)


@require_http_methods(["GET", "POST"])
@right_required("receivables.take_receipts")
def take_receipt(request: Request) -> HttpResponse:
    """Whose it is."""
    customers = Customer.objects.visible_to(request.user).filter(company=request.company)
    form = CustomerForm(request.POST or None, customers=customers)
    page = {
        "title": _("Take cash or a cheque"),
        "lead": _("Who hands it over?"),
        "submit_label": _("Next"),
        "back_url": reverse("receivables:receipts"),
        "back_label": _("Cash and cheques"),
    }
    if request.method == "POST" and form.is_valid():
        return redirect("receivables:take_receipt_of", form.cleaned_data["customer"].pk)
    return _form_page(request, form, page)


@require_http_methods(["GET", "POST"])
@right_required("receivables.take_receipts")
def take_receipt_of(request: Request, customer_pk: int) -> HttpResponse:
    """What a customer hands over, and what it pays."""
    customers = Customer.objects.visible_to(request.user).filter(company=request.company)
    customer = get_object_or_404(customers, pk=customer_pk)
    company, today = request.company, request.company.today()
    items = OpenItem.objects.visible_to(request.user).debits().open()
    offered = items.filter(customer=customer, currency=company.currency).order_by("due_on", "pk")
    form = ReceiptForm(
        request.POST or None, items=list(offered[:_OFFERED]), initial={"received_on": today}
    )
    page = {
        "title": _("Take cash or a cheque"),
        "lead": str(customer),
        "submit_label": _("Book"),
        "back_url": reverse("receivables:receipts"),
        "back_label": _("Cash and cheques"),
    }
    show_on_form(request, form, "form.html", **page)
    if request.method == "POST" and form.is_valid():
        made = flow.take_receipt(company, form.draft(customer), by=request.user, on=today)
        messages.success(request, _("%(number)s is booked.") % {"number": made.number})
        return redirect(made)
    return _form_page(request, form, page)


@require_http_methods(["GET", "POST"])
@right_required("receivables.reverse")
def cancel_receipt(request: Request, pk: int) -> HttpResponse:
    """Take a receipt back that was entered in error."""
    found = _receipt(request, pk)
    form = CancelForm(request.POST or None)
    page = _page_of(found, _("Cancel receipt"))
    page["lead"] = _("What it paid is open again; the number stays.")
    show_on_form(request, form, "form.html", **page)
    if request.method == "POST" and form.is_valid():
        note, on = form.cleaned_data["note"], request.company.today()
        flow.cancel_receipt(found.pk, note=note, by=request.user, on=on)
        messages.success(request, _("Cancelled; the items are open again."))
        return redirect(found)
    return _form_page(request, form, page)


@require_http_methods(["GET", "POST"])
@right_required("receivables.reverse")
def bounce_cheque(request: Request, pk: int) -> HttpResponse:
    """A cheque was not paid."""
    found, today = _receipt(request, pk), request.company.today()
    form = BounceForm(request.POST or None, initial={"bounced_on": today, "fee": ZERO})
    page = _page_of(found, _("Cheque bounced"))
    page["lead"] = _("What it paid is open again, due when it was; the fee is a bank charge.")
    show_on_form(request, form, "form.html", **page)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        flow.bounce_cheque(
            found.pk,
            bounced_on=data["bounced_on"],
            reason=data["reason"],
            fee=data["fee"] or ZERO,
            by=request.user,
            on=today,
        )
        messages.success(request, _("Booked; the items are open again."))
        return redirect(found)
    return _form_page(request, form, page)


def _page_of(found: Receipt, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "submit_label": title,
        "back_url": found.get_absolute_url(),
        "back_label": found.number,
    }


def _form_page(request: Request, form: BaseForm, page: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "form.html", {"form": form, **page}, status=status)


def _receipt(request: Request, pk: int) -> Receipt:
    rows = Receipt.objects.visible_to(request.user)
    related = ("customer", "company", "slip", "bank_entry", "bounce_entry", "bounce_match")
    return get_object_or_404(rows.select_related(*related), pk=pk)
