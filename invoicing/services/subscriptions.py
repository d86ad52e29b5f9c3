"""Write a subscription down and change it; its lines are in ``subscription_lines``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.formats import day
from core.models import NumberSeries
from core.services import atomic_verb, require_open, retrying, take_number
from customers.models import Customer, PaymentTerms
from invoicing.models import Subscription, SubscriptionPrice, SubscriptionState
from invoicing.recurring import anchor_month_of
from invoicing.services.subscription_plan import locked, record, refuse_billed
from o2c.errors import Conflict, InvalidInput

ALWAYS = ("title", "payment_terms", "po_number", "notice_months")
"""What of a running subscription may change: it is read by the next invoice."""

AGREED = ("starts_on", "ends_on", "interval_months", "anchor_day", "is_in_advance")
"""What only a draft may change besides."""


@dataclass(frozen=True, slots=True)
class SubscriptionDraft:
    """What is agreed: when it runs and how it is billed.

    ``anchor_month`` is a month in which a period begins; None takes that of the first anchor day
    from the start on. Without ``payment_terms`` the customer's are agreed.
    """

    title: str
    payment_terms: PaymentTerms | None
    starts_on: date
    interval_months: int = 1
    anchor_day: int = 1
    anchor_month: int | None = None
    is_in_advance: bool = True
    ends_on: date | None = None
    notice_months: int = 0
    po_number: str = ""


@retrying
@atomic_verb
def create_subscription(
    customer: Customer, draft: SubscriptionDraft, *, by: Actor, on: date
) -> Subscription:
    """Write a subscription down as a draft; nothing is billed before it is activated.

    Raises: InvalidInput for terms of another company, an end before the start or an interval that
    can't be; Conflict for a customer one may not sell to; PermissionMissing.
    """
    require(by, "invoicing.issue", customer.company_id)
    require_open(customer.company)
    if not customer.is_active:
        raise Conflict(
            "subscription.customer",
            _("%(customer)s is not active: reactivate the customer first.")
            % {"customer": customer.name},
            field="customer",
        )
    subscription = Subscription(
        company=customer.company, customer=customer, currency=customer.currency
    )
    _take_over(subscription, draft)
    subscription.number = take_number(customer.company_id, NumberSeries.Kind.SUBSCRIPTION, on=on)
    subscription.save()
    record("created", subscription, by=by, on=on, what=subscription.title)
    return subscription


@retrying
@atomic_verb
def change_subscription(pk: int, draft: SubscriptionDraft, *, by: Actor, on: date) -> Subscription:
    """Change a draft altogether; of a running one its title, terms, order number and notice.

    Raises: Conflict when it has ended; InvalidInput as ``create_subscription``; PermissionMissing.
    """
    subscription = locked(pk, by=by)
    if subscription.state == SubscriptionState.DRAFT:
        before = subscription.starts_on
        _take_over(subscription, draft)
        subscription.lines.filter(starts_on=before).update(starts_on=subscription.starts_on)
        SubscriptionPrice.objects.filter(line__subscription=subscription, valid_from=before).update(
            valid_from=subscription.starts_on
        )
    else:
        refuse_billed(subscription, subscription.next_from, field="title")
        _take(subscription, draft, ALWAYS)
    subscription.save()
    record("changed", subscription, by=by, on=on)
    return subscription


def _take_over(subscription: Subscription, draft: SubscriptionDraft) -> None:
    if not draft.title.strip():
        raise InvalidInput("subscription.title", _("Say what it is for."), field="title")
    if draft.ends_on and draft.ends_on < draft.starts_on:
        raise InvalidInput(
            "subscription.end",
            _("It can't end on %(end)s, before it begins.") % {"end": day(draft.ends_on)},
            field="ends_on",
        )
    for name, value, most in (
        ("interval_months", draft.interval_months, 120),
        ("anchor_day", draft.anchor_day, 31),
        ("anchor_month", draft.anchor_month or 1, 12),
    ):
        if not 1 <= value <= most:
            raise InvalidInput(
                f"subscription.{name}",
                _("%(value)s is not between 1 and %(most)s.") % {"value": value, "most": most},
                field=name,
            )
    _take(subscription, draft, (*ALWAYS, *AGREED))
    found = draft.anchor_month or anchor_month_of(draft.starts_on, draft.anchor_day)
    subscription.anchor_month, subscription.next_from = found, draft.starts_on


def _take(subscription: Subscription, draft: SubscriptionDraft, names: Sequence[str]) -> None:
    terms = draft.payment_terms or subscription.customer.payment_terms
    for name in names:
        setattr(subscription, name, getattr(draft, name))
    subscription.payment_terms = terms
    if terms.company_id != subscription.company_id:
        raise InvalidInput(
            "subscription.terms",
            _("%(terms)s are terms of another company.") % {"terms": terms},
            field="payment_terms",
        )
