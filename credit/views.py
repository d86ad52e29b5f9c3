"""Pages of credit."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import credit.services as services
from core.actors import require
from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.models import Event
from core.refusals import show_on_form
from core.requests import Request, row_number
from core.tabs import Tab
from credit.filters import HoldFilter, LimitFilter
from credit.forms import DecisionForm, LimitForm
from credit.models import CreditHold, LimitChange
from credit.pictures import Picture, light_of, picture_of
from credit.queue import MOST_SHOWN, case_of, debts_of, lines_of, neighbours, waiting_holds
from credit.tables import HoldTable, LimitTable
from credit.unlocking import ways_to_free
from credit.words import brief, told
from customers.models import Customer
from customers.views.figures import lateness_of
from o2c import flow
from o2c.money import ZERO, number
from orders.models import Order


class HoldList(ListView):
    """Orders that wait for a credit decision."""

    right = "credit.view"
    title = gettext_lazy("Credit holds")
    table_class = HoldTable
    filterset_class = HoldFilter
    sorts = {
        "created_at": ("is_decided", "pk"),
        "gross_amount": ("order__gross_amount",),
        "requested_on": ("order__requested_on",),
        "customer": ("order__customer__name",),
    }
    default_sort = "created_at"
    tabs = (
        Tab(gettext_lazy("To decide"), {"state": "open"}, is_counted=True),
        Tab(gettext_lazy("Released"), {"state": "released"}),
        Tab(gettext_lazy("Rejected"), {"state": "rejected"}),
        Tab(gettext_lazy("All")),
    )
    totals = ("gross_amount",)
    search_placeholder = gettext_lazy("Order number or customer")
    empty = Empty(
        gettext_lazy("No order waits for a decision"),
        gettext_lazy("An order stops here when it would exceed its customer's limit."),
        "hand-stop",
    )

    def get_queryset(self) -> QuerySet[CreditHold]:
        """Holds of the chosen company; the order's figures under names of their own for totals."""
        from_order = CreditHold.objects.visible_to(self.request.user).filter(
            company=self.request.company
        )
        return from_order.select_related("order__customer", "decision").annotate(
            gross_amount=F("order__gross_amount"),
            currency=F("order__currency"),
            is_decided=~Q(state=CreditHold.State.OPEN),
        )

    def actions(self) -> Sequence[Action]:
        """The way to the limits."""
        return (
            Action(_("Credit limits"), reverse("credit:limits"), "gauge", "credit.view", False),
        )


@require_GET
@right_required("credit.view")
def hold(request: Request, pk: int) -> HttpResponse:
    """One held order beside the queue while it waits; what was seen and decided afterwards."""
    return _show_hold(request, pk, DecisionForm())


@require_GET
@right_required("credit.view")
def queue(request: Request) -> HttpResponse:
    """The order that has waited longest; the list of holds when none waits."""
    first = waiting_holds(request.user, request.company.pk).first()
    return redirect("credit:hold", first.pk) if first else redirect("credit:holds")


@require_GET
@right_required("credit.view_light")
def unlock_panel(request: Request, pk: int) -> HttpResponse:
    """Fragment for a held order's page: the smallest acts that would free it."""
    order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
    require(request.user, "credit.view_light", order.company_id)
    on = request.company.today()
    figures = services.figures_for(
        services.account_of(order.customer), order_amount=order.gross_amount, on=on
    )
    ways = ways_to_free(figures, debts_of(order.customer, on=on), lines_of(order))
    may_see = request.user.may("credit.view", order.company_id)
    shown = [way for way in ways if may_see or way.limit_amount is None]
    return render(request, "credit/ways.html", {"ways": shown, "currency": order.currency})


@require_POST
@right_required("credit.decide_hold")
def release(request: Request, pk: int) -> HttpResponse:
    """Let the order through."""
    return _decide(request, pk, flow.release_hold, _("Order %s is released."))


@require_POST
@right_required("credit.decide_hold")
def reject(request: Request, pk: int) -> HttpResponse:
    """Refuse the order."""
    return _decide(request, pk, flow.reject_hold, _("Order %s is refused and cancelled."))


