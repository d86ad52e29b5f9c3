"""How well billing works as pictures and a table, every figure with its way to the documents."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import formats
from reporting.billing_rules import CAUSES, Cause
from reporting.drawn.links import link
from reporting.pictures import Picture, Series
from reporting.reads.billing import STEPS, BillingMonth, StepTime
from reporting.reads.corrections import Correction
from reporting.reads.refusals import Refusal
from reporting.reads.unlike import KINDS, UnlikeCount
from reporting.sheets import Cell, Column, Sheet

DEFINITION = gettext_lazy(
    "Invoices and deposit invoices by the day of issue, in all currencies. Corrections count by"
    " the day of the credit note, refused attempts by the day of dispatch."
)
TIMES = gettext_lazy(
    "Median hours by month of issue. To issue: from the day of supply (of goods the dispatch) to"
    " the invoice's date, in whole days of 24 hours, without replacements and deposits. To send:"
    " until the first channel took it. To receive: until the buyer's side said so, by Peppol or"
    " e-mail; mail that merely nobody returned, letters and portals are not counted."
)
RIGHT = gettext_lazy(
    "Right the first time: issued and to this day neither credited in full or part, nor reissued,"
    " nor rejected by the buyer's side, nor disputed because of price, quantity or the invoice"
    " itself (disputes turned down left out). Replacements are not counted: they are the"
    " correction of another."
)
CORRECTED = gettext_lazy(
    "Credit notes by cause, told from the data, the first that fits: the buyer's side had rejected"
    " the invoice (with its rule); the invoice that replaces it has another address or reference,"
    " price, quantity or text; goods came back or were disputed; the customer disputed price or"
    " quantity; a credit in part gives quantity back, or money alone (price). Where none fits:"
    " other, with the reason as written."
)
UNLIKE = gettext_lazy(
    "Invoices that stand, line by line against their order: price, discount, VAT, text; the"
    " quantity against what was shipped; what was shipped but left out; charges of the order that"
    " are not billed as ordered once they are due; the buyer's order number."
)
REFUSED = gettext_lazy(
    "Attempts at dispatch to make an invoice that a rule refused before it got a number. An"
    " attempt may break several rules."
)
STEP_LABELS: dict[str, str | Promise] = {
    "bill": gettext_lazy("Dispatch to issue"),
    "send": gettext_lazy("Issue to sent"),
    "receive": gettext_lazy("Sent to received"),
}
CAUSE_LABELS: dict[str, str | Promise] = {
    "rejected": gettext_lazy("Rejected by the buyer"),
    "reference": gettext_lazy("Address or reference"),
    "price": gettext_lazy("Price"),
    "quantity": gettext_lazy("Quantity"),
    "return": gettext_lazy("Return or complaint"),
    "text": gettext_lazy("Text of a line"),
    "other": gettext_lazy("Other"),
}
KIND_LABELS: dict[str, str | Promise] = {
    "price": gettext_lazy("Price"),
    "discount": gettext_lazy("Discount in percent"),
    "quantity": gettext_lazy("Quantity shipped and billed"),
    "left_out": gettext_lazy("Shipped, not billed"),
    "vat": gettext_lazy("VAT"),
    "charge": gettext_lazy("Charge or allowance"),
    "description": gettext_lazy("Text of a line"),
    "reference": gettext_lazy("Customer's order number"),
}
NO_RULE = "-"
"""Stands in addresses for attempts that no rule refused."""


@dataclass(frozen=True, slots=True)
class Billing:
    """Everything the report shows of a span; the last of ``months`` is the whole of it."""

    first: date
    last: date
    months: Sequence[BillingMonth]
    corrections: Sequence[Correction]
    unlike: Sequence[UnlikeCount]
    refusals: Sequence[Refusal]

    @property
    def firsts(self) -> list[date]:
        """The first days of all its months."""
        found, day = [], self.first.replace(day=1)
        while day <= self.last:
            found.append(day)
            day = (day + timedelta(days=31)).replace(day=1)
        return found

    def documents(self, of: str, month: date | None = None, only: str = "") -> str:
        """The address of what is behind a figure of a month, or of the whole span."""
        since, until = self.first, self.last
        if month:
            since = max(since, month)
            until = min(until, (month + timedelta(days=31)).replace(day=1) - timedelta(days=1))
        return link("reporting:billing_documents", of=of, first=since, last=until, only=only)


def billing_pictures(found: Billing) -> list[Picture]:
    """Times, what was right, and why not."""
    return [
        _times(found),
        _right(found),
        _corrected(found),
        _unlike(found),
        _refused(found),
    ]


def _times(found: Billing) -> Picture:
    known = {row.month: row for row in found.months}
    firsts, whole = found.firsts, found.months[-1]
    families = ("neutral", "blue", "green")
    return Picture(
        key="times",
        title=_("From dispatch to receipt"),
        definition=TIMES,
        heading=_("Month"),
        categories=[formats.month(first) for first in firsts],
        series=[
            Series(
                STEP_LABELS[step],
                [_hours(known.get(first), step) for first in firsts],
                family,
                urls=[found.documents(step, first) for first in firsts],
                is_line=True,
                is_labelled=True,
            )
            for step, family in zip(STEPS, families, strict=True)
        ],
        unit="hours",
        layout="lines",
        headline="; ".join(
            f"{STEP_LABELS[step]}: {_in_words(step, whole.steps[step])}"
            for step in STEPS
            if whole.steps[step].count
        ),
        empty_text=_("No time passed at any step, or no invoice was issued."),
    )


def _hours(month: BillingMonth | None, step: str) -> Decimal | None:
    median = month.steps[step].median if month else None
    return median * 24 if step == "bill" and median is not None else median


def _in_words(step: str, time: StepTime) -> str:
    say = formats.days if step == "bill" else formats.hours
    return _("half within %(half)s, 9 of 10 within %(most)s") % {
        "half": say(time.median or Decimal(0)),
        "most": say(time.p90 or Decimal(0)),
    }


def _right(found: Billing) -> Picture:
    known = {row.month: row for row in found.months}
    firsts, whole = found.firsts, found.months[-1]
    rates = [_percent(known[first].right_rate) if first in known else None for first in firsts]
    headline = ""
    if whole.right_rate is not None:
        headline = _("%(share)s of %(all)s were right the first time") % {
            "share": formats.percent(whole.right_rate, most=1),
            "all": formats.figure(whole.first_count),
        }
    wrong = [known[first].wrong_count if first in known else 0 for first in firsts]
    return Picture(
        key="right",
        title=_("Right the first time"),
        definition=RIGHT,
        heading=_("Month"),
        categories=[formats.month(first) for first in firsts],
        series=[
            Series(
                _("Right, %"),
                rates,
                "green",
                urls=[found.documents("wrong", first) for first in firsts],
                is_labelled=True,
            )
        ],
        unit="percent",
        headline=headline,
        more_url=found.documents("wrong"),
        extra=[(Column(_("Not right"), is_number=True), wrong)],
    )


def _percent(rate: Decimal | None) -> Decimal | None:
    return None if rate is None else (rate * 100).quantize(Decimal("0.1"))


def cause_label(cause: Cause) -> str:
    """A cause in words, with the rule that was named."""
    label = str(CAUSE_LABELS[cause.kind])
    return f"{label}: {cause.rule}" if cause.rule else label


def _corrected(found: Billing) -> Picture:
    counts = Counter(row.cause for row in found.corrections)
    causes = sorted(counts, key=lambda one: (-counts[one], CAUSES.index(one.kind), one.rule))
    total = len(found.corrections)
    return _counted(
        "corrections",
        _("Corrections by cause"),
        CORRECTED,
        _("Cause"),
        {cause_label(cause): (cause.key, counts[cause]) for cause in causes},
        found,
        family="amber",
        headline=ngettext("%(n)s credit note", "%(n)s credit notes", total)
        % {"n": formats.figure(total)},
        empty_text=_("Nothing was corrected."),
    )


def _unlike(found: Billing) -> Picture:
    counts = {row.kind: row.count for row in found.unlike if row.month is None and row.kind}
    whole = next((row for row in found.unlike if row.month is None and row.kind is None), None)
    headline = ""
    if whole and whole.count:
        headline = _("%(places)s differences on %(invoices)s invoices") % {
            "places": formats.figure(whole.count),
            "invoices": formats.figure(whole.invoice_count),
        }
    return _counted(
        "unlike",
        _("Billed unlike the order"),
        UNLIKE,
        _("Difference"),
        {str(KIND_LABELS[kind]): (kind, counts[kind]) for kind in KINDS if kind in counts},
        found,
        family="purple",
        headline=headline,
        empty_text=_("Every invoice says what was ordered and shipped."),
    )


def _refused(found: Billing) -> Picture:
    counts = Counter(rule for row in found.refusals for rule in row.rules or (NO_RULE,))
    waiting = sum(not row.has_invoice for row in found.refusals)
    headline = ""
    if found.refusals:
        headline = _("%(all)s attempts, %(waiting)s of them still without an invoice") % {
            "all": formats.figure(len(found.refusals)),
            "waiting": formats.figure(waiting),
        }
    rules = sorted(counts, key=lambda rule: (-counts[rule], rule))
    return _counted(
        "refused",
        _("Refused before numbering"),
        REFUSED,
        _("Rule"),
        {rule_label(rule): (rule, counts[rule]) for rule in rules},
        found,
        family="red",
        headline=headline,
        empty_text=_("No invoice was refused."),
    )


def rule_label(rule: str) -> str:
    """The rule's id, or words for none."""
    return _("No rule named") if rule == NO_RULE else rule


