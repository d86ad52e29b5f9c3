"""Subscriptions: their list, page, forms and acts."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import invoicing.services as services
from core.auth import right_required
from core.forms import Form
from core.lists import Action, Empty, ListView
from core.models import Event
from core.refusals import show_on_form
from core.requests import Request
from core.tabs import Tab
from invoicing.collected import deliveries_billed
from invoicing.filters import SubscriptionFilter
from invoicing.models import Invoice, Subscription
from invoicing.subscription_forms import EndForm, PauseForm, ResumeForm, SubscriptionForm
from invoicing.tables import SubscriptionTable
from o2c import flow

AGREEMENT = "invoicing/subscription_form.html"


class SubscriptionList(ListView):
    """Subscriptions of the chosen company, with what waits to be billed and why."""

    right = "invoicing.view"
    title = gettext_lazy("Subscriptions")
    table_class = SubscriptionTable
    filterset_class = SubscriptionFilter
    sorts = {
        "number": ("number",),
        "customer": ("customer__name",),
        "next_bill_on": ("next_bill_on",),
        "monthly_amount": ("monthly_amount",),
    }
    tabs = (
        Tab(gettext_lazy("All")),
        Tab(gettext_lazy("Active"), {"state": "active"}),
        Tab(gettext_lazy("Not billed yet"), {"to_bill": "1"}, is_counted=True),
    )
    totals = ("monthly_amount",)
    search_placeholder = gettext_lazy("Number, customer or what for")
    empty = Empty(
        gettext_lazy("No subscriptions yet"),
        gettext_lazy("What is agreed once and billed each month, quarter or year."),
        "repeat",
    )

    def get_queryset(self) -> QuerySet[Subscription]:
        """What the person may see here."""
        rows = Subscription.objects.visible_to(self.request.user)
        mine = rows.filter(company=self.request.company).select_related("customer")
        return mine.with_monthly_worth(self.request.company.today())

    def actions(self) -> Sequence[Action]:
        """A new one; the indices."""
        new, indices = reverse("invoicing:new_subscription"), reverse("invoicing:indices")
        return (
            Action(_("Price indices"), indices, "trending-up", "invoicing.view", False),
            Action(_("New subscription"), new, "plus", "invoicing.issue"),
        )

    def _page_rows(self) -> tuple[list[Any], bool]:
        """The page's rows, each with why it is not billed; one more statement for all."""
        rows, has_next = super()._page_rows()
        causes = services.why_not_billed(rows)
        for row in rows:
            row.cause = causes.get(row.pk, "")
        return rows, has_next


@require_GET
@right_required("invoicing.view")
def subscription(request: Request, pk: int) -> HttpResponse:
    """A subscription with its lines, prices, periods and what comes next."""
    found, _words = subscription_of(request, pk)
    lines = list(found.lines.select_related("index").prefetch_related("prices__index_value"))
    today = found.company.today()
    worth = Subscription.objects.visible_to(request.user).with_monthly_worth(today)
    context = {
        "subscription": found,
        "worth": worth.get(pk=pk).monthly_amount,
        "lines": lines,
        "names": {line.pk: line.description for line in lines},
        "coming": services.coming_bills(found, 3),
        "invoices": found.invoices.order_by("-period_from", "-pk")[:60],
        "pauses": found.pauses.all(),
        "cause": services.why_not_billed([found]).get(pk, ""),
        "is_due": found.next_bill_on is not None and found.next_bill_on <= today,
        "may_issue": request.user.may("invoicing.issue", found.company_id),
        "events": Event.objects.visible_to(request.user).along(found.correlation)[:30],
    }
    return render(request, "invoicing/subscription.html", context)


@require_http_methods(["GET", "POST"])
@right_required("invoicing.issue")
def new_subscription(request: Request) -> HttpResponse:
    """Write a subscription down."""
    company = request.company
    form = SubscriptionForm(
        request.POST or None, company=company, initial={"starts_on": company.today()}
    )
    page = {
        "title": _("New subscription"),
        "back_url": reverse("invoicing:subscriptions"),
        "back_label": _("Subscriptions"),
        "submit_label": _("Create subscription"),
    }
    if (answer := asked_again(request, form, page, AGREEMENT)) is not None:
        return answer
    customer = form.cleaned_data["customer"]
    made = services.create_subscription(customer, form.draft(), by=request.user, on=company.today())
    messages.success(request, _("%(number)s is a draft: add what it charges.") % {"number": made})
    return redirect(made)


