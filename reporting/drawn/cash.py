"""Pictures of money: received and expected, matched by itself, sales by month."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formats
from reporting.drawn.links import link
from reporting.pictures import Picture, Series
from reporting.reads.cash import CashWeek
from reporting.reads.forecast import BackTest, Forecast
from reporting.sheets import Column

CASH = gettext_lazy(
    "Received: credit entries on our bank accounts, seven days at a time. Expected: open items by"
    " due day, moved by how late their customer usually pays (median of a year). What is disputed"
    " or more than 90 days overdue is not counted on; what is later than usual is expected within"
    " a week."
)
TOUCHLESS = gettext_lazy(
    "Share of the money received that found its invoices by itself, and whose match nobody undid."
)
SALES = gettext_lazy("Net amounts of invoices issued in the month, less credit notes.")


def cash_picture(
    weeks: Sequence[CashWeek], ahead: Forecast, test: BackTest, currency: str
) -> Picture:
    """Eight weeks of receipts and eight of what should come."""
    gap: list[Decimal | None] = [None] * len(weeks)
    early = Column(_("Early, %(currency)s") % {"currency": currency}, is_amount=True)
    late = Column(_("Late, %(currency)s") % {"currency": currency}, is_amount=True)
    return Picture(
        key="cash",
        title=_("Cash in, and expected"),
        definition=CASH,
        heading=_("Week from"),
        categories=[*(_short(w.first) for w in weeks), *(_short(w.first) for w in ahead.weeks)],
        series=_cash_series(weeks, ahead),
        currency=currency,
        headline=_cash_words(ahead, currency),
        note=_test_words(test, currency),
        more_url=link("reporting:expected", currency=currency),
        empty_text=_("No money came in these weeks, and none is expected."),
        extra=[
            (early, [*gap, *[week.early_amount for week in ahead.weeks]]),
            (late, [*gap, *[week.late_amount for week in ahead.weeks]]),
        ],
    )


def _cash_series(weeks: Sequence[CashWeek], ahead: Forecast) -> list[Series]:
    """What came, then hatched what should come."""
    gap: list[Decimal | None] = [None]
    came = [week.received_amount for week in weeks]
    likely = [week.likely_amount for week in ahead.weeks]
    came_urls = [_entries(week.first, week.last) for week in weeks]
    due_urls = [""] * len(weeks) + [_expected(ahead, w.first, w.last) for w in ahead.weeks]
    return [
        Series(_("Received"), [*came, *gap * len(likely)], "green", urls=came_urls, stack="cash"),
        Series(
            _("Expected"),
            [*gap * len(came), *likely],
            "blue",
            urls=due_urls,
            stack="cash",
            is_hatched=True,
        ),
    ]


def _cash_words(ahead: Forecast, currency: str) -> str:
    if not ahead.open_amount:
        return ""
    month = ahead.weeks[:4]
    sums = [
        sum((getattr(week, f"{case}_amount") for week in month), Decimal(0))
        for case in ("late", "likely", "early")
    ]
    late, likely, early = sums[0], sums[1], sums[2]
    return _("Next 4 weeks: %(likely)s likely; %(low)s if all pay late, %(high)s if early") % {
        "likely": formats.amount(likely, currency),
        "low": formats.amount(min(late, likely), currency),
        "high": formats.amount(max(early, likely), currency),
    }


def _test_words(test: BackTest, currency: str) -> str:
    if not test.expected_amount:
        return ""
    return _(
        "Tested: four weeks ago this method expected %(expected)s for the four weeks since;"
        " %(came)s came (%(share)s)."
    ) % {
        "expected": formats.amount(test.expected_amount, currency),
        "came": formats.amount(test.came_amount, currency),
        "share": formats.percent(test.came_amount / test.expected_amount, most=0),
    }


def _short(day: date) -> str:
    return formats.day_and_month(day)


def _entries(first: date, last: date) -> str:
    return link("receivables:bank_entries", received=1, since=first, until=last)


def _expected(ahead: Forecast, first: date, last: date) -> str:
    return link("reporting:expected", first=first, last=last)


def touchless_picture(weeks: Sequence[CashWeek], currency: str) -> Picture:
    """How much of the money matched by itself, week by week."""
    received = sum((week.received_amount for week in weeks), Decimal(0))
    alone = sum((week.touchless_amount for week in weeks), Decimal(0))
    rates = [
        week.touchless_amount * 100 / week.received_amount if week.received_amount else None
        for week in weeks
    ]
    headline = ""
    if received:
        headline = _("%(share)s of %(amount)s in %(weeks)s weeks") % {
            "share": formats.percent(alone / received, most=0),
            "amount": formats.amount(received, currency),
            "weeks": len(weeks),
        }
    counts = Column(_("By itself"), is_number=True), Column(_("Entries"), is_number=True)
    return Picture(
        key="touchless",
        title=_("Matched by itself"),
        definition=TOUCHLESS,
        heading=_("Week from"),
        categories=[_short(week.first) for week in weeks],
        series=[
            Series(
                _("By itself"),
                [None if rate is None else rate.quantize(Decimal("0.1")) for rate in rates],
                "teal",
                urls=[_entries(week.first, week.last) for week in weeks],
                is_labelled=True,
            )
        ],
        unit="percent",
        headline=headline,
        more_url=link("reporting:cash"),
        empty_text=_("No money came in these weeks."),
        extra=[
            (counts[0], [week.touchless_count for week in weeks]),
            (counts[1], [week.entry_count for week in weeks]),
        ],
    )


def sales_picture(
    months: Mapping[date, Decimal], *, firsts: Sequence[date], last: date, currency: str
) -> Picture:
    """Net sales by month from the first with any; the newest is not over yet."""
    known = next((n for n, first in enumerate(firsts) if months.get(first)), len(firsts) - 1)
    firsts = firsts[known:]
    values = [months.get(first, Decimal(0)) for first in firsts]
    ends = [*[following - timedelta(days=1) for following in firsts[1:]], last]
    urls = [
        link("reporting:sales", by="customer", first=first, last=end)
        for first, end in zip(firsts, ends, strict=True)
    ]
    total = sum(values, Decimal(0))
    return Picture(
        key="sales",
        title=_("Sales by month"),
        definition=SALES,
        heading=_("Month"),
        categories=[formats.month(first) for first in firsts],
        series=[Series(_("Net sales"), values, "blue", urls=urls, is_labelled=True)],
        currency=currency,
        headline=_("%(amount)s net in %(months)s months")
        % {"amount": formats.amount(total, currency), "months": len(firsts)}
        if total
        else "",
        more_url=link("reporting:sales"),
        empty_text=_("Nothing was invoiced in these months."),
        has_total=True,
    )
