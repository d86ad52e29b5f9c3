"""Exchange rates: the list, one by hand, many from a file."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

import receivables.services as services
from core.auth import right_required
from core.lists import Action, Empty, ListView
from core.refusals import show_on_form
from core.requests import Request
from core.views.taking_in import Intake, take_in
from receivables.filters import RateFilter
from receivables.forms import RateForm
from receivables.models import ExchangeRate
from receivables.tables import RateTable

_FIELDS = {
    "on": gettext_lazy("Day"),
    "currency": gettext_lazy("Currency"),
    "costs": gettext_lazy("Price in the books' currency"),
    "gets": gettext_lazy("Foreign units for one of the books' currency"),
    "units": gettext_lazy("Units the rate is for"),
}


class RateList(ListView):
    """Rates of the company's books, newest first."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Exchange rates")
    table_class = RateTable
    filterset_class = RateFilter
    sorts = {"valid_on": ("valid_on", "currency"), "currency": ("currency", "valid_on")}
    default_sort = "-valid_on"
    search_placeholder = gettext_lazy("Currency or source")
    empty = Empty(
        gettext_lazy("No rates yet"),
        gettext_lazy(
            "They are needed once an item or a bank account is in another currency than the books."
        ),
        "currency-euro",
    )

    def get_queryset(self) -> QuerySet[ExchangeRate]:
        """Rates of the chosen company."""
        return (
            ExchangeRate.objects.visible_to(self.request.user)
            .filter(company=self.request.company)
            .select_related("company")
        )

    def actions(self) -> Sequence[Action]:
        """Enter one, import many."""
        return (
            Action(
                _("Import rates"),
                reverse("receivables:import_rates"),
                "database-import",
                services.RATES_RIGHT,
                is_primary=False,
            ),
            Action(
                _("Enter a rate"), reverse("receivables:enter_rate"), "plus", services.RATES_RIGHT
            ),
        )


@require_http_methods(["GET", "POST"])
@right_required("receivables.enter_rates")
def enter_rate(request: Request) -> HttpResponse:
    """What a currency is worth on a day."""
    today = request.company.today()
    form = RateForm(request.POST or None, company=request.company, initial={"valid_on": today})
    context: dict[str, Any] = {
        "title": _("Enter a rate"),
        "back_url": reverse("receivables:rates"),
        "back_label": _("Exchange rates"),
        "submit_label": _("Record"),
        "lead": _(
            "What is booked from now on takes it; what was booked stays as it is. A day without a"
            " rate takes that of the last day before, at most a week back."
        ),
    }
    show_on_form(request, form, "form.html", **context)
    if request.method == "POST" and form.is_valid():
        made = services.enter_rate(request.company, by=request.user, on=today, **form.cleaned_data)
        messages.success(request, _("Recorded: %(rate)s.") % {"rate": made})
        return redirect("receivables:rates")
    return render(
        request, "form.html", {**context, "form": form}, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "POST"])
@right_required("receivables.enter_rates")
def import_rates(request: Request) -> HttpResponse:
    """Take many rates in."""
    page = Intake(
        title=_("Import rates"),
        lead=_(
            "The XML of the European Central Bank, or a list that says which way it quotes: “ECB"
            " rate” (foreign units for one of the books' currency) or “Price” (what one foreign"
            " unit costs)."
        ),
        take=services.import_rates,
        kind="exchange_rates",
        fields=_FIELDS,
        back_url=reverse("receivables:rates"),
        back_label=_("Exchange rates"),
        accept=".xlsx,.csv,.txt,.xml",
    )
    return take_in(request, page)