def _counted(  # noqa: PLR0913 - the parts of a picture
    key: str,
    title: str,
    definition: str | Promise,
    heading: str,
    rows: Mapping[str, tuple[str, int]],
    found: Billing,
    *,
    family: str,
    headline: str,
    empty_text: str,
) -> Picture:
    """Counts as rows, the largest first; each leads to what it counts."""
    return Picture(
        key=key,
        title=title,
        definition=str(definition),
        heading=heading,
        categories=list(rows),
        series=[
            Series(
                _("Count"),
                [Decimal(count) for _only, count in rows.values()],
                family,
                urls=[found.documents(key, only=only) for only, _count in rows.values()],
                is_labelled=True,
            )
        ],
        unit="count",
        layout="rows",
        headline=headline if rows else "",
        more_url=found.documents(key),
        empty_text=empty_text,
        is_tall=len(rows) > 6,
    )


def billing_sheet(found: Billing) -> Sheet:
    """Month by month, newest first, and the whole span as the total."""
    sheet = Sheet(_columns())
    months = {row.month: row for row in found.months}
    for first in reversed(found.firsts):
        row = _row(found, months.get(first), first)
        if any(cell.value for cell in row[1:]):
            sheet.rows.append(row)
    if sheet.rows:
        sheet.totals = [_row(found, found.months[-1], None)]
    return sheet


