"""What is to ship: a rep's own orders by how they stand, the warehouse's by day, lines without
stock by product."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Case, CharField, Count, Q, Sum, Value, When

from core.models import Company, User
from fulfillment.progress import waiting_lines
from fulfillment.services import orders_to_pick
from o2c.money import ZERO
from orders.models import Order

DAYS = 7


@dataclass(frozen=True, slots=True)
class Standing:
    """Orders that stand alike: how many, worth how much gross."""

    count: int
    amount: Decimal


def own_orders(company: Company, user: User, *, today: date) -> dict[str, Standing]:
    """The person's open orders: ``held``, ``late``, ``week``, ``later``, ``no_day``."""
    soon = today + timedelta(days=DAYS - 1)
    place = Case(
        When(state="on_hold", then=Value("held")),
        When(requested_on=None, then=Value("no_day")),
        When(requested_on__lt=today, then=Value("late")),
        When(requested_on__lte=soon, then=Value("week")),
        default=Value("later"),
        output_field=CharField(),
    )
    rows = (
        Order.objects.filter(company=company, sales_rep=user, currency=company.currency)
        .filter(Q(pk__in=Order.objects.to_fulfil()) | Q(state="on_hold"))
        .order_by()
        .annotate(place=place)
        .values("place")
        .annotate(count=Count("pk"), amount=Sum("gross_amount"))
    )
    return {row["place"]: Standing(row["count"], row["amount"] or ZERO) for row in rows}


def to_pick_days(company: Company) -> dict[date | None, int]:
    """Wanted day -> orders the warehouse could pick now."""
    rows = orders_to_pick(company.pk).order_by().values("requested_on")
    return dict(rows.annotate(count=Count("pk")).values_list("requested_on", "count"))


@dataclass(frozen=True, slots=True)
class WaitingProduct:
    """An article that order lines wait for."""

    number: str
    name: str
    lines: int


def waiting_products(company: Company, *, most: int) -> list[WaitingProduct]:
    """Articles without stock, those that most lines wait for first."""
    rows = (
        waiting_lines(company.pk)
        .order_by()
        .values("product__number", "product__name")
        .annotate(lines=Count("pk"))
        .order_by("-lines", "product__number")
    )
    return [
        WaitingProduct(row["product__number"], row["product__name"], row["lines"])
        for row in rows[:most]
    ]
