"""Direct debit runs: the list, proposing one, the run with its decision."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
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
from o2c import flow
from receivables.filters import DebitRunFilter
from receivables.forms import DebitForm
from receivables.models import Debit, DebitRun
from receivables.tables import DebitRunTable
from receivables.words import left_out_debits

ROWS_ON_A_PAGE = 100


class DebitRunList(ListView):
    """Direct debit runs of the company."""

    right = "receivables.view"
    title = gettext_lazy("Direct debits")
    table_class = DebitRunTable
    filterset_class = DebitRunFilter
    sorts = {"number": ("pk",), "collect_on": ("collect_on",)}
    default_sort = "-number"
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("To approve"), {"state": "proposed"}, is_counted=True),
        Tab(gettext_lazy("Approved"), {"state": "approved"}),
    )
    empty = Empty(
        gettext_lazy("No direct debit run yet"),
        gettext_lazy("A run proposes what is collected; a second person approves it."),
        "building-bank",
    )

    def get_queryset(self) -> QuerySet[DebitRun]:
        """Runs of the chosen company with what they collect."""
        kept = ~Q(debits__state="dropped")
        return (
            DebitRun.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("approved_by")
            .annotate(
                debit_count=Count("debits", filter=kept),
                amount=Sum("debits__amount", filter=kept),
            )
        )

    def actions(self) -> Sequence[Action]:
        """Propose a run; look at the mandates it collects from."""
        url = reverse("receivables:propose_debits")
        mandates = reverse("customers:mandates")
        return (
            Action(_("Propose run"), url, "plus", "receivables.propose_debits"),
            Action(
                _("SEPA mandates"), mandates, "file-check", "receivables.view", is_primary=False
            ),
        )


@require_http_methods(["GET", "POST"])
@right_required("receivables.propose_debits")
def propose(request: Request) -> HttpResponse:
    """Onto which account, when, by which scheme; then the proposal."""
    company, on = request.company, request.company.today()
    initial = {"collect_on": services.first_day(company, on)}
    form = DebitForm(request.POST or None, company=company, initial=initial)
    page = {
        "title": _("Propose a direct debit run"),
        "lead": _("Nothing is collected before somebody else has approved it."),
        "submit_label": _("Propose run"),
        "back_url": reverse("receivables:debit_runs"),
        "back_label": _("Direct debits"),
    }
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "form.html", {"form": form, **page}, status=status)
    show_on_form(request, form, "form.html", **page)
    made = flow.propose_debits(company, form.plan(), by=request.user, on=on)
    return redirect(made)


@require_GET
@right_required("receivables.view")
def debit_run(request: Request, pk: int) -> HttpResponse:
    """A run: what it collects, who is left out and why, the file, the decision."""
    runs = DebitRun.objects.visible_to(request.user)
    run = get_object_or_404(runs.select_related("bank_account", "approved_by", "document"), pk=pk)
    require(request.user, "receivables.view", run.company_id)
    return render(request, "receivables/debit_run.html", _context(request, run))


@require_POST
@right_required("receivables.approve_debits")
def approve(request: Request, pk: int) -> HttpResponse:
    """Let the run go."""
    run = get_object_or_404(DebitRun.objects.visible_to(request.user), pk=pk)
    seen = request.POST.get("seen_hash", "")
    on = request.company.today()
    run = flow.approve_debits(run.pk, by=request.user, on=on, seen_hash=seen)
    messages.success(request, _("Run %s is approved: give its file to the bank.") % run.number)
    return redirect(run)


@require_POST
@right_required("receivables.propose_debits")
def discard(request: Request, pk: int) -> HttpResponse:
    """Throw the proposal away."""
    run = get_object_or_404(DebitRun.objects.visible_to(request.user), pk=pk)
    services.discard_debits(run.pk, by=request.user, on=request.company.today())
    messages.success(request, _("Run %s is discarded.") % run.number)
    return redirect("receivables:debit_runs")


def _context(request: Request, run: DebitRun) -> dict[str, Any]:
    user = request.user
    debits = Debit.objects.visible_to(user).filter(run=run)
    rows = debits.select_related("item__customer", "mandate", "message").order_by("pk")
    sums = debits.aggregate(
        count=Count("pk"),
        amount=Sum("amount"),
        by_post=Count("pk", filter=Q(message=None, state="sent")),
    )
    return {
        "run": run,
        "page": Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "sums": sums,
        "left_out": left_out_debits(run.left_out),
        "is_own": run.proposed_by_id == user.pk,
        "may_approve": user.may("receivables.approve_debits", run.company_id),
        "may_propose": user.may("receivables.propose_debits", run.company_id),
        "events": Event.objects.visible_to(user).about(run)[:20],
        "files": [run.document] if run.document else [],
    }
