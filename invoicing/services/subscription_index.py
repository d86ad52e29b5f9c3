"""Index values as people enter them, and the adjustment of prices by them, with its preview."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.actors import Actor, require
from core.formats import day, figure
from core.models import Company, User
from core.services import atomic_verb, record_event, retrying
from invoicing.models import (
    RUNNING,
    IndexValue,
    PriceIndex,
    Subscription,
    SubscriptionLine,
    SubscriptionPrice,
)
from invoicing.recurring import Adjustment, adjusted, anniversary, price_on
from invoicing.services.subscription_plan import plan_of, record, reschedule
from o2c.errors import Conflict, InvalidInput


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    """What an index adjustment would do to a line: from which day, and how it is reckoned."""

    line: SubscriptionLine
    anniversary_on: date
    valid_from: date
    value: IndexValue
    figures: Adjustment


@retrying
@atomic_verb
def add_index(company: Company, *, name: str, publisher: str, by: Actor, on: date) -> PriceIndex:
    """Know an index that prices may follow. Raises: InvalidInput for a name that is there."""
    require(by, "invoicing.issue", company.pk)
    name = name.strip()
    if not name or PriceIndex.objects.filter(company=company, name=name).exists():
        raise InvalidInput("index.name", _("Give a name that no other index has."), field="name")
    index = PriceIndex.objects.create(company=company, name=name, publisher=publisher.strip())
    record_event("price_index.added", index, by=by, on=on)
    return index


@retrying
@atomic_verb
def enter_index_value(
    index: PriceIndex, *, valid_from: date, value: Decimal, source: str, by: Actor, on: date
) -> IndexValue:
    """Enter a published value with its source.

    Raises: InvalidInput for a day that has a value, a value not above nothing, or without source.
    """
    require(by, "invoicing.issue", index.company_id)
    if value <= 0:
        raise InvalidInput("index.value", _("An index is above nothing."), field="value")
    if not source.strip():
        raise InvalidInput("index.source", _("Say where it was published."), field="source")
    if index.values.filter(valid_from=valid_from).exists():
        raise InvalidInput(
            "index.value_there",
            _("There is a value of %(index)s from %(day)s: take that away first.")
            % {"index": index.name, "day": day(valid_from)},
            field="valid_from",
        )
    entered = IndexValue.objects.create(
        company_id=index.company_id,
        index=index,
        valid_from=valid_from,
        value=value,
        source=source.strip()[:200],
        entered_by=by if isinstance(by, User) else None,
    )
    record_event(
        "price_index.value_entered", index, by=by, on=on,
        value=figure(value, most=4), since_on=valid_from, source=entered.source,
    )  # fmt: skip
    return entered


@retrying
@atomic_verb
def drop_index_value(pk: int, *, by: Actor, on: date) -> PriceIndex:
    """Take a wrong value away. Raises: Conflict when prices came of it."""
    value = IndexValue.objects.for_update().select_related("index").get(pk=pk)
    require(by, "invoicing.issue", value.company_id)
    if value.adjustments.exists():
        raise Conflict(
            "index.value_used",
            _("Prices were adjusted by %(value)s: it stays.") % {"value": value},
        )
    value.delete()
    record_event(
        "price_index.value_dropped", value.index, by=by, on=on,
        value=figure(value.value, most=4), since_on=value.valid_from,
    )  # fmt: skip
    return value.index


def preview_adjustments(company: Company, *, until: date) -> list[AdjustmentRow]:
    """What an adjustment of all anniversaries up to a day would do, changing nothing.

    Lines whose index has no value since their base are left out; those below their threshold are
    shown as not due.
    """
    lines = SubscriptionLine.objects.filter(
        subscription__company=company, subscription__state__in=RUNNING
    )
    return _rows_of(lines, until)


def token_of(rows: Iterable[AdjustmentRow]) -> str:
    """Names what a person has seen: other figures have another token."""
    seen = "|".join(
        f"{row.line.pk}:{row.valid_from}:{row.figures.old_price}:{row.figures.new_price}"
        for row in rows
    )
    return hashlib.sha256(seen.encode()).hexdigest()


@retrying
@atomic_verb
def adjust_prices(
    company: Company,
    line_pks: Collection[int],
    *,
    until: date,
    seen: str,
    by: Actor,
    on: date,
) -> list[SubscriptionPrice]:
    """Adjust the prices of lines as the preview showed them, each with its calculation.

    A price holds from its anniversary, or from the first day that is not billed. ``seen`` is the
    token of the chosen rows. Raises: Conflict when the figures have changed since, or nothing of
    it is due any more; PermissionMissing.
    """
    require(by, "invoicing.issue", company.pk)
    owners = Subscription.objects.for_update().filter(
        company=company, lines__in=line_pks, state__in=RUNNING
    )
    subscriptions = {one.pk: one for one in owners}
    lines = SubscriptionLine.objects.filter(pk__in=line_pks, subscription__in=list(subscriptions))
    rows = [row for row in _rows_of(lines, until) if row.figures.is_due]
    if not rows or token_of(rows) != seen:
        raise Conflict(
            "index.changed",
            _("Values or prices have changed since you looked: look again before you adjust."),
        )
    prices = [_adjust(row) for row in rows]
    for row, price in zip(rows, prices, strict=True):
        _tell(row, price, subscriptions[row.line.subscription_id], by=by, on=on)
    for subscription in subscriptions.values():
        reschedule(subscription)
    return prices


def _rows_of(lines: object, until: date) -> list[AdjustmentRow]:
    found = lines.filter(index__isnull=False)  # type: ignore[attr-defined]
    found = found.select_related("subscription__customer", "index").prefetch_related(
        "prices__index_value", "index__values"
    )
    rows = (_row(line, until) for line in found.order_by("subscription", "position"))
    return [row for row in rows if row is not None]


def _row(line: SubscriptionLine, until: date) -> AdjustmentRow | None:
    reached = anniversary(line.starts_on, until)
    before = [one for one in line.prices.all() if one.index_value_id and one.anniversary_on]
    last = max(before, key=lambda one: one.valid_from, default=None)
    if reached is None or (last and last.anniversary_on and last.anniversary_on >= reached):
        return None
    base = last.index_value.value if last and last.index_value else line.index_base_value
    base_on = last.index_value.valid_from if last and last.index_value else line.index_base_on
    assert line.index is not None
    assert base is not None
    assert base_on is not None
    values = [one for one in line.index.values.all() if base_on < one.valid_from <= reached]
    starts = max(reached, line.subscription.next_from)
    price = price_on(plan_of(line).prices, starts)
    if not values or price is None or (line.ends_on and line.ends_on < starts):
        return None
    newest = max(values, key=lambda one: one.valid_from)
    figures = adjusted(
        price, base_value=base, new_value=newest.value, threshold=line.index_threshold
    )
    return AdjustmentRow(line, reached, starts, newest, figures)


def _adjust(row: AdjustmentRow) -> SubscriptionPrice:
    """The new price with its calculation; one that begins on that very day gives way to it."""
    row.line.prices.filter(valid_from=row.valid_from).exclude(
        valid_from=row.line.starts_on
    ).delete()
    return SubscriptionPrice.objects.create(
        line=row.line,
        valid_from=row.valid_from,
        unit_price=row.figures.new_price,
        origin=SubscriptionPrice.Origin.INDEX,
        anniversary_on=row.anniversary_on,
        index_value=row.value,
        base_value=row.figures.base_value,
        old_price=row.figures.old_price,
        change_rate=row.figures.change,
    )


def _tell(
    row: AdjustmentRow, price: SubscriptionPrice, owner: Subscription, *, by: Actor, on: date
) -> None:
    record(
        "price_adjusted", owner, by=by, on=on,
        what=row.line.description,
        old=figure(row.figures.old_price, least=2, most=6),
        new=figure(price.unit_price, least=2, most=6),
        base=figure(row.figures.base_value, most=4),
        value=figure(row.value.value, most=4),
        since_on=row.valid_from,
    )  # fmt: skip
