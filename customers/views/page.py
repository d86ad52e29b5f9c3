"""The customer in one look: figures and light on top, tabs with addresses of their own below."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

import credit.services as credit
from core import formats
from core.actors import require
from core.auth import right_required
from core.models import User
from core.requests import Request
from credit.pictures import light_of
from credit.rules import PASS, Figures, answers
from customers.models import Customer
from customers.tables import standing
from customers.views import tabs
from customers.views.figures import lateness_of, money_of, sales_of, under_way
from customers.views.happenings import Trail, latest, trail_of, upcoming
from o2c.money import ZERO

PAGE = "customers/customer.html"


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: its URL name in the room, title, the right that shows it, and what fills it."""

    name: str
    title: str | Promise
    right: str
    fill: Callable[[Request, Customer, Trail], dict[str, Any]]


TABS = (
    Tab("items", _("Open items"), "receivables.view", tabs.items),
    Tab("orders", _("Orders"), "orders.view", tabs.orders),
    Tab("deliveries", _("Deliveries"), "fulfillment.view", tabs.deliveries),
    Tab("invoices", _("Invoices"), "invoicing.view", tabs.invoices),
    Tab("payments", _("Payments"), "receivables.view", tabs.payments),
    Tab("reminders", _("Reminders"), "dunning.view", tabs.reminders),
    Tab("contacts", _("Contacts"), "customers.view", tabs.contacts),
    Tab("terms", _("Terms"), "customers.view", tabs.terms),
    Tab("history", _("History"), "customers.view", tabs.history),
)


@require_GET
@right_required("customers.view")
def detail(request: Request, pk: int) -> HttpResponse:
    """The customer with the first tab that the person may see."""
    customer = _customer(request, pk)
    shown = next(tab for tab in TABS if request.user.may(tab.right, customer.company_id))
    return _show(request, customer, shown)


def tab_view(tab: Tab) -> Any:
    """The view of one tab, at an address of its own."""

    @require_GET
    @right_required(tab.right)
    def view(request: Request, pk: int) -> HttpResponse:
        customer = _customer(request, pk)
        require(request.user, tab.right, customer.company_id)
        return _show(request, customer, tab)

    return view


def _customer(request: Request, pk: int) -> Customer:
    rows = (
        Customer.objects.visible_to(request.user)
        .with_city()
        .select_related("company", "payment_terms", "sales_rep", "group_parent")
    )
    return get_object_or_404(rows, pk=pk)


def _show(request: Request, customer: Customer, tab: Tab) -> HttpResponse:
    """The whole page, or the tab alone for htmx."""
    user, on = request.user, customer.company.today()
    trail = trail_of(customer, user, on=on)
    context = _frame(request, customer, tab) | tab.fill(request, customer, trail)
    context |= {"customer": customer, "trail": trail, "today": on}
    is_part = bool(request.htmx) and not request.htmx.history_restore_request
    if not is_part:
        context |= _top(customer, user, trail)
    response = render(request, f"{PAGE}#tab" if is_part else PAGE, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _frame(request: Request, customer: Customer, current: Tab) -> dict[str, Any]:
    """The tabs and what the person may do."""
    user, company = request.user, customer.company_id
    return {
        "tab": current,
        "tab_template": f"customers/tab_{current.name}.html",
        "tabs": [
            {
                "title": tab.title,
                "url": reverse(f"customers:{tab.name}", args=[customer.pk]),
                "is_current": tab is current,
                "key": at,
            }
            for at, tab in enumerate((t for t in TABS if user.may(t.right, company)), start=1)
        ],
        "may": {
            "change": user.may("customers.change", company),
            "change_bank": user.may("customers.change_bank_details", company),
            "order": user.may("orders.enter", company) and customer.is_active,
            "note": user.may("customers.note", company),
            "hold": user.may("dunning.hold", company),
            "offer": customer.company.code in settings.PAYMENT_URLS
            and user.may("receivables.offer_payment", company),
            "see_money": user.may("receivables.view", company),
            "see_credit": user.may("credit.view", company),
        },
    }


def _top(customer: Customer, user: User, trail: Trail) -> dict[str, Any]:
    """Figures, light, contacts, what was last and what is next."""
    company, on = customer.company_id, customer.company.today()
    family, word = standing(customer)
    sees_money = user.may("receivables.view", company)
    figures = credit.figures_for(credit.account_of(customer), order_amount=ZERO, on=on)
    return {
        "standing": {"family": family, "word": word},
        "light": light_of(figures),
        "why": _why(figures, in_full=user.may("credit.view", company)),
        **(_limit_use(figures) if user.may("credit.view", company) else {}),
        "money": money_of(customer, user, on=on) if sees_money else None,
        "under_way": None if sees_money else under_way(customer, user),
        "late": lateness_of(customer, user, on=on) if sees_money else None,
        "sales": sales_of(customer, user, on=on)
        if user.may("reporting.view_sales", company)
        else None,
        "contacts_short": list(customer.contacts.filter(is_active=True)[:4]),
        "pinned": [note for note in trail.notes if note.is_pinned],
        "paused_until": max((h.until for h in trail.holds if h.item is None), default=None),
        "promised": [n for n in trail.promises if n.promised_on and n.promised_on >= on],
        "broken": [
            n for n in trail.promises
            if n.promised_on and n.promised_on < on and (on - n.promised_on).days <= 30
            and trail.paid_for(n) < (n.promised_amount or ZERO) and sees_money
        ],
        "open_disputes": [row for row in trail.disputes if row.state == "open"],
        "latest": latest(trail),
        "upcoming": upcoming(customer, trail, user, on=on),
    }  # fmt: skip


def _why(figures: Figures, *, in_full: bool) -> list[str]:
    """What holds or refuses, with figures only for those who may see them."""
    given = [answer for answer in answers(figures) if answer.outcome != PASS]
    return [answer.text if in_full else answer.note for answer in given]


def _limit_use(figures: Figures) -> dict[str, Any]:
    """How much of limit and securities is used: as words, and up to 100 for the bar."""
    room = figures.limit_amount + figures.secured_amount
    share = figures.exposure.total_amount / room if room else ZERO
    return {
        "credit": figures,
        "limit_share": formats.percent(share, most=0),
        "limit_percent": min(int(share * 100), 100),
    }
