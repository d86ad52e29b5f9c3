"""Pictures above reports: money by month, times by month, sales by name, the backlog."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formats
from reporting.drawn.links import items, link
from reporting.drawn.stages import STEPS
from reporting.pictures import Picture, Series
from reporting.reads.cash import DiscountRow
from reporting.reads.items import ItemThen
from reporting.reads.receivables import CashMonth
from reporting.reads.sales import By, OpenOrderRow, SalesRow
from reporting.reads.stages import STAGES, StageTime

TOP = 10
TIMES = gettext_lazy(
    "Median days of each step by the month in which it ended; half of the orders, shipments and"
    " invoices were faster."
)
BACKLOG = gettext_lazy(
    "What is still to ship of submitted orders, at their net prices, by the week it is wanted in."
)
DISCOUNT = gettext_lazy(
    "Cash discount taken with payments, gross, by the month of payment; what we charged back is"
    " taken off."
)
UNAPPLIED = gettext_lazy(
    "Money received that no invoice was settled with: payments on account and overpayments."
)


def received_picture(rows: Sequence[CashMonth], currency: str) -> Picture:
    """Money received by month: by itself, by people, still to match."""
    rows = [row for row in rows if row.currency == currency]
    by_people = [r.received_amount - r.touchless_amount - r.unmatched_amount for r in rows]
    parts = (
        (_("Matched by itself"), [r.touchless_amount for r in rows], "teal"),
        (_("Matched by people"), by_people, "blue"),
        (_("Not matched yet"), [r.unmatched_amount for r in rows], "amber"),
    )
    received = sum((row.received_amount for row in rows), Decimal(0))
    alone = sum((row.touchless_amount for row in rows), Decimal(0))
    headline = ""
    if received:
        headline = _("%(amount)s received, %(share)s matched by itself") % {
            "amount": formats.amount(received, currency),
            "share": formats.percent(alone / received, most=0),
        }
    return Picture(
        key="received",
        title=_("Received by month"),
        definition=_(
            "Credit entries on our bank accounts by booking day, by how they were matched."
        ),
        heading=_("Month"),
        categories=[formats.month(row.month) for row in rows],
        series=[Series(label, values, family, stack="in") for label, values, family in parts],
        currency=currency,
        headline=headline,
        has_total=True,
    )


def times_picture(months: Sequence[StageTime]) -> Picture:
    """The median of each step, month by month."""
    known = {(row.month, row.stage): row.median_days for row in months}
    firsts = sorted({row.month for row in months if row.month})
    families = ("purple", "blue", "neutral", "green")
    return Picture(
        key="times",
        title=_("Median days by step"),
        definition=TIMES,
        heading=_("Month"),
        categories=[formats.month(first) for first in firsts],
        series=[
            Series(
                STEPS[stage],
                [known.get((first, stage)) for first in firsts],
                family,
                is_line=True,
                is_labelled=True,
            )
            for stage, family in zip(STAGES, families, strict=True)
        ],
        unit="days",
        layout="lines",
    )


def top_sales_picture(rows: Sequence[SalesRow], *, by: By, currency: str) -> Picture:
    """The largest names of a span."""
    titles = {
        "rep": _("Largest sales reps"),
        "product": _("Largest products"),
        "customer": _("Largest customers"),
    }
    rows = [row for row in rows if row.currency == currency]
    top = rows[:TOP]
    total = sum((row.net_amount for row in rows), Decimal(0))
    part = sum((row.net_amount for row in top), Decimal(0))
    return Picture(
        key="top",
        title=titles[by],
        definition=_("Net amounts of invoices issued in the span, less credit notes."),
        heading=_("Name"),
        categories=[row.label or _("No sales rep") for row in top],
        series=[Series(_("Net sales"), [row.net_amount for row in top], "blue", is_labelled=True)],
        currency=currency,
        layout="rows",
        headline=_("%(count)s of %(all)s make %(share)s")
        % {
            "count": formats.figure(len(top)),
            "all": formats.figure(len(rows)),
            "share": formats.percent(part / total, most=0),
        }
        if total > 0
        else "",
        is_tall=True,
        has_total=True,
    )


def backlog_picture(rows: Sequence[OpenOrderRow], *, today: date, currency: str) -> Picture:
    """The backlog by when it is wanted: late, the next weeks, later, without a day."""
    ends = [today + timedelta(days=7 * week) for week in range(1, 5)]
    labels = [_("Late"), *[_("until %(day)s") % {"day": formats.day_and_month(e)} for e in ends]]
    labels += [_("Later"), _("No day")]
    sums = [Decimal(0)] * len(labels)
    for row in rows:
        if row.currency == currency:
            sums[_backlog_place(row.requested_on, today, ends)] += row.open_net_amount
    total = sum(sums, Decimal(0))
    return Picture(
        key="backlog",
        title=_("Backlog by wanted day"),
        definition=BACKLOG,
        heading=_("Wanted"),
        categories=labels,
        series=[
            Series(
                _("Still to ship, net"),
                sums,
                families=("red", *["blue"] * 5, "neutral"),
                is_labelled=True,
            )
        ],
        currency=currency,
        headline=_("%(amount)s to ship, %(late)s of it late")
        % {"amount": formats.amount(total, currency), "late": formats.amount(sums[0], currency)}
        if total
        else "",
        empty_text=_("Everything ordered has been shipped."),
        has_total=True,
    )


def _backlog_place(wanted: date | None, today: date, ends: Sequence[date]) -> int:
    if wanted is None:
        return len(ends) + 2
    if wanted < today:
        return 0
    return next((n for n, end in enumerate(ends, 1) if wanted < end), len(ends) + 1)


def discount_picture(rows: Sequence[DiscountRow], currency: str) -> Picture:
    """Discount by month."""
    months: dict[date, Decimal] = {}
    for row in rows:
        months[row.month] = months.get(row.month, Decimal(0)) + row.amount
    total = sum(months.values(), Decimal(0))
    return Picture(
        key="discount",
        title=_("Discount by month"),
        definition=DISCOUNT,
        heading=_("Month"),
        categories=[formats.month(month) for month in sorted(months)],
        series=[
            Series(
                _("Discount"),
                [months[month] for month in sorted(months)],
                "amber",
                is_labelled=True,
            )
        ],
        currency=currency,
        headline=_("%(amount)s in the span") % {"amount": formats.amount(total, currency)}
        if total
        else "",
        empty_text=_("Nobody took a discount in these months."),
        has_total=True,
    )


def unapplied_picture(rows: Sequence[ItemThen], *, as_of: date, currency: str) -> Picture:
    """Unapplied cash by how long it has been here."""
    labels = [_("up to 7 d"), _("8–30 d"), _("31–90 d"), _("91 d and more")]
    sums = [Decimal(0)] * len(labels)
    for row in rows:
        age = (as_of - row.document_on).days
        sums[next((n for n, top in enumerate((7, 30, 90)) if age <= top), 3)] -= row.open_amount
    total = sum(sums, Decimal(0))
    return Picture(
        key="unapplied",
        title=_("Unapplied cash by age"),
        definition=UNAPPLIED,
        heading=_("Here since"),
        categories=labels,
        series=[
            Series(
                _("Unapplied"),
                sums,
                families=("teal", "teal", "amber", "red"),
                urls=[items(as_of, currency, "unapplied")] * len(labels),
                is_labelled=True,
            )
        ],
        currency=currency,
        headline=_("%(amount)s waits on customers' accounts")
        % {"amount": formats.amount(total, currency)}
        if total
        else "",
        more_url=link("receivables:items", credit=1),
        empty_text=_("Every payment has found its invoices."),
        has_total=True,
    )
