"""Pictures of what is owed: ageing, DSO and its parts, late payers, disputes."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formats
from disputes.models import Dispute
from reporting.drawn.links import items, link
from reporting.pictures import KeyFigure, Picture, Series
from reporting.reads.cash import DisputedReason
from reporting.reads.key_figures import SPAN, KeyFigures
from reporting.reads.late import LatePayer
from reporting.reads.positions import Position
from reporting.rules import BUCKETS
from reporting.sheets import Column

FAMILIES = ("green", "amber", "amber", "red", "red")
AGEING = gettext_lazy(
    "Open items by days past their due day; the due day itself is not overdue. Buckets,"
    " credits and unapplied cash together are the balance, and that is the ledger's."
)
OPEN = gettext_lazy(
    "Everything customers owe on this day; credits and unapplied cash not deducted."
)
OVERDUE = gettext_lazy("Share of the open amount whose due day has passed.")
DSO = gettext_lazy(
    "Days sales outstanding by count-back: the receivables are taken off the gross sales of the"
    " newest month, then of the one before, until they are used up; the days of those months count."
)
BEST = gettext_lazy("The DSO we would have if every customer paid on the due day.")
DELINQUENT = gettext_lazy("DSO less the best possible DSO: the days that late payment costs us.")
EFFECTIVENESS = gettext_lazy(
    "Collection effectiveness index over 30 days: (opening + sales − closing) / (opening + sales −"
    " closing not yet due). 100 % means everything that fell due was collected."
)
PARTS = gettext_lazy(
    "At each month end: the days we would wait if all paid on time, and on top of them the days"
    " that lateness costs. Together they are the DSO by count-back."
)
LATE = gettext_lazy(
    "Customers with the largest overdue amounts. Days late are those of what they paid in the last"
    " 90 days, weighted by amount; the change compares them with the months before."
)
DISPUTES = gettext_lazy(
    "Amounts customers contest now, by their reason; decided disputes left out."
)


def bucket_labels() -> list[str]:
    """The buckets of the ageing in words."""
    return [_("Not due"), _("1–30 d"), _("31–60 d"), _("61–90 d"), _("91 d and more")]


def ageing_picture(now: Position, currency: str) -> Picture:
    """The open amount by age; each column leads to its items."""
    share = now.overdue_rate
    headline = _("%(open)s open, %(overdue)s of it overdue (%(share)s)") % {
        "open": formats.amount(now.open_amount, currency),
        "overdue": formats.amount(now.overdue_amount, currency),
        "share": formats.percent(share, most=1) if share is not None else "–",
    }
    urls = [items(now.day, currency, bucket) for bucket in BUCKETS]
    rates = [_part(amount, now.open_amount) for amount in now.buckets]
    column = Column(_("Share, %"), is_number=True, places=1)
    return Picture(
        key="ageing",
        title=_("Receivables by age"),
        definition=AGEING,
        heading=_("Age"),
        categories=bucket_labels(),
        series=[
            Series(_("Open"), now.buckets, families=FAMILIES, urls=urls, is_labelled=True),
        ],
        currency=currency,
        headline=headline if now.open_amount else "",
        more_url=link("reporting:ageing", as_of=now.day, currency=currency),
        empty_text=_("Nothing is owed to us on this day."),
        has_total=True,
        extra=[(column, rates)],
    )


def _part(amount: Decimal, total: Decimal) -> Decimal | None:
    return (amount * 100 / total).quantize(Decimal("0.1")) if total else None


def dso_picture(months: Sequence[KeyFigures], currency: str) -> Picture:
    """DSO at month ends as best possible plus delinquent days; from the first month with sales."""
    known = next((n for n, one in enumerate(months) if one.dso_days), len(months) - 1)
    months = months[known:]
    urls = [link("reporting:ageing", as_of=one.day, currency=currency) for one in months]
    newest = months[-1]
    headline = ""
    if newest.dso_days is not None and newest.best_days is not None:
        headline = _("%(dso)s now: %(best)s if all paid on time, %(late)s from lateness") % {
            "dso": formats.days(newest.dso_days),
            "best": formats.days(newest.best_days),
            "late": formats.days(newest.dso_days - newest.best_days),
        }
    totals = [one.dso_days for one in months]
    return Picture(
        key="dso",
        title=_("DSO and its parts"),
        definition=PARTS,
        heading=_("As of"),
        categories=_month_words(months),
        series=[
            Series(_("Best possible"), [m.best_days for m in months], "blue", (), urls, "dso"),
            Series(
                _("From lateness"),
                [m.delinquent_days for m in months],
                "amber",
                (),
                urls,
                "dso",
                is_labelled=True,
                labels=["" if d is None else formats.figure(d, most=0) for d in totals],
            ),
        ],
        unit="days",
        headline=headline,
        more_url=link("reporting:dso", as_of=newest.day),
        empty_text=_("No sales yet to count back over."),
        extra=[(Column(_("DSO"), is_number=True, places=1), totals)],
    )


def _month_words(months: Sequence[KeyFigures]) -> list[str]:
    last = len(months) - 1
    return [
        formats.day(one.day) if n == last else formats.month(one.day)
        for n, one in enumerate(months)
    ]


def late_picture(payers: Sequence[LatePayer], *, as_of: date, currency: str) -> Picture:
    """The ten customers with most overdue, and how late they pay."""
    top = [payer for payer in payers if payer.overdue_amount > 0][:10]
    total = sum((payer.overdue_amount for payer in payers), Decimal(0))
    part = sum((payer.overdue_amount for payer in top), Decimal(0))
    headline = ""
    if total and part < total:
        headline = _("%(count)s customers hold %(share)s of everything overdue") % {
            "count": formats.figure(len(top)),
            "share": formats.percent(part / total, most=0),
        }
    elif total:
        headline = _("%(amount)s overdue in all") % {"amount": formats.amount(total, currency)}
    days = [Column(label, is_number=True, places=1) for label in (_("Days late"), _("Change"))]
    return Picture(
        key="late",
        title=_("Who is late"),
        definition=LATE,
        heading=_("Customer"),
        categories=[payer.name for payer in top],
        series=[
            Series(
                _("Overdue"),
                [payer.overdue_amount for payer in top],
                "red",
                urls=[items(as_of, currency, "overdue", payer.customer_id) for payer in top],
                is_labelled=True,
            )
        ],
        currency=currency,
        layout="rows",
        headline=headline,
        more_url=link("reporting:late", as_of=as_of, currency=currency),
        empty_text=_("Nobody is late."),
        has_total=True,
        is_tall=True,
        extra=[(days[0], [p.late_days for p in top]), (days[1], [p.trend_days for p in top])],
    )


def disputes_picture(reasons: Sequence[DisputedReason], currency: str) -> Picture:
    """What is contested, by reason."""
    total = sum((row.amount for row in reasons), Decimal(0))
    count = sum(row.count for row in reasons)
    return Picture(
        key="disputes",
        title=_("Disputes by reason"),
        definition=DISPUTES,
        heading=_("Reason"),
        categories=[str(Dispute.Reason(row.reason).label).capitalize() for row in reasons],
        series=[
            Series(
                _("Contested"),
                [row.amount for row in reasons],
                "purple",
                urls=[link("disputes:list", state="open", reason=row.reason) for row in reasons],
                is_labelled=True,
            )
        ],
        currency=currency,
        layout="rows",
        headline=_("%(count)s open, worth %(amount)s")
        % {"count": formats.figure(count), "amount": formats.amount(total, currency)}
        if count
        else "",
        more_url=link("disputes:list", state="open"),
        empty_text=_("No customer contests anything."),
        has_total=True,
        extra=[(Column(_("Disputes"), is_number=True), [row.count for row in reasons])],
    )


def figures_of(
    now: KeyFigures, before: KeyFigures, trend: Sequence[KeyFigures], currency: str
) -> list[KeyFigure]:
    """The six figures on top: now, against a month ago, and as a line."""
    return [
        _amount_figure(now, before, trend, currency),
        _rate_figure(now, before, trend, currency),
        _days_figure(_("DSO"), DSO, [f.dso_days for f in trend], now.dso_days, before.dso_days),
        _days_figure(
            _("Best possible DSO"),
            BEST,
            [f.best_days for f in trend],
            now.best_days,
            before.best_days,
        ),
        _days_figure(
            _("Days delinquent"),
            DELINQUENT,
            [f.delinquent_days for f in trend],
            now.delinquent_days,
            before.delinquent_days,
        ),
        _effectiveness_figure(now, before, trend),
    ]


def _amount_figure(
    now: KeyFigures, before: KeyFigures, trend: Sequence[KeyFigures], currency: str
) -> KeyFigure:
    opened, was = now.position.open_amount, before.position.open_amount
    change = _signed_percent((opened - was) / was) if was else ""
    return KeyFigure(
        _("Open, %(currency)s") % {"currency": currency},
        formats.figure(opened, most=0),
        OPEN,
        items(now.day, currency, "owed"),
        change,
        None,
        [f.position.open_amount for f in trend],
        _in_a_month() if change else "",
    )


def _rate_figure(
    now: KeyFigures, before: KeyFigures, trend: Sequence[KeyFigures], currency: str
) -> KeyFigure:
    rate, was = now.position.overdue_rate, before.position.overdue_rate
    change = "" if rate is None or was is None else _points((rate - was) * 100)
    return KeyFigure(
        _("Overdue"),
        formats.percent(rate, most=1) if rate is not None else "–",
        OVERDUE,
        items(now.day, currency, "overdue"),
        change,
        None if rate is None or was is None or rate == was else rate < was,
        [f.position.overdue_rate for f in trend],
        _in_a_month() if change else "",
    )


def _days_figure(
    label: str,
    definition: object,
    trend: Sequence[Decimal | None],
    now: Decimal | None,
    before: Decimal | None,
) -> KeyFigure:
    known = now is not None and before is not None
    difference = (now or Decimal(0)) - (before or Decimal(0))
    return KeyFigure(
        label,
        formats.days(now) if now is not None else "–",
        str(definition),
        link("reporting:dso"),
        _signed(difference, formats.days(abs(difference))) if known else "",
        difference < 0 if known and difference else None,
        trend,
        _in_a_month() if known else "",
    )


def _effectiveness_figure(
    now: KeyFigures, before: KeyFigures, trend: Sequence[KeyFigures]
) -> KeyFigure:
    value, was = now.effectiveness, before.effectiveness
    known = value is not None and was is not None
    difference = (value or Decimal(0)) - (was or Decimal(0))
    return KeyFigure(
        _("Collection index"),
        f"{formats.figure(value, most=1)}\N{NO-BREAK SPACE}%" if value is not None else "–",
        EFFECTIVENESS,
        link("reporting:cash"),
        _points(difference) if known else "",
        difference > 0 if known and difference else None,
        [f.effectiveness for f in trend],
        _in_a_month() if known else "",
    )


def _in_a_month() -> str:
    return _("in %(days)s days") % {"days": SPAN}


def _signed(value: Decimal, words: str) -> str:
    if not value:
        return _("unchanged")
    return f"{'+' if value > 0 else formats.MINUS}{words}"


def _signed_percent(rate: Decimal) -> str:
    return _signed(rate.quantize(Decimal("0.001")), formats.percent(abs(rate), most=1))


def _points(difference: Decimal) -> str:
    shown = difference.quantize(Decimal("0.1"))
    return _signed(shown, _("%(points)s points") % {"points": formats.figure(abs(shown), most=1)})
