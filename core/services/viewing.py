"""Who opened a stored document: once per person and day."""

from datetime import date

from core.actors import Actor
from core.models import Event, StoredDocument
from core.services.events import record_event

VIEWED = "document.viewed"


def note_view(document: StoredDocument, *, by: Actor, on: date) -> None:
    """Record that somebody opened the file; a second time on the same day says nothing new.

    Two tabs opened at the same moment may both be recorded: nothing depends on the number.
    """
    seen = Event.objects.about(document).filter(
        name=VIEWED, actor_kind=by.actor_kind, actor_id=by.actor_id, effective_on=on
    )
    if not seen.exists():
        record_event(VIEWED, document, by=by, on=on, label=document.filename)
