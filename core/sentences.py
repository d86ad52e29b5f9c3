"""Events as sentences: fills the labels of ``core.event_labels`` from an event's payload."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext

from core import formats
from core.event_labels import label_of
from core.models import Event


class _Payload(dict[str, str]):
    """Missing keys read as nothing, so that an old event never breaks a page."""

    def __missing__(self, key: str) -> str:
        return ""


def event_sentence(event: Event) -> str:
    """What happened, in the reader's language."""
    values = _Payload(label=event.subject_label)
    for key, value in event.payload.items():
        values[key] = _readable(key, value, event.payload)
    sentence = str(label_of(event.name).sentence) % values
    return sentence.strip().rstrip(":").strip()


def _readable(key: str, value: Any, payload: Mapping[str, Any]) -> str:
    try:
        if key.endswith("amount"):
            return formats.amount(Decimal(str(value)), str(payload.get("currency", "")))
        if key.endswith("_on"):
            return formats.day(date.fromisoformat(str(value)))
    except (InvalidOperation, ValueError):
        pass
    if key in payload.get("source_texts", ()):
        return " ".join(gettext(line) for line in str(value).splitlines() if line)
    return "" if value is None else str(value)
