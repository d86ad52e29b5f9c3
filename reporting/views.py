"""Pages of reports: each figure with its definition, its drill-down and its files."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.auth import right_required
from core.exports import csv_response, xlsx_response
from core.forms import Form
from core.requests import Request
from reporting import tables
from reporting.forms import AsOfForm, SpanForm
from reporting.reads.ageing import ageing, ageing_now, ageing_totals
from reporting.reads.receivables import cash_in
from reporting.reads.sales import By, open_orders, sales
from reporting.search import search
from reporting.sheets import Sheet
from reporting.worklist import worklist


@require_GET
def home(request: Request) -> HttpResponse:
    """What waits for the person, since when, worth how much; then the receivables at a glance."""
    company, today = request.company, request.company.today()
    may_see_money = request.user.may("reporting.view", company.pk)
    totals = ageing_now(company, on=today) if may_see_money else []
    context = {
        "queues": worklist(company, request.user),
        "positions": [(total, tables.ageing_bars(total)) for total in totals],
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
    title = _("Aged receivables")
    form = _as_of(request)
    if not form.is_valid():
        return _page(request, title, form, Sheet([]), status=422)
    rows = ageing(request.company, **form.cleaned_data)
    totals = ageing_totals(rows)
    pictures = [(total.currency, tables.ageing_bars(total)) for total in totals]
    sheet = tables.ageing_sheet(rows, totals)
    return _page(request, title, form, sheet, definition=tables.AGEING, pictures=pictures)


@require_GET
@right_required("reporting.view")
def dso_report(request: Request) -> HttpResponseBase:
    """Days sales outstanding, this day and at the ends of the months before."""
    title = _("Days sales outstanding")
    form = _as_of(request)
    del form.fields["known_on"]
    if not form.is_valid():
        return _page(request, title, form, Sheet([]), status=422)
    sheet = tables.dso_sheet(request.company, as_of=form.cleaned_data["as_of"])
    return _page(request, title, form, sheet, definition=tables.DSO)


@require_GET
@right_required("reporting.view")
def cash_report(request: Request) -> HttpResponseBase:
    """Money received per month, and how much found its invoices by itself."""
    form = _span(request)
    if not form.is_valid():
        return _page(request, _("Cash in"), form, Sheet([]), status=422)
    sheet = tables.cash_sheet(cash_in(request.company, **form.cleaned_data))
    return _page(request, _("Cash in"), form, sheet, definition=tables.CASH)


@require_GET
@right_required("reporting.view_sales")
def open_orders_report(request: Request) -> HttpResponseBase:
    """The backlog."""
    sheet = tables.open_orders_sheet(open_orders(request.company))
    return _page(request, _("Open orders"), None, sheet, definition=tables.OPEN_ORDERS)


@require_GET
@right_required("reporting.view_sales")
def sales_report(request: Request) -> HttpResponseBase:
    """Net sales by representative, product or customer; a rep sees their own."""
    by = _by(request.GET.get("by", ""))
    tabs = [(label, key, key == by) for key, label in tables.SALES_BY.items()]
    form = _span(request)
    if not form.is_valid():
        return _page(request, _("Sales"), form, Sheet([]), tabs=tabs, by=by, status=422)
    own = None if _sees_all_sales(request) else request.user.pk
    rows = sales(request.company, by=by, sales_rep_id=own, **form.cleaned_data)
    sheet, words = tables.sales_sheet(rows, by=by), tables.SALES
    return _page(request, _("Sales"), form, sheet, definition=words, tabs=tabs, by=by)


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


def _by(asked: str) -> By:
    match asked:
        case "product" | "customer":
            return asked
    return "rep"


def _as_of(request: Request) -> AsOfForm:
    return AsOfForm(_asked(request, {"as_of": request.company.today().isoformat()}))


def _span(request: Request) -> SpanForm:
    today = request.company.today()
    first = (today.replace(day=1) - timedelta(days=80)).replace(day=1)
    return SpanForm(_asked(request, {"first": first.isoformat(), "last": today.isoformat()}))


def _sees_all_sales(request: Request) -> bool:
    """A rep sees their own sales; managers and finance see everybody's."""
    return request.user.may("reporting.view", request.company.pk)
