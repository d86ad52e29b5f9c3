"""What a label of an event holds."""

from typing import NamedTuple

from django.utils.functional import Promise


class EventPage(NamedTuple):
    """Another document an event leads to: its page, the payload's key of it, who may open it."""

    view: str
    key: str
    right: str


class EventLabel(NamedTuple):
    """Sentence, icon and colour family of one kind of event; the page it leads to, if any."""

    sentence: "str | Promise"
    icon: str = "circle"
    family: str = "neutral"
    page: EventPage | None = None
