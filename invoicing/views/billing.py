"""The billing run: a day, what would be billed, and the job that does it."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

import invoicing.services as services
from core.auth import right_required
from core.requests import Request
from invoicing.forms import BillNowForm
from invoicing.services import PlannedBill
from o2c import billing
from o2c.errors import Conflict

SHOWN = 100
"""Invoices listed of a preview; the sums count all."""


@require_http_methods(["GET", "POST"])
@right_required("invoicing.issue")
def bill_now(request: Request) -> HttpResponse:
    """Every invoice that would be made, nothing written; a press starts the job."""
    form = BillNowForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return render(request, "invoicing/bill_now.html", {"form": form}, status=422)
    until, on = form.cleaned_data["until"], request.company.today()
    problem = ""
    if request.method == "POST":
        mark, token = request.POST.get("mark", ""), request.POST.get("token", "")
        try:
            job = billing.start_billing(
                request.company, until=until, mark=mark, token=token, by=request.user, on=on
            )
        except Conflict as error:
            problem = error.message
        else:
            return redirect("core:job", job.pk)
    bills = services.planned_bills(request.company, on=on, until=until)
    context = {"form": form, "until": until, "problem": problem, **_shown(bills)}
    return render(request, "invoicing/bill_now.html", context, status=409 if problem else 200)


def _shown(bills: Sequence[PlannedBill]) -> dict[str, object]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for bill in bills:
        sums[bill.currency] += bill.net
    refused = [bill for bill in bills if bill.refusal]
    return {
        "bills": sorted(bills, key=lambda bill: not bill.refusal)[:SHOWN],
        "count": len(bills),
        "delivery_count": sum(len(bill.shipments) for bill in bills),
        "refused_count": len(refused),
        "sums": sorted(sums.items()),
        "mark": services.plan_mark([bill.keys for bill in bills]),
        "token": uuid4().hex,
    }
