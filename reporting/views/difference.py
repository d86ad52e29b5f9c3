"""Explain the difference of receivables between two days, and the documents behind each figure."""

from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.auth import right_required
from core.requests import Request, row_number
from customers.models import Customer
from reporting.drawn.difference import DEFINITION, LABELS, difference_sheet, documents_sheet
from reporting.forms import DifferenceForm
from reporting.reads.difference import GROUPS, Question, difference, documents_of
from reporting.sheets import Sheet
from reporting.views.base import difference_form, report_page


@require_GET
@right_required("reporting.view")
def difference_report(request: Request) -> HttpResponseBase:
    """From the end of one day to the end of another, of all customers or of one."""
    title, form = _("Explain the difference"), difference_form(request)
    if not form.is_valid():
        return report_page(request, title, Sheet([]), form=form, status=422)
    customer = _customer(request)
    asked = _question(request, form, customer)
    found = difference(asked)
    return report_page(
        request,
        title,
        difference_sheet(asked, found),
        form=form,
        subject=customer.name if customer else "",
        kept={"customer": customer.pk} if customer else {},
        definition=DEFINITION,
        proof=(found.explained[0], found.closing[0]),
        currency=asked.currency,
    )


@require_GET
@right_required("reporting.view")
def difference_documents(request: Request) -> HttpResponseBase:
    """What a figure of the difference sums."""
    form, part = difference_form(request), request.GET.get("part", GROUPS[1])
    if not form.is_valid() or part not in GROUPS:
        return report_page(request, _("Documents"), Sheet([]), form=form, status=422)
    customer = _customer(request)
    asked = _question(request, form, customer)
    found = documents_of(asked, part)
    kept: dict[str, Any] = {"part": part} | ({"customer": customer.pk} if customer else {})
    return report_page(
        request,
        str(LABELS[part]),
        documents_sheet(asked, found),
        form=form,
        subject=customer.name if customer else "",
        kept=kept,
        cut=(len(found.rows), found.count) if found.count > len(found.rows) else None,
    )


def _question(request: Request, form: DifferenceForm, customer: Customer | None) -> Question:
    asked = form.cleaned_data
    return Question(
        request.company,
        asked["first"],
        asked["last"],
        asked["currency"],
        asked["way"],
        customer.pk if customer else None,
    )


def _customer(request: Request) -> Customer | None:
    number = row_number(request.GET.get("customer", ""))
    customers = Customer.objects.visible_to(request.user).filter(company=request.company)
    return customers.filter(pk=number).first() if number else None