@require_POST
@right_required("credit.decide_hold")
def recheck(request: Request, pk: int) -> HttpResponse:
    """Ask the rules again."""
    found = get_object_or_404(CreditHold.objects.visible_to(request.user), pk=pk)
    require(request.user, "credit.decide_hold", found.company_id)
    order = flow.recheck_hold(found.pk, by=request.user, on=request.company.today())
    if order.state == "on_hold":
        messages.warning(request, _("Order %s still has to wait.") % order.number)
    else:
        messages.success(request, _("Order %s passes now and is released.") % order.number)
    return redirect("credit:hold", pk)


class LimitList(ListView):
    """Proposed and decided credit limits."""

    right = "credit.view"
    title = gettext_lazy("Credit limits")
    table_class = LimitTable
    filterset_class = LimitFilter
    sorts = {"proposed_at": ("pk",), "new_amount": ("new_amount",)}
    default_sort = "-proposed_at"
    tabs = (
        Tab(gettext_lazy("To approve"), {"state": "proposed"}, is_counted=True),
        Tab(gettext_lazy("All")),
    )
    empty = Empty(
        gettext_lazy("No limit was proposed"),
        gettext_lazy("Propose one on a customer's page; a second person approves it."),
        "gauge",
    )

    def get_queryset(self) -> QuerySet[LimitChange]:
        """Changes of the chosen company."""
        return (
            LimitChange.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("account__customer", "proposed_by", "company")
        )


@require_http_methods(["GET", "POST"])
@right_required("credit.propose_limit")
def propose_limit(request: Request, pk: int) -> HttpResponse:
    """Propose another limit for a customer."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    require(request.user, "credit.propose_limit", customer.company_id)
    form = LimitForm(request.POST or None)
    context = _limit_context(customer)
    if form.is_valid():
        show_on_form(request, form, "credit/limit_form.html", **context)
        services.propose_limit(
            customer, **form.cleaned_data, by=request.user, on=request.company.today()
        )
        messages.success(request, _("The limit is proposed; a second person approves it."))
        return redirect(customer.get_absolute_url())
    status = 422 if form.is_bound else 200
    return render(request, "credit/limit_form.html", context | {"form": form}, status=status)


@require_GET
@right_required("credit.view")
def limit(request: Request, pk: int) -> HttpResponse:
    """A proposed or decided limit with what speaks for and against it."""
    changes = LimitChange.objects.visible_to(request.user)
    found = get_object_or_404(
        changes.select_related(
            "account__customer", "account__company", "proposed_by", "decided_by"
        ),
        pk=pk,
    )
    require(request.user, "credit.view", found.company_id)
    customer, on = found.account.customer, request.company.today()
    context = {
        "change": found,
        "customer": customer,
        "currency": found.account.company.currency,
        "picture": _picture(found.account, request),
        "lateness": lateness_of(customer, request.user, on=on),
        "is_open": found.state == LimitChange.State.PROPOSED,
        "is_own": found.proposed_by_id == request.user.pk,
        "may_decide": request.user.may("credit.approve_limit", found.company_id),
        "earlier": changes.filter(account=found.account)
        .exclude(pk=pk)
        .select_related("decided_by")[:10],
    }
    return render(request, "credit/limit.html", context)


@require_POST
@right_required("credit.approve_limit")
def decide_limit(request: Request, pk: int) -> HttpResponse:
    """Approve or reject a proposed limit."""
    change = get_object_or_404(LimitChange.objects.visible_to(request.user), pk=pk)
    is_approved = request.POST.get("decision") == "approve"
    services.decide_limit(
        change.pk, is_approved=is_approved, by=request.user, on=request.company.today()
    )
    messages.success(
        request, _("The limit is approved.") if is_approved else _("The limit stays as it was.")
    )
    return redirect(change)


@require_GET
@right_required("credit.view")
def customer_panel(request: Request, pk: int) -> HttpResponse:
    """Fragment: limit, exposure by component, proposals."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    require(request.user, "credit.view", customer.company_id)
    account = services.account_of(customer)
    proposals = LimitChange.objects.visible_to(request.user).filter(
        account__customer=customer, state=LimitChange.State.PROPOSED
    )
    return render(
        request,
        "credit/customer_panel.html",
        {
            "customer": customer,
            "account": account,
            "picture": _picture(account, request),
            "proposals": proposals.select_related("proposed_by"),
            "may_propose": request.user.may("credit.propose_limit", customer.company_id),
            "may_approve": request.user.may("credit.approve_limit", customer.company_id),
        },
    )


