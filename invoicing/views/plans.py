"""The billing plan of an order: its panel on the order's page, and its acts."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import invoicing.services as services
from core.auth import right_required
from core.refusals import show_on_form
from core.requests import Request
from invoicing.forms import StepForm
from invoicing.models import BillingStep
from o2c import flow
from orders.models import Order


@require_GET
@right_required("invoicing.view")
def order_panel(request: Request, pk: int) -> HttpResponse:
    """The steps of an order's billing plan with their invoices."""
    order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
    context = {
        "order": order,
        "steps": order.billing_steps.select_related("invoice"),
        "may_plan": request.user.may("invoicing.issue", order.company_id),
    }
    return render(request, "invoicing/plan_panel.html", context)


@require_http_methods(["GET", "POST"])
@right_required("invoicing.issue")
def add_step(request: Request, pk: int) -> HttpResponse:
    """Plan one more deposit or milestone."""
    visible = Order.objects.visible_to(request.user).select_related("company", "customer")
    order = get_object_or_404(visible, pk=pk)
    form = StepForm(request.POST or None, order=order)
    context = {
        "title": _("Deposit or milestone of %(number)s") % {"number": order.number},
        "back_url": order.get_absolute_url(),
        "back_label": order.number,
        "submit_label": _("Add to the billing plan"),
    }
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "form.html", {"form": form, **context}, status=status)
    show_on_form(request, form, "form.html", **context)
    draft, on = services.StepDraft(**form.cleaned_data), order.company.today()
    (step,) = services.plan_steps(order.pk, [draft], by=request.user, on=on)
    messages.success(request, _("“%(step)s” is planned.") % {"step": step.label})
    return redirect(order)


@require_POST
@right_required("invoicing.issue")
def reach_step(request: Request, pk: int) -> HttpResponse:
    """Say that a milestone is reached; it is billed with the next work that is due."""
    step, words = _step(request, pk)
    services.reach_step(pk, **words)
    messages.success(request, _("“%(step)s” is reached and will be billed.") % {"step": step.label})
    return redirect(step.order)


@require_POST
@right_required("invoicing.issue")
def bill_step(request: Request, pk: int) -> HttpResponse:
    """Issue the deposit invoice of a step now."""
    _step_found, words = _step(request, pk)
    invoice = flow.bill_step(pk, **words)
    messages.success(request, _("%(number)s is issued.") % {"number": invoice})
    return redirect(invoice)


@require_POST
@right_required("invoicing.issue")
def drop_step(request: Request, pk: int) -> HttpResponse:
    """Take a step off the plan."""
    step, words = _step(request, pk)
    services.drop_step(pk, **words)
    messages.success(request, _("“%(step)s” is off the plan.") % {"step": step.label})
    return redirect(step.order)


def _step(request: Request, pk: int) -> tuple[BillingStep, dict[str, Any]]:
    """The step, and who acts on it when."""
    visible = BillingStep.objects.visible_to(request.user).select_related("order", "company")
    step = get_object_or_404(visible, pk=pk)
    return step, {"by": request.user, "on": step.company.today()}
