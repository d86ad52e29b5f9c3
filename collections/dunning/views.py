"""Pages of dunning."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, Max, Min, Q, QuerySet, Sum, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import dunning.services as services
from core import formats
from core.actors import require
from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.models import Event, Job
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab
from customers.models import Customer
from dunning import comparing
from dunning.filters import RunFilter
from dunning.forms import HoldForm, ReasonForm
from dunning.models import DunningHold, DunningNotice, DunningNoticeItem, DunningRun, RunState
from dunning.tables import RunTable
from dunning.words import change_rows, left_out_rows
from o2c import flow
from o2c.money import ZERO
from receivables.models import OpenItem

NOTICES_ON_A_PAGE = 100


class RunList(ListView):
    """Dunning runs of the company."""

    right = "dunning.view"
    title = gettext_lazy("Reminders")
    table_class = RunTable
    filterset_class = RunFilter
    sorts = {"number": ("pk",), "run_on": ("run_on",)}
    default_sort = "-number"
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("To approve"), {"state": "proposed"}, is_counted=True),
        Tab(gettext_lazy("Sent"), {"state": "sent"}),
    )
    empty = Empty(
        gettext_lazy("No dunning run yet"),
        gettext_lazy("A run proposes who is reminded of what; a second person approves it."),
        "mail-forward",
    )

    def get_queryset(self) -> QuerySet[DunningRun]:
        """Runs of the chosen company with how many reminders they hold."""
        live = Q(notices__state__in=["proposed", "written"])
        return (
            DunningRun.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("approved_by")
            .annotate(
                notice_count=Count("notices", filter=live),
                currencies=Count("notices__currency", filter=live, distinct=True),
                currency=Max("notices__currency", filter=live),
                sum_amount=Sum("notices__amount", filter=live),
            )
            .annotate(amount=Case(When(currencies=1, then="sum_amount")))
        )

    def actions(self) -> Sequence[Action]:
        """Propose a run of today."""
        return (
            Action(
                _("Propose run"),
                reverse("dunning:propose"),
                "mail-plus",
                "dunning.propose",
            ),
        )


@require_http_methods(["GET", "POST"])
@right_required("dunning.propose")
def propose(request: Request) -> HttpResponse:
    """Say what a proposal is; then make it."""
    if request.method == "POST":
        made = flow.propose_dunning(request.company, by=request.user, on=request.company.today())
        messages.success(request, _("Run %s is proposed.") % made.number)
        return redirect("dunning:run", made.pk)
    waiting = DunningRun.objects.visible_to(request.user).filter(
        company=request.company, state=RunState.PROPOSED
    )
    return render(request, "dunning/propose.html", {"waiting": waiting.first()})


@require_GET
@right_required("dunning.view")
def run(request: Request, pk: int) -> HttpResponse:
    """A run: its reminders, who is left out and why, and the decision."""
    runs = DunningRun.objects.visible_to(request.user).select_related("company", "approved_by")
    found = get_object_or_404(runs, pk=pk)
    require(request.user, "dunning.view", found.company_id)
    return render(request, "dunning/run.html", _run_context(request, found))


@require_POST
@right_required("dunning.approve")
def approve(request: Request, pk: int) -> HttpResponse:
    """Let the proposal go out."""
    found = get_object_or_404(DunningRun.objects.visible_to(request.user), pk=pk)
    flow.approve_dunning(
        found.pk,
        by=request.user,
        on=request.company.today(),
        seen_hash=request.POST.get("seen_hash", ""),
        although_stale=request.POST.get("although_stale") == "1",
    )
    messages.success(request, _("Run %s is approved; the letters go out now.") % found.number)
    job = Job.objects.visible_to(request.user).get(token=flow.sending_token(found.pk))
    return redirect("core:job", job.pk)


@require_POST
@right_required("dunning.propose")
def discard(request: Request, pk: int) -> HttpResponse:
    """Throw the proposal away."""
    found = get_object_or_404(DunningRun.objects.visible_to(request.user), pk=pk)
    services.discard(found.pk, by=request.user, on=request.company.today())
    messages.success(request, _("Run %s is discarded.") % found.number)
    return redirect("dunning:list")


@require_GET
@right_required("dunning.view")
def notice(request: Request, pk: int) -> HttpResponse:
    """One reminder: its items, its letter, where it goes."""
    context = _notice_context(request, pk)
    return render(request, "dunning/notice.html", context | {"form": ReasonForm()})


@require_GET
@right_required("dunning.view")
def look(request: Request, pk: int) -> HttpResponse:
    """Fragment beside the run: the letter as it would go out, and leaving it out."""
    context = _notice_context(request, pk)
    return render(request, "dunning/look.html", context | {"form": ReasonForm()})


@require_GET
@right_required("dunning.view")
def preview(request: Request, pk: int) -> HttpResponse:
    """The letter as it would go out today, to look at before it is approved."""
    found = get_object_or_404(DunningNotice.objects.visible_to(request.user), pk=pk)
    require(request.user, "dunning.view", found.company_id)
    pdf = services.preview_letter(found.pk, on=request.company.today())
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": "inline"}
    )


@require_POST
@right_required("dunning.view")
def send_sample(request: Request, pk: int) -> HttpResponse:
    """Mail the letter to the person who looks at it."""
    found = get_object_or_404(DunningNotice.objects.visible_to(request.user), pk=pk)
    mail = services.send_sample(found.pk, by=request.user, on=request.company.today())
    messages.success(request, _("The letter is on its way to %s.") % mail.to)
    return redirect("dunning:run", found.run_id)


@require_POST
@right_required("dunning.propose")
def exclude(request: Request, pk: int) -> HttpResponse:
    """Leave one reminder out of the run."""
    form = ReasonForm(request.POST)
    context = _notice_context(request, pk)
    if not form.is_valid():
        return render(request, "dunning/notice.html", context | {"form": form}, status=422)
    show_on_form(request, form, "dunning/notice.html", **context)
    found = services.exclude(
        context["notice"].pk, **form.cleaned_data, by=request.user, on=request.company.today()
    )
    messages.success(request, _("%s is left out.") % found.customer)
    return redirect("dunning:run", found.run_id)


@require_GET
@right_required("dunning.view")
def customer_panel(request: Request, pk: int) -> HttpResponse:
    """Fragment: the last reminders of a customer and what pauses them."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    require(request.user, "dunning.view", customer.company_id)
    context = {
        "customer": customer,
        "holds": DunningHold.objects.visible_to(request.user)
        .filter(customer=customer, lifted_at=None, until__gte=request.company.today())
        .select_related("owner", "item"),
        "notices": DunningNotice.objects.visible_to(request.user)
        .filter(customer=customer, state="written")
        .select_related("run", "message")
        .order_by("-pk")[:5],
        "may_hold": request.user.may("dunning.hold", customer.company_id),
    }
    return render(request, "dunning/customer_panel.html", context)


