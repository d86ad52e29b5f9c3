"""What a subscription charges: its lines and their prices; only days not billed yet change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from catalog.models import Product, VatClass
from core.actors import Actor
from core.formats import day, figure
from core.services import atomic_verb, retrying
from invoicing.models import (
    PriceIndex,
    Subscription,
    SubscriptionLine,
    SubscriptionPrice,
    SubscriptionState,
)
from invoicing.recurring import DAY
from invoicing.services.subscription_plan import (
    locked,
    locked_line,
    record,
    refuse_billed,
    reschedule,
)
from o2c.errors import Conflict, InvalidInput

Rule, Origin = SubscriptionLine.Rule, SubscriptionPrice.Origin


@dataclass(frozen=True, slots=True)
class LineDraft:
    """A line to be charged per period: a product or words, and how its price moves.

    ``steps`` are further prices from days on; an index line names its index, the value that its
    price stands for, and the least move (0.05) that adjusts it.
    """

    description: str
    quantity: Decimal
    unit_price: Decimal
    product: Product | None = None
    unit: str = "C62"
    vat_class: str = VatClass.STANDARD
    starts_on: date | None = None
    ends_on: date | None = None
    steps: Sequence[tuple[date, Decimal]] = ()
    index: PriceIndex | None = None
    index_base_value: Decimal | None = None
    index_base_on: date | None = None
    index_threshold: Decimal = Decimal(0)


@retrying
@atomic_verb
def add_line(pk: int, draft: LineDraft, *, by: Actor, on: date) -> SubscriptionLine:
    """Charge one more thing, from a day on that is not billed yet.

    Raises: InvalidInput naming the field; Conflict when the subscription has ended;
    PermissionMissing.
    """
    subscription = locked(pk, by=by)
    starts_on = draft.starts_on or max(subscription.starts_on, subscription.next_from)
    refuse_billed(subscription, starts_on, field="starts_on")
    _refuse_line(subscription, draft, starts_on)
    last = subscription.lines.aggregate(last=Max("position"))["last"] or 0
    line = SubscriptionLine.objects.create(
        subscription=subscription,
        position=last + 1,
        starts_on=starts_on,
        **_line_fields(draft),
    )
    _store_prices(line, draft)
    reschedule(subscription)
    record("line_added", subscription, by=by, on=on, what=line.description, since_on=starts_on)
    return line


@retrying
@atomic_verb
def drop_line(pk: int, *, by: Actor, on: date) -> Subscription:
    """Take a line off a draft. Raises: Conflict once it is active (end the line instead)."""
    line = locked_line(pk, by=by)
    subscription = line.subscription
    if subscription.state != SubscriptionState.DRAFT:
        raise Conflict(
            "subscription.line_agreed",
            _("“%(line)s” is agreed: let it end on a day instead.") % {"line": line.description},
        )
    line.delete()
    record("line_dropped", subscription, by=by, on=on, what=line.description)
    return subscription


@retrying
@atomic_verb
def end_line(pk: int, *, ends_on: date, by: Actor, on: date) -> SubscriptionLine:
    """Charge a line up to and with a day, at the earliest the last that is billed.

    Raises: InvalidInput for a day that is billed or before its start; PermissionMissing.
    """
    line = locked_line(pk, by=by)
    subscription = line.subscription
    refuse_billed(subscription, ends_on + DAY, field="ends_on")
    if ends_on < line.starts_on:
        raise InvalidInput(
            "subscription.line_end",
            _("“%(line)s” begins on %(start)s and can't end before.")
            % {"line": line.description, "start": day(line.starts_on)},
            field="ends_on",
        )
    line.ends_on = ends_on
    line.save(update_fields=["ends_on"])
    reschedule(subscription)
    record("line_ended", subscription, by=by, on=on, what=line.description, ends_on=ends_on)
    return line


@retrying
@atomic_verb
def set_price(
    pk: int, *, unit_price: Decimal, valid_from: date, note: str, by: Actor, on: date
) -> SubscriptionPrice:
    """Change a line's price from a day on that is not billed yet.

    Raises: InvalidInput for a billed day, one that has a price of its own already, a day outside
    the line's, or without a reason; PermissionMissing.
    """
    line = locked_line(pk, by=by)
    subscription = line.subscription
    refuse_billed(subscription, valid_from, field="valid_from")
    if not note.strip():
        raise InvalidInput("subscription.price_note", _("Say why it changes."), field="note")
    if not line.starts_on <= valid_from <= (line.ends_on or valid_from):
        raise InvalidInput(
            "subscription.price_day",
            _("“%(line)s” is not charged on %(day)s.")
            % {"line": line.description, "day": day(valid_from)},
            field="valid_from",
        )
    if line.prices.filter(valid_from=valid_from).exists():
        raise InvalidInput(
            "subscription.price_there",
            _("There is a price from %(day)s on: withdraw that first.") % {"day": day(valid_from)},
            field="valid_from",
        )
    _refuse_price(unit_price)
    price = SubscriptionPrice.objects.create(
        line=line, valid_from=valid_from, unit_price=unit_price, origin=Origin.CHANGED,
        note=note.strip()[:200],
    )  # fmt: skip
    reschedule(subscription)
    record(
        "price_set", subscription, by=by, on=on, what=line.description,
        unit_price=figure(unit_price, least=2, most=6), since_on=valid_from, reason=price.note,
    )  # fmt: skip
    return price


@retrying
@atomic_verb
def withdraw_price(pk: int, *, by: Actor, on: date) -> SubscriptionLine:
    """Take back a price that no billed day had; the one before it holds on.

    Raises: Conflict for a line's first price; InvalidInput for a billed day; PermissionMissing.
    """
    owner = SubscriptionPrice.objects.values_list("line", flat=True).get(pk=pk)
    line = locked_line(owner, by=by)
    price = line.prices.get(pk=pk)
    refuse_billed(line.subscription, price.valid_from, field="valid_from")
    if price.valid_from <= line.starts_on:
        raise Conflict(
            "subscription.first_price",
            _("It is the first price of “%(line)s” and stays.") % {"line": line.description},
        )
    price.delete()
    reschedule(line.subscription)
    record(
        "price_withdrawn", line.subscription, by=by, on=on, what=line.description,
        unit_price=figure(price.unit_price, least=2, most=6), since_on=price.valid_from,
    )  # fmt: skip
    return line


def _line_fields(draft: LineDraft) -> dict[str, object]:
    rule = Rule.INDEX if draft.index else Rule.STEPS if draft.steps else Rule.FIXED
    product = draft.product
    return {
        "product": product,
        "description": (draft.description.strip() or (product.name if product else ""))[:160],
        "quantity": draft.quantity,
        "unit": product.unit if product else draft.unit,
        "vat_class": product.vat_class if product else draft.vat_class,
        "ends_on": draft.ends_on,
        "price_rule": rule,
        "index": draft.index,
        "index_base_value": draft.index_base_value if draft.index else None,
        "index_base_on": draft.index_base_on if draft.index else None,
        "index_threshold": draft.index_threshold if draft.index else Decimal(0),
    }


def _store_prices(line: SubscriptionLine, draft: LineDraft) -> None:
    first = SubscriptionPrice(
        line=line, valid_from=line.starts_on, unit_price=draft.unit_price, origin=Origin.AGREED
    )
    steps = [
        SubscriptionPrice(line=line, valid_from=start, unit_price=price, origin=Origin.STEP)
        for start, price in draft.steps
    ]
    SubscriptionPrice.objects.bulk_create([first, *steps])


def _refuse_line(subscription: Subscription, draft: LineDraft, starts_on: date) -> None:
    if not (draft.description.strip() or draft.product):
        raise InvalidInput(
            "subscription.line_text", _("Name an article or say what is charged."),
            field="description",
        )  # fmt: skip
    if draft.product and draft.product.company_id != subscription.company_id:
        raise InvalidInput(
            "subscription.line_product", _("There is no such article."), field="product"
        )
    if starts_on < subscription.starts_on or (draft.ends_on or starts_on) < starts_on:
        raise InvalidInput(
            "subscription.line_days",
            _("A line begins with the subscription (%(start)s) or later, and ends after it begins.")
            % {"start": day(subscription.starts_on)},
            field="starts_on",
        )
    if draft.quantity <= 0:
        raise InvalidInput("subscription.quantity", _("Give a quantity."), field="quantity")
    for price in (draft.unit_price, *(price for _start, price in draft.steps)):
        _refuse_price(price)
    _refuse_steps(draft, starts_on)
    _refuse_index(subscription, draft)


def _refuse_steps(draft: LineDraft, starts_on: date) -> None:
    days = [start for start, _price in draft.steps]
    if days and draft.index:
        raise InvalidInput(
            "subscription.two_rules", _("A price moves by steps or by an index, not by both."),
            field="index",
        )  # fmt: skip
    if days != sorted(set(days)) or (days and days[0] <= starts_on):
        raise InvalidInput(
            "subscription.steps",
            _("Each step begins on a later day than the one before, the first after %(start)s.")
            % {"start": day(starts_on)},
            field="steps",
        )


def _refuse_index(subscription: Subscription, draft: LineDraft) -> None:
    if draft.index is None:
        return
    if draft.index.company_id != subscription.company_id:
        raise InvalidInput("subscription.index", _("There is no such index."), field="index")
    if not draft.index_base_value or draft.index_base_value <= 0 or not draft.index_base_on:
        raise InvalidInput(
            "subscription.index_base",
            _("Give the index value that the price stands for, and its date."),
            field="index_base_value",
        )


def _refuse_price(price: Decimal) -> None:
    if price < 0:
        raise InvalidInput(
            "subscription.price", _("A price is nothing or more, not %(price)s.")
            % {"price": figure(price, least=2, most=6)},
            field="unit_price",
        )  # fmt: skip
