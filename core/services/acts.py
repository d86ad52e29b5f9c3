"""One act, one transaction: verbs join the act they are part of, and its events go in together.

Django's ``@transaction.atomic`` makes a savepoint of every verb that calls another, two statements
each that nobody ever rolls back to. A verb that fails takes the whole act with it; where an act
goes on without one of its parts, it says so with ``attempt``.
"""

import functools
from collections.abc import Callable
from types import TracebackType
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

from core.models import Event

P = ParamSpec("P")
R = TypeVar("R")

BATCH = 1000


class Act(transaction.Atomic):
    """A transaction (or its part) that writes the events recorded in it with one statement."""

    def __init__(self, *, savepoint: bool) -> None:
        super().__init__(using=None, savepoint=savepoint, durable=False)
        self.events: list[Event] = []

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hand the events on to the act around this one, or write them; a failed act has none.

        An act that goes on after a part of it failed has lost everything: it says so, since Django
        would roll back without a word.
        """
        if error is None and connection.needs_rollback and self._is_whole():
            lost = transaction.TransactionManagementError(
                "A part of this act failed and somebody caught its error: nothing was written."
                " Wrap the part in attempt()."
            )
            super().__exit__(type(lost), lost, None)
            raise lost
        if error is None and not connection.needs_rollback:
            try:
                self._hand_on()
            except BaseException as refused:
                super().__exit__(type(refused), refused, refused.__traceback__)
                raise
        super().__exit__(kind, error, trace)

    def _is_whole(self) -> bool:
        """Whether what was written is kept or lost here, not by an act around this one."""
        return not connection.savepoint_ids or connection.savepoint_ids[-1] is not None

    def _hand_on(self) -> None:
        around = connection.atomic_blocks[-2:-1]
        if around and isinstance(around[0], Act):
            around[0].events += self.events
        elif self.events:
            Event.objects.bulk_create(self.events, batch_size=BATCH)


def atomic_verb(verb: Callable[P, R]) -> Callable[P, R]:
    """Decorate a verb: a transaction of its own, or part of the verb that calls it.

    As a part it makes no savepoint: when it raises, everything up to the next ``attempt`` outside
    is rolled back, also if somebody catches the error before.
    """

    @functools.wraps(verb)
    def _acted(*args: P.args, **kwargs: P.kwargs) -> R:
        with Act(savepoint=not _is_in_an_act()):
            return verb(*args, **kwargs)

    return _acted


def attempt() -> Act:
    """A part of an act that may fail alone: catch its error outside the ``with`` and go on."""
    return Act(savepoint=True)


def keep_event(event: Event) -> None:
    """Insert an event at the end of the act, with the others; at once outside of any."""
    around = connection.atomic_blocks[-1:]
    if around and isinstance(around[0], Act):
        around[0].events.append(event)
    else:
        event.save(force_insert=True)


def _is_in_an_act() -> bool:
    """Whether a verb calls; in a plain ``transaction.atomic`` block a verb has its savepoint."""
    around = connection.atomic_blocks[-1:]
    return bool(around) and isinstance(around[0], Act)
