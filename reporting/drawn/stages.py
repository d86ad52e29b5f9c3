"""Order to cash as a row of stages: what waits at each now, and how long each takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import formats
from reporting.drawn.links import link
from reporting.reads.stages import STAGES, StageTime, Waiting
from reporting.sheets import Cell, Column, Sheet

DEFINITION = gettext_lazy(
    "What stands before each step now, at gross value, and how long the step took in the last 90"
    " days: half of them at most the median, nine of ten at most the longer figure."
)
LABELS: dict[str, tuple[str | Promise, str]] = {
    "release": (gettext_lazy("To release"), "hand-stop"),
    "dispatch": (gettext_lazy("To dispatch"), "truck"),
    "bill": (gettext_lazy("To invoice"), "file-invoice"),
    "pay": (gettext_lazy("To be paid"), "coins"),
}
STEPS: dict[str, str | Promise] = {
    "release": gettext_lazy("Submitted to released"),
    "dispatch": gettext_lazy("Released to dispatched"),
    "bill": gettext_lazy("Dispatched to invoiced"),
    "pay": gettext_lazy("Invoiced to paid"),
}
_LISTS: dict[str, tuple[str, dict[str, str]]] = {
    "release": ("orders:list", {"state": "on_hold"}),
    "dispatch": ("fulfillment:to_pick", {}),
    "bill": ("invoicing:unbilled", {"standing": "now"}),
    "pay": ("receivables:items", {}),
}
_RIGHTS = {
    "release": "orders.view",
    "dispatch": "fulfillment.view",
    "bill": "invoicing.view",
    "pay": "receivables.view",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One step as drawn; widths are parts of the longest in percent."""

    label: str
    icon: str
    url: str
    amount: str
    count: int
    line: str
    days: str
    longer: str
    half_width: str
    most_width: str


@dataclass(frozen=True, slots=True)
class Stages:
    """The whole row, its sum in words, its table."""

    stages: list[Stage]
    total: str
    sheet: Sheet


def draw_stages(
    times: Mapping[str, StageTime],
    waiting: Mapping[str, Waiting],
    *,
    today: date,
    currency: str,
    rights: frozenset[str],
) -> Stages:
    """The stages in process order; a link only where the person may go."""
    longest = max((time.p90_days or Decimal(0) for time in times.values()), default=Decimal(0))
    shown = [
        _stage(times[name], waiting[name], longest or Decimal(1), today, currency, rights)
        for name in STAGES
    ]
    known = [times[name].median_days for name in STAGES]
    total = ""
    if all(days is not None for days in known):
        total = formats.days(sum((days or Decimal(0) for days in known), Decimal(0)))
    return Stages(shown, total, _sheet(times, waiting, currency))


def _stage(  # noqa: PLR0913 - the step's facts
    time: StageTime,
    waits: Waiting,
    longest: Decimal,
    today: date,
    currency: str,
    rights: frozenset[str],
) -> Stage:
    label, icon = LABELS[time.stage]
    name, query = _LISTS[time.stage]
    return Stage(
        label=str(label),
        icon=icon,
        url=link(name, **query) if _RIGHTS[time.stage] in rights and waits.count else "",
        amount=formats.amount(waits.amount, currency),
        count=waits.count,
        line=_line(waits, today),
        days=formats.days(time.median_days) if time.median_days is not None else "–",
        longer=formats.days(time.p90_days) if time.p90_days is not None else "",
        half_width=_width(time.median_days, longest),
        most_width=_width(time.p90_days, longest),
    )


def _line(waits: Waiting, today: date) -> str:
    if not waits.count:
        return _("nothing waits")
    what = {
        "release": ngettext("%(n)s order", "%(n)s orders", waits.count),
        "dispatch": ngettext("%(n)s order", "%(n)s orders", waits.count),
        "bill": ngettext("%(n)s shipment", "%(n)s shipments", waits.count),
        "pay": ngettext("%(n)s item", "%(n)s items", waits.count),
    }[waits.stage] % {"n": formats.figure(waits.count)}
    if waits.since is None:
        return what
    age = max((today - waits.since).days, 0)
    return _("%(what)s, oldest %(days)s d") % {"what": what, "days": formats.figure(age)}


def _width(days: Decimal | None, longest: Decimal) -> str:
    return f"{max(min((days or Decimal(0)) / longest * 100, Decimal(100)), Decimal(0)):.2f}"


def _sheet(times: Mapping[str, StageTime], waiting: Mapping[str, Waiting], currency: str) -> Sheet:
    sheet = Sheet(
        [
            Column(_("Step")),
            Column(_("Waits now"), is_number=True),
            Column(_("Worth, %(currency)s") % {"currency": currency}, is_amount=True),
            Column(_("Oldest since")),
            Column(_("Median days"), is_number=True, places=1),
            Column(_("9 of 10 within"), is_number=True, places=1),
            Column(_("Passed in 90 days"), is_number=True),
        ]
    )
    for name in STAGES:
        time, waits = times[name], waiting[name]
        sheet.rows.append(
            [
                Cell(str(STEPS[name])),
                Cell(waits.count),
                Cell(waits.amount),
                Cell(waits.since),
                Cell(time.median_days),
                Cell(time.p90_days),
                Cell(time.passed_count),
            ]
        )
    return sheet
