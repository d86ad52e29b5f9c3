"""Reports as sheets: columns, cells that lead to what they sum, definitions in words."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import Company
from core.pictures import Bar
from orders.models import OrderState
from reporting.reads.ageing import AgeingRow, AgeingTotal
from reporting.reads.receivables import CashMonth, dso_of_days
from reporting.reads.sales import By, OpenOrderRow, SalesRow
from reporting.rules import BUCKETS
from reporting.sheets import Cell, Column, Sheet

FAMILIES = ("green", "blue", "amber", "amber", "red")
MONTHS_BACK = 6
AGEING = gettext_lazy(
    "Open items by days past their due day; the due day itself is not overdue. Buckets,"
    " credits and unapplied cash together are the balance, and that is the ledger's."
)
DSO = gettext_lazy(
    "Count-back: the receivables are taken off the gross sales of the newest month, then of"
    " the one before, until they are used up; the days of those months count. Simple:"
    " receivables / gross sales of 90 days x 90."
)
CASH = gettext_lazy("Credit entries on our bank accounts by booking day.")
OPEN_ORDERS = gettext_lazy(
    "Submitted orders with something left to ship, at the order's net prices."
)
SALES = gettext_lazy("Net amounts of invoices issued in the span, less credit notes.")
SALES_BY: dict[By, str | Promise] = {
    "rep": gettext_lazy("By sales rep"),
    "product": gettext_lazy("By product"),
    "customer": gettext_lazy("By customer"),
}


def ageing_sheet(rows: Iterable[AgeingRow], totals: Iterable[AgeingTotal]) -> Sheet:
    """One row per customer and currency, one total per currency."""
    sheet = Sheet(_ageing_columns())
    for row in rows:
        url = reverse("customers:detail", args=[row.customer_id])
        amounts = (*row.buckets, row.credit_amount, row.unapplied_amount, row.balance_amount)
        cells = [Cell(amount, _items_url(row.customer_number, amount)) for amount in amounts]
        name = [Cell(row.customer_number, url), Cell(row.customer_name, url), Cell(row.currency)]
        sheet.rows.append([*name, *cells])
    sheet.totals = [_ageing_total(total) for total in totals]
    return sheet


def dso_sheet(company: Company, *, as_of: date) -> Sheet:
    """The day itself and the ends of the months before it."""
    sheet = Sheet(
        [
            Column(_("As of")),
            Column(_("Count-back, days"), is_number=True, places=1),
            Column(_("Simple, days"), is_number=True, places=1),
            Column(_("Receivables"), is_amount=True),
            Column(_("Sales of 90 days"), is_amount=True),
        ]
    )
    for figures in dso_of_days(company, _month_ends(as_of)):
        url = f"{reverse('reporting:ageing')}?as_of={figures.as_of.isoformat()}"
        sheet.rows.append(
            [
                Cell(figures.as_of, url),
                Cell(figures.count_back_days),
                Cell(figures.simple_days),
                Cell(figures.receivable_amount, url),
                Cell(figures.sales_90_amount),
            ]
        )
    return sheet


def cash_sheet(rows: Iterable[CashMonth]) -> Sheet:
    """Months with what came in, what matched by itself, what waits."""
    sheet = Sheet(
        [
            Column(_("Month")),
            Column(_("Currency"), is_currency=True),
            Column(_("Received"), is_amount=True),
            Column(_("Matched by itself"), is_amount=True),
            Column(_("Not matched yet"), is_amount=True),
        ]
    )
    for row in rows:
        sheet.rows.append(
            [
                Cell(f"{row.month:%Y-%m}"),
                Cell(row.currency),
                Cell(row.received_amount),
                Cell(row.touchless_amount),
                Cell(row.unmatched_amount, reverse("receivables:matching")),
            ]
        )
    sheet.add_totals(_("Total"))
    return sheet


def open_orders_sheet(rows: Iterable[OpenOrderRow]) -> Sheet:
    """The backlog, order by order."""
    sheet = Sheet(
        [
            Column(_("Order")),
            Column(_("Customer")),
            Column(_("Ordered")),
            Column(_("Wanted on")),
            Column(_("State")),
            Column(_("Currency"), is_currency=True),
            Column(_("Net"), is_amount=True),
            Column(_("Still to ship, net"), is_amount=True),
        ]
    )
    for row in rows:
        sheet.rows.append(
            [
                Cell(row.number, reverse("orders:detail", args=[row.order_id])),
                Cell(row.customer_name, reverse("customers:detail", args=[row.customer_id])),
                Cell(row.ordered_on),
                Cell(row.requested_on),
                Cell(str(OrderState(row.state).label)),
                Cell(row.currency),
                Cell(row.net_amount),
                Cell(row.open_net_amount),
            ]
        )
    sheet.add_totals(_("Total"))
    return sheet


def sales_sheet(rows: Iterable[SalesRow], *, by: By) -> Sheet:
    """Net sales, largest first."""
    sheet = Sheet(
        [
            Column(_("Name")),
            Column(_("Currency"), is_currency=True),
            Column(_("Documents"), is_number=True),
            Column(_("Quantity"), is_number=True),
            Column(_("Net sales"), is_amount=True),
        ]
    )
    for row in rows:
        sheet.rows.append(
            [
                Cell(row.label or _("No sales rep"), _drill(by, row.key)),
                Cell(row.currency),
                Cell(row.invoice_count),
                Cell(row.quantity),
                Cell(row.net_amount),
            ]
        )
    sheet.add_totals(_("Total"))
    return sheet


def ageing_bars(total: AgeingTotal) -> list[Bar]:
    """The buckets of one currency as a picture."""
    labels = [column.label for column in _ageing_columns()[3 : 3 + len(BUCKETS)]]
    return [
        Bar(label, amount, total.currency, "", family)
        for label, amount, family in zip(labels, total.buckets, FAMILIES, strict=True)
    ]


def _month_ends(as_of: date) -> list[date]:
    days = [as_of]
    for _month in range(MONTHS_BACK):
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return days


def _ageing_columns() -> list[Column]:
    labels = (
        _("Not due"),
        _("1–30 days"),
        _("31–60 days"),
        _("61–90 days"),
        _("91 and more"),
        _("Credits"),
        _("Unapplied"),
        _("Balance"),
    )
    return [
        Column(_("Number")),
        Column(_("Customer")),
        Column(_("Currency"), is_currency=True),
        *[Column(label, is_amount=True) for label in labels],
    ]


def _ageing_total(total: AgeingTotal) -> list[Cell]:
    amounts = (*total.buckets, total.credit_amount, total.unapplied_amount, total.balance_amount)
    return [Cell(_("Total")), Cell(None), Cell(total.currency), *[Cell(a) for a in amounts]]


def _items_url(customer_number: str, amount: object) -> str:
    return f"{reverse('receivables:items')}?q={customer_number}" if amount else ""


def _drill(by: By, key: int | None) -> str:
    if key is None or by == "rep":
        return ""
    name = "catalog:product" if by == "product" else "customers:detail"
    return reverse(name, args=[key])
