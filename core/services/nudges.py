"""Ring Celery's bell after commit; the work itself lies in the database."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from celery import Celery
from django.conf import settings
from django.db import transaction

log = logging.getLogger(__name__)

_QUIET_SECONDS = 5.0
_quiet_until = 0.0
_answer: Callable[[str, tuple[object, ...]], None] | None = None

# Only rings: the worker's own app, with its tasks and schedule, is o2c.celery.
_bell = Celery("o2c", set_as_current=False)
_bell.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    broker_transport_options={
        "socket_connect_timeout": 0.5,
        "socket_timeout": 1,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
    },
    broker_connection_timeout=0.5,
    task_ignore_result=True,
    task_serializer="json",
)


def nudge(task_name: str, *args: object) -> None:
    """Have a worker look at due work once this transaction has committed.

    Never raises and never waits long: without Redis the nudge is lost, is logged, and the sweeper
    finds the row. After a failure the bell stays quiet for five seconds, so that a page that
    writes many rows does not pay for each.
    """
    transaction.on_commit(partial(_ring, task_name, args), robust=True)


@contextmanager
def bells_answered_by(answer: Callable[[str, tuple[object, ...]], None]) -> Iterator[None]:
    """Inside, this process hears its own bells instead of a worker: it must do what they ask.

    For a process that lives alone, as the demo does while it fills an empty installation.
    """
    global _answer  # noqa: PLW0603
    before, _answer = _answer, answer
    try:
        yield
    finally:
        _answer = before


def _ring(task_name: str, args: tuple[object, ...]) -> None:
    global _quiet_until  # noqa: PLW0603
    if _answer is not None:
        _answer(task_name, args)
        return
    if time.monotonic() < _quiet_until:
        return
    try:
        _bell.send_task(task_name, args=args, retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - the sweeper will find the work
        _quiet_until = time.monotonic() + _QUIET_SECONDS
        log.warning(
            "nudge lost, the sweeper will find the work",
            extra={"task": task_name, "error": str(error)},
        )
