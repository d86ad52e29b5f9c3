"""Up to how much shortages are accepted, as a company decides it from a day on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core import formats
from core.actors import Actor, require
from core.models import Company, User
from core.services import atomic_verb, record_event
from o2c.errors import Conflict, InvalidInput
from o2c.money import ZERO
from receivables.models import Tolerance, TolerancePolicy
from receivables.rules.write_offs import BAD_DEBTS, Tolerated

TOLERANCE_RIGHT = "receivables.set_tolerances"
PART_RATE = Decimal("0.3")
ANSWER_DAYS = 10


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds on a day; without a row nothing is accepted by itself, and never by one alone."""

    tolerated: Mapping[str, Tolerated] = field(default_factory=dict)
    year_amount: Decimal = ZERO
    alone_amount: Decimal = ZERO
    part_rate: Decimal = PART_RATE
    answer_days: int = ANSWER_DAYS
    owner_id: int | None = None


def policy_on(company: Company, on: date) -> Policy:
    """The newest policy that holds on a day."""
    row = (
        TolerancePolicy.objects.filter(company=company, valid_from__lte=on)
        .prefetch_related("tolerances")
        .order_by("-valid_from")
        .first()
    )
    if row is None:
        return Policy()
    return Policy(
        {one.reason: Tolerated(one.amount, one.rate) for one in row.tolerances.all()},
        row.year_amount,
        row.alone_amount,
        row.part_rate,
        row.answer_days,
        row.owner_id,
    )


@atomic_verb
def set_tolerances(
    company: Company, policy: Policy, *, valid_from: date, by: Actor, on: date
) -> TolerancePolicy:
    """Keep what holds for shortages from a day on; the same day again is refused.

    Raises: PermissionMissing; InvalidInput for a day before today, an amount below zero, a share
    beyond 100 % or a reason that is none of a deduction; Conflict for a day that has its policy.
    """
    require(by, TOLERANCE_RIGHT, company.pk)
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    _check(policy, valid_from, on)
    if TolerancePolicy.objects.filter(company=company, valid_from=valid_from).exists():
        raise Conflict(
            "tolerance.known",
            _("Tolerances from %(day)s are there already; choose another day.")
            % {"day": formats.day(valid_from)},
        )
    made = _written(company, policy, valid_from, by)
    record_event(
        "tolerances.set",
        company,
        by=by,
        on=on,
        label=str(valid_from),
        tolerances={
            reason: f"{one.amount} / {one.rate}" for reason, one in policy.tolerated.items()
        },
        year_amount=policy.year_amount,
        alone_amount=policy.alone_amount,
        currency=company.currency,
    )
    return made


def _written(company: Company, policy: Policy, valid_from: date, by: Actor) -> TolerancePolicy:
    made = TolerancePolicy.objects.create(
        company=company,
        valid_from=valid_from,
        year_amount=policy.year_amount,
        alone_amount=policy.alone_amount,
        part_rate=policy.part_rate,
        answer_days=policy.answer_days,
        owner_id=policy.owner_id,
        set_by_name=by.actor_name,
    )
    Tolerance.objects.bulk_create(
        Tolerance(policy=made, reason=reason, amount=one.amount, rate=one.rate)
        for reason, one in sorted(policy.tolerated.items())
    )
    return made


def _check(policy: Policy, valid_from: date, on: date) -> None:
    if valid_from < on:
        raise InvalidInput(
            "tolerance.past",
            _("%(day)s has passed: what was decided by then stays. Choose today or later.")
            % {"day": formats.day(valid_from)},
            field="valid_from",
        )
    amounts = [policy.year_amount, policy.alone_amount]
    amounts += [one.amount for one in policy.tolerated.values()]
    rates = [policy.part_rate, *(one.rate for one in policy.tolerated.values())]
    if min(amounts) < 0 or any(not 0 <= rate <= 1 for rate in rates):
        raise InvalidInput(
            "tolerance.amount",
            _("Amounts can't be below zero, percentages lie between 0 and 100."),
        )
    if BAD_DEBTS & policy.tolerated.keys():
        raise InvalidInput("tolerance.reason", _("Bad debts are never written off by themselves."))
    owner = User.objects.filter(pk=policy.owner_id, is_active=True) if policy.owner_id else None
    if owner is not None and not owner.exists():
        raise InvalidInput("tolerance.owner", _("This person can't sign in any more."))
