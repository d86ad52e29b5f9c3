"""From which day on an item may be joined to another; the database refuses an earlier one."""

from collections.abc import Collection
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest

from receivables.models import Allocation, OpenItem
from receivables.services.posting import BATCH


def joinable_from(item_ids: Collection[int]) -> dict[int, date]:
    """Item -> the first day on which an allocation to it may count.

    That is the day of its document and of its posting (an opening item of closed books is posted
    later), and of what was last taken back of it: before that day it was paid already, and paying
    it twice there would show a past day beyond zero.
    """
    keys = sorted(set(item_ids))
    found: dict[int, date] = {}
    for start in range(0, len(keys), BATCH):
        rows = OpenItem.objects.filter(pk__in=keys[start : start + BATCH]).order_by()
        found.update(rows.values_list("pk", _FIRST))
    return found


def _last_back(side: str) -> QuerySet[Allocation, date]:
    rows = Allocation.objects.filter(amount__lt=0, **{side: OuterRef("pk")})
    return rows.order_by("-effective_on").values_list("effective_on", flat=True)[:1]


_FIRST = Greatest(  # PostgreSQL leaves out what is NULL
    "document_on",
    "entry__posted_on",
    Subquery(_last_back("debit_item")),
    Subquery(_last_back("credit_item")),
)
