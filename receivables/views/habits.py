"""How customers pay, as people's decisions show: the list, forgetting."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

import receivables.services as services
from core.auth import right_required
from core.lists import Empty, ListView
from core.refusals import page_before
from core.requests import Request
from core.tabs import Tab
from receivables.habit_tables import HabitFilter, HabitTable
from receivables.models import HabitSign


class HabitList(ListView):
    """Signs of habits, newest first; three of a kind that stand are a habit."""

    request: Request
    right = "receivables.view"
    title = gettext_lazy("Payment habits")
    table_class = HabitTable
    filterset_class = HabitFilter
    sorts = {"created_at": ("created_at", "pk")}
    default_sort = "-created_at"
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("In use"), {"state": "in_use"}),
        Tab(gettext_lazy("Forgotten"), {"state": "forgotten"}, is_counted=True),
    )
    search_placeholder = gettext_lazy("Customer")
    empty = Empty(
        gettext_lazy("No habit yet"),
        gettext_lazy(
            "When people match payments, it is noticed who takes discounts late, pays all that is"
            " due up to a day, or cuts our numbers. Three decisions are a habit."
        ),
        "repeat",
    )

    def get_queryset(self) -> QuerySet[HabitSign]:
        """Signs of the chosen company."""
        return signs_shown(self.request).filter(company=self.request.company)


def signs_shown(request: Request) -> QuerySet[HabitSign]:
    """What the person may see, with what the list tells of each."""
    rows = HabitSign.objects.visible_to(request.user).with_counts()
    return rows.select_related("customer", "match__bank_entry")


@require_POST
@right_required(services.FORGET_RIGHT)
def forget(request: Request, pk: int) -> HttpResponse:
    """All that shows this habit of the customer counts no more."""
    sign, on = _own(request, pk), request.company.today()
    services.forget_habit(sign.customer_id, sign.kind, by=request.user, on=on)
    told = _("Forgotten for %(customer)s: %(habit)s.")
    words = {"customer": sign.customer, "habit": sign.get_kind_display()}
    messages.success(request, told % words)
    return redirect(page_before(request) or "receivables:habits")


@require_POST
@right_required(services.FORGET_RIGHT)
def remember(request: Request, pk: int) -> HttpResponse:
    """It counts again."""
    sign, on = _own(request, pk), request.company.today()
    services.remember_habit(sign.customer_id, sign.kind, by=request.user, on=on)
    told = _("Known again of %(customer)s: %(habit)s.")
    words = {"customer": sign.customer, "habit": sign.get_kind_display()}
    messages.success(request, told % words)
    return redirect(page_before(request) or "receivables:habits")


def _own(request: Request, pk: int) -> HabitSign:
    rows = HabitSign.objects.visible_to(request.user).select_related("customer")
    return get_object_or_404(rows, pk=pk)