@require_GET
@right_required("credit.view_light")
def light(request: Request) -> HttpResponse:
    """Fragment for order entry: may this customer order that much? No figures for a rep."""
    asked = request.GET.get("customer", "")
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=row_number(asked))
    amount = number(request.GET["amount"], what=_("Amount")) if "amount" in request.GET else ZERO
    require(request.user, "credit.view_light", customer.company_id)
    account = services.account_of(customer)
    figures = services.figures_for(account, order_amount=amount, on=request.company.today())
    may_see = request.user.may("credit.view", customer.company_id)
    return render(
        request,
        "credit/light.html",
        {
            "light": light_of(figures),
            "figures": figures if may_see else None,
            "left_amount": figures.room_amount - amount,
            "customer": customer,
        },
    )


def _picture(account: Any, request: Request) -> Picture:
    figures = services.figures_for(account, order_amount=ZERO, on=request.company.today())
    return picture_of(figures, account.company.currency)


def _show_hold(request: Request, pk: int, form: DecisionForm) -> HttpResponse:
    context = _hold_context(request, pk) | {"form": form}
    template = "credit/queue.html" if context["is_open"] else "credit/hold.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _hold_context(request: Request, pk: int) -> dict[str, Any]:
    holds = CreditHold.objects.visible_to(request.user)
    found = get_object_or_404(
        holds.select_related("order__customer", "order__company", "decision", "decided_by"), pk=pk
    )
    require(request.user, "credit.view", found.company_id)
    order, user = found.order, request.user
    is_open = found.state == CreditHold.State.OPEN
    waiting = list(waiting_holds(user, found.company_id)[:MOST_SHOWN]) if is_open else []
    case = case_of(order, user, on=request.company.today())
    previous, following = neighbours(waiting, pk)
    return {
        "hold": found,
        "order": order,
        "is_open": is_open,
        "case": case,
        "picture": case.picture,
        "answers": told(found.decision),
        "may_decide": is_open and user.may("credit.decide_hold", found.company_id),
        "is_own": found.requested_by_id == user.pk,
        "chosen": request.POST.get("decision", ""),
        "events": Event.objects.visible_to(user).along(order.correlation)[:20],
        "steps": flow.document_flow(order),
        "queue": [(row, brief(row.decision)) for row in waiting],
        "queue_amount": sum((row.order.gross_amount for row in waiting), ZERO),
        "previous_pk": previous,
        "next_pk": following,
        "today": request.company.today(),
    }


def _decide(request: Request, pk: int, verb: Any, sentence: str) -> HttpResponse:
    found = get_object_or_404(CreditHold.objects.visible_to(request.user), pk=pk)
    form = DecisionForm(request.POST)
    context = _hold_context(request, pk)
    if not form.is_valid():
        return _show_hold(request, pk, form)
    template = "credit/queue.html" if context["is_open"] else "credit/hold.html"
    show_on_form(request, form, template, **context)
    order = verb(
        found.pk, reason=form.cleaned_data["reason"], by=request.user, on=request.company.today()
    )
    messages.success(request, sentence % order.number)
    left = [row.pk for row, _why in context["queue"] if row.pk != pk]
    following = context["next_pk"] or (left[0] if left else None)
    return redirect("credit:hold", following) if following else redirect("credit:holds")


def _limit_context(customer: Customer) -> dict[str, Any]:
    return {
        "title": _("Propose a credit limit"),
        "customer": customer,
        "account": services.account_of(customer),
        "back_url": customer.get_absolute_url(),
        "back_label": str(customer),
        "submit_label": _("Propose limit"),
    }
