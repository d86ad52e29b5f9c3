"""Propose a run: who is reminded of what at which level, and who is left out and why."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    DecimalField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.models import Company, NumberSeries
from core.services import atomic_verb, record_event, take_number
from disputes.models import Dispute, DisputeState
from dunning.models import DunningHold, DunningLevel, DunningNotice, DunningNoticeItem, DunningRun
from dunning.rules import ItemFacts, Step, Verdict, next_step
from dunning.services.runs import content_hash, discard_open_proposal
from o2c.errors import BusinessError
from o2c.money import ZERO
from receivables.models import OpenItem

CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class _Due:
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
    for row, verdict in _verdicts(company, steps, on):
        if verdict.level:
            due.append(
                _Due(
                    row["pk"],
                    row["customer_id"],
                    row["currency"],
                    verdict.level,
                    verdict.amount,
                    (on - row["due_on"]).days,
                )
            )
        else:
            counts[verdict.reason] += 1
            sums[verdict.reason, row["currency"]] += row["outstanding_amount"]
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


def _verdicts(
    company: Company, steps: list[Step], on: date
) -> Iterator[tuple[dict[str, Any], Verdict]]:
    for row in _candidates(company, on).iterator(chunk_size=5000):
        facts = ItemFacts(
            outstanding_amount=row["outstanding_amount"],
            disputed_amount=row["disputed_amount"],
            due_on=row["due_on"],
            level=row["last_level"],
            reminded_on=row["reminded_on"],
            was_delivered=row["was_delivered"],
            hold_reason=row["item_hold"] or row["customer_hold"] or "",
            is_in_flight=row["in_flight"],
        )
        yield row, next_step(facts, steps, on=on)


def _candidates(company: Company, on: date) -> Any:
    """Overdue items of a company with all that the step looks at, in one statement."""
    facts: dict[str, Any] = {**_last_reminder(), **_reasons_to_wait(on)}
    return (
        OpenItem.objects.filter(company=company)
        .overdue(on)
        .annotate(**facts)
        .order_by("customer_id", "currency", "due_on", "pk")
        .values("pk", "customer_id", "currency", "due_on", "outstanding_amount", *facts)
    )


def _last_reminder() -> dict[str, Any]:
    """The highest level an item was reminded at, when, and whether that letter arrived."""
    reminded = DunningNoticeItem.objects.filter(
        item=OuterRef("pk"), is_live=True, notice__state=DunningNotice.State.WRITTEN
    ).order_by("-level")
    delivered = Case(
        When(Q(notice__message=None) | Q(notice__message__state="done"), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    level = Subquery(reminded.values("level")[:1], output_field=IntegerField())
    written_on = reminded.values("notice__written_on")[:1]
    was_delivered = Subquery(reminded.annotate(done=delivered).values("done")[:1])
    return {
        "last_level": Coalesce(level, Value(0)),
        "reminded_on": Subquery(written_on, output_field=DateField()),
        "was_delivered": Coalesce(was_delivered, Value(True)),
    }


def _reasons_to_wait(on: date) -> dict[str, Any]:
    """What of an item is disputed, whether a reminder is under way, and what pauses it."""
    # Earlier proposals were discarded just now, so a live item here is on an approved run.
    in_flight = DunningNoticeItem.objects.filter(
        item=OuterRef("pk"), is_live=True, notice__state=DunningNotice.State.PROPOSED
    )
    disputes = Dispute.objects.filter(item=OuterRef("pk"), state=DisputeState.OPEN)
    disputed = disputes.values("item").annotate(total=Sum("amount")).values("total")
    amount = DecimalField(max_digits=18, decimal_places=2)
    holds = DunningHold.objects.filter(lifted_at=None, until__gte=on)
    of_customer = holds.filter(item=None, customer=OuterRef("customer"))
    return {
        "disputed_amount": Coalesce(Subquery(disputed, output_field=amount), Value(ZERO)),
        "in_flight": Exists(in_flight),
        "item_hold": Subquery(holds.filter(item=OuterRef("pk")).values("reason")[:1]),
        "customer_hold": Subquery(of_customer.values("reason")[:1]),
    }


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
    groups: dict[tuple[int, str], list[_Due]] = defaultdict(list)
    for row in due:
        groups[row.customer_id, row.currency].append(row)
    notices = DunningNotice.objects.bulk_create(
        [
            DunningNotice(
                company_id=run.company_id,
                run=run,
                customer_id=customer_id,
                currency=currency,
                level=max(row.level for row in rows),
                amount=sum((row.amount for row in rows), ZERO),
            )
            for (customer_id, currency), rows in groups.items()
        ],
        batch_size=1000,
    )
    DunningNoticeItem.objects.bulk_create(
        [
            DunningNoticeItem(
                notice=notice,
                item_id=row.item_id,
                level=row.level,
                amount=row.amount,
                days_overdue=row.days_overdue,
            )
            for notice, rows in zip(notices, groups.values(), strict=True)
            for row in rows
        ],
        batch_size=2000,
    )
