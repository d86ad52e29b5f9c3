"""Open money by age, for the picture on a customer's page."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from receivables.models.items import OpenItemQuerySet

_WORTH = "outstanding_functional_amount"


def ageing_of(items: OpenItemQuerySet, *, on: date) -> list[tuple[str, Decimal, str]]:
    """(label, worth in the books, colour family) per bucket; the due day itself is not overdue."""
    edges = [0, 30, 60, 90]
    days = [on - timedelta(days=edge) for edge in edges]
    sums = items.aggregate(
        credit=Sum(_WORTH, filter=Q(amount__lt=0)),
        due=Sum(_WORTH, filter=Q(amount__gt=0, due_on__gte=days[0])),
        a=Sum(
            _WORTH,
            filter=Q(amount__gt=0, due_on__lt=days[0], due_on__gte=days[1]),
        ),
        b=Sum(
            _WORTH,
            filter=Q(amount__gt=0, due_on__lt=days[1], due_on__gte=days[2]),
        ),
        c=Sum(
            _WORTH,
            filter=Q(amount__gt=0, due_on__lt=days[2], due_on__gte=days[3]),
        ),
        d=Sum(_WORTH, filter=Q(amount__gt=0, due_on__lt=days[3])),
    )
    words = {
        "due": (_("not due"), "blue"),
        "a": (_("1–30 days"), "amber"),
        "b": (_("31–60 days"), "amber"),
        "c": (_("61–90 days"), "red"),
        "d": (_("91 days and more"), "red"),
        "credit": (_("credits and unapplied cash"), "teal"),
    }
    return [(word, sums[key], family) for key, (word, family) in words.items() if sums[key]]
