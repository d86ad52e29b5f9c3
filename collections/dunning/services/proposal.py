"""Propose a run: who is reminded of what at which level, and who is left out and why."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company, NumberSeries
from core.services import atomic_verb, record_event, take_number
from dunning.models import DunningLevel, DunningNotice, DunningNoticeItem, DunningRun
from dunning.rules import Step, stepper
from dunning.services.runs import content_hash, discard_open_proposal
from dunning.services.standing import standing_of
from o2c.errors import BusinessError
from o2c.money import ZERO
from receivables.models import OpenItem
from receivables.services.copying import copy_rows

CREDIT = "credit"
_NOTICE_COLUMNS = (
    "company_id",
    "run_id",
    "state",
    "recipient",
    "excluded_reason",
    "customer_id",
    "currency",
    "level",
    "amount",
)
_ITEM_COLUMNS = ("notice_id", "item_id", "level", "amount", "days_overdue", "is_live")
_Overdue = tuple[int, int, str, date, Decimal]
"""An overdue item: key, customer, currency, due day, what is open of it."""


class _Due(NamedTuple):
    """An item the run reminds of."""

    item_id: int
    customer_id: int
    currency: str
    level: int
    amount: Decimal
    days_overdue: int


@atomic_verb
def propose(company: Company, *, by: Actor, on: date) -> DunningRun:
    """Work out the reminders of a day. Replaces a proposal nobody approved.

    An item is left out when it is disputed, on hold, at its last level, reminded too recently, or
    when its last reminder did not go out or is still on its way; a customer whose credits and
    unapplied cash cover all that is overdue is left out whole. ``run.left_out`` counts and sums
    each reason.

    Raises: PermissionMissing; BusinessError when the company has no dunning levels.
    """
    require(by, "dunning.propose", company.pk)
    steps = [
        Step(level.level, level.days_overdue, level.wait_days)
        for level in DunningLevel.objects.filter(company=company)
    ]
    if not steps:
        raise BusinessError(
            "dunning.no_levels",
            _("%(company)s has no dunning levels: add them in the set-up.") % {"company": company},
        )
    discard_open_proposal(company, by=by, on=on)
    due, left_out = _sift(company, steps, on)
    run = DunningRun.objects.create(
        company=company,
        run_on=on,
        proposed_by_id=by.actor_id if by.actor_kind == "user" else None,
        proposed_by_name=by.actor_name,
        left_out=left_out,
        number=take_number(company.pk, NumberSeries.Kind.DUNNING_RUN, on=on),
    )
    _write_notices(run, due)
    run.content_hash = content_hash(run)
    run.save(update_fields=["content_hash"])
    record_event(
        "dunning.proposed", run, by=by, on=on, label=run.number, items=len(due), left_out=left_out
    )
    return run


def _sift(company: Company, steps: list[Step], on: date) -> tuple[list[_Due], list[dict[str, Any]]]:
    counts: Counter[str] = Counter()
    sums: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    due: list[_Due] = []
    standing, step_of = standing_of(company, on), stepper(steps, on=on)
    for pk, customer_id, currency, due_on, amount in _overdue(company, on):
        verdict = step_of(standing.facts_of(pk, customer_id, due_on, amount))
        if verdict.level:
            days = (on - due_on).days
            due.append(_Due(pk, customer_id, currency, verdict.level, verdict.amount, days))
        else:
            counts[verdict.reason] += 1
            sums[verdict.reason, currency] += amount
    due = _without_covered(company, due, counts, sums)
    left_out = [
        {
            "reason": reason,
            "items": count,
            "amounts": {cur: str(amount) for (why, cur), amount in sums.items() if why == reason},
        }
        for reason, count in sorted(counts.items())
    ]
    return due, left_out


def _overdue(company: Company, on: date) -> Iterator[_Overdue]:
    """Each overdue item, customer by customer; read after the standing, in chunks."""
    overdue = OpenItem.objects.filter(company=company).overdue(on)
    return (
        overdue.order_by("customer_id", "currency", "due_on", "pk")
        .values_list("pk", "customer_id", "currency", "due_on", "outstanding_amount")
        .iterator(chunk_size=5000)
    )


def _without_covered(
    company: Company,
    due: list[_Due],
    counts: Counter[str],
    sums: dict[tuple[str, str], Decimal],
) -> list[_Due]:
    """Leave out customers whose unapplied cash and credit notes cover what they would be asked."""
    asked: dict[tuple[int, str], Decimal] = defaultdict(lambda: ZERO)
    for row in due:
        asked[row.customer_id, row.currency] += row.amount
    unapplied = OpenItem.objects.filter(company=company).credits().open()
    held = {
        (row["customer_id"], row["currency"]): -row["total"]
        for row in unapplied.values("customer_id", "currency").annotate(
            total=Sum(F("outstanding_amount"))
        )
    }
    covered = {key for key, amount in asked.items() if held.get(key, ZERO) >= amount}
    for row in due:
        if (row.customer_id, row.currency) in covered:
            counts[CREDIT] += 1
            sums[CREDIT, row.currency] += row.amount
    return [row for row in due if (row.customer_id, row.currency) not in covered]


def _write_notices(run: DunningRun, due: list[_Due]) -> None:
    """A reminder per customer and currency with its items: two COPY and one look at the keys."""
    groups: dict[tuple[int, str], list[_Due]] = defaultdict(list)
    for row in due:
        groups[row.customer_id, row.currency].append(row)
    fresh = (run.company_id, run.pk, DunningNotice.State.PROPOSED.value, "", "")
    copy_rows(
        DunningNotice,
        _NOTICE_COLUMNS,
        (
            (
                *fresh,
                *key,
                max(row.level for row in rows),
                sum((row.amount for row in rows), ZERO),
            )
            for key, rows in groups.items()
        ),
    )
    _write_items(run, groups)


def _write_items(run: DunningRun, groups: dict[tuple[int, str], list[_Due]]) -> None:
    """In the order of their reminders."""
    notices = DunningNotice.objects.filter(run=run).order_by("pk")
    keys = notices.values_list("pk", "customer_id", "currency")
    copy_rows(
        DunningNoticeItem,
        _ITEM_COLUMNS,
        (
            (pk, row.item_id, row.level, row.amount, row.days_overdue, True)
            for pk, customer_id, currency in keys
            for row in groups[customer_id, currency]
        ),
    )
