"""How due work is done: row by row or by chunks, what failed reported, what fails again resting."""

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db import models

from core.models import Company
from o2c.errors import BusinessError

log = logging.getLogger(__name__)
CHUNK, TOGETHER = 500, 50
FIRST_REST, LONGEST_REST = 60, 6 * 60 * 60  # seconds
Due = tuple[str, models.QuerySet[Any], Callable[[int], object]]
"""A kind of work: its name, the rows that wait, and the verb that does one."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A verb for one row, with the verb that does many of them, all or none."""

    one: Callable[[int], object]
    many: Callable[[list[int]], object]

    def __call__(self, pk: int) -> object:
        """Do one."""
        return self.one(pk)


@dataclass(slots=True)
class Report:
    """What a sweep did: how often each kind succeeded, and each failure in words."""

    done: Counter[str] = field(default_factory=Counter)
    failures: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {"done": dict(self.done), "failures": self.failures}


def work_off_patiently(
    company: Company,
    name: str,
    rows: models.QuerySet[Any],
    verb: Callable[[int], object],
    report: Report,
) -> None:
    """Work off what does not rest after a failure; what rests is reported with its last reason.

    A failure rests a minute, then four, sixteen and so on, up to six hours. Losing the cache that
    remembers it costs one more try.
    """
    key, now = f"due:{company.pk}:{name.replace(' ', '-')}", time.time()
    known: dict[int, tuple[int, float, dict[str, Any]]] = cache.get(key, {})
    resting = [pk for pk, (_tries, until, _failure) in known.items() if until > now]
    still = {pk: known[pk] for pk in rows.filter(pk__in=resting).values_list("pk", flat=True)}
    before = len(report.failures)
    work_off(name, rows.exclude(pk__in=resting), verb, report)
    rests = dict(still)
    for failure in report.failures[before:]:
        tries = known[failure["pk"]][0] if failure["pk"] in known else 0
        rest = min(FIRST_REST * 4**tries, LONGEST_REST)
        rests[failure["pk"]] = (tries + 1, now + rest, failure)
    report.failures += [failure for _tries, _until, failure in still.values()]
    if rests:
        cache.set(key, rests, 2 * LONGEST_REST)
    elif known:
        cache.delete(key)


def work_off(
    name: str, rows: models.QuerySet[Any], verb: Callable[[int], object], report: Report
) -> None:
    """Do the rows that wait, ``CHUNK`` at most; a row that fails stops none of the others."""
    found = list(rows.values_list("pk", flat=True).distinct()[:CHUNK])
    if isinstance(verb, Batch):
        found = _together(name, found, verb, report)
    for pk in found:
        try:
            verb(pk)
        except BusinessError as error:
            report.failures.append(
                {"work": name, "pk": pk, "code": error.code, "reason": error.message}
            )
        except Exception:
            log.exception("due work failed", extra={"work": name, "row": pk})
            report.failures.append({"work": name, "pk": pk, "code": "bug", "reason": "see the log"})
        else:
            report.done[name] += 1


def _together(name: str, found: list[int], verb: Batch, report: Report) -> list[int]:
    """Do rows by chunks; the rows of chunks that were refused, to be done one by one."""
    left: list[int] = []
    for start in range(0, len(found), TOGETHER):
        chunk = found[start : start + TOGETHER]
        try:
            verb.many(chunk)
        except Exception:  # noqa: BLE001 - each row's own try says what was wrong with it
            left += chunk
        else:
            report.done[name] += len(chunk)
    return left
