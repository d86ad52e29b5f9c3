"""What has left the house, or is to be billed ahead of it, and is on no invoice yet."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from core.formats import day as day_words
from core.models import Company, Event
from customers.models import BillingPolicy, Customer
from fulfillment.models import Shipment, ShipmentQuerySet
from invoicing.models import Invoice, InvoiceLine
from invoicing.rules import billing_period
from orders.models import Order, OrderLine, OrderState

COLLECTIVE = (BillingPolicy.WEEK, BillingPolicy.MONTH)
_QUANTITY: DecimalField[object, object] = DecimalField(max_digits=18, decimal_places=3)
COMPLETE = (OrderState.COMPLETED, OrderState.CLOSED)
UNDER_WAY = (OrderState.RELEASED, OrderState.IN_FULFILMENT, OrderState.COMPLETED)


def shipments_awaiting_invoice(company: Company) -> ShipmentQuerySet:
    """Dispatched shipments of the company without an invoice, oldest first.

    A shipment whose invoice was credited does not come back by itself: a person decides whether it
    is billed again. Orders that are billed in advance have their invoice before their shipments.
    """
    return (
        Shipment.objects.filter(company=company)
        .gone()
        .filter(has_invoice=False)
        .exclude(order__billing_policy=BillingPolicy.ADVANCE)
        .order_by("dispatched_on", "pk")
    )


def shipments_to_bill(company: Company, *, on: date, until: date | None = None) -> ShipmentQuerySet:
    """Those whose invoice is due by the policy of their order; due work.

    A week's or month's deliveries are due when it has ended before ``on``. With ``until`` all are
    due besides that left up to that day, whatever their policy: a person bills them early.
    """
    due = due_by_policy(on)
    if until is not None:
        due |= Q(dispatched_on__lte=until)
    return shipments_awaiting_invoice(company).filter(due)


def due_by_policy(on: date) -> Q:
    """Which shipments without an invoice the policy of their order wants billed by a day."""
    due = Q(order__billing_policy=BillingPolicy.SHIPMENT)
    due |= Q(order__billing_policy=BillingPolicy.ORDER, order__state__in=COMPLETE)
    for policy in COLLECTIVE:
        this_period, _end = billing_period(policy, on)
        due |= Q(order__billing_policy=policy, dispatched_on__lt=this_period)
    return due


def was_refused() -> Q:
    """Which of them a try to bill was refused of."""
    return Q(Exists(_refusals().filter(subject_id=OuterRef("pk"))))


def refusal() -> Subquery:
    """Why the last try to bill a shipment was refused; for rows of any number."""
    last = _refusals().filter(subject_id=OuterRef("pk")).order_by("-pk")
    return Subquery(last.values_list(KeyTextTransform("reason", "payload"))[:1])


def _refusals() -> QuerySet[Event]:
    # scope: events of shipments, which whoever asks has scoped
    return Event.objects.filter(
        name="invoice.not_possible", subject_type=Shipment._meta.label_lower
    )


def shipments_wanting_invoice(company: Company, *, on: date) -> ShipmentQuerySet:
    """What should have its invoice by now: due by policy, or refused before its time."""
    return shipments_awaiting_invoice(company).filter(due_by_policy(on) | was_refused())


def customers_to_bill(company: Company, *, on: date) -> QuerySet[Customer]:
    """Customers with deliveries of a week or month that has ended; due work."""
    due = _of_periods(company, on=on)
    return Customer.objects.filter(pk__in=due.order_by().values("order__customer")).order_by("pk")


def collective_to_bill(customer_pk: int, *, on: date) -> list[int]:
    """A customer's deliveries of weeks or months that have ended, by id."""
    customer = Customer.objects.select_related("company").get(pk=customer_pk)
    due = _of_periods(customer.company, on=on).filter(order__customer=customer)
    return list(due.values_list("pk", flat=True))


def _of_periods(company: Company, *, on: date) -> ShipmentQuerySet:
    return shipments_to_bill(company, on=on).filter(order__billing_policy__in=COLLECTIVE)


def net_share() -> CombinedExpression:
    """A shipment line's share of its order line's net, which is that of what was not cancelled."""
    nothing = Value(0, output_field=_QUANTITY)
    wanted = F("order_line__quantity") - F("order_line__cancelled_quantity")
    return F("order_line__net_amount") * F("quantity") / NullIf(wanted, nothing)


def is_billed_at_dispatch(shipment: Shipment) -> bool:
    """Whether its invoice follows as soon as it leaves, its order moved on already."""
    policy = shipment.order.billing_policy
    is_complete = shipment.order.state in COMPLETE
    return policy == BillingPolicy.SHIPMENT or (policy == BillingPolicy.ORDER and is_complete)


def billed_on(shipment: Shipment) -> date | None:
    """The day on which it is billed by itself; None while that waits for its order."""
    order, left = shipment.order, shipment.dispatched_on
    if left is None or (
        order.billing_policy == BillingPolicy.ORDER and order.state not in COMPLETE
    ):
        return None
    if order.billing_policy in COLLECTIVE:
        return billing_period(order.billing_policy, left)[1] + timedelta(days=1)
    return left


def waits_for(shipment: Shipment, *, on: date) -> str:
    """What a delivery without an invoice waits for, in words."""
    day = billed_on(shipment)
    if day is None:
        return _("waits for the rest of its order")
    if day <= on:
        return _("will be billed by itself")
    facts = {"day": day_words(day)}
    if shipment.order.billing_policy == BillingPolicy.WEEK:
        return _("waits for the end of its week, billed on %(day)s") % facts
    return _("waits for the end of its month, billed on %(day)s") % facts


def orders_to_bill_ahead(company: Company) -> QuerySet[Order]:
    """Released orders that are billed in advance and want more than was ever invoiced; due work.

    What was invoiced and taken back counts: a person decides whether it is billed again, also of
    what a replacement left out. Replacements themselves count nothing; they never ask for more.
    """
    invoiced = InvoiceLine.objects.filter(
        order_line=OuterRef("pk"),
        invoice__kind=Invoice.Kind.INVOICE,
        invoice__replaces=None,
    )
    sums = invoiced.order_by().values("order_line").annotate(total=Sum("quantity"))
    left = OrderLine.objects.filter(order=OuterRef("pk")).annotate(
        invoiced=Coalesce(
            Subquery(sums.values("total"), output_field=_QUANTITY), Value(0, output_field=_QUANTITY)
        )
    )
    return Order.objects.filter(
        Exists(left.filter(quantity__gt=F("invoiced") + F("cancelled_quantity"))),
        company=company,
        billing_policy=BillingPolicy.ADVANCE,
        state__in=UNDER_WAY,
    ).order_by("pk")


def why_unbilled(shipments: Iterable[Shipment]) -> dict[int, str]:
    """Shipment id -> why the last try to invoice it was refused; one statement for all."""
    events = (
        _refusals()
        .filter(subject_id__in=[shipment.pk for shipment in shipments])
        .order_by("subject_id", "-pk")
        .distinct("subject_id")
    )
    return {event.subject_id: str(event.payload.get("reason", "")) for event in events}
