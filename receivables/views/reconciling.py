"""Our ledger beside another one: balances in, differences by account and document."""

from datetime import date, timedelta
from functools import partial
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

import receivables.services as services
from core import formats
from core.auth import right_required
from core.fields import read_day
from core.requests import Request
from core.views.taking_in import Intake, take_in
from o2c.money import ZERO
from receivables.forms import LedgerDayForm
from receivables.models import LedgerList

FIELDS = {
    "account": gettext_lazy("Account"),
    "document": gettext_lazy("Document"),
    "balance": gettext_lazy("Balance"),
    "debit": gettext_lazy("Debit"),
    "credit": gettext_lazy("Credit"),
}


def _day_of(request: Request) -> date:
    """The day asked for; else the newest that has a list, else the end of last month."""
    today = request.company.today()
    asked = read_day(request.GET.get("day", ""), today=today)
    if asked:
        return asked
    lists = LedgerList.objects.visible_to(request.user).filter(company=request.company)
    newest = lists.order_by("-balance_on").values_list("balance_on", flat=True).first()
    return newest or today.replace(day=1) - timedelta(days=1)


@require_GET
@right_required("receivables.view")
def reconciliation(request: Request) -> HttpResponse:
    """Both ledgers at the end of a day."""
    day = _day_of(request)
    listed = services.newest_list(request.company, day)
    accounts = services.account_differences(request.company, listed) if listed else []
    documents, count = services.document_differences(request.company, listed) if listed else ([], 0)
    lists = LedgerList.objects.visible_to(request.user).filter(company=request.company)
    context = {
        "day": day,
        "form": LedgerDayForm(initial={"day": day}),
        "listed": listed,
        "accounts": accounts,
        "is_unnamed": services.lacks_control_account(accounts),
        "difference": sum((abs(one.difference) for one in accounts), ZERO),
        "documents": documents,
        "document_count": count,
        "days": lists.order_by("-balance_on").values_list("balance_on", flat=True).distinct()[:12],
        "currency": request.company.currency,
        "may_import": request.user.may("receivables.prepare_closing", request.company.pk),
    }
    return render(request, "receivables/reconciliation.html", context)


@require_http_methods(["GET", "POST"])
@right_required("receivables.prepare_closing")
def import_balances(request: Request) -> HttpResponse:
    """Take in the balances of a day; the day is in the address."""
    day = _day_of(request)
    page = Intake(
        title=_("Import balances of %(day)s") % {"day": formats.day(day)},
        lead=_(
            "Account and balance (or debit and credit) as the general ledger has them at the end of"
            " the day; with a document column, the open items of the control account."
        ),
        take=partial(services.import_balances, day=day),
        kind="ledger_balances",
        fields=FIELDS,
        back_url=f"{reverse('receivables:reconciliation')}?{urlencode({'day': day})}",
        back_label=_("Reconciliation"),
    )
    return take_in(request, page)
