"""Refunds by transfer: the list, proposing one, its account, the decision; payment runs."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import receivables.services as services
from core.actors import require
from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.models import Event
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab
from receivables.filters_refunds import BankRefundFilter, RefundRunFilter
from receivables.forms_refunds import (
    AccountPolicyForm,
    ReasonForm,
    RefundAccountForm,
    RefundForm,
    RefundRunForm,
)
from receivables.models import BankAccount, BankRefund, OpenItem, RefundRun
from receivables.services.debit_proposal import next_bank_day
from receivables.tables_refunds import BankRefundTable, RefundRunTable

State = BankRefund.State


class BankRefundList(ListView):
    """What goes back to customers by bank transfer."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Refunds")
    table_class = BankRefundTable
    filterset_class = BankRefundFilter
    sorts = {"number": ("pk",), "amount": ("amount",), "proposed_on": ("proposed_on",)}
    default_sort = "-number"
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("To approve"), {"state": "proposed"}, is_counted=True),
        Tab(gettext_lazy("To pay"), {"state": "approved"}, is_counted=True),
        Tab(gettext_lazy("At the bank"), {"state": "sent"}),
        Tab(gettext_lazy("Came back"), {"state": "returned"}),
    )
    totals = ("amount",)
    empty = Empty(
        gettext_lazy("No refund yet"),
        gettext_lazy("Propose one on a credit item: a payment on account or a credit note."),
        "receipt-refund",
    )

    def get_queryset(self) -> QuerySet[BankRefund]:
        """Refunds of the chosen company."""
        return (
            BankRefund.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("item__customer", "run")
            .annotate(currency=F("item__currency"))
        )

    def actions(self) -> Sequence[Action]:
        """Pay what is approved; look at the files; set what proposes itself."""
        return (
            Action(
                _("Write payment file"),
                reverse("receivables:write_refund_run"),
                "file-export",
                services.PAY_REFUNDS,
            ),
            Action(
                _("Payment runs"),
                reverse("receivables:refund_runs"),
                "building-bank",
                "receivables.view",
                is_primary=False,
            ),
            Action(
                _("Rules"),
                reverse("receivables:account_rules"),
                "adjustments-horizontal",
                "receivables.set_tolerances",
                is_primary=False,
            ),
        )


class RefundRunList(ListView):
    """Files for the bank with what goes back."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Payment runs")
    table_class = RefundRunTable
    filterset_class = RefundRunFilter
    sorts = {"number": ("pk",), "execute_on": ("execute_on",)}
    default_sort = "-number"
    empty = Empty(
        gettext_lazy("No payment run yet"),
        gettext_lazy("A run orders all approved refunds with one file for the bank."),
        "building-bank",
    )

    def get_queryset(self) -> QuerySet[RefundRun]:
        """Runs of the chosen company with what they pay."""
        return (
            RefundRun.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("bank_account")
            .annotate(refund_count=Count("refunds"), amount=Sum("refunds__amount"))
        )


@require_GET
@right_required("receivables.view")
def bank_refund(request: Request, pk: int) -> HttpResponse:
    """A refund: where it goes and why there, the decision, what the bank said."""
    found = _found(request, pk)
    user, company = request.user, found.company_id
    is_own = user.pk in (found.proposed_by_id, found.account_by_id)
    is_open = found.state == State.PROPOSED
    may_refund = user.may("receivables.refund", company)
    may_approve = user.may("receivables.approve_refund", company)
    context = {
        "row": found,
        "is_own": is_own,
        "may_decide": is_open and may_approve,
        "may_approve": is_open and may_approve and not is_own and found.iban,
        "may_give_account": is_open and may_refund,
        "may_end": found.state == State.APPROVED
        and may_refund
        or found.state == State.SENT
        and may_approve,
        "events": Event.objects.visible_to(user).about(found)[:20],
    }
    return render(request, "receivables/bank_refund.html", context)


@require_http_methods(["GET", "POST"])
@right_required("receivables.refund")
def refund_item(request: Request, pk: int) -> HttpResponse:
    """Propose that a credit goes back."""
    items = OpenItem.objects.visible_to(request.user).select_related("customer", "company")
    item = get_object_or_404(items, pk=pk)
    require(request.user, "receivables.refund", item.company_id)
    form = RefundForm(
        request.POST or None,
        origin=services.origin_of(item),
        initial={"amount": max(-item.outstanding_amount, 0)},
    )
    page = {
        "title": _("Give back"),
        "lead": f"{item.document_number} · {item.customer}",
        "submit_label": _("Propose refund"),
        "back_url": item.get_absolute_url(),
        "back_label": item.document_number,
    }
    show_on_form(request, form, "form.html", **page)
    if not form.is_valid():
        return _form(request, form, page)
    made = services.propose_bank_refund(
        item.pk,
        amount=form.cleaned_data["amount"],
        note=form.cleaned_data["note"],
        account=form.other_account(),
        by=request.user,
        on=request.company.today(),
    )
    messages.success(request, _("Proposed: somebody else approves it."))
    return redirect(made)


@require_http_methods(["GET", "POST"])
@right_required("receivables.refund")
def refund_account(request: Request, pk: int) -> HttpResponse:
    """Give the account that a proposed refund goes to."""
    found = _found(request, pk)
    initial = {"iban": found.iban, "holder": found.holder or found.item.customer.name}
    form = RefundAccountForm(request.POST or None, initial=initial)
    page = _page(found, _("Account of the refund"), _("Save account"))
    show_on_form(request, form, "form.html", **page)
    if not form.is_valid():
        return _form(request, form, page)
    services.give_refund_account(
        found.pk, form.account(), by=request.user, on=request.company.today()
    )
    messages.success(request, _("The account is kept: somebody else approves it."))
    return redirect(found)


@require_POST
@right_required("receivables.approve_refund")
def decide_refund(request: Request, pk: int) -> HttpResponse:
    """Approve or refuse."""
    found = _found(request, pk)
    is_approved = request.POST.get("decision") == "approve"
    services.decide_bank_refund(
        found.pk,
        is_approved=is_approved,
        seen_iban=request.POST.get("seen_iban", ""),
        by=request.user,
        on=request.company.today(),
    )
    told = _("Approved: the next payment file orders it.") if is_approved else _("Refused.")
    messages.success(request, told)
    return redirect(found)


@require_http_methods(["GET", "POST"])
@right_required("receivables.refund")
def end_refund(request: Request, pk: int) -> HttpResponse:
    """Withdraw an approved refund, or say that the bank did not carry it out."""
    found = _found(request, pk)
    is_sent = found.state == State.SENT
    form = ReasonForm(request.POST or None)
    title = _("Not carried out by the bank") if is_sent else _("Withdraw refund")
    page = _page(found, title, title)
    if is_sent:
        page["lead"] = _(
            "Only when the bank refused it or never had the file: else the customer is paid twice."
        )
    show_on_form(request, form, "form.html", **page)
    if not form.is_valid():
        return _form(request, form, page)
    end = services.reject_bank_refund if is_sent else services.withdraw_bank_refund
    end(
        found.pk,
        reason=form.cleaned_data["reason"],
        by=request.user,
        on=request.company.today(),
    )
    messages.success(request, _("The credit is open again."))
    return redirect(found)


@require_http_methods(["GET", "POST"])
@right_required("receivables.pay_refunds")
def write_refund_run(request: Request) -> HttpResponse:
    """One file with all approved refunds of an account's currency."""
    company, on = request.company, request.company.today()
    accounts = BankAccount.objects.visible_to(request.user).filter(
        company=company, is_active=True, kind="bank"
    )
    waiting = BankRefund.objects.visible_to(request.user).filter(company=company).to_pay()
    form = RefundRunForm(
        request.POST or None,
        accounts=accounts.order_by("name", "pk"),
        initial={"execute_on": next_bank_day(on)},
    )
    page = {
        "title": _("Write payment file"),
        "lead": _("Approved refunds that wait for a file: %(count)d.") % {"count": waiting.count()},
        "submit_label": _("Write payment file"),
        "back_url": reverse("receivables:bank_refunds"),
        "back_label": _("Refunds"),
    }
    show_on_form(request, form, "form.html", **page)
    if not form.is_valid():
        return _form(request, form, page)
    run = services.write_refund_run(company, form.order(), by=request.user, on=on)
    messages.success(request, _("Run %s is written: give its file to the bank.") % run.number)
    return redirect(run)


