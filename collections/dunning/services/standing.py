"""Where each open item stands with its reminders: read set by set, joined in memory.

One statement per kind of fact over a whole company. As sub-queries of each item they were left to
the planner's guess, and right after a large run its guess was a loop over all reminders per item.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Q, QuerySet, Sum, Value, When

from core.models import Company
from disputes.models import Dispute, DisputeState
from dunning.models import DunningHold, DunningNotice, DunningNoticeItem
from dunning.rules import ItemFacts
from o2c.money import ZERO
from receivables.models import Debit

Last = tuple[int, date | None, bool]
"""Highest level an item was reminded at, when, and whether that letter arrived."""
_NEVER: Last = (0, None, True)


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
        # By position: made for every open item of a run.
        return ItemFacts(
            outstanding_amount,
            self.disputed.get(item_id, ZERO),
            due_on,
            *self.last.get(item_id, _NEVER),
            self.item_holds.get(item_id) or self.customer_holds.get(customer_id, ""),
            item_id in self.in_flight,
        )


def standing_of(company: Company, on: date) -> Standing:
    """Everything about the company's open items; six statements, however many items."""
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
        in_flight={*in_flight.values_list("item_id", flat=True), *_at_the_bank(company)},
        disputed=dict(disputed),
        item_holds=dict(holds.exclude(item=None).values_list("item_id", "reason")),
        customer_holds=dict(holds.filter(item=None).values_list("customer_id", "reason")),
    )


def _at_the_bank(company: Company) -> QuerySet[Debit, int]:
    """Items that are being collected by direct debit: nobody is asked to pay them."""
    return Debit.objects.filter(company=company).in_flight().values_list("item_id", flat=True)


def _last(written: QuerySet[DunningNoticeItem]) -> dict[int, Last]:
    """Read a reminder at a time, as its items share what is looked at."""
    arrived = Case(
        When(Q(notice__message=None) | Q(notice__message__state="done"), then=Value(True)),
        default=Value(False),
    )
    rows = (
        written.order_by()
        .values("notice_id", "level", "notice__written_on")
        .annotate(arrived=arrived, of=ArrayAgg("item_id"))
        .values_list("level", "notice__written_on", "arrived", "of")
    )
    last: dict[int, Last] = {}
    for level, written_on, was_delivered, item_ids in rows.iterator(chunk_size=1000):
        this = (level, written_on, was_delivered)
        for item_id in item_ids:
            if level > last.get(item_id, _NEVER)[0]:
                last[item_id] = this
    return last
