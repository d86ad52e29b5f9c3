"""Pages of reports: each a picture, its table, its definition, its drill-down and its files."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.auth import right_required
from core.fields import read_day
from core.requests import Request, row_number
from customers.models import Customer
from reporting.catalogue import shelves
from reporting.drawn import lists, receivables, sheets, stages
from reporting.drawn import promises as promised
from reporting.forms import KnownForm
from reporting.reads.ageing import AgeingTotal, ageing, ageing_totals
from reporting.reads.cash import discounts
from reporting.reads.forecast import expected_items
from reporting.reads.items import BUCKET_DAYS, LONGEST, SIDES, items_then
from reporting.reads.kept import past_of
from reporting.reads.key_figures import key_figures
from reporting.reads.late import late_payers
from reporting.reads.positions import Position, ledger_balance
from reporting.reads.promises import promises
from reporting.reads.receivables import cash_in, first_of_month
from reporting.reads.sales import By, open_orders, sales
from reporting.reads.stages import stage_months
from reporting.reads.statistics import TIMES_MONTHS
from reporting.rules import BUCKETS
from reporting.sheets import Sheet
from reporting.views.base import as_of_form, currency_form, report_page, span_form
from reporting.views.dashboard import cash_of, month_ends, sales_of_months, stages_of

DSO_MONTHS = 17


@require_GET
@right_required("reporting.view_sales")
def index(request: Request) -> HttpResponse:
    """All reports the person may see, by the question they answer."""
    return render(request, "reporting/index.html", {"shelves": shelves(request)})


@require_GET
@right_required("reporting.view")
def ageing_report(request: Request) -> HttpResponseBase:
    """Aged receivables per customer, as effective or as known; proved by the ledger."""
    title, form = _("Aged receivables"), as_of_form(request, KnownForm)
    if not form.is_valid():
        return report_page(request, title, Sheet([]), form=form, status=422)
    as_of, currency = form.cleaned_data["as_of"], form.cleaned_data["currency"]
    known_on = form.cleaned_data["known_on"]
    rows = ageing(request.company, as_of=as_of, known_on=known_on)
    rows = [row for row in rows if row.currency == currency]
    totals = ageing_totals(rows)
    position = _position(as_of, totals)
    sheet = sheets.ageing_sheet(rows, totals, as_of=as_of, is_linked=known_on is None)
    context: dict[str, Any] = {"definition": receivables.AGEING}
    if known_on is None:
        ledger = ledger_balance(request.company, currency=currency, as_of=as_of)
        context |= {"proof": (position.balance_amount, ledger), "currency": currency}
    pictures = [receivables.ageing_picture(position, currency)]
    return report_page(request, title, sheet, form=form, pictures=pictures, **context)


def _position(as_of: date, totals: list[AgeingTotal]) -> Position:
    total = totals[0] if totals else AgeingTotal("")
    return Position(as_of, tuple(total.buckets), total.credit_amount, total.unapplied_amount)


@require_GET
@right_required("reporting.view")
def items_report(request: Request) -> HttpResponseBase:
    """The items behind a figure of the ageing, as they stood on its day."""
    form = as_of_form(request)
    bucket = request.GET.get("bucket", "balance")
    if not form.is_valid() or bucket not in BUCKET_DAYS.keys() | SIDES.keys():
        return report_page(request, _("Items"), Sheet([]), form=form, status=422)
    as_of, currency = form.cleaned_data["as_of"], form.cleaned_data["currency"]
    customer = _customer(request)
    found = items_then(
        request.company,
        as_of=as_of,
        currency=currency,
        bucket=bucket,
        customer_id=customer.pk if customer else None,
    )
    sheet = sheets.items_sheet(found, as_of=as_of, currency=currency)
    kept = {"bucket": bucket, "customer": customer.pk if customer else ""}
    return report_page(
        request,
        _items_title(bucket),
        sheet,
        form=form,
        kept={key: value for key, value in kept.items() if value},
        subject=customer.name if customer else "",
        cut=(len(found.rows), found.count) if found.count > LONGEST else None,
    )


def _items_title(bucket: str) -> str:
    words = dict(zip(BUCKETS, receivables.bucket_labels(), strict=True)) | {
        "overdue": _("Overdue"),
        "owed": _("Owed"),
        "credit": _("Credits"),
        "unapplied": _("Unapplied cash"),
        "balance": _("Balance"),
    }
    return _("Items: %(what)s") % {"what": words[bucket]}


def _customer(request: Request) -> Customer | None:
    number = row_number(request.GET.get("customer", ""))
    customers = Customer.objects.visible_to(request.user).filter(company=request.company)
    return customers.filter(pk=number).first() if number else None


@require_GET
@right_required("reporting.view")
def dso_report(request: Request) -> HttpResponseBase:
    """Days sales outstanding and its parts, this day and at the ends of the months before."""
    title, form = _("Days sales outstanding"), as_of_form(request)
    if not form.is_valid():
        return report_page(request, title, Sheet([]), form=form, status=422)
    as_of, currency = form.cleaned_data["as_of"], form.cleaned_data["currency"]
    months = key_figures(
        request.company, [*month_ends(as_of, DSO_MONTHS), as_of], currency=currency
    )
    sheet = sheets.dso_sheet(reversed(months), currency)
    pictures = [receivables.dso_picture(months, currency)]
    return report_page(request, title, sheet, form=form, pictures=pictures, definition=sheets.DSO)


@require_GET
@right_required("reporting.view")
def cash_report(request: Request) -> HttpResponseBase:
    """Money received per month, and how much found its invoices by itself."""
    form = span_form(request, months=6)
    if not form.is_valid():
        return report_page(request, _("Cash in"), Sheet([]), form=form, status=422)
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    currency = form.cleaned_data["currency"]
    rows = [r for r in cash_in(request.company, first=first, last=last) if r.currency == currency]
    sheet = sheets.cash_sheet(rows, first=first, last=last)
    pictures = [lists.received_picture(rows, currency)]
    return report_page(
        request, _("Cash in"), sheet, form=form, pictures=pictures, definition=sheets.CASH
    )


@require_GET
@right_required("reporting.view")
def expected_report(request: Request) -> HttpResponseBase:
    """Which items should be paid when, by the habits of their customers."""
    title, today = _("Cash expected"), request.company.today()
    form = span_form(request)
    form.data = {  # the coming eight weeks unless asked for
        **form.data,
        "first": request.GET.get("first") or (today + timedelta(days=1)).isoformat(),
        "last": request.GET.get("last") or (today + timedelta(days=56)).isoformat(),
    }
    if not form.is_valid():
        return report_page(request, title, Sheet([]), form=form, status=422)
    currency, past = form.cleaned_data["currency"], past_of(request.company)
    rows = expected_items(
        request.company,
        as_of=today,
        currency=currency,
        first=form.cleaned_data["first"],
        until=form.cleaned_data["last"],
        past=past,
    )
    pictures = [cash_of(request.company, today, currency, past)]
    sheet = sheets.expected_sheet(rows, currency)
    return report_page(request, title, sheet, form=form, pictures=pictures)


@require_GET
@right_required("reporting.view")
def late_report(request: Request) -> HttpResponseBase:
    """Who pays late, how much later than before, and what they owe past due."""
    title, form = _("Late payers"), as_of_form(request)
    if not form.is_valid():
        return report_page(request, title, Sheet([]), form=form, status=422)
    as_of, currency = form.cleaned_data["as_of"], form.cleaned_data["currency"]
    payers = late_payers(request.company, as_of=as_of, currency=currency)
    sheet = sheets.late_sheet(payers, as_of=as_of, currency=currency)
    pictures = [receivables.late_picture(payers, as_of=as_of, currency=currency)]
    return report_page(
        request, title, sheet, form=form, pictures=pictures, definition=receivables.LATE
    )


@require_GET
@right_required("reporting.view")
def promises_report(request: Request) -> HttpResponseBase:
    """What customers promised to pay, what came of it."""
    title, form, today = _("Promises to pay"), currency_form(request), request.company.today()
    state, week = request.GET.get("state", ""), read_day(request.GET.get("week", ""), today=today)
    if not form.is_valid() or state not in ("", *promised.STATES):
        return report_page(request, title, Sheet([]), form=form, status=422)
    currency = form.cleaned_data["currency"]
    rows = promises(request.company, as_of=today, currency=currency)
    found = promised.chosen(rows, as_of=today, state=state, week=week)
    tabs = [(_("All"), "", not state)]
    tabs += [(str(label), key, key == state) for key, (label, _c) in promised.STATES.items()]
    return report_page(
        request,
        title,
        promised.promises_sheet(found, as_of=today, currency=currency),
        form=form,
        pictures=[promised.promises_picture(rows, as_of=today, currency=currency)],
        definition=promised.DEFINITION,
        tabs=tabs,
        tab_name="state",
    )


@require_GET
@right_required("reporting.view")
def times_report(request: Request) -> HttpResponseBase:
    """How long each step from order to cash takes, month by month."""
    title, form, today = _("Order-to-cash times"), currency_form(request), request.company.today()
    if not form.is_valid():
        return report_page(request, title, Sheet([]), form=form, status=422)
    past = past_of(request.company)
    first = first_of_month(today, TIMES_MONTHS)
    months = stage_months(request.company, first=first, last=today, past=past)
    return report_page(
        request,
        title,
        sheets.times_sheet(months),
        form=form,
        pictures=[lists.times_picture(months)],
        stages=stages_of(request, today, form.cleaned_data["currency"], past),
        stages_definition=stages.DEFINITION,
    )


@require_GET
@right_required("reporting.view")
def discounts_report(request: Request) -> HttpResponseBase:
    """What cash discounts cost, by month and customer."""
    title, form = _("Discount cost"), span_form(request, months=12)
    if not form.is_valid():
        return report_page(request, title, Sheet([]), form=form, status=422)
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    currency = form.cleaned_data["currency"]
    rows = discounts(request.company, currency=currency, first=first, last=last)
    sheet = sheets.discounts_sheet(rows, currency)
    pictures = [lists.discount_picture(rows, currency)]
    return report_page(
        request, title, sheet, form=form, pictures=pictures, definition=lists.DISCOUNT
    )


@require_GET
@right_required("reporting.view")
def unapplied_report(request: Request) -> HttpResponseBase:
    """Money on customers' accounts that settled nothing, as of a day."""
    title, form = _("Unapplied cash"), as_of_form(request)
    if not form.is_valid():
        return report_page(request, title, Sheet([]), form=form, status=422)
    as_of, currency = form.cleaned_data["as_of"], form.cleaned_data["currency"]
    found = items_then(request.company, as_of=as_of, currency=currency, bucket="unapplied")
    sheet = sheets.items_sheet(found, as_of=as_of, currency=currency)
    pictures = [lists.unapplied_picture(found.rows, as_of=as_of, currency=currency)]
    return report_page(
        request, title, sheet, form=form, pictures=pictures, definition=lists.UNAPPLIED
    )


