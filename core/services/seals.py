"""Seal events in batches, each hashed over the one before, so that tampering shows."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from itertools import islice

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.models import Event, EventSeal, SealedEvent
from core.proofs import MOST

GENESIS = "0" * 64
BATCH = 5000
_LOCK = 0x5EA1  # first key of the advisory lock; the second is the company


def seal_events(company_id: int) -> int:
    """Seal every event of a company that no seal covers yet; says how many were sealed.

    One sealer per company at a time (advisory lock). Finds events by what is missing, never by
    "id greater than the last", since a lower id may commit later.
    """
    sealed = 0
    while count := _seal_batch(company_id):
        sealed += count
    return sealed


@transaction.atomic
def _seal_batch(company_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, company_id])
    events = list(Event.objects.filter(company=company_id, seal=None).order_by("pk")[:BATCH])
    if not events:
        return 0
    last = EventSeal.objects.filter(company=company_id).order_by("-position").first()
    previous = last.hash if last else GENESIS
    seal = EventSeal.objects.create(
        company_id=company_id,
        position=last.position + 1 if last else 1,
        previous_hash=previous,
        hash=chain_hash(previous, events),
        event_count=len(events),
    )
    SealedEvent.objects.bulk_create(
        (SealedEvent(event=event, seal=seal, position=i) for i, event in enumerate(events, 1)),
        batch_size=1000,
    )
    return len(events)


def verify_chain(company_id: int, *, newest: int | None = None) -> list[str]:
    """Recompute the chain of a company; a sentence for each of the first breaches.

    ``newest`` limits it to so many last seals, for a quick look.
    """
    return list(islice(_breaches(company_id, newest), MOST))


def _breaches(company_id: int, newest: int | None) -> Iterator[str]:
    seals = EventSeal.objects.filter(company=company_id).order_by("position")
    previous, position = GENESIS, 0
    if newest is not None:
        before = seals.reverse()[newest : newest + 1].first()
        if before:
            previous, position = before.hash, before.position
    for seal in seals.filter(position__gt=position).iterator():
        names = {"seal": seal.position, "at": seal.sealed_at.isoformat(timespec="seconds")}
        position += 1
        if seal.position != position:
            yield _("Seal %(seal)s of %(at)s: the seal before it is missing.") % names
            position = seal.position
        if seal.previous_hash != previous:
            yield _("Seal %(seal)s of %(at)s does not follow from the seal before it.") % names
        events = list(Event.objects.filter(seal__seal=seal).order_by("seal__position"))
        if len(events) != seal.event_count:
            yield _("Seal %(seal)s of %(at)s: events were removed or added.") % names
        elif chain_hash(seal.previous_hash, events) != seal.hash:
            yield _("Seal %(seal)s of %(at)s: an event in it was changed.") % names
        previous = seal.hash


def chain_hash(previous: str, events: Iterable[Event]) -> str:
    """SHA-256 over the hash before and each event's canonical line."""
    digest = hashlib.sha256(previous.encode())
    for event in events:
        digest.update(b"\n" + canonical(event))
    return digest.hexdigest()


def canonical(event: Event) -> bytes:
    """One event as JSON with sorted keys, no blanks, ASCII only and UTC times."""
    fields = {field.attname: getattr(event, field.attname) for field in Event._meta.concrete_fields}
    fields["recorded_at"] = event.recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
    fields["effective_on"] = event.effective_on.isoformat()
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