def _columns() -> list[Column]:
    columns = [Column(_("Month")), Column(_("Invoices"), is_number=True)]
    for step in STEPS:
        unit = _("days") if step == "bill" else _("hours")
        columns += [
            Column(
                _("%(step)s, median %(unit)s") % {"step": STEP_LABELS[step], "unit": unit},
                is_number=True,
                places=1,
            ),
            Column(_("9 of 10 within"), is_number=True, places=1),
        ]
    return [
        *columns,
        Column(_("Right the first time, %"), is_number=True, places=1),
        Column(_("Not right"), is_number=True),
        Column(_("Corrections"), is_number=True),
        Column(_("Unlike the order"), is_number=True),
        Column(_("Refused"), is_number=True),
    ]


def _row(found: Billing, month: BillingMonth | None, first: date | None) -> list[Cell]:
    cells = [
        Cell(formats.month(first) if first else _("Whole span")),
        Cell(month.count if month else 0, found.documents("all", first)),
    ]
    for step in STEPS:
        time = month.steps[step] if month else StepTime(0, None, None)
        cells += [Cell(time.median, found.documents(step, first)), Cell(time.p90)]
    corrected = [row for row in found.corrections if _is_in(row.issued_on, first)]
    refused = [row for row in found.refusals if _is_in(row.refused_on, first)]
    unlike = [row for row in found.unlike if row.month == first and row.kind is None]
    return [
        *cells,
        Cell(_percent(month.right_rate) if month else None),
        Cell(month.wrong_count if month else 0, found.documents("wrong", first)),
        Cell(len(corrected), found.documents("corrections", first)),
        Cell(sum(row.invoice_count for row in unlike), found.documents("unlike", first)),
        Cell(len(refused), found.documents("refused", first)),
    ]


def _is_in(day: date, month: date | None) -> bool:
    return month is None or day.replace(day=1) == month
