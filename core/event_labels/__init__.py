"""The timeline's sentences: event name -> what a person reads.

Rooms add their events here. A sentence may use ``%(label)s`` (the document's number) and any key
of the event's payload: ``%(reason)s``; keys that end in ``amount`` are shown as money in the
payload's ``currency``, keys that end in ``_on`` as dates. What the payload lacks is left out.
"""

from core.event_labels.house import HOUSE
from core.event_labels.money import MONEY
from core.event_labels.shape import EventLabel, EventPage
from core.event_labels.trade import TRADE

__all__ = ["EVENT_LABELS", "EventLabel", "EventPage", "label_of"]

EVENT_LABELS: dict[str, EventLabel] = TRADE | MONEY | HOUSE


def label_of(name: str) -> EventLabel:
    """The label of an event; one without a row shows its name in plain words."""
    plain = name.replace(".", ": ").replace("_", " ").capitalize()
    return EVENT_LABELS.get(name, EventLabel(plain))
