"""Record what verbs did: one event a fact, never changed afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models

from core.actors import Actor
from core.models import Company, Event
from core.services.acts import BATCH, keep_event

_LABEL_LENGTH = Event._meta.get_field("subject_label").max_length or 120


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event to be recorded: its name (``order.submitted``), the row it is about, who and when.

    ``on`` is the business date, ``correlation`` the order it belongs to (``order:17``), ``label``
    how people call the row (its number), ``payload`` what changed, JSON-safe after encoding.
    """

    name: str
    subject: models.Model
    by: Actor
    on: date
    correlation: str = ""
    label: str = ""
    payload: dict[str, Any] = field(default_factory=dict)

    def event(self) -> Event:
        """The unsaved row."""
        return Event(
            company_id=company_id_of(self.subject),
            name=self.name,
            subject_type=self.subject._meta.label_lower,
            subject_id=self.subject.pk,
            subject_label=(self.label or str(self.subject))[:_LABEL_LENGTH],
            actor_kind=self.by.actor_kind,
            actor_id=self.by.actor_id,
            actor_name=self.by.actor_name,
            effective_on=self.on,
            correlation=self.correlation,
            payload=self.payload,
        )


def company_id_of(subject: models.Model) -> int:
    """The company a row belongs to; a company belongs to itself."""
    if isinstance(subject, Company):
        return subject.pk
    company_id: int = subject.company_id  # type: ignore[attr-defined]
    return company_id


def record_event(
    name: str,
    subject: models.Model,
    *,
    by: Actor,
    on: date,
    correlation: str = "",
    label: str = "",
    **payload: Any,
) -> Event:
    """Record one fact about a row, in the transaction of the act that made it true.

    Dates, decimals and ids in the payload are stored as text. The company is the subject's. Inside
    a verb the row is written when the act ends, with all its other events.
    """
    event = EventDraft(name, subject, by, on, correlation, label, payload).event()
    keep_event(event)
    return event


def record_events(drafts: Iterable[EventDraft]) -> list[Event]:
    """Record many facts with one statement per thousand, for verbs that run over many rows."""
    return Event.objects.bulk_create([draft.event() for draft in drafts], batch_size=BATCH)
