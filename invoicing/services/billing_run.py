"""What a billing run would bill, one row per invoice, before anything is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256

from django.db.models import Count, DecimalField, Sum
from django.utils.translation import gettext as _

from core.formats import day
from core.models import Company
from customers.models import BillingPolicy
from fulfillment.models import Shipment, ShipmentLine
from invoicing.rules import billing_period
from invoicing.services.bills import bills_of
from invoicing.services.unbilled import (
    COLLECTIVE,
    COMPLETE,
    net_share,
    shipments_to_bill,
    why_unbilled,
)
from o2c.money import ZERO, cents
from orders.models import Order

_MONEY = DecimalField(max_digits=18, decimal_places=2)


@dataclass(frozen=True, slots=True)
class PlannedBill:
    """One invoice to be: its shipments in order, and what they are worth before the rules judge.

    ``net`` is their share of the orders' nets in ``currency``, without charges. ``refusal`` is why
    the last try to bill one of them was refused, or nothing.
    """

    shipments: tuple[Shipment, ...]
    line_count: int
    net: Decimal
    why: str
    refusal: str

    @property
    def order(self) -> Order:
        """The order of its first shipment; customer, currency and policy are those of all."""
        return self.first.order

    @property
    def currency(self) -> str:
        """Currency of the net."""
        return self.order.currency

    @property
    def is_collected(self) -> bool:
        """Whether several deliveries may stand on it."""
        return self.order.billing_policy != BillingPolicy.SHIPMENT

    @property
    def keys(self) -> list[int]:
        """Ids of its shipments."""
        return [one.pk for one in self.shipments]

    @property
    def first(self) -> Shipment:
        """The delivery it is named after."""
        return self.shipments[0]

    @property
    def more(self) -> int:
        """How many deliveries it has besides."""
        return len(self.shipments) - 1

    @property
    def label(self) -> str:
        """Customer and first delivery, for people."""
        more = f" + {self.more}" if self.more else ""
        return f"{self.order.customer} · {self.first}{more}"


def planned_bills(company: Company, *, on: date, until: date | None = None) -> list[PlannedBill]:
    """Each invoice that is due by policy, and with ``until`` what left up to that day as well.

    Reads about six statements, however many there are; writes and locks nothing.
    """
    due = list(shipments_to_bill(company, on=on, until=until).values_list("pk", flat=True))
    groups = bills_of(due, on=on, until=until)
    found = _shipments(key for group in groups for key in group)
    worth = _worth(found)
    causes = why_unbilled(found.values())
    return [_planned([found[key] for key in group], worth, causes, on=on) for group in groups]


def plan_mark(groups: Sequence[Sequence[int]]) -> str:
    """Names a plan: what a person has looked at is what is billed, or they are asked again."""
    text = ";".join(",".join(map(str, group)) for group in groups)
    return sha256(text.encode()).hexdigest()[:32]


def _shipments(keys: Iterable[int]) -> dict[int, Shipment]:
    rows = Shipment.objects.select_related("order__customer", "company")
    return {row.pk: row for row in rows.filter(pk__in=list(keys))}


def _worth(found: Mapping[int, Shipment]) -> dict[int, tuple[int, Decimal]]:
    """Shipment id -> its lines and their share of the orders' nets."""
    rows = (
        ShipmentLine.objects.filter(shipment__in=list(found))
        .order_by()
        .values_list("shipment")
        .annotate(lines=Count("pk"), net=Sum(net_share(), output_field=_MONEY))
    )
    return {pk: (lines, cents(net)) for pk, lines, net in rows}


def _planned(
    shipments: Sequence[Shipment],
    worth: Mapping[int, tuple[int, Decimal]],
    causes: Mapping[int, str],
    *,
    on: date,
) -> PlannedBill:
    sums = [worth.get(one.pk, (0, ZERO)) for one in shipments]
    refusals = [causes[one.pk] for one in shipments if causes.get(one.pk)]
    return PlannedBill(
        tuple(shipments),
        sum(lines for lines, _net in sums),
        sum((net for _lines, net in sums), ZERO),
        why_now(shipments[0], on=on),
        refusals[0] if refusals else "",
    )


def why_now(shipment: Shipment, *, on: date) -> str:
    """Why a delivery is billed on a day: what its policy waited for, or that it is early."""
    order, left = shipment.order, shipment.dispatched_on
    assert left is not None, "what has left has a day"
    if order.billing_policy in COLLECTIVE:
        end = billing_period(order.billing_policy, left)[1]
        if end >= on:
            return _("Early: its period ends on %(day)s") % {"day": day(end)}
        return _("Its period ended on %(day)s") % {"day": day(end)}
    if order.billing_policy != BillingPolicy.ORDER:
        return _("Each delivery by itself")
    if order.state in COMPLETE:
        return _("Its order is complete")
    return _("Early: its order is not complete")
