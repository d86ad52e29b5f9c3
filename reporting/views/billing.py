"""How well billing works: the report and the documents behind its figures."""

from datetime import date

from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from core.auth import right_required
from core.requests import Request
from reporting.drawn import billing as drawn
from reporting.drawn import billing_lists as lists
from reporting.reads.billing import billed_documents, billing_months
from reporting.reads.corrections import corrections
from reporting.reads.refusals import refusals
from reporting.reads.unlike import unlike_counts, unlike_rows
from reporting.sheets import Sheet
from reporting.views.base import period_form, report_page

MONTHS = 6
OF: dict[str, tuple[str | Promise, str | Promise]] = {
    "all": (gettext_lazy("All invoices"), drawn.DEFINITION),
    "bill": (gettext_lazy("Slowest to issue"), drawn.TIMES),
    "send": (gettext_lazy("Slowest to send"), drawn.TIMES),
    "receive": (gettext_lazy("Slowest to be received"), drawn.TIMES),
    "wrong": (gettext_lazy("Not right the first time"), drawn.RIGHT),
    "corrections": (gettext_lazy("Corrections"), drawn.CORRECTED),
    "unlike": (gettext_lazy("Unlike the order"), drawn.UNLIKE),
    "refused": (gettext_lazy("Refused"), drawn.REFUSED),
}
"""What the list of documents may show: its name and the definition of its figure."""
Found = tuple[Sheet, int]


@require_GET
@right_required("reporting.view")
def billing_report(request: Request) -> HttpResponseBase:
    """Time to the buyer, the share right at once, corrections, differences, refusals."""
    title, form = _("Billing quality"), period_form(request, months=MONTHS)
    if not form.is_valid():
        return report_page(request, title, Sheet([]), form=form, status=422)
    span = {"first": form.cleaned_data["first"], "last": form.cleaned_data["last"]}
    found = drawn.Billing(
        **span,
        months=billing_months(request.company, **span),
        corrections=corrections(request.company, **span),
        unlike=unlike_counts(request.company, **span),
        refusals=refusals(request.company, **span),
    )
    return report_page(
        request,
        title,
        drawn.billing_sheet(found),
        form=form,
        pictures=drawn.billing_pictures(found),
        definition=drawn.DEFINITION,
    )


@require_GET
@right_required("reporting.view")
def billing_documents(request: Request) -> HttpResponseBase:
    """The documents behind a figure of billing quality."""
    title, form = _("Billing quality: documents"), period_form(request, months=MONTHS)
    of, only = request.GET.get("of", "all"), request.GET.get("only", "")
    if not form.is_valid() or of not in OF:
        return report_page(request, title, Sheet([]), form=form, status=422)
    sheet, count = _found(
        request, of, only, first=form.cleaned_data["first"], last=form.cleaned_data["last"]
    )
    return report_page(
        request,
        title,
        sheet,
        form=form,
        subject=_subject(of, only),
        definition=OF[of][1],
        kept={"of": of, "only": only} if only else {"of": of},
        tabs=[(label, key, key == of) for key, (label, _definition) in OF.items()],
        tab_name="of",
        most=(len(sheet.rows), count) if count > len(sheet.rows) else None,
    )


def _found(request: Request, of: str, only: str, *, first: date, last: date) -> Found:
    """The rows, and how many there are of them in all."""
    company = request.company
    match of:
        case "corrections":
            notes = corrections(company, first=first, last=last)
            notes = [note for note in notes if not only or note.cause.key == only]
            return lists.corrections_sheet(notes), len(notes)
        case "unlike":
            unlike = unlike_rows(company, first=first, last=last, kind=only)
            return lists.unlike_sheet(unlike), unlike[0].all_count if unlike else 0
        case "refused":
            refused = lists.refused_by(refusals(company, first=first, last=last), only)
            return lists.refusals_sheet(refused), len(refused)
    documents = billed_documents(company, first=first, last=last, of=of)
    return lists.documents_sheet(documents), documents[0].all_count if documents else 0


def _subject(of: str, only: str) -> str:
    """What of it is shown, in words; the name of the figure stands in its tab."""
    kind, _colon, rule = only.partition(":")
    if of == "corrections" and kind in drawn.CAUSE_LABELS:
        return f"{drawn.CAUSE_LABELS[kind]}: {rule}" if rule else str(drawn.CAUSE_LABELS[kind])
    if of == "unlike" and only in drawn.KIND_LABELS:
        return str(drawn.KIND_LABELS[only])
    return drawn.rule_label(only) if of == "refused" and only else str(OF[of][0])
