"""Reports as sheets: columns, cells that lead to what they sum, definitions in words."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formats
from orders.models import OrderState
from receivables.models import OpenItem
from reporting.drawn.links import customer_url, items, link
from reporting.drawn.stages import STEPS
from reporting.reads.ageing import AgeingRow, AgeingTotal
from reporting.reads.cash import DiscountRow
from reporting.reads.forecast import ExpectedItem
from reporting.reads.items import ItemsThen
from reporting.reads.key_figures import KeyFigures
from reporting.reads.late import LatePayer
from reporting.reads.receivables import CashMonth
from reporting.reads.sales import By, OpenOrderRow, SalesRow
from reporting.reads.stages import STAGES, StageTime
from reporting.rules import BUCKETS
from reporting.sheets import Cell, Column, Sheet

DSO = gettext_lazy(
    "Count-back: the receivables are taken off the gross sales of the newest month, then of"
    " the one before, until they are used up; the days of those months count. Best possible: the"
    " same with what is not yet due. Simple: receivables / gross sales of 90 days × 90."
)
CASH = gettext_lazy("Credit entries on our bank accounts by booking day.")
OPEN_ORDERS = gettext_lazy(
    "Submitted orders with something left to ship, at the order's net prices."
)
SALES = gettext_lazy("Net amounts of invoices issued in the span, less credit notes.")
_SIDES = (*BUCKETS, "credit", "unapplied", "balance")
SALES_BY: dict[By, str | Promise] = {
    "rep": gettext_lazy("By sales rep"),
    "product": gettext_lazy("By product"),
    "customer": gettext_lazy("By customer"),
}


def ageing_sheet(
    rows: Iterable[AgeingRow], totals: Iterable[AgeingTotal], *, as_of: date, is_linked: bool = True
) -> Sheet:
    """One row per customer and currency, one total per currency; each figure leads to its items."""
    sheet = Sheet(_ageing_columns())
    for row in rows:
        url = customer_url(row.customer_id)
        amounts = (*row.buckets, row.credit_amount, row.unapplied_amount, row.balance_amount)
        urls = [partial(items, as_of, row.currency, side, row.customer_id) for side in _SIDES]
        cells = _linked(amounts, urls) if is_linked else [Cell(amount) for amount in amounts]
        name = [Cell(row.customer_number, url), Cell(row.customer_name, url), Cell(row.currency)]
        sheet.rows.append([*name, *cells])
    for total in totals:
        amounts = (
            *total.buckets,
            total.credit_amount,
            total.unapplied_amount,
            total.balance_amount,
        )
        urls = [partial(items, as_of, total.currency, side) for side in _SIDES]
        cells = _linked(amounts, urls) if is_linked else [Cell(amount) for amount in amounts]
        sheet.totals.append([Cell(_("Total")), Cell(None), Cell(total.currency), *cells])
    sheet.add_shares(_("Share, %"), of=3 + len(BUCKETS) + 2)
    return sheet


def _linked(amounts: Iterable[Decimal], urls: Iterable[str | Callable[[], str]]) -> list[Cell]:
    return [Cell(amount, url if amount else "") for amount, url in zip(amounts, urls, strict=True)]


def items_sheet(found: ItemsThen, *, as_of: date, currency: str) -> Sheet:
    """Items as they stood, with the sum of all of them."""
    sheet = Sheet(
        [
            Column(_("Document")),
            Column(_("Kind")),
            Column(_("Customer")),
            Column(_("Date")),
            Column(_("Due")),
            Column(_("Days late"), is_number=True),
            Column(_("Amount, %(currency)s") % {"currency": currency}, is_amount=True),
            Column(_("Open, %(currency)s") % {"currency": currency}, is_amount=True),
        ]
    )
    for row in found.rows:
        late = (as_of - row.due_on).days
        sheet.rows.append(
            [
                Cell(row.document_number, reverse("receivables:item", args=[row.item_id])),
                Cell(str(OpenItem.Kind(row.kind).label)),
                Cell(row.customer_name, customer_url(row.customer_id)),
                Cell(row.document_on),
                Cell(row.due_on),
                Cell(late if late > 0 and row.open_amount > 0 else None),
                Cell(row.amount),
                Cell(row.open_amount),
            ]
        )
    total = [Cell(None) for _column in sheet.columns]
    total[0], total[-1] = Cell(_("Total")), Cell(found.total_amount)
    sheet.totals = [total]
    return sheet


def dso_sheet(months: Iterable[KeyFigures], currency: str) -> Sheet:
    """The newest day first: DSO, its parts, what they were made from."""
    sheet = Sheet(
        [
            Column(_("As of")),
            Column(_("DSO, days"), is_number=True, places=1),
            Column(_("Best possible, days"), is_number=True, places=1),
            Column(_("From lateness, days"), is_number=True, places=1),
            Column(_("Simple, days"), is_number=True, places=1),
            Column(_("Receivables, %(currency)s") % {"currency": currency}, is_amount=True),
            Column(_("Not due, %(currency)s") % {"currency": currency}, is_amount=True),
            Column(_("Sales of 90 days, %(currency)s") % {"currency": currency}, is_amount=True),
        ]
    )
    for one in months:
        url = link("reporting:ageing", as_of=one.day, currency=currency)
        sheet.rows.append(
            [
                Cell(one.day, url),
                Cell(one.dso_days),
                Cell(one.best_days),
                Cell(one.delinquent_days),
                Cell(one.simple_days),
                Cell(one.position.balance_amount, items(one.day, currency, "balance")),
                Cell(one.position.not_due_amount, items(one.day, currency, "not_due")),
                Cell(one.sales_90_amount),
            ]
        )
    return sheet


def late_sheet(payers: Iterable[LatePayer], *, as_of: date, currency: str) -> Sheet:
    """Everybody who owes past due, or paid late this quarter."""
    sheet = Sheet(
        [
            Column(_("Customer")),
            Column(_("Overdue, %(currency)s") % {"currency": currency}, is_amount=True),
            Column(_("Oldest due")),
            Column(_("Days late, last 90 days"), is_number=True, places=1),
            Column(_("Days late, before"), is_number=True, places=1),
            Column(_("Change"), is_number=True, places=1),
            Column(_("Paid in a year"), is_number=True),
        ]
    )
    total = Decimal(0)
    for payer in payers:
        total += payer.overdue_amount
        url = reverse("customers:detail", args=[payer.customer_id])
        sheet.rows.append(
            [
                Cell(payer.name, url),
                *_linked(
                    [payer.overdue_amount],
                    [items(as_of, currency, "overdue", payer.customer_id)],
                ),
                Cell(payer.oldest_due_on),
                Cell(payer.late_days),
                Cell(payer.before_days),
                Cell(payer.trend_days),
                Cell(payer.payments),
            ]
        )
    sheet.totals = [[Cell(_("Total")), Cell(total), *[Cell(None) for _column in range(5)]]]
    sheet.add_shares(_("Share, %"), of=1)
    return sheet


def expected_sheet(rows: Iterable[ExpectedItem], currency: str) -> Sheet:
    """Items in the order in which they should be paid."""
    sheet = Sheet(
        [
            Column(_("Document")),
            Column(_("Customer")),
            Column(_("Due")),
            Column(_("Expected")),
            Column(_("Open, %(currency)s") % {"currency": currency}, is_amount=True),
        ]
    )
    total = Decimal(0)
    for row in rows:
        total += row.open_amount
        sheet.rows.append(
            [
                Cell(row.document_number, reverse("receivables:item", args=[row.item_id])),
                Cell(row.customer_name, customer_url(row.customer_id)),
                Cell(row.due_on),
                Cell(row.expected_on),
                Cell(row.open_amount),
            ]
        )
    sheet.totals = [[Cell(_("Total")), Cell(None), Cell(None), Cell(None), Cell(total)]]
    return sheet


def discounts_sheet(rows: Iterable[DiscountRow], currency: str) -> Sheet:
    """Customers and what discount they took in the span, most first."""
    sums: dict[int, tuple[str, str, Decimal, int]] = {}
    for row in rows:
        known = sums.get(row.customer_id, ("", "", Decimal(0), 0))
        sums[row.customer_id] = (
            row.customer_number,
            row.customer_name,
            known[2] + row.amount,
            known[3] + row.count,
        )
    sheet = Sheet(
        [
            Column(_("Number")),
            Column(_("Customer")),
            Column(_("Payments"), is_number=True),
            Column(_("Discount, %(currency)s") % {"currency": currency}, is_amount=True),
        ]
    )
    for key, (number, name, amount, count) in sorted(sums.items(), key=lambda one: -one[1][2]):
        url = reverse("customers:detail", args=[key])
        sheet.rows.append([Cell(number, url), Cell(name, url), Cell(count), Cell(amount)])
    total = sum((found[2] for found in sums.values()), Decimal(0))
    count = sum(found[3] for found in sums.values())
    sheet.totals = [[Cell(_("Total")), Cell(None), Cell(count), Cell(total)]]
    sheet.add_shares(_("Share, %"), of=3)
    return sheet


def times_sheet(months: Iterable[StageTime]) -> Sheet:
    """Per month and step: how many passed it, and how long that took."""
    sheet = Sheet(
        [
            Column(_("Month")),
            Column(_("Step")),
            Column(_("Passed"), is_number=True),
            Column(_("Median days"), is_number=True, places=1),
            Column(_("9 of 10 within"), is_number=True, places=1),
        ]
    )
    order = {stage: n for n, stage in enumerate(STAGES)}
    known = [row for row in months if row.month]
    for row in sorted(
        known, key=lambda row: (-(row.month or date.min).toordinal(), order[row.stage])
    ):
        sheet.rows.append(
            [
                Cell(formats.month(row.month) if row.month else None),
                Cell(str(STEPS[row.stage])),
                Cell(row.passed_count),
                Cell(row.median_days),
                Cell(row.p90_days),
            ]
        )
    return sheet


def cash_sheet(rows: Iterable[CashMonth], *, first: date, last: date) -> Sheet:
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
                Cell(formats.month(row.month)),
                Cell(row.currency),
                Cell(row.received_amount, _entries_of(row.month, first, last)),
                Cell(row.touchless_amount),
                Cell(row.unmatched_amount, reverse("receivables:matching")),
            ]
        )
    sheet.add_totals(_("Total"))
    return sheet


def _entries_of(month: date, first: date, last: date) -> str:
    end = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    since, until = max(month, first), min(end, last)
    return link("receivables:bank_entries", received=1, since=since, until=until)


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
                Cell(row.customer_name, customer_url(row.customer_id)),
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
    sheet.add_shares(_("Share, %"), of=4)
    return sheet


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


def _drill(by: By, key: int | None) -> str:
    if key is None or by == "rep":
        return ""
    name = "catalog:product" if by == "product" else "customers:detail"
    return reverse(name, args=[key])
