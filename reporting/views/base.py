"""What every page of figures does: the choice asked for, the files, the page."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from core.exports import csv_response, xlsx_response
from core.forms import Form
from core.requests import Request
from reporting.forms import AsOfForm, CurrencyForm, DifferenceForm, PeriodForm, SpanForm
from reporting.pictures import Picture
from reporting.reads.currencies import currencies_of
from reporting.sheets import Sheet, Sorting

FILES = ("csv", "xlsx")


def as_of_form(request: Request, form: type[AsOfForm] = AsOfForm) -> AsOfForm:
    """A day (today unless asked for) and a currency (the company's own)."""
    defaults = {"as_of": request.company.today().isoformat(), "currency": request.company.currency}
    return form(_asked(request, defaults), currencies=currencies_of(request.company))


def span_form(request: Request, *, months: int = 3) -> SpanForm:
    """From the first of a month to today unless asked for."""
    defaults = _span(request, months) | {"currency": request.company.currency}
    return SpanForm(_asked(request, defaults), currencies=currencies_of(request.company))


def difference_form(request: Request) -> DifferenceForm:
    """From the end of last month to the end of today unless asked for."""
    today = request.company.today()
    defaults = {
        "first": (today.replace(day=1) - timedelta(days=1)).isoformat(),
        "last": today.isoformat(),
        "currency": request.company.currency,
        "way": "effective",
    }
    return DifferenceForm(_asked(request, defaults), currencies=currencies_of(request.company))


def period_form(request: Request, *, months: int) -> PeriodForm:
    """The same of all currencies."""
    return PeriodForm(_asked(request, _span(request, months)))


def _span(request: Request, months: int) -> dict[str, str]:
    today = request.company.today()
    first = today.replace(day=1)
    for _month in range(months - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    return {"first": first.isoformat(), "last": today.isoformat()}


def currency_form(request: Request) -> CurrencyForm:
    """Only a currency."""
    defaults = {"currency": request.company.currency}
    return CurrencyForm(_asked(request, defaults), currencies=currencies_of(request.company))


def _asked(request: Request, defaults: dict[str, str]) -> dict[str, str]:
    return defaults | {key: str(value) for key, value in request.GET.items() if value}


def file_of(request: Request, sheet: Sheet, name: str) -> HttpResponseBase | None:
    """The sheet as the file that was asked for; None when a page was."""
    kind = request.GET.get("export", "")
    if kind not in FILES:
        return None
    write = csv_response if kind == "csv" else xlsx_response
    day = request.company.today().isoformat()
    return write(f"{name}-{day}.{kind}", sheet.header(), sheet.values())


def picture_file(
    request: Request, pictures: Sequence[Picture], others: Mapping[str, Sheet] | None = None
) -> HttpResponseBase | None:
    """The table of the picture that was asked for, as a file."""
    wanted = request.GET.get("picture", "")
    sheets = {picture.key: picture.sheet() for picture in pictures} | dict(others or {})
    return file_of(request, sheets[wanted], wanted) if wanted in sheets else None


def address(request: Request, *without: str) -> str:
    """This page's address with its choice, less the parameters named."""
    query = request.GET.copy()
    for key in ("export", "picture", *without):
        query.pop(key, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def sorting_of(request: Request) -> Sorting:
    """The column to sort by (``?sort=-3``), and the address without it."""
    text = request.GET.get("sort", "")
    number = text.removeprefix("-")
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 3 else None
    return Sorting(at, text.startswith("-"), address(request, "sort").partition("?")[2])


SHOWN_ROWS = 200
"""Rows on a report's page unless all are asked for; totals and files have all of them."""


def report_page(  # noqa: PLR0913 - the parts of a report
    request: Request,
    title: str,
    sheet: Sheet,
    *,
    form: Form | None = None,
    pictures: Sequence[Picture] = (),
    status: int = 200,
    **context: Any,
) -> HttpResponseBase:
    """A report as a page, or as the file that was asked for."""
    sorting = sorting_of(request)
    sheet.sort(sorting)
    if status == 200:
        name = request.path.rstrip("/").rpartition("/")[2]
        file = picture_file(request, pictures) or file_of(request, sheet, name)
        if file is not None:
            return file
    here = address(request)
    page = {
        "title": title,
        "form": form,
        "sheet": sheet,
        "sorting": sorting,
        "shown": None if "all" in request.GET or len(sheet.rows) <= SHOWN_ROWS else SHOWN_ROWS,
        "pictures": pictures,
        "is_all_empty": bool(pictures) and all(picture.is_empty for picture in pictures),
        "picture_url": here,
        "file_url": here + ("&" if "?" in here else "?"),
        "asked": asked_in_words(form),
        "now": timezone.now(),
    }
    return render(request, "reporting/report.html", page | context, status=status)


def asked_in_words(form: Form | None) -> list[tuple[str, Any]]:
    """The choice as label and value, for the head of a printed page."""
    if form is None or not form.is_valid():
        return []
    return [
        (str(field.label), form.cleaned_data[field.name])
        for field in form
        if form.cleaned_data.get(field.name) and not field.is_hidden
    ]
