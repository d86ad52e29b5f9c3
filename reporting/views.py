"""Pages of reports: each figure with its definition, its drill-down and its files."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.auth import right_required
from core.exports import csv_response, xlsx_response
from core.forms import Form
from core.pictures import Bar
from core.requests import Request
from orders.models import OrderState
from reporting.forms import AsOfForm, SpanForm
from reporting.reads.ageing import AgeingTotal, ageing, ageing_now, ageing_totals
from reporting.reads.receivables import cash_in, dso
from reporting.reads.sales import By, open_orders, sales
from reporting.rules import BUCKETS
from reporting.search import search
from reporting.sheets import Cell, Column, Sheet
from reporting.worklist import worklist

FAMILIES = ("green", "blue", "amber", "amber", "red")


@require_GET
def home(request: Request) -> HttpResponse:
    """What waits for the person, since when, worth how much; then the receivables at a glance."""
    company, today = request.company, request.company.today()
    may_see_money = request.user.may("reporting.view", company.pk)
    totals = ageing_now(company, on=today) if may_see_money else []
    context = {
        "queues": worklist(company, request.user),
        "positions": [(total, _bars(total)) for total in totals],
        "may_see_money": may_see_money,
        "now": timezone.now(),
    }
    return render(request, "reporting/home.html", context)


@require_GET
def search_page(request: Request) -> HttpResponse:
    """Finds of the search box; one find only is opened at once."""
    text = request.GET.get("q", "")
    hits = search(request.company, request.user, text)
    if len(hits) == 1 and not request.htmx:
        return redirect(hits[0].url)
    template = "reporting/search.html#hits" if request.htmx else "reporting/search.html"
    return render(request, template, {"hits": hits, "text": text})


@require_GET
@right_required("reporting.view_sales")
def index(request: Request) -> HttpResponse:
    """All reports the person may see."""
    may_see_all = request.user.may("reporting.view", request.company.pk)
    return render(request, "reporting/index.html", {"may_see_all": may_see_all})


@require_GET
@right_required("reporting.view")
def ageing_report(request: Request) -> HttpResponseBase:
    """Aged receivables per customer."""
    form = AsOfForm(_asked(request, {"as_of": request.company.today().isoformat()}))
    if not form.is_valid():
        return _page(request, _("Aged receivables"), form, Sheet([]), status=422)
    rows = ageing(request.company, **form.cleaned_data)
    totals = ageing_totals(rows)
    sheet = Sheet(_ageing_columns())
    for row in rows:
        url = reverse("customers:detail", args=[row.customer_id])
        amounts = (*row.buckets, row.credit_amount, row.unapplied_amount, row.balance_amount)
        sheet.rows.append(
            [
                Cell(row.customer_number, url),
                Cell(row.customer_name, url),
                Cell(row.currency),
                *[Cell(amount, _items_url(row.customer_number, amount)) for amount in amounts],
            ]
        )
    sheet.totals = [_ageing_total(total) for total in totals]
    definition = _(
        "Open items by days past their due day; the due day itself is not overdue. Buckets,"
        " credits and unapplied cash together are the balance, and that is the ledger's."
    )
    return _page(
        request,
        _("Aged receivables"),
        form,
        sheet,
        definition=definition,
        pictures=[(total.currency, _bars(total)) for total in totals],
    )


@require_GET
@right_required("reporting.view")
def dso_report(request: Request) -> HttpResponseBase:
    """Days sales outstanding, this day and at the ends of the months before."""
    form = AsOfForm(_asked(request, {"as_of": request.company.today().isoformat()}))
    del form.fields["known_on"]
    if not form.is_valid():
        return _page(request, _("Days sales outstanding"), form, Sheet([]), status=422)
    sheet = Sheet(
        [
            Column(_("As of")),
            Column(_("Count-back, days"), is_number=True, places=1),
            Column(_("Simple, days"), is_number=True, places=1),
            Column(_("Receivables"), is_amount=True),
            Column(_("Sales of 90 days"), is_amount=True),
        ]
    )
    for day in _month_ends(form.cleaned_data["as_of"]):
        figures = dso(request.company, as_of=day)
        url = f"{reverse('reporting:ageing')}?as_of={day.isoformat()}"
        sheet.rows.append(
            [
                Cell(day, url),
                Cell(figures.count_back_days),
                Cell(figures.simple_days),
                Cell(figures.receivable_amount, url),
                Cell(figures.sales_90_amount),
            ]
        )
    definition = _(
        "Count-back: the receivables are taken off the gross sales of the newest month, then of"
        " the one before, until they are used up; the days of those months count. Simple:"
        " receivables / gross sales of 90 days x 90."
    )
    return _page(request, _("Days sales outstanding"), form, sheet, definition=definition)


@require_GET
@right_required("reporting.view")
def cash_report(request: Request) -> HttpResponseBase:
    """Money received per month, and how much found its invoices by itself."""
    form = _span(request)
    if not form.is_valid():
        return _page(request, _("Cash in"), form, Sheet([]), status=422)
    sheet = Sheet(
        [
            Column(_("Month")),
            Column(_("Currency"), is_currency=True),
            Column(_("Received"), is_amount=True),
            Column(_("Matched by itself"), is_amount=True),
            Column(_("Not matched yet"), is_amount=True),
        ]
    )
    for row in cash_in(request.company, **form.cleaned_data):
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
    definition = _("Credit entries on our bank accounts by booking day.")
    return _page(request, _("Cash in"), form, sheet, definition=definition)


@require_GET
@right_required("reporting.view_sales")
def open_orders_report(request: Request) -> HttpResponseBase:
    """The backlog."""
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
    for row in open_orders(request.company):
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
    definition = _("Submitted orders with something left to ship, at the order's net prices.")
    return _page(request, _("Open orders"), None, sheet, definition=definition)


@require_GET
@right_required("reporting.view_sales")
def sales_report(request: Request) -> HttpResponseBase:
    """Net sales by representative, product or customer."""
    asked = request.GET.get("by", "rep")
    by: By = asked if asked in ("rep", "product", "customer") else "rep"  # type: ignore[assignment]
    form = _span(request)
    tabs = [
        (_("By sales rep"), "rep", by == "rep"),
        (_("By product"), "product", by == "product"),
        (_("By customer"), "customer", by == "customer"),
    ]
    if not form.is_valid():
        return _page(request, _("Sales"), form, Sheet([]), tabs=tabs, by=by, status=422)
    own = None if _sees_all_sales(request) else request.user.pk
    sheet = Sheet(
        [
            Column(_("Name")),
            Column(_("Currency"), is_currency=True),
            Column(_("Documents"), is_number=True),
            Column(_("Quantity"), is_number=True),
            Column(_("Net sales"), is_amount=True),
        ]
    )
    for row in sales(request.company, by=by, sales_rep_id=own, **form.cleaned_data):
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
    definition = _("Net amounts of invoices issued in the span, less credit notes.")
    return _page(request, _("Sales"), form, sheet, definition=definition, tabs=tabs, by=by)


def _page(
    request: Request,
    title: str,
    form: Form | None,
    sheet: Sheet,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponseBase:
    """The report as a page, or as the file that was asked for."""
    if status == 200 and request.GET.get("export") in ("csv", "xlsx"):
        kind = request.GET["export"]
        write = csv_response if kind == "csv" else xlsx_response
        report = request.path.rstrip("/").rpartition("/")[2]
        name = f"{report}-{request.company.today().isoformat()}.{kind}"
        return write(name, sheet.header(), sheet.values())
    query = request.GET.copy()
    query.pop("export", None)
    page = {"title": title, "form": form, "sheet": sheet, "query": query.urlencode()}
    return render(request, "reporting/report.html", page | context, status=status)


def _asked(request: Request, defaults: dict[str, str]) -> dict[str, str]:
    return defaults | {key: str(value) for key, value in request.GET.items() if value}


def _span(request: Request) -> SpanForm:
    today = request.company.today()
    first = (today.replace(day=1) - timedelta(days=80)).replace(day=1)
    return SpanForm(_asked(request, {"first": first.isoformat(), "last": today.isoformat()}))


def _sees_all_sales(request: Request) -> bool:
    """A rep sees their own sales; managers and finance see everybody's."""
    return request.user.may("reporting.view", request.company.pk)


def _month_ends(as_of: date) -> list[date]:
    days = [as_of]
    for _month in range(6):
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


def _bars(total: AgeingTotal) -> list[Bar]:
    labels = [column.label for column in _ageing_columns()[3 : 3 + len(BUCKETS)]]
    return [
        Bar(label, amount, total.currency, "", family)
        for label, amount, family in zip(labels, total.buckets, FAMILIES, strict=True)
    ]


def _items_url(customer_number: str, amount: object) -> str:
    return f"{reverse('receivables:items')}?q={customer_number}" if amount else ""


def _drill(by: By, key: int | None) -> str:
    if key is None or by == "rep":
        return ""
    name = "catalog:product" if by == "product" else "customers:detail"
    return reverse(name, args=[key])
