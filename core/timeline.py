"""Events as the timeline shows them: by day, repeated automatic ones folded, with kinds to filter.

Automatic acts are quieter than people's, unless they tell of something that needs a look.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core import formats
from core.addresses import page_of
from core.event_labels import EventLabel, label_of
from core.models import Event
from core.sentences import event_sentence

KINDS: tuple[tuple[str, str | Promise], ...] = (
    ("all", _lazy("All")),
    ("messages", _lazy("Messages")),
    ("money", _lazy("Money")),
    ("people", _lazy("People")),
)
"""What a timeline can be narrowed to, and how it reads."""

FILTER_FROM = 6
"""Shorter timelines have no filter: all of it is in sight."""

_PERSON = "user"
_LOUD = frozenset({"amber", "red", "purple"})
_MESSAGES = ("message.", "dunning.reminded", "dunning.sent", "invoice.deliver", "order.confirmed")
_MONEY = (
    "invoice.issued",
    "invoice.booked",
    "invoice.credited",
    "invoice.cancelled",
    "bank_entry.",
    "allocation.",
    "discount.",
    "dispute.",
    "credit.",
    "journal.",
    "writeoff.",
    "payment.",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in words; ``more`` are earlier ones of the same kind folded under it."""

    event: Event
    look: EventLabel
    sentence: str
    label: str
    time: str
    kinds: str
    is_automatic: bool
    url: str = ""
    more: list["Entry"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Day:
    """All entries of a day, under its name."""

    label: str
    entries: list[Entry]


def days_of(
    events: Iterable[Event], today: date, *, may: Callable[[str], bool] = lambda _right: False
) -> list[Day]:
    """Events (newest first) as days with their entries; links where the reader ``may`` go."""
    entries = (_entry(event, may) for event in events)
    by_day = groupby(entries, key=lambda entry: localtime(entry.event.recorded_at).date())
    return [Day(_name(when, today), list(_folded(rows))) for when, rows in by_day]


def _entry(event: Event, may: Callable[[str], bool]) -> Entry:
    look, sentence = label_of(event.name), event_sentence(event)
    label = "" if event.subject_label in sentence else event.subject_label
    is_automatic = event.actor_kind != _PERSON and look.family not in _LOUD
    time = formats.clock(event.recorded_at)
    url = _page(event, look, may)
    return Entry(event, look, sentence, label, time, _kinds(event), is_automatic, url)


def _page(event: Event, look: EventLabel, may: Callable[[str], bool]) -> str:
    page = look.page
    key = event.payload.get(page.key) if page else None
    return page_of(page.view, key) if page and key and may(page.right) else ""


def _kinds(event: Event) -> str:
    found = [event.actor_kind == _PERSON and "people"]
    found += [event.name.startswith(_MESSAGES) and "messages"]
    found += [event.name.startswith(_MONEY) and "money"]
    return " ".join(kind for kind in found if kind)


def _folded(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Runs of one automatic event become its newest with the others under it."""
    for (_key, is_automatic), rows in groupby(
        entries, key=lambda e: (e.event.name, e.is_automatic)
    ):
        run = list(rows)
        if is_automatic and len(run) > 2:
            yield replace(run[0], more=run[1:])
        else:
            yield from run


def _name(when: date, today: date) -> str:
    days = (today - when).days
    if days == 0:
        return _("Today")
    return _("Yesterday") if days == 1 else formats.day(when)