@require_GET
@right_required("receivables.view")
def refund_run(request: Request, pk: int) -> HttpResponse:
    """A run: what it orders, and the file."""
    runs = RefundRun.objects.visible_to(request.user).select_related("bank_account", "document")
    run = get_object_or_404(runs, pk=pk)
    require(request.user, "receivables.view", run.company_id)
    rows = BankRefund.objects.visible_to(request.user).filter(run=run)
    context = {
        "run": run,
        "rows": rows.select_related("item__customer").order_by("pk")[:1000],
        "sums": rows.aggregate(count=Count("pk"), amount=Sum("amount")),
        "events": Event.objects.visible_to(request.user).about(run)[:20],
    }
    return render(request, "receivables/refund_run.html", context)


@require_http_methods(["GET", "POST"])
@right_required("receivables.set_tolerances")
def account_rules(request: Request) -> HttpResponse:
    """What is proposed by itself."""
    company = request.company
    policy = services.account_policy(company)
    form = AccountPolicyForm(
        request.POST or None,
        initial={
            "refund_after_days": policy.refund_after_days,
            "is_duplicate_refunded": policy.is_duplicate_refunded,
            "is_return_fee_passed_on": policy.is_return_fee_passed_on,
        },
    )
    page = {
        "title": _("Rules of customers' accounts"),
        "submit_label": _("Save"),
        "back_url": reverse("receivables:bank_refunds"),
        "back_label": _("Refunds"),
    }
    show_on_form(request, form, "form.html", **page)
    if not form.is_valid():
        return _form(request, form, page)
    services.set_account_policy(company, **form.cleaned_data, by=request.user, on=company.today())
    messages.success(request, _("The rules are kept."))
    return redirect("receivables:bank_refunds")


def _form(request: Request, form: Any, page: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "form.html", {**page, "form": form}, status=status)


def _page(found: BankRefund, title: str, submit: str) -> dict[str, Any]:
    return {
        "title": title,
        "lead": f"{found.number} · {found.item.document_number} · {found.item.customer}",
        "submit_label": submit,
        "back_url": found.get_absolute_url(),
        "back_label": found.number,
    }


def _found(request: Request, pk: int) -> BankRefund:
    rows = BankRefund.objects.visible_to(request.user)
    found = get_object_or_404(
        rows.select_related(
            "item__customer", "company", "run", "debit_item__entry", "match__bank_entry",
            "account_by", "return_entry",
        ),
        pk=pk,
    )  # fmt: skip
    require(request.user, "receivables.view", found.company_id)
    return found
