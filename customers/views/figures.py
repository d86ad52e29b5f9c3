"""What the customer page says on top: owed, overdue, late, sold; each one statement."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Avg,
    Case,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Min,
    Q,
    Sum,
    When,
)
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from core.models import User
from core.pictures import Bar
from customers.models import Customer
from invoicing.models import Invoice
from o2c.money import ZERO
from orders.models import Order, OrderState
from receivables.models import Allocation, OpenItem

MONTHS = 12
_BUCKETS = ((0, 30), (30, 60), (60, 90), (90, 10_000))
_FAMILIES = ("amber", "amber", "red", "red")


@dataclass(frozen=True, slots=True)
class Money:
    """What is open in one currency."""

    currency: str
    balance_amount: Decimal
    overdue_amount: Decimal
    credit_amount: Decimal
    oldest_days: int
    count: int
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Lateness:
    """How many days after the due day payments came, on average of a year; None without any."""

    days: int | None
    count: int

    @property
    def early(self) -> int:
        """Days before the due day."""
        return -(self.days or 0)


@dataclass(slots=True)
class Sales:
    """Net sales of twelve months and of the twelve before, month by month."""

    months: list[Decimal] = field(default_factory=list)
    amount: Decimal = ZERO
    before_amount: Decimal = ZERO

    @property
    def change_rate(self) -> Decimal | None:
        """Growth on the year before; None where nothing was sold then."""
        if self.before_amount <= ZERO:
            return None
        return (self.amount - self.before_amount) / self.before_amount

    @property
    def bars(self) -> list[tuple[int, str, str]]:
        """x, y and height of each month in a picture 12 x 10 wide."""
        top = max([*self.months, Decimal(1)])
        heights = [max(amount, ZERO) / top * 10 for amount in self.months]
        return [(at, f"{10 - h:.2f}", f"{h:.2f}") for at, h in enumerate(heights)]


def money_of(customer: Customer, user: User, *, on: date) -> list[Money]:
    """One row per currency in which something is open; the customer's own where nothing is."""
    owed, late = Q(amount__gt=0), Q(amount__gt=0, due_on__lt=on)
    sums: dict[str, Any] = {
        "balance": Sum("outstanding_amount"),
        "overdue": Sum("outstanding_amount", filter=late),
        "credits": Sum("outstanding_amount", filter=~owed),
        "not_due": Sum("outstanding_amount", filter=owed & Q(due_on__gte=on)),
        "oldest": Min("due_on", filter=late),
        "items": Count("pk"),
    }
    for at, (first, last) in enumerate(_BUCKETS):
        span = Q(due_on__lt=on - timedelta(days=first), due_on__gte=on - timedelta(days=last))
        sums[f"late_{at}"] = Sum("outstanding_amount", filter=owed & span)
    items = OpenItem.objects.visible_to(user).filter(customer=customer).open()
    rows: Any = items.order_by().values("currency").annotate(**sums).order_by("currency")
    found = [_money(row, on) for row in rows]
    return found or [Money(customer.currency, ZERO, ZERO, ZERO, 0, 0, [])]


def _money(row: dict[str, Any], on: date) -> Money:
    currency = row["currency"]
    labels = (_("1–30 days"), _("31–60 days"), _("61–90 days"), _("91 days and more"))
    bars = [Bar(_("not due"), row["not_due"] or ZERO, currency, "", "blue")]
    bars += [
        Bar(label, row[f"late_{at}"] or ZERO, currency, "", _FAMILIES[at])
        for at, label in enumerate(labels)
    ]
    return Money(
        currency,
        row["balance"] or ZERO,
        row["overdue"] or ZERO,
        row["credits"] or ZERO,
        (on - row["oldest"]).days if row["oldest"] else 0,
        row["items"],
        [bar for bar in bars if bar.amount],
    )


def under_way(customer: Customer, user: User) -> dict[str, Any]:
    """How many orders are submitted and not yet delivered, and their total."""
    states = (
        OrderState.SUBMITTED,
        OrderState.ON_HOLD,
        OrderState.RELEASED,
        OrderState.IN_FULFILMENT,
    )
    orders = Order.objects.visible_to(user).filter(customer=customer, state__in=states)
    return orders.aggregate(count=Count("pk"), amount=Sum("gross_amount"))


def lateness_of(customer: Customer, user: User, *, on: date) -> Lateness:
    """Average days between due day and payment over the payments of a year."""
    taken = Allocation.objects.visible_to(user).filter(
        debit_item__customer=customer,
        debit_item__kind=OpenItem.Kind.INVOICE,
        credit_item__kind=OpenItem.Kind.PAYMENT,
        effective_on__gte=on - timedelta(days=365),
        amount__gt=0,
        reversed_by=None,
    )
    late = ExpressionWrapper(F("effective_on") - F("debit_item__due_on"), DurationField())
    found = taken.aggregate(late=Avg(late), count=Count("pk"))
    return Lateness(
        round(found["late"] / timedelta(days=1)) if found["late"] else None, found["count"]
    )


def sales_of(customer: Customer, user: User, *, on: date) -> Sales:
    """Invoices less credit notes in the customer's currency, without VAT, by month of issue."""
    first = _months_before(on, 2 * MONTHS - 1)
    net = Case(When(kind=Invoice.Kind.CREDIT_NOTE, then=-F("net_amount")), default=F("net_amount"))
    rows = (
        Invoice.objects.visible_to(user)
        .issued()
        .filter(customer=customer, currency=customer.currency, issued_on__gte=first)
        .order_by()
        .values(month=TruncMonth("issued_on"))
        .annotate(net=Sum(net))
    )
    by_month = {row["month"]: row["net"] for row in rows}
    months = [
        by_month.get(_months_before(on, back), ZERO) for back in range(2 * MONTHS - 1, -1, -1)
    ]
    before, now = months[:MONTHS], months[MONTHS:]
    return Sales(now, sum(now, ZERO), sum(before, ZERO))


def _months_before(on: date, count: int) -> date:
    """The first day of the month so many months before."""
    months = on.year * 12 + on.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)