@require_http_methods(["GET", "POST"])
@right_required("invoicing.issue")
def change_subscription(request: Request, pk: int) -> HttpResponse:
    """Change what is agreed; of a running one its words and terms."""
    found, words = subscription_of(request, pk)
    initial = {name: getattr(found, name) for name in SubscriptionForm.base_fields}
    form = SubscriptionForm(
        request.POST or None,
        company=found.company,
        initial=initial,
        is_new=False,
        is_running=found.state != "draft",
    )
    page = page_of(found, _("Change %(number)s") % {"number": found})
    if (answer := asked_again(request, form, page, AGREEMENT)) is not None:
        return answer
    services.change_subscription(pk, form.draft(), **words)
    messages.success(request, _("Saved."))
    return redirect(found)


@require_POST
@right_required("invoicing.issue")
def activate(request: Request, pk: int) -> HttpResponse:
    """It is agreed."""
    found, words = subscription_of(request, pk)
    services.activate_subscription(pk, **words)
    messages.success(request, _("%(number)s is active.") % {"number": found})
    return redirect(found)


@require_POST
@right_required("invoicing.issue")
def bill(request: Request, pk: int) -> HttpResponse:
    """Bill the period that is due now."""
    _found, words = subscription_of(request, pk)
    invoice = flow.bill_subscription(pk, **words)
    messages.success(request, _("%(number)s is issued.") % {"number": invoice})
    return redirect(invoice)


@require_POST
@right_required("invoicing.issue")
def bill_again(request: Request, pk: int) -> HttpResponse:
    """Draft a new invoice for the period, or the deliveries, of a credited one."""
    visible = Invoice.objects.visible_to(request.user).select_related("company")
    invoice = get_object_or_404(visible, pk=pk)
    on = invoice.company.today()
    if billed := deliveries_billed(invoice):
        group = [one.shipment_id for one in billed]
        return redirect(*services.draft_bills([group], by=request.user, on=on))
    return redirect(services.draft_period_again(pk, by=request.user, on=on))


@require_http_methods(["GET", "POST"])
@right_required("invoicing.issue")
def pause(request: Request, pk: int) -> HttpResponse:
    """Charge nothing for a while."""
    return _act(request, pk, PauseForm, services.pause_subscription, _("Pause %(number)s"))


@require_http_methods(["GET", "POST"])
@right_required("invoicing.issue")
def resume(request: Request, pk: int) -> HttpResponse:
    """Charge again."""
    return _act(request, pk, ResumeForm, services.resume_subscription, _("Resume %(number)s"))


@require_http_methods(["GET", "POST"])
@right_required("invoicing.issue")
def end(request: Request, pk: int) -> HttpResponse:
    """Let it end with a day."""
    return _act(request, pk, EndForm, services.end_subscription, _("End %(number)s"))


def _act(
    request: Request, pk: int, form_class: type[Form], verb: Callable[..., object], title: str
) -> HttpResponse:
    """Ask for what an act needs, then do it."""
    found, words = subscription_of(request, pk)
    first = max(found.company.today(), found.next_from)
    form = form_class(request.POST or None, initial={"first_on": first})
    if (
        answer := asked_again(request, form, page_of(found, title % {"number": found}))
    ) is not None:
        return answer
    verb(pk, **form.cleaned_data, **words)
    messages.success(request, _("Saved."))
    return redirect(found)


def asked_again(
    request: Request, form: Form, page: dict[str, Any], template: str = "form.html"
) -> HttpResponse | None:
    """The form page unless everything was given; later refusals are shown on it, too."""
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, template, {"form": form, **page}, status=status)
    show_on_form(request, form, template, **page)
    return None


def page_of(subscription: Subscription, title: str) -> dict[str, Any]:
    """Title and way back of a form about a subscription."""
    return {
        "title": title,
        "back_url": subscription.get_absolute_url(),
        "back_label": str(subscription),
    }


def subscription_of(request: Request, pk: int) -> tuple[Subscription, dict[str, Any]]:
    """The subscription, and who acts on it when."""
    visible = Subscription.objects.visible_to(request.user)
    related = ("company", "customer", "payment_terms")
    found = get_object_or_404(visible.select_related(*related), pk=pk)
    return found, {"by": request.user, "on": found.company.today()}
