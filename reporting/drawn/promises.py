"""Promises to pay as a picture and a table."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formats
from reporting.drawn.links import link
from reporting.pictures import Picture, Series
from reporting.reads.promises import Promise
from reporting.sheets import Cell, Column, Sheet

DEFINITION = gettext_lazy(
    "Promises of the last 90 days and of days to come. Kept: the amount promised, or all that was"
    " overdue, came within three days of the day promised. Broken: it did not."
)
STATES: dict[str, tuple[str | Lazy, str]] = {
    "kept": (gettext_lazy("Kept"), "green"),
    "open": (gettext_lazy("Open"), "blue"),
    "broken": (gettext_lazy("Broken"), "red"),
}


def promises_picture(rows: Sequence[Promise], *, as_of: date, currency: str) -> Picture:
    """Amounts promised by week, by what became of them."""
    weeks = sorted({_week(row) for row in rows})
    sums: dict[tuple[date, str], Decimal] = {}
    for row in rows:
        key = _week(row), row.state(as_of)
        sums[key] = sums.get(key, Decimal(0)) + row.expected_amount
    decided = [row for row in rows if row.state(as_of) != "open"]
    kept = sum(1 for row in decided if row.state(as_of) == "kept")
    return Picture(
        key="promises",
        title=_("Promises to pay by week"),
        definition=DEFINITION,
        heading=_("Week from"),
        categories=[formats.day_and_month(week) for week in weeks],
        series=[
            Series(
                label,
                [sums.get((week, state), Decimal(0)) for week in weeks],
                family,
                urls=[_list(state, week) for week in weeks],
                stack="promised",
                is_hatched=state == "open",
            )
            for state, (label, family) in STATES.items()
        ],
        currency=currency,
        headline=_("%(kept)s of %(all)s that fell due were kept")
        % {"kept": formats.figure(kept), "all": formats.figure(len(decided))}
        if decided
        else "",
        more_url=link("reporting:promises"),
        empty_text=_("Nobody promised anything lately."),
        has_total=True,
    )


def _week(row: Promise) -> date:
    return row.promised_on - timedelta(days=row.promised_on.weekday())


def _list(state: str, week: date) -> str:
    return link("reporting:promises", state=state, week=week)


def chosen(rows: Sequence[Promise], *, as_of: date, state: str, week: date | None) -> list[Promise]:
    """Those of a state and of a week, where asked for."""
    rows = [row for row in rows if not state or row.state(as_of) == state]
    return [row for row in rows if week is None or _week(row) == week]


def promises_sheet(rows: Sequence[Promise], *, as_of: date, currency: str) -> Sheet:
    """Promises one by one, with what came."""
    sheet = Sheet(
        [
            Column(_("Customer")),
            Column(_("Promised on")),
            Column(_("Promised for")),
            Column(_("By whom noted")),
            Column(_("State")),
            Column(_("Came, %(currency)s") % {"currency": currency}, is_amount=True),
            Column(_("Promised, %(currency)s") % {"currency": currency}, is_amount=True),
        ]
    )
    for row in rows:
        sheet.rows.append(
            [
                Cell(row.customer_name, reverse("customers:detail", args=[row.customer_id])),
                Cell(row.noted_on),
                Cell(row.promised_on),
                Cell(row.author_name),
                Cell(str(STATES[row.state(as_of)][0])),
                Cell(row.came_amount),
                Cell(row.expected_amount),
            ]
        )
    total = sum((row.expected_amount for row in rows), Decimal(0))
    sheet.totals = [[Cell(_("Total")), *[Cell(None) for _column in range(5)], Cell(total)]]
    return sheet
