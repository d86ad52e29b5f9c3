"""Lines and prices of a subscription, and the indices that prices follow."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import invoicing.services as services
from core import formats
from core.auth import right_required
from core.fields import read_day
from core.requests import Request
from invoicing.models import (
    IndexValue,
    PriceIndex,
    Subscription,
    SubscriptionLine,
    SubscriptionPrice,
)
from invoicing.subscription_forms import (
    IndexForm,
    IndexValueForm,
    LastDayForm,
    LineForm,
    PriceForm,
)
from invoicing.views.subscriptions import asked_again, page_of, subscription_of


@require_http_methods(["GET", "POST"])
@right_required("invoicing.issue")
def add_line(request: Request, pk: int) -> HttpResponse:
    """Charge one more thing."""
    found, words = subscription_of(request, pk)
    form = LineForm(request.POST or None, company=found.company)
    page = page_of(found, _("Add a line to %(number)s") % {"number": found})
    if (answer := asked_again(request, form, page)) is not None:
        return answer
    services.add_line(pk, form.draft(), **words)
    messages.success(request, _("Saved."))
    return redirect(found)


@require_http_methods(["GET", "POST"])
@right_required("invoicing.issue")
def set_price(request: Request, pk: int) -> HttpResponse:
    """Change a line's price from a day on."""
    line, words = _line(request, pk)
    form = PriceForm(request.POST or None, initial={"valid_from": line.subscription.next_from})
    page = page_of(line.subscription, _("New price of %(line)s") % {"line": line})
    if (answer := asked_again(request, form, page)) is not None:
        return answer
    services.set_price(pk, **form.cleaned_data, **words)
    messages.success(request, _("Saved."))
    return redirect(line.subscription)


@require_http_methods(["GET", "POST"])
@right_required("invoicing.issue")
def end_line(request: Request, pk: int) -> HttpResponse:
    """Charge a line up to a day."""
    line, words = _line(request, pk)
    form = LastDayForm(request.POST or None)
    page = page_of(line.subscription, _("End %(line)s") % {"line": line})
    if (answer := asked_again(request, form, page)) is not None:
        return answer
    services.end_line(pk, **form.cleaned_data, **words)
    messages.success(request, _("Saved."))
    return redirect(line.subscription)


@require_POST
@right_required("invoicing.issue")
def drop_line(request: Request, pk: int) -> HttpResponse:
    """Take a line off a draft."""
    line, words = _line(request, pk)
    services.drop_line(pk, **words)
    return redirect(line.subscription)


@require_POST
@right_required("invoicing.issue")
def withdraw_price(request: Request, pk: int) -> HttpResponse:
    """Take back a price that has not held yet."""
    mine = Subscription.objects.visible_to(request.user)
    # scope: prices of subscriptions that the person sees
    price = get_object_or_404(SubscriptionPrice.objects.filter(line__subscription__in=mine), pk=pk)
    line, words = _line(request, price.line_id)
    services.withdraw_price(pk, **words)
    return redirect(line.subscription)


def _line(request: Request, pk: int) -> tuple[SubscriptionLine, dict[str, Any]]:
    mine = Subscription.objects.visible_to(request.user)
    # scope: lines of subscriptions that the person sees
    lines = SubscriptionLine.objects.filter(subscription__in=mine)
    line = get_object_or_404(lines.select_related("subscription__company"), pk=pk)
    return line, {"by": request.user, "on": line.subscription.company.today()}


# --- indices -------------------------------------------------------------------------------------
@require_GET
@right_required("invoicing.view")
def indices(request: Request) -> HttpResponse:
    """The indices with their values, the newest first."""
    rows = PriceIndex.objects.visible_to(request.user).filter(company=request.company)
    context = {
        "indices": rows.prefetch_related("values__entered_by"),
        "may_issue": request.user.may("invoicing.issue", request.company.pk),
    }
    return render(request, "invoicing/indices.html", context)


@require_http_methods(["GET", "POST"])
@right_required("invoicing.issue")
def add_index(request: Request) -> HttpResponse:
    """Know one more index."""
    form = IndexForm(request.POST or None)
    if (answer := asked_again(request, form, _index_page(_("New price index")))) is not None:
        return answer
    company = request.company
    services.add_index(company, **form.cleaned_data, by=request.user, on=company.today())
    return redirect("invoicing:indices")


@require_http_methods(["GET", "POST"])
@right_required("invoicing.issue")
def enter_value(request: Request, pk: int) -> HttpResponse:
    """Enter a published value."""
    rows = PriceIndex.objects.visible_to(request.user).select_related("company")
    index = get_object_or_404(rows, pk=pk)
    form = IndexValueForm(request.POST or None)
    page = _index_page(_("New value of %(index)s") % {"index": index})
    if (answer := asked_again(request, form, page)) is not None:
        return answer
    on = index.company.today()
    services.enter_index_value(index, **form.cleaned_data, by=request.user, on=on)
    return redirect("invoicing:indices")


@require_POST
@right_required("invoicing.issue")
def drop_value(request: Request, pk: int) -> HttpResponse:
    """Take a wrong value away."""
    rows = IndexValue.objects.visible_to(request.user).select_related("company")
    value = get_object_or_404(rows, pk=pk)
    services.drop_index_value(pk, by=request.user, on=value.company.today())
    return redirect("invoicing:indices")


@require_http_methods(["GET", "POST"])
@right_required("invoicing.issue")
def adjust(request: Request) -> HttpResponse:
    """Show who changes from what to what; a POST adjusts all that is due as it was shown."""
    company = request.company
    asked = request.POST.get("until") or request.GET.get("until", "")
    until = read_day(asked, today=company.today()) or company.today()
    rows = services.preview_adjustments(company, until=until)
    due = [row for row in rows if row.figures.is_due]
    if request.method == "POST":
        prices = services.adjust_prices(
            company,
            [row.line.pk for row in due],
            until=until,
            seen=request.POST.get("seen", ""),
            by=request.user,
            on=company.today(),
        )
        messages.success(request, _("%(count)s prices adjusted.") % {"count": len(prices)})
        return redirect("invoicing:subscriptions")
    hidden = {"until": until.isoformat(), "seen": services.token_of(due)}
    context = {"rows": rows, "due": due, "until": until, "hidden": hidden}
    context["until_text"] = formats.day(until)
    return render(request, "invoicing/adjust.html", context)


def _index_page(title: str) -> dict[str, Any]:
    back = reverse("invoicing:indices")
    return {"title": title, "back_url": back, "back_label": _("Price indices")}
