"""The flat-rate provision: its preview by age, its percentages, booking it."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import receivables.services as services
from core.auth import right_required
from core.formats import month
from core.refusals import show_on_form
from core.requests import Request
from o2c import flow
from o2c.money import ZERO
from receivables.forms import MonthForm, ProvisionRatesForm, ValueForm


def _month_of(request: Request) -> date:
    form = MonthForm(request.GET)
    if form.is_valid():
        found: date = form.cleaned_data["month"]
        return found
    return request.company.today().replace(day=1) - timedelta(days=1)


@require_GET
@right_required("receivables.view")
def provision(request: Request) -> HttpResponse:
    """What the provision of a month's end comes to, by age."""
    company, until = request.company, _month_of(request)
    lines = flow.provision_lines(company, day=until)
    context = {
        "until": until,
        "month": month(until),
        "before": f"{until.replace(day=1) - timedelta(days=1):%Y-%m}",
        "after": f"{until + timedelta(days=1):%Y-%m}",
        "lines": lines,
        "total": sum((line.amount for line in lines), ZERO),
        "rates": services.provision_rates(company, on=until),
        "booked": services.provision_on(company, until),
        "form": ValueForm(initial={"month": f"{until:%Y-%m}"}),
        "is_soft": services.is_softly_closed(company, on=until),
        "currency": company.currency,
        "is_over": until < company.today(),
        "may_close": request.user.may("receivables.close_period", company.pk),
    }
    return render(request, "receivables/provision.html", context)


@require_POST
@right_required("receivables.close_period")
def book_provision(request: Request) -> HttpResponse:
    """Book it, and take the one before back."""
    form = ValueForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    until = form.cleaned_data["month"]
    flow.book_provision(
        request.company,
        day=until,
        by=request.user,
        on=request.company.today(),
        late_reason=form.cleaned_data["late_reason"],
    )
    messages.success(request, _("The provision is booked; the one before is taken back."))
    return redirect(f"{reverse('receivables:provision')}?month={until:%Y-%m}")


@require_http_methods(["GET", "POST"])
@right_required("receivables.close_period")
def provision_rates(request: Request) -> HttpResponse:
    """Percentages that hold from a day on."""
    company = request.company
    initial = {"valid_from": company.today().replace(day=1) - timedelta(days=1)}
    form = ProvisionRatesForm(request.POST or None, initial=initial)
    context: dict[str, Any] = {
        "title": _("Percentages of the provision"),
        "back_url": reverse("receivables:provision"),
        "back_label": _("Provision by age"),
        "lead": _(
            "Shares of the net amount that experience says will not come, by days overdue. They"
            " need a reason your auditor accepts: losses of past years, for example."
        ),
    }
    show_on_form(request, form, "form.html", **context)
    if request.method == "POST" and form.is_valid():
        services.set_provision_rates(
            company,
            valid_from=form.cleaned_data["valid_from"],
            rates=form.rates(),
            source=form.cleaned_data["source"],
            by=request.user,
            on=company.today(),
        )
        messages.success(request, _("The percentages are kept."))
        return redirect("receivables:provision")
    status = 422 if form.is_bound else 200
    return render(request, "form.html", {**context, "form": form}, status=status)
