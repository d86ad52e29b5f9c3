"""Prove the books, and close a month on what its checks say."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.actors import Actor, require
from core.models import Company, Job
from core.services import atomic_verb, record_event, require_open, start_job
from o2c.errors import Conflict, InvalidInput
from receivables.models import Area, BooksClosing, ProofRun, Strength
from receivables.services.closing import close_books
from receivables.services.month_checks import AMBER, RED, month_checks

PROOF_JOB = "receivables.prove"


def start_proof(company: Company, *, by: Actor, token: str) -> Job:
    """Have every invariant proved by a job; the same token is the same job."""
    require(by, "receivables.prepare_closing", company.pk)
    require_open(company)
    title = gettext_noop("Prove the books")
    return start_job(company, PROOF_JOB, title, {}, by=by, token=token)


@atomic_verb
def keep_proof(
    company: Company,
    *,
    check_count: int,
    breaches: Iterable[tuple[str, str]],
    started_at: datetime,
    by: Actor,
    on: date,
) -> ProofRun:
    """Keep what a proof found, (check, sentence) pairs, for the cockpit."""
    require(by, "receivables.prepare_closing", company.pk)
    found = [list(pair) for pair in breaches]
    run = ProofRun.objects.create(
        company=company,
        started_at=started_at,
        check_count=check_count,
        breaches=found,
        proved_by_name=by.actor_name,
    )
    record_event("books.proved", run, by=by, on=on, breaches=len(found))
    return run


@atomic_verb
def close_month(
    company: Company,
    *,
    until: date,
    reasons: Mapping[str, str],
    by: Actor,
    on: date,
    area: str = Area.ALL,
    strength: str = Strength.HARD,
) -> BooksClosing:
    """Close up to the end of a month when no check is red; each amber one has its reason.

    ``reasons`` by the check's key; they are kept with the closing and in its event. Raises
    ``Conflict`` naming how many checks are red, ``InvalidInput`` for an amber one without reason.
    """
    require(by, "receivables.close_period", company.pk)
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    checks = month_checks(company, until=until)
    red = [check for check in checks if check.state == RED]
    if red:
        raise Conflict(
            "closing.red",
            _("%(count)s checks are red: nothing is closed before they are mended.")
            % {"count": len(red)},
        )
    said = {key: text.strip() for key, text in reasons.items() if text.strip()}
    if any(check.state == AMBER and check.key not in said for check in checks):
        raise InvalidInput(
            "closing.amber",
            _("Give a reason for each amber check: why the month may be closed all the same."),
        )
    kept: list[dict[str, Any]] = [
        check.as_json(said[check.key][:200] if check.state == AMBER else "") for check in checks
    ]
    return close_books(
        company, until=until, by=by, on=on, area=area, strength=strength, checks=kept
    )
