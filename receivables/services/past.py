"""The books as they stood when a day began, near enough to try matching rules on it.

Allocations count from the day they take effect on, so what a person decided later counts from the
payment's day on; of two payments of one day neither sees the other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from o2c.money import ZERO
from receivables.models import Allocation
from receivables.rules.facts import Item
from receivables.services.cases import Case, chunks


@dataclass(frozen=True, slots=True)
class Past:
    """The morning of ``day``."""

    day: date

    def issued(self, rows: QuerySet[Any], item: str = "") -> QuerySet[Any]:
        """Those whose item was there."""
        return rows.filter(**{f"{item}document_on__lte": self.day})

    def open(self) -> Q:
        """Items that may have been open."""
        since = Allocation.objects.filter(effective_on__gte=self.day)
        paid = Exists(since.filter(debit_item=OuterRef("pk")))
        used = Exists(since.filter(credit_item=OuterRef("pk")))
        is_changed = Q(paid) | Q(used) | ~Q(outstanding_amount=0)
        return Q(document_on__lte=self.day) & is_changed

    def turn_back_hits(self, cases: Sequence[Case]) -> None:
        """What is named, as it stood."""
        then = self._then(hit.item for case in cases for hit in case.hits)
        for case in cases:
            case.hits = [replace(hit, item=then[hit.item.pk]) for hit in case.hits]

    def turn_back_items(self, cases: Sequence[Case]) -> None:
        """What was open, as it stood."""
        then = self._then(item for case in cases for item in case.items)
        for case in cases:
            items = [then[item.pk] for item in case.items]
            case.items = [item for item in items if item.outstanding]

    def _then(self, items: Iterable[Item]) -> dict[int, Item]:
        now = {item.pk: item for item in items}
        paid = self._since(now, "debit_item")
        used = self._since(now, "credit_item")
        discounts = self._since(now, "debit_item", is_discount=True)
        return {
            pk: replace(
                item,
                outstanding=item.outstanding + paid.get(pk, ZERO) - used.get(pk, ZERO),
                discount_amount=item.discount_amount + discounts.get(pk, ZERO),
            )
            for pk, item in now.items()
        }

    def _since(
        self, keys: Iterable[int], side: str, *, is_discount: bool = False
    ) -> Mapping[int, Decimal]:
        """Item -> what was allocated to it from this day on."""
        found: dict[int, Decimal] = defaultdict(Decimal)
        for chunk in chunks(keys):
            rows = Allocation.objects.discounts() if is_discount else Allocation.objects.all()
            rows = rows.filter(effective_on__gte=self.day, **{f"{side}__in": chunk})
            sums = rows.order_by().values_list(side).annotate(Sum("amount"))
            found.update(dict(sums))
        return found
