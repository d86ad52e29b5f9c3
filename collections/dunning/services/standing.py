"""Where each open item stands with its reminders: read set by set, joined in memory.

One statement per kind of fact over a whole company. As sub-queries of each item they were left to
the planner's guess, and right after a large run its guess was a loop over all reminders per item.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, F, Q, QuerySet, Sum, Value, When

from core.models import Company
from disputes.models import Dispute, DisputeState
from dunning.models import DunningHold, DunningNotice, DunningNoticeItem
from dunning.rules import ItemFacts
from o2c.money import ZERO

Last = tuple[int, date | None, bool]
"""Highest level an item was reminded at, when, and whether that letter arrived."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What waits, holds or was said before, by item and by customer."""

    last: dict[int, Last]
    in_flight: set[int]
    disputed: dict[int, Decimal]
    item_holds: dict[int, str]
    customer_holds: dict[int, str]

    def facts_of(
        self, item_id: int, customer_id: int, due_on: date, outstanding_amount: Decimal
    ) -> ItemFacts:
        """The item as the rule looks at it."""
        level, reminded_on, was_delivered = self.last.get(item_id, (0, None, True))
        return ItemFacts(
            outstanding_amount=outstanding_amount,
            disputed_amount=self.disputed.get(item_id, ZERO),
            due_on=due_on,
            level=level,
            reminded_on=reminded_on,
            was_delivered=was_delivered,
            hold_reason=self.item_holds.get(item_id) or self.customer_holds.get(customer_id, ""),
            is_in_flight=item_id in self.in_flight,
        )


def standing_of(company: Company, on: date) -> Standing:
    """Everything about the company's open items; five statements, however many items."""
    holds = DunningHold.objects.filter(company=company, lifted_at=None, until__gte=on)
    disputes = Dispute.objects.filter(company=company, state=DisputeState.OPEN).order_by()
    disputed = disputes.values_list("item").annotate(total=Sum("amount"))
    reminded = DunningNoticeItem.objects.filter(
        notice__company=company, is_live=True, item__outstanding_amount__gt=0
    )
    # Earlier proposals were discarded just now, so a live item here is on an approved run.
    in_flight = reminded.filter(notice__state=DunningNotice.State.PROPOSED)
    return Standing(
        last=_last(reminded.filter(notice__state=DunningNotice.State.WRITTEN)),
        in_flight=set(in_flight.values_list("item_id", flat=True)),
        disputed=dict(disputed),
        item_holds=dict(holds.exclude(item=None).values_list("item_id", "reason")),
        customer_holds=dict(holds.filter(item=None).values_list("customer_id", "reason")),
    )


def _last(written: QuerySet[DunningNoticeItem]) -> dict[int, Last]:
    arrived = Case(
        When(Q(notice__message=None) | Q(notice__message__state="done"), then=Value(True)),
        default=Value(False),
    )
    rows = (
        written.order_by()
        .annotate(arrived=arrived, written_on=F("notice__written_on"))
        .values_list("item_id", "level", "written_on", "arrived")
    )
    last: dict[int, Last] = {}
    for item_id, level, written_on, was_delivered in rows.iterator(chunk_size=5000):
        if level > last.get(item_id, (0, None, True))[0]:
            last[item_id] = (level, written_on, was_delivered)
    return last
