"""Credit at a glance: who owes most against which limit, and holds week by week."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Sum

from core.models import Company
from credit.exposure import exposures_of
from credit.models import CreditAccount
from credit.rules import Exposure
from customers.models import Customer
from o2c.money import ZERO
from receivables.models import OpenItem

LOOKED_AT = 20
HOLD_WEEKS = 12


@dataclass(frozen=True, slots=True)
class LimitUse:
    """A customer's exposure against the limit, in the company's currency."""

    customer_id: int
    name: str
    exposure: Exposure
    limit_amount: Decimal

    @property
    def use(self) -> Decimal | None:
        """Used share of the limit; None without one."""
        return self.exposure.total_amount / self.limit_amount if self.limit_amount else None


def limit_use(company: Company, *, on: date) -> list[LimitUse]:
    """The customers who owe most on open items, by exposure; three statements."""
    items = OpenItem.objects.filter(company=company).open().order_by()
    sums = items.values("customer").annotate(owed=Sum("outstanding_functional_amount"))
    ids = [row["customer"] for row in sums.order_by("-owed")[:LOOKED_AT]]
    customers = Customer.objects.filter(pk__in=ids)
    exposures = exposures_of(customers, on=on)
    limits = dict(
        CreditAccount.objects.filter(customer__in=ids).values_list("customer", "limit_amount")
    )
    rows = [
        LimitUse(pk, name, exposures[pk], limits.get(pk, ZERO))
        for pk, name in customers.values_list("pk", "name")
    ]
    return sorted(rows, key=lambda row: (-row.exposure.total_amount, row.name))


_HOLDS = """
SELECT (%(as_of)s - (created_at AT TIME ZONE %(zone)s)::date) / 7, state, count(*)
  FROM credit_credithold
 WHERE company_id = %(company)s AND created_at >= %(from)s
 GROUP BY 1, 2
"""


def hold_weeks(company: Company, *, as_of: date) -> dict[tuple[date, str], int]:
    """(first day of a week, state) -> holds made in it; the newest week ends with ``as_of``."""
    zone = ZoneInfo(company.time_zone)
    first = as_of - timedelta(days=7 * HOLD_WEEKS - 1)
    values: dict[str, Any] = {
        "company": company.pk,
        "as_of": as_of,
        "zone": company.time_zone,
        "from": datetime.combine(first, time.min, zone),
    }
    with connection.cursor() as cursor:
        cursor.execute(_HOLDS, values)
        return {
            (as_of - timedelta(days=7 * back + 6), state): count
            for back, state, count in cursor.fetchall()
        }
