"""Activate, pause, resume and end a subscription."""

from datetime import date

from django.utils.translation import gettext as _

from core.actors import Actor
from core.formats import day
from core.services import atomic_verb, retrying
from invoicing.models import RUNNING, Subscription, SubscriptionState
from invoicing.recurring import DAY, add_months
from invoicing.services.subscription_plan import locked, record, refuse_billed, reschedule
from o2c.errors import Conflict, InvalidInput


@retrying
@atomic_verb
def activate_subscription(pk: int, *, by: Actor, on: date) -> Subscription:
    """It is agreed: its periods are billed from now on, those past first. Again changes nothing.

    Raises: Conflict for one without a line, or that has ended; PermissionMissing.
    """
    subscription = locked(pk, by=by)
    if subscription.state in RUNNING:
        return subscription
    _refuse_unless(subscription, SubscriptionState.DRAFT)
    if not subscription.lines.exists():
        raise Conflict(
            "subscription.empty",
            _("%(number)s charges nothing yet: add a line first.")
            % {"number": subscription.number},
        )
    subscription.to_active()
    reschedule(subscription)
    record("activated", subscription, by=by, on=on, since_on=subscription.starts_on)
    return subscription


@retrying
@atomic_verb
def pause_subscription(
    pk: int, *, first_on: date, reason: str, by: Actor, on: date
) -> Subscription:
    """Charge nothing from a day on, until it is resumed; a started period is charged by days.

    Raises: InvalidInput for a billed day or without a reason; Conflict unless it is active.
    """
    subscription = locked(pk, by=by)
    _refuse_unless(subscription, SubscriptionState.ACTIVE)
    refuse_billed(subscription, first_on, field="first_on")
    if not reason.strip():
        raise InvalidInput("subscription.reason", _("Say why it is paused."), field="reason")
    subscription.pauses.create(first_on=first_on, reason=reason.strip()[:200])
    subscription.to_paused()
    reschedule(subscription)
    record("paused", subscription, by=by, on=on, since_on=first_on, reason=reason.strip())
    return subscription


@retrying
@atomic_verb
def resume_subscription(pk: int, *, first_on: date, by: Actor, on: date) -> Subscription:
    """Charge again from a day on; a pause that has not begun by then is dropped.

    Raises: InvalidInput for a billed day; Conflict unless it is paused.
    """
    subscription = locked(pk, by=by)
    _refuse_unless(subscription, SubscriptionState.PAUSED)
    refuse_billed(subscription, first_on, field="first_on")
    pause = subscription.pauses.get(last_on=None)
    if first_on <= pause.first_on:
        pause.delete()
    else:
        pause.last_on = first_on - DAY
        pause.save(update_fields=["last_on"])
    subscription.to_resumed()
    reschedule(subscription)
    record("resumed", subscription, by=by, on=on, since_on=first_on)
    return subscription


@retrying
@atomic_verb
def end_subscription(
    pk: int, *, ends_on: date, is_short_notice: bool = False, reason: str, by: Actor, on: date
) -> Subscription:
    """Let it end with a day; what is left up to then is billed, a started period by days.

    The day may be moved as long as something is left to bill. A draft is withdrawn: it has ended
    without having begun. ``is_short_notice`` ends it earlier than its notice allows.
    Raises: InvalidInput for a billed day, one within the notice, or without a reason; Conflict
    when it has ended.
    """
    subscription = locked(pk, by=by)
    if not reason.strip():
        raise InvalidInput("subscription.reason", _("Say why it ends."), field="reason")
    if subscription.state == SubscriptionState.DRAFT:
        subscription.to_ended()
        subscription.save()
        record("withdrawn", subscription, by=by, on=on, reason=reason.strip())
        return subscription
    refuse_billed(subscription, ends_on + DAY, field="ends_on")
    earliest = add_months(on, subscription.notice_months)
    if ends_on < earliest and subscription.notice_months and not is_short_notice:
        raise InvalidInput(
            "subscription.notice",
            _("With %(months)s months of notice it ends on %(day)s at the earliest.")
            % {"months": subscription.notice_months, "day": day(earliest)},
            field="ends_on",
        )
    subscription.ends_on = ends_on
    reschedule(subscription)
    record("given_notice", subscription, by=by, on=on, ends_on=ends_on, reason=reason.strip())
    return subscription


def _refuse_unless(subscription: Subscription, state: SubscriptionState) -> None:
    if subscription.state != state:
        raise Conflict(
            "subscription.state",
            _("Subscription %(number)s is %(state)s: that can't be done now.")
            % {"number": subscription.number, "state": subscription.get_state_display()},
        )
