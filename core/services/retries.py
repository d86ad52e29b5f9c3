"""Run a whole transaction again when PostgreSQL asks for it."""

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 5
_AGAIN = frozenset({"40001", "40P01"})  # serialization failure, deadlock


def retrying(verb: Callable[P, R]) -> Callable[P, R]:
    """Decorate the outermost verb: up to five tries on deadlock or serialization failure.

    Inside somebody's transaction it calls through, since only the whole transaction can be
    repeated. The verb must have no effect outside the database.
    """

    @functools.wraps(verb)
    def _tried(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return verb(*args, **kwargs)
        for attempt in range(1, TRIES):
            try:
                return verb(*args, **kwargs)
            except OperationalError as error:
                if getattr(error.__cause__, "pgcode", None) not in _AGAIN:
                    raise
            time.sleep(random.uniform(0.01, 0.05) * 2**attempt)  # noqa: S311 - spreads rivals
        return verb(*args, **kwargs)

    return _tried
