"""Leased work: claim a due row, do the effect, write the outcome fenced by owner and attempt.

``claim`` commits before the effect starts; exactly one worker gets a row. Whoever lost its lease
changes nothing that others have decided since. Nothing here repeats an effect by itself.
"""

import os
import socket
import uuid
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from core.models import LeasedWork

W = TypeVar("W", bound=LeasedWork)

State = LeasedWork.State
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
OUTAGE_WAIT = timedelta(minutes=15)


def claim(due: models.QuerySet[W], *, seconds: int | None = None) -> W | None:
    """Take the first row of a queryset of due work for this worker, or None when there is none.

    Pass ``Model.objects.due(now)``, narrowed as needed. The claim is committed on return; rows
    locked by other workers are skipped. The row carries its lease (owner, until, attempt).
    """
    with transaction.atomic(durable=True):
        row = due.select_for_update(skip_locked=True, of=("self",)).first()
        if row is None:
            return None
        row.state = State.CLAIMED
        row.lease_owner = f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid.uuid4().hex}"
        row.lease_until = timezone.now() + timedelta(seconds=seconds or settings.LEASE_SECONDS)
        row.attempts += 1
        row.save(update_fields=["state", "lease_owner", "lease_until", "attempts"])
    return row


def finish(row: LeasedWork) -> bool:
    """The effect happened: done. False when the row is no longer this worker's."""
    return _settle(row, state=State.DONE, done_at=timezone.now(), last_error="")


def try_later(row: LeasedWork, error: str) -> bool:
    """The effect surely did not happen and may work later: back in the queue, waiting longer
    each time; parked after the fifth attempt."""
    if row.attempts >= row.MAX_ATTEMPTS:
        return park(row, error)
    wait = min(FIRST_WAIT * 4 ** (row.attempts - 1), LONGEST_WAIT)
    return _settle(
        row, state=State.PENDING, not_before=timezone.now() + wait, last_error=error[:2000]
    )


def wait_out(row: LeasedWork, error: str) -> bool:
    """The other side is away for everybody: wait for it however long it takes, never longer than
    a quarter of an hour after it is back. It is no fault of this row, so it is not parked."""
    wait = min(FIRST_WAIT * 4 ** min(row.attempts - 1, 4), OUTAGE_WAIT)
    return _settle(
        row, state=State.PENDING, not_before=timezone.now() + wait, last_error=error[:2000]
    )


def park(row: LeasedWork, error: str) -> bool:
    """The effect surely did not happen and will not by waiting: a person must act."""
    return _settle(row, state=State.PARKED, last_error=error[:2000])


def mark_uncertain(row: LeasedWork, error: str) -> bool:
    """Nobody knows whether the effect happened: a person or the other side settles it."""
    return _settle(row, state=State.UNCERTAIN, last_error=error[:2000])


def lose_leases(work: models.QuerySet[W], *, now: datetime, error: str) -> list[W]:
    """Mark rows whose lease ran out as uncertain and return them; the sweeper's part.

    Owner and attempt stay on the row: a slow worker that comes back with its known outcome may
    still write it, as long as nobody has decided otherwise.
    """
    with transaction.atomic():
        lost = list(
            work.filter(state=State.CLAIMED, lease_until__lt=now)
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("pk")[:500]
        )
        for row in lost:
            row.state, row.last_error = State.UNCERTAIN, error
        if lost:
            type(lost[0])._default_manager.bulk_update(lost, ["state", "last_error"])
    return lost


def _settle(row: LeasedWork, **outcome: object) -> bool:
    """Write an outcome if the row still belongs to this claim; mirrors it on the object."""
    mine = type(row)._default_manager.filter(
        pk=row.pk,
        lease_owner=row.lease_owner,
        attempts=row.attempts,
        state__in=[State.CLAIMED, State.UNCERTAIN],
    )
    if not mine.update(lease_until=None, **outcome):
        return False
    for name, value in outcome.items():
        setattr(row, name, value)
    return True
