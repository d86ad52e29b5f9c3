"""Deposit slips: the list, one with its receipts, putting on and taking off, handing in."""

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import receivables.services as services
from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.models import Event
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab
from receivables.hand_filters import DepositFilter
from receivables.hand_forms import SlipForm
from receivables.hand_tables import DepositTable
from receivables.models import BankAccount, DepositSlip, Receipt


class DepositList(ListView):
    """Slips, newest first."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Deposit slips")
    table_class = DepositTable
    filterset_class = DepositFilter
    sorts = {"number": ("pk",), "handed_in_on": ("handed_in_on", "pk"), "amount": ("amount",)}
    default_sort = "-number"
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("Open"), {"state": "open"}, is_counted=True),
        Tab(gettext_lazy("Credit awaited"), {"state": "handed_in"}, is_counted=True),
    )
    totals = ("amount",)
    search_placeholder = gettext_lazy("Number or account")
    empty = Empty(
        gettext_lazy("No deposit slip yet"),
        gettext_lazy("Cash and cheques in hand are put on one and handed in at the bank."),
        "building-bank",
    )

    def get_queryset(self) -> QuerySet[DepositSlip]:
        """Slips of the chosen company."""
        return (
            DepositSlip.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("bank_account")
        )

    def actions(self) -> Sequence[Action]:
        """The receipts; put some on a slip."""
        return (
            Action(
                _("Cash and cheques"), reverse("receivables:receipts"), "cash",
                "receivables.view", is_primary=False,
            ),
            Action(
                _("Put on a slip"), reverse("receivables:put_on_slip"), "list-check",
                services.TAKE_RIGHT,
            ),
        )  # fmt: skip


@require_GET
@right_required("receivables.view")
def deposit(request: Request, pk: int) -> HttpResponse:
    """One slip with its receipts and what the bank told."""
    found = _slip(request, pk)
    user = request.user
    context = {
        "slip": found,
        "receipts": found.receipts.select_related("customer").order_by("pk"),
        "may_change": found.state == "open" and user.may(services.TAKE_RIGHT, found.company_id),
        "events": Event.objects.visible_to(user).about(found)[:20],
    }
    return render(request, "receivables/deposit.html", context)


@require_GET
@right_required("receivables.view")
def deposit_file(request: Request, pk: int) -> HttpResponse:
    """The paper for the bank, made at the first look."""
    found = _slip(request, pk)
    made = services.deposit_paper(found.pk, language=get_language() or "en")
    return redirect("core:document", made.pk)


@require_http_methods(["GET", "POST"])
@right_required("receivables.take_receipts")
def put_on_slip(request: Request) -> HttpResponse:
    """Put receipts on the open slip of an account."""
    company = request.company
    accounts = BankAccount.objects.visible_to(request.user).filter(
        company=company, kind="bank", is_active=True, currency=company.currency
    )
    receipts = Receipt.objects.visible_to(request.user).in_hand().filter(company=company)
    held = list(receipts.select_related("customer").order_by("pk")[:200])
    form = SlipForm(
        request.POST or None,
        accounts=accounts.order_by("pk"),
        receipts=held,
        initial={"receipts": [one.pk for one in held]},
    )
    page = {
        "title": _("Put on a slip"),
        "lead": _("They go on the open slip of the account, or begin a new one."),
        "submit_label": _("Put on a slip"),
        "back_url": reverse("receivables:receipts"),
        "back_label": _("Cash and cheques"),
    }
    show_on_form(request, form, "form.html", **page)
    if request.method == "POST" and form.is_valid():
        slip = services.put_on_slip(
            company,
            form.cleaned_data["receipts"],
            bank_account_pk=form.cleaned_data["bank_account"],
            by=request.user,
            on=company.today(),
        )
        return redirect(slip)
    status = 422 if form.is_bound else 200
    return render(request, "form.html", {"form": form, **page}, status=status)


@require_POST
@right_required("receivables.take_receipts")
def take_off_slip(request: Request, pk: int) -> HttpResponse:
    """Take one receipt off its slip."""
    found = get_object_or_404(Receipt.objects.visible_to(request.user), pk=pk)
    slip = services.take_off_slip(found.pk, by=request.user, on=request.company.today())
    return redirect(slip)


@require_POST
@right_required("receivables.take_receipts")
def hand_in(request: Request, pk: int) -> HttpResponse:
    """The bank has it."""
    found = _slip(request, pk)
    slip = services.hand_in(found.pk, by=request.user, on=request.company.today())
    told = (
        _("Handed in; the bank's credit was there already.")
        if slip.match_id
        else _("Handed in; the bank's credit is found by itself.")
    )
    messages.success(request, told)
    return redirect(slip)


def _slip(request: Request, pk: int) -> DepositSlip:
    rows = DepositSlip.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("bank_account", "company", "entry", "match__bank_entry"), pk=pk
    )
