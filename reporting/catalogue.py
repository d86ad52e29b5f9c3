"""The reports there are, by the question they answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.requests import Request

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its name, what it answers, who may read it."""

    name: Text
    answers: Text
    icon: str
    url_name: str
    right: str = "reporting.view"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Reports that belong together."""

    title: Text
    reports: Sequence[Report]


SHELVES = (
    Shelf(
        _("What customers owe"),
        (
            Report(
                _("Receivables"),
                _("The whole position on one page: figures, age, cash, lateness."),
                "layout-dashboard",
                "reporting:dashboard",
            ),
            Report(
                _("Aged receivables"),
                _("Who owes how much for how long, as of any day, proved by the ledger."),
                "calendar-stats",
                "reporting:ageing",
            ),
            Report(
                _("Explain the difference"),
                _("Why customers owe more or less than on another day, document by document."),
                "arrows-split",
                "reporting:difference",
            ),
            Report(
                _("Late payers"),
                _("Who pays how many days late, and whether it gets worse."),
                "user-exclamation",
                "reporting:late",
            ),
            Report(
                _("Promises to pay"),
                _("What customers promised, what came, and which promises are broken."),
                "calendar-check",
                "reporting:promises",
            ),
            Report(
                _("Days sales outstanding"),
                _("How long our money is out: best possible, and what lateness adds."),
                "clock",
                "reporting:dso",
            ),
            Report(
                _("Unapplied cash"),
                _("Money received that settled no invoice yet."),
                "wallet",
                "reporting:unapplied",
            ),
        ),
    ),
    Shelf(
        _("Cash"),
        (
            Report(
                _("Cash in"),
                _("Received by month: matched by itself, by people, not yet."),
                "coins",
                "reporting:cash",
            ),
            Report(
                _("Cash expected"),
                _("Which items should be paid when, by how their customers pay."),
                "calendar-dollar",
                "reporting:expected",
            ),
            Report(
                _("Discount cost"),
                _("What customers took off for paying early."),
                "discount",
                "reporting:discounts",
            ),
        ),
    ),
    Shelf(
        _("Orders and sales"),
        (
            Report(
                _("Order-to-cash times"),
                _("What waits at each step, and how many days a step takes."),
                "route",
                "reporting:times",
            ),
            Report(
                _("Billing quality"),
                _("How fast invoices reach the buyer, how many are right at once, and why not."),
                "file-check",
                "reporting:billing",
            ),
            Report(
                _("Open orders"),
                _("What is still to ship, and what of it is late."),
                "shopping-cart",
                "reporting:open_orders",
                "reporting.view_sales",
            ),
            Report(
                _("Sales"),
                _("Net sales by month, sales rep, product and customer."),
                "chart-bar",
                "reporting:sales",
                "reporting.view_sales",
            ),
        ),
    ),
)


def shelves(request: Request) -> list[Shelf]:
    """The shelves with what the person may read."""
    user, company_id = request.user, request.company.pk
    seen = [
        Shelf(shelf.title, [r for r in shelf.reports if user.may(r.right, company_id)])
        for shelf in SHELVES
    ]
    return [shelf for shelf in seen if shelf.reports]
