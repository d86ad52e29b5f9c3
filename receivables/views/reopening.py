"""Reopening closed books: one proposes, another decides."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

import receivables.services as services
from core.auth import right_required
from core.formats import day
from core.refusals import show_on_form
from core.requests import Request
from receivables.forms import DecisionForm, ReopenForm
from receivables.models import Area, Reopening, Strength


@require_http_methods(["GET", "POST"])
@right_required("receivables.prepare_closing")
def propose(request: Request) -> HttpResponse:
    """Ask to go back to an earlier day."""
    form = ReopenForm(request.POST or None, initial={"area": Area.ALL, "strength": Strength.HARD})
    context: dict[str, Any] = {
        "title": _("Propose to reopen"),
        "back_url": reverse("receivables:cockpit"),
        "back_label": _("Close a month"),
        "submit_label": _("Propose"),
        "lead": _(
            "The books stay closed until the day you name; what comes after it opens when somebody "
            "else approves."
        ),
    }
    show_on_form(request, form, "form.html", **context)
    if request.method == "POST" and form.is_valid():
        services.propose_reopening(
            request.company, by=request.user, on=request.company.today(), **form.cleaned_data
        )
        messages.success(request, _("Proposed: somebody else decides."))
        return redirect("receivables:cockpit")
    status = 422 if form.is_bound else 200
    return render(request, "form.html", {**context, "form": form}, status=status)


@require_POST
@right_required("receivables.close_period")
def decide(request: Request, pk: int) -> HttpResponse:
    """Approve or reject it."""
    asked = get_object_or_404(Reopening.objects.visible_to(request.user), pk=pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    is_approved = form.cleaned_data["decision"] == "approve"
    services.decide_reopening(
        asked.pk, is_approved=is_approved, by=request.user, on=request.company.today()
    )
    if is_approved:
        said = {"day": day(asked.closed_until)}
        messages.success(request, _("Reopened: the books are closed until %(day)s.") % said)
    else:
        messages.success(request, _("The reopening is rejected."))
    return redirect("receivables:cockpit")
