"""A subscription as the rules see it, and what every verb on one begins and ends with."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.formats import day
from core.services import record_event
from invoicing.models import RUNNING, Subscription, SubscriptionLine, SubscriptionState
from invoicing.recurring import DAY, Bill, LinePlan, Schedule, bills
from o2c.errors import Conflict, InvalidInput


def locked(pk: int, *, by: Actor) -> Subscription:
    """The subscription, its row locked; every change and every billing waits for it here."""
    rows = Subscription.objects.for_update().select_related("company", "customer", "payment_terms")
    subscription = rows.get(pk=pk)
    require(by, "invoicing.issue", subscription.company_id)
    return subscription


def locked_line(pk: int, *, by: Actor) -> SubscriptionLine:
    """A line once its subscription is locked."""
    owner = SubscriptionLine.objects.values_list("subscription", flat=True).get(pk=pk)
    subscription = locked(owner, by=by)
    line = SubscriptionLine.objects.get(pk=pk)
    line.subscription = subscription
    return line


def schedule_of(subscription: Subscription) -> Schedule:
    """When it runs and is billed."""
    return Schedule(
        starts_on=subscription.starts_on,
        months=subscription.interval_months,
        anchor_day=subscription.anchor_day,
        anchor_month=subscription.anchor_month,
        is_in_advance=subscription.is_in_advance,
        ends_on=subscription.ends_on,
        pauses=tuple((one.first_on, one.last_on) for one in subscription.pauses.all()),
    )


def line_plans(subscription: Subscription) -> list[LinePlan]:
    """Its lines with their prices, as they stand; three statements unless they are at hand."""
    return [plan_of(line) for line in subscription.lines.prefetch_related("prices")]


def plan_of(line: SubscriptionLine) -> LinePlan:
    """What of a line matters to its charge."""
    return LinePlan(
        key=line.pk,
        quantity=line.quantity,
        prices=[(price.valid_from, price.unit_price) for price in line.prices.all()],
        starts_on=line.starts_on,
        ends_on=line.ends_on,
    )


def bills_of(subscription: Subscription, *, since: date | None = None) -> Iterator[Bill]:
    """Its periods to be billed, from the first that is not dealt with yet."""
    since = since or subscription.next_from
    return bills(schedule_of(subscription), line_plans(subscription), since)


def coming_bills(subscription: Subscription, count: int) -> list[Bill]:
    """The next few periods with their amounts, at the prices agreed today."""
    if subscription.state == SubscriptionState.ENDED:
        return []
    return list(islice(bills_of(subscription), count))


def reschedule(subscription: Subscription) -> None:
    """Find the next day of billing and save; without any to come, an ending one is ended."""
    if subscription.state in RUNNING:
        bill = next(bills_of(subscription), None)
        subscription.next_bill_on = bill.bill_on if bill else None
        if bill is None and subscription.ends_on and not _may_charge_again(subscription):
            subscription.to_ended()
    subscription.save()


def _may_charge_again(subscription: Subscription) -> bool:
    """Whether something would be charged if its pause came to an end."""
    schedule = schedule_of(subscription)
    closed = tuple(one for one in schedule.pauses if one[1] is not None)
    free = replace(schedule, pauses=closed)
    return any(True for _bill in bills(free, line_plans(subscription), subscription.next_from))


def refuse_billed(subscription: Subscription, since: date, *, field: str) -> None:
    """Refuse a change from a day that is billed, or of a subscription that is over.

    Raises: InvalidInput naming the first day that may change; Conflict when it has ended.
    """
    if subscription.state == SubscriptionState.ENDED:
        raise Conflict(
            "subscription.ended",
            _("Subscription %(number)s has ended: nothing of it changes any more.")
            % {"number": subscription.number},
        )
    if subscription.state in RUNNING and since < subscription.next_from:
        raise InvalidInput(
            "subscription.billed",
            _("%(number)s is billed up to %(last)s: choose %(first)s or a later day.")
            % {
                "number": subscription.number,
                "last": day(subscription.next_from - DAY),
                "first": day(subscription.next_from),
            },
            field=field,
        )


def record(name: str, subscription: Subscription, *, by: Actor, on: date, **payload: Any) -> None:
    """Tell of a subscription on its own timeline."""
    record_event(
        f"subscription.{name}",
        subscription,
        by=by,
        on=on,
        correlation=subscription.correlation,
        **payload,
    )
