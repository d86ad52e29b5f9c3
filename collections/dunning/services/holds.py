"""Pause reminders for a customer or one item."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import require
from core.models import User
from core.services import atomic_verb, record_event
from customers.models import Customer
from dunning.models import DunningHold
from o2c.errors import BusinessError, Conflict
from receivables.models import OpenItem


@atomic_verb
def hold(
    customer: Customer,
    *,
    until: date,
    reason: str,
    by: User,
    on: date,
    item: OpenItem | None = None,
) -> DunningHold:
    """No reminders for the item, or for all of the customer, up to and including a day.

    Raises: PermissionMissing; BusinessError without a reason, for a day that has passed, or an
    item of somebody else.
    """
    require(by, "dunning.hold", customer.company_id)
    _check_hold(reason, until, on)
    if item is not None and item.customer_id != customer.pk:
        raise BusinessError("dunning.item", _("This item belongs to another customer."))
    held = DunningHold.objects.create(
        company_id=customer.company_id,
        customer=customer,
        item=item,
        reason=reason[:200],
        until=until,
        owner=by,
    )
    record_event(
        "dunning.held",
        customer,
        by=by,
        on=on,
        until=until,
        reason=reason,
        item=item.document_number if item else "",
    )
    return held


def _check_hold(reason: str, until: date, on: date) -> None:
    if not reason.strip():
        raise BusinessError(
            "dunning.reason", _("Give a reason: colleagues will ask."), field="reason"
        )
    if until < on:
        raise BusinessError(
            "dunning.until",
            _("%(day)s has passed: choose today or later.") % {"day": until.isoformat()},
            field="until",
        )


@atomic_verb
def lift_hold(pk: int, *, by: User, on: date) -> DunningHold:
    """Remind again from the next run on. Raises: PermissionMissing; Conflict when lifted."""
    held = DunningHold.objects.for_update().select_related("customer").get(pk=pk)
    require(by, "dunning.hold", held.company_id)
    if held.lifted_at is not None:
        raise Conflict("dunning.lifted", _("This pause was lifted already."))
    held.lifted_at = timezone.now()
    held.save(update_fields=["lifted_at"])
    record_event("dunning.hold_lifted", held.customer, by=by, on=on, reason=held.reason)
    return held