@require_GET
@right_required("reporting.view_sales")
def open_orders_report(request: Request) -> HttpResponseBase:
    """The backlog."""
    title, form = _("Open orders"), currency_form(request)
    if not form.is_valid():
        return report_page(request, title, Sheet([]), form=form, status=422)
    currency = form.cleaned_data["currency"]
    rows = [row for row in open_orders(request.company) if row.currency == currency]
    today = request.company.today()
    pictures = [lists.backlog_picture(rows, today=today, currency=currency)]
    sheet = sheets.open_orders_sheet(rows)
    return report_page(
        request, title, sheet, form=form, pictures=pictures, definition=sheets.OPEN_ORDERS
    )


@require_GET
@right_required("reporting.view_sales")
def sales_report(request: Request) -> HttpResponseBase:
    """Net sales by representative, product or customer; a rep sees their own."""
    by = _by(request.GET.get("by", ""))
    tabs = [(label, key, key == by) for key, label in sheets.SALES_BY.items()]
    form = span_form(request)
    context: dict[str, Any] = {"tabs": tabs, "kept": {"by": by}}
    if not form.is_valid():
        return report_page(request, _("Sales"), Sheet([]), form=form, status=422, **context)
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    currency = form.cleaned_data["currency"]
    own = None if _sees_all_sales(request) else request.user.pk
    rows = sales(request.company, by=by, sales_rep_id=own, first=first, last=last)
    rows = [row for row in rows if row.currency == currency]
    pictures = [
        lists.top_sales_picture(rows, by=by, currency=currency),
        sales_of_months(request.company, last, currency, rep_id=own),
    ]
    sheet = sheets.sales_sheet(rows, by=by)
    context["definition"] = sheets.SALES
    return report_page(request, _("Sales"), sheet, form=form, pictures=pictures, **context)


def _by(asked: str) -> By:
    match asked:
        case "product" | "customer":
            return asked
    return "rep"


def _sees_all_sales(request: Request) -> bool:
    """A rep sees their own sales; managers and finance see everybody's."""
    return request.user.may("reporting.view", request.company.pk)