@require_http_methods(["GET", "POST"])
@right_required("dunning.hold")
def hold(request: Request, pk: int) -> HttpResponse:
    """Pause a customer's reminders."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    return _hold(request, customer, None)


@require_http_methods(["GET", "POST"])
@right_required("dunning.hold")
def hold_item(request: Request, pk: int) -> HttpResponse:
    """Pause the reminders of one item; the customer's others go on."""
    items = OpenItem.objects.visible_to(request.user).select_related("customer")
    item = get_object_or_404(items, pk=pk)
    return _hold(request, item.customer, item)


def _hold(request: Request, customer: Customer, item: OpenItem | None) -> HttpResponse:
    require(request.user, "dunning.hold", customer.company_id)
    form = HoldForm(request.POST or None)
    context: dict[str, Any] = {
        "title": _("Pause reminders"),
        "lead": f"{item.document_number} · {customer}" if item else str(customer),
        "back_url": customer.get_absolute_url(),
        "back_label": str(customer),
        "submit_label": _("Pause reminders"),
    }
    if form.is_valid():
        show_on_form(request, form, "form.html", **context)
        on = request.company.today()
        services.hold(customer, item=item, **form.cleaned_data, by=request.user, on=on)
        messages.success(request, _("Reminders are paused."))
        return redirect(customer.get_absolute_url())
    status = 422 if form.is_bound else 200
    return render(request, "form.html", context | {"form": form}, status=status)


