"""Rows of a relation that the caller has at hand, so that nobody reads them again."""

from collections.abc import Iterable

from django.db import models


def remember(instance: models.Model, relation: str, rows: Iterable[models.Model]) -> None:
    """Let ``instance.<relation>.all()`` answer with these rows, as after ``prefetch_related``.

    They are what was just written, in the relation's order.
    """
    answer = getattr(instance, relation).all()
    answer._result_cache = list(rows)
    known = vars(instance).setdefault("_prefetched_objects_cache", {})
    known[relation] = answer