@require_POST
@right_required("dunning.hold")
def lift(request: Request, pk: int) -> HttpResponse:
    """Remind again."""
    held = get_object_or_404(DunningHold.objects.visible_to(request.user), pk=pk)
    services.lift_hold(held.pk, by=request.user, on=request.company.today())
    messages.success(request, _("Reminders go out again from the next run on."))
    return redirect(held.customer.get_absolute_url())


def _notice_context(request: Request, pk: int) -> dict[str, Any]:
    notices = DunningNotice.objects.visible_to(request.user)
    found = get_object_or_404(notices.select_related("customer", "run", "letter", "message"), pk=pk)
    require(request.user, "dunning.view", found.company_id)
    return {
        "notice": found,
        "items": DunningNoticeItem.objects.filter(  # scope: rows of a notice that was scoped above
            notice=found
        )
        .select_related("item", "item__invoice")
        .order_by("item__due_on", "item_id"),
        "recipient": found.recipient or services.reminder_address(found.customer),
        "files": [found.letter] if found.letter else [],
        "may_hold": request.user.may("dunning.hold", found.company_id),
        "may_exclude": found.state == "proposed"
        and found.run.state == RunState.PROPOSED
        and request.user.may("dunning.propose", found.company_id),
    }


TABS = ("", "left_out", "changed")


def _run_context(request: Request, run: DunningRun) -> dict[str, Any]:
    tab = request.GET.get("tab", "")
    before = comparing.run_before(run)
    is_proposed = run.state == RunState.PROPOSED
    today = request.company.today()
    changes = comparing.changes(run, before, on=today) if before else []
    return {
        "run": run,
        "tab": tab if tab in TABS else "",
        "before": before,
        "changes": change_rows(changes),
        "change_count": sum(change.kind != comparing.AGAIN for change in changes),
        "left_out": left_out_rows(run.left_out),
        "is_own": run.proposed_by_id == request.user.pk,
        "is_of_today": run.run_on == today,
        "why_stale": services.why_stale(run.company, on=today) if is_proposed else "",
        "may_approve": request.user.may("dunning.approve", run.company_id),
        "may_propose": request.user.may("dunning.propose", run.company_id),
        "events": Event.objects.visible_to(request.user).about(run)[:20],
        **_sums(run),
        **_page(request, run, is_proposed=is_proposed),
    }


def _page(request: Request, run: DunningRun, *, is_proposed: bool) -> dict[str, Any]:
    """A page of reminders: where each goes, and what was paid of it since."""
    is_discarded = run.state == RunState.DISCARDED
    notices = run.notices.select_related("customer", "message").annotate(
        item_count=Count("items", filter=None if is_discarded else Q(items__is_live=True)),
        oldest=Max("items__days_overdue"),
    )
    page = Paginator(
        notices.order_by("excluded_reason", "-amount", "pk"), NOTICES_ON_A_PAGE
    ).get_page(request.GET.get("page"))
    paid = comparing.paid_since(run) if is_proposed else {}
    to = comparing.addresses(notice.customer_id for notice in page)
    rows = [
        {
            "notice": notice,
            "from_level": notice.level - 1,
            "to": notice.recipient or to.get(notice.customer_id, ""),
            "paid": paid.get(notice.pk),
        }
        for notice in page
    ]
    return {"page": page, "rows": rows, "paid_count": len(paid)}


def _sums(run: DunningRun) -> dict[str, Any]:
    """Reminders and amounts, by level and currency and in all."""
    levels = list(
        run.notices.filter(state__in=["proposed", "written"])
        .order_by("level", "currency")
        .values("level", "currency")
        .annotate(count=Count("pk"), amount=Sum("amount"), sample=Min("pk"))
    )
    totals: dict[str, Decimal] = {}
    for row in levels:
        totals[row["currency"]] = totals.get(row["currency"], ZERO) + row["amount"]
    return {
        "levels": [
            {**row, "said": formats.amount(row["amount"], row["currency"])} for row in levels
        ],
        "live_count": sum(row["count"] for row in levels),
        "totals": [formats.amount(amount, currency) for currency, amount in totals.items()],
    }
